import type { DatabaseSync, StatementSync } from 'node:sqlite';
import type { ExtractorId, RunStatus } from '../../shared/run.ts';
import type { ErrorInfo } from '../../shared/errors.ts';
import type { Detail } from '../../shared/abstraction.ts';
import type { EventRecord, ProfileField, SequenceStatus } from '../../shared/users.ts';
import type { ConversionWord } from '../abstraction/conversion-types.ts';
import { parseProfile } from './batch-tables.ts';
import { ConversionWords } from './conversion-words.ts';
import { eventId, MAX_EVENTS_PER_USER } from './event-id.ts';
import { pageReader } from './read-page.ts';
import { parseRunModel, parseStoredError, RunTables } from './run-tables.ts';
import { storedNumbers, storedTexts } from './stored-json.ts';

/** Rows that are read at a time. */
const PAGE_ROWS = 2_000;

/** A user as an export needs it. */
export interface ExportedUser {
  userNo: number;
  userId: string;
  profile: ProfileField[] | null;
  status: SequenceStatus;
  behaviours: number;
  firstTime: number | null;
  lastTime: number | null;
  events: number;
  conversions: number;
  coverage: number | null;
  lowCoverage: boolean;
  failure: ErrorInfo | null;
}

/** A behaviour as an export needs it. */
export interface ExportedBehaviour {
  id: number;
  userNo: number;
  userId: string;
  profile: ProfileField[] | null;
  time: number;
  text: string | null;
  action: string | null;
  item: string | null;
  app: string | null;
  media: string | null;
  poi: string | null;
  duration: number | null;
  extra: Record<string, string> | null;
}

/** The events of one user, as far as behaviours need them: in the order of the sequence. */
export type OwnEvent = Pick<EventRecord, 'ordinal' | 'type' | 'category' | 'origin' | 'evidence'>;

/** An imported log: its ids begin after `baseId`. */
export interface ExportedImport {
  baseId: number;
  fileName: string;
}

/** A run as the manifest of an export tells of it. Never a key: runs know none. */
export interface ManifestRun {
  run: number;
  status: RunStatus;
  extractor: ExtractorId;
  /** Model, prompt and rules with their versions. */
  extractor_version: string;
  detail: Detail;
  model: string | null;
  users: number;
  succeeded: number;
  failed: number;
  events: number;
  started_at: string;
  ended_at: string | null;
  requests: number;
  input_tokens: number;
  output_tokens: number;
  cost: number | null;
  currency: string | null;
}

/**
 * Reads a workspace for an export, page by page. Begin a transaction first where the pages have to be of one moment: a run may go
 * on meanwhile.
 */
export class ExportStore {
  readonly #db: DatabaseSync;
  readonly #user: StatementSync;
  readonly #conversions: ConversionWords;

  constructor(db: DatabaseSync) {
    this.#db = db;
    this.#user = db.prepare('SELECT 1 FROM users WHERE id = ?');
    this.#conversions = new ConversionWords(db);
  }

  figures(): Record<'users' | 'behaviours' | 'events' | 'conversions' | SequenceStatus, number> {
    const row = this.#db
      .prepare(
        `SELECT count(*) AS users, coalesce(sum(behaviour_count), 0) AS behaviours, coalesce(sum(event_count), 0) AS events,
           coalesce(sum(conversion_count), 0) AS conversions, coalesce(sum(status = 'succeeded'), 0) AS succeeded,
           coalesce(sum(status = 'failed'), 0) AS failed, coalesce(sum(status = 'pending'), 0) AS pending
         FROM sequences`,
      )
      .get();
    const at = (name: string): number => Number(row?.[name] ?? 0);
    return {
      users: at('users'),
      behaviours: at('behaviours'),
      events: at('events'),
      conversions: at('conversions'),
      succeeded: at('succeeded'),
      failed: at('failed'),
      pending: at('pending'),
    };
  }

  workspaceId(): string {
    const row = this.#db.prepare("SELECT value FROM meta WHERE key = 'workspace_id'").get();
    return String(row?.['value'] ?? '');
  }

  /** The imported logs, the newest first. */
  imports(): ExportedImport[] {
    return this.#db
      .prepare("SELECT base_id, file_name FROM imports WHERE kind = 'behaviours' ORDER BY base_id DESC")
      .all()
      .map((row) => ({ baseId: Number(row['base_id']), fileName: String(row['file_name']) }));
  }

  /** The zones with which the logs were read, the newest import first; none where no time of a log needed one. */
  zones(): string[] {
    return this.#db
      .prepare(
        `SELECT reading ->> 'timeZone' AS zone FROM imports
         WHERE kind = 'behaviours' AND reading ->> 'timeZone' IS NOT NULL GROUP BY zone ORDER BY max(id) DESC`,
      )
      .all()
      .map((row) => String(row['zone']));
  }

  /** All users by first appearance. */
  *users(): Generator<ExportedUser> {
    const page = this.#db.prepare(
      `SELECT u.no, u.id, p.fields, s.status, s.behaviour_count, s.first_time, s.last_time, s.event_count,
         s.conversion_count, s.coverage, s.low_coverage, s.error
       FROM users u JOIN sequences s ON s.user_no = u.no LEFT JOIN profiles p ON p.user_no = u.no
       WHERE u.no > ? ORDER BY u.no LIMIT ${PAGE_ROWS}`,
    );
    for (let last = -1; ;) {
      const rows = page.all(last);
      if (rows.length === 0) return;
      for (const row of rows) {
        last = Number(row['no']);
        yield {
          userNo: last,
          userId: String(row['id']),
          profile: parseProfile(row['fields']),
          status: row['status'] as SequenceStatus,
          behaviours: Number(row['behaviour_count']),
          firstTime: row['first_time'] as number | null,
          lastTime: row['last_time'] as number | null,
          events: Number(row['event_count']),
          conversions: Number(row['conversion_count']),
          coverage: row['coverage'] as number | null,
          lowCoverage: row['low_coverage'] === 1,
          failure: parseStoredError(row['error']),
        };
      }
    }
  }

  /** The conversions of a user by the word that their events carry. */
  conversionWords({ userNo, conversions }: ExportedUser): ConversionWord[] {
    return this.#conversions.of(userNo, conversions);
  }

  /** Whether a user has this very id. */
  hasUser(userId: string): boolean {
    return this.#user.get(userId) !== undefined;
  }

  /** All behaviours: users by first appearance, then in time order. */
  *behaviours(): Generator<ExportedBehaviour> {
    const page = this.#db.prepare(
      `SELECT b.user_no, b.time, b.id, b.text, b.action, b.item, b.app, b.media, b.poi, b.duration, b.extra
       FROM behaviours b WHERE (b.user_no, b.time, b.id) > (?, ?, ?) ORDER BY b.user_no, b.time, b.id LIMIT ${PAGE_ROWS}`,
    );
    const read = pageReader<BehaviourTuple>(this.#db, page, PAGE_ROWS);
    const owner = this.#db.prepare(
      'SELECT u.id, p.fields FROM users u LEFT JOIN profiles p ON p.user_no = u.no WHERE u.no = ?',
    );
    let user: Pick<ExportedBehaviour, 'userNo' | 'userId' | 'profile'> = {
      userNo: -1,
      userId: '',
      profile: null,
    };
    for (let last: [number, number, number] = [-1, 0, 0]; ;) {
      const rows = read(...last);
      if (rows.length === 0) return;
      for (const [userNo, time, id, text, action, item, app, media, poi, duration, extra] of rows) {
        last = [userNo, time, id];
        if (user.userNo !== userNo) {
          const row: Record<string, unknown> | undefined = owner.get(userNo);
          user = { userNo, userId: String(row?.['id'] ?? ''), profile: parseProfile(row?.['fields']) };
        }
        const values = { time, text, action, item, app, media, poi, duration };
        yield { id, ...user, ...values, extra: extra === null ? null : storedTexts(extra) };
      }
    }
  }

  /** The names of the columns without a role, and of the fields of profiles, in the order of their first appearance. */
  *extraNames(): Generator<string[]> {
    yield* this.#names(
      'SELECT id, extra FROM behaviours WHERE id > ? AND extra IS NOT NULL ORDER BY id',
      (text) => Object.keys(storedTexts(text)),
    );
  }

  *profileNames(): Generator<string[]> {
    yield* this.#names('SELECT user_no, fields FROM profiles WHERE user_no > ? ORDER BY user_no', (text) =>
      (parseProfile(text) ?? []).map(({ name }) => name),
    );
  }

  *#names(sql: string, namesOf: (text: string) => string[]): Generator<string[]> {
    const page = this.#db.prepare(`${sql} LIMIT ${PAGE_ROWS}`);
    const read = pageReader<[number, string]>(this.#db, page, PAGE_ROWS);
    for (let last = -1; ;) {
      const rows = read(last);
      if (rows.length === 0) return;
      for (const [id, text] of rows) {
        last = id;
        yield namesOf(text);
      }
    }
  }

  /** The events of a user, whose evidence tells to which event a behaviour belongs. */
  eventsOf(userNo: number): OwnEvent[] {
    return this.#db
      .prepare(
        'SELECT ordinal, type, category, origin, evidence FROM events WHERE id BETWEEN ? AND ? ORDER BY id',
      )
      .all(eventId(userNo, 1), eventId(userNo, MAX_EVENTS_PER_USER))
      .map((row) => ({
        ordinal: Number(row['ordinal']),
        type: String(row['type']),
        category: row['category'] as OwnEvent['category'],
        origin: row['origin'] as OwnEvent['origin'],
        evidence: storedNumbers(String(row['evidence'])),
      }));
  }

  /** The runs that made what there is, the newest first, and with which versions the results that stand were made. */
  runs(most: number): { runs: ManifestRun[]; results: { version: string; users: number }[] } {
    const tables = new RunTables(this.#db);
    const totals = this.#db.prepare(
      `SELECT coalesce(sum(requests), 0) AS requests, coalesce(sum(input_tokens), 0) AS input,
         coalesce(sum(output_tokens), 0) AS output, coalesce(sum(cost), 0) AS cost FROM ledger_totals WHERE run_id = ?`,
    );
    const models = this.#db.prepare('SELECT model FROM runs WHERE id = ?');
    const runs = tables.history(most).map((run): ManifestRun => {
      const sums = totals.get(run.id);
      const model = parseRunModel(models.get(run.id)?.['model']);
      return {
        run: run.id,
        status: run.status,
        extractor: run.extractor,
        extractor_version: run.extractorVersion,
        detail: run.detail,
        model: model?.name ?? null,
        users: run.totalUsers,
        succeeded: run.successCount,
        failed: run.failedCount,
        events: run.eventCount,
        started_at: new Date(run.startTime).toISOString(),
        ended_at: run.endTime === null ? null : new Date(run.endTime).toISOString(),
        requests: Number(sums?.['requests'] ?? 0),
        input_tokens: Number(sums?.['input'] ?? 0),
        output_tokens: Number(sums?.['output'] ?? 0),
        cost: model?.priced === true ? Number(sums?.['cost'] ?? 0) : null,
        currency: model?.priced === true ? model.currency : null,
      };
    });
    return { runs, results: tables.resultVersions() };
  }
}

type BehaviourTuple = [
  userNo: number,
  time: number,
  id: number,
  text: string | null,
  action: string | null,
  item: string | null,
  app: string | null,
  media: string | null,
  poi: string | null,
  duration: number | null,
  extra: string | null,
];

import type { DatabaseSync, StatementSync } from 'node:sqlite';
import type { Detail } from '../../shared/abstraction.ts';
import type { MadeDetail } from '../../shared/export.ts';
import type { ExtractorId } from '../../shared/run.ts';
import type { ProfileField } from '../../shared/users.ts';
import { parseProfile } from './batch-tables.ts';
import { MAX_EVENTS_PER_USER, ORDINAL_SPAN } from './event-id.ts';

/** Users that are read at a time. */
const PAGE_ROWS = 2_000;

/** Of a row of `sequences`: the run that it names may be one that failed of this user, whose events are of an earlier run then. */
const MAY_HAVE_FAILED = "status <> 'succeeded' AND run_id IN (SELECT id FROM runs WHERE failed_count > 0)";

/** By which kind of run events were made, at which detail; null: nothing is known of the run any more, as after a rescue. */
export type RunOfEvents =
  { extractor: 'llm'; detail: Detail } | { extractor: Exclude<ExtractorId, 'llm'>; detail: Detail | null };

/** A user with events. */
export interface EventOwner {
  userNo: number;
  userId: string;
  profile: ProfileField[] | null;
}

/** Tells who has events, and by what they were made. The workspace has to stand still meanwhile. */
export class EventOwners {
  readonly #db: DatabaseSync;
  readonly #run: StatementSync;
  #runsById: ReadonlyMap<number, RunOfEvents> | null = null;
  #beforeFailure: ReadonlyMap<number, number> | null = null;

  constructor(db: DatabaseSync) {
    this.#db = db;
    this.#run = db.prepare('SELECT run_id AS run FROM sequences WHERE user_no = ? AND event_count > 0');
  }

  /** At which details the users have events, that of the most users first. */
  details(): MadeDetail[] {
    const usersOfRun = new Map<number, number>();
    const add = (run: number, users: number): void =>
      void usersOfRun.set(run, (usersOfRun.get(run) ?? 0) + users);
    for (const row of this.#db
      .prepare(
        `SELECT run_id AS run, count(*) AS users FROM sequences
         WHERE event_count > 0 AND run_id IS NOT NULL AND NOT (${MAY_HAVE_FAILED}) GROUP BY run_id`,
      )
      .all())
      add(Number(row['run']), Number(row['users']));
    for (const run of this.#runsBeforeFailure().values()) add(run, 1);
    const details = new Map<Detail, MadeDetail>();
    for (const [run, users] of usersOfRun) {
      const madeBy = this.#runs().get(run);
      const detail = madeBy?.detail;
      if (!madeBy || !detail) continue;
      const known = details.get(detail) ?? { detail, users: 0, byModel: 0 };
      known.users += users;
      if (madeBy.extractor === 'llm') known.byModel += users;
      details.set(detail, known);
    }
    return [...details.values()].sort((a, b) => b.users - a.users || (a.detail < b.detail ? -1 : 1));
  }

  /** How many users have events of whose run nothing is known any more, as after a rescue; of them, those with events of a model. */
  ofLostRuns(): Omit<MadeDetail, 'detail'> {
    const row = this.#db
      .prepare(
        `SELECT count(*) AS users, coalesce(sum(EXISTS (
           SELECT 1 FROM events WHERE id BETWEEN s.user_no * ${ORDINAL_SPAN} AND s.user_no * ${ORDINAL_SPAN} + ${MAX_EVENTS_PER_USER}
             AND origin <> 'rule')), 0) AS byModel
         FROM sequences s WHERE s.event_count > 0 AND s.run_id IS NULL`,
      )
      .get();
    return { users: Number(row?.['users']), byModel: Number(row?.['byModel']) };
  }

  /** The users with events, by first appearance. */
  *all(): Generator<EventOwner> {
    const page = this.#db.prepare(
      `SELECT u.no, u.id, p.fields FROM sequences s JOIN users u ON u.no = s.user_no LEFT JOIN profiles p ON p.user_no = u.no
       WHERE s.user_no > ? AND s.event_count > 0 ORDER BY s.user_no LIMIT ${PAGE_ROWS}`,
    );
    for (let last = -1; ;) {
      const rows = page.all(last);
      if (rows.length === 0) return;
      for (const row of rows) {
        last = Number(row['no']);
        yield { userNo: last, userId: String(row['id']), profile: parseProfile(row['fields']) };
      }
    }
  }

  /** By what the events of a user were made, a lost run being one by rules (see `ofLostRuns`); null for a user without any. */
  madeBy(userNo: number): RunOfEvents | null {
    const row = this.#run.get(userNo);
    if (!row) return null;
    const run = this.#runsBeforeFailure().get(userNo) ?? Number(row['run']);
    return this.#runs().get(run) ?? { extractor: 'rules', detail: null };
  }

  #runs(): ReadonlyMap<number, RunOfEvents> {
    this.#runsById ??= new Map(
      this.#db
        .prepare('SELECT id, extractor, detail FROM runs')
        .all()
        .map((row) => [
          Number(row['id']),
          { extractor: row['extractor'], detail: row['detail'] } as RunOfEvents,
        ]),
    );
    return this.#runsById;
  }

  /** The runs that made the events of users of whom a later run failed: those events stay, and `sequences` names the later run. */
  #runsBeforeFailure(): ReadonlyMap<number, number> {
    if (this.#beforeFailure) return this.#beforeFailure;
    const chosen = `FROM sequences WHERE event_count > 0 AND ${MAY_HAVE_FAILED}`;
    const found = new Map<number, number>();
    for (const row of this.#db.prepare(`SELECT user_no, run_id AS run ${chosen}`).all())
      found.set(Number(row['user_no']), Number(row['run']));
    if (found.size > 0) {
      const made = this.#db.prepare(
        `SELECT user_no, max(run_id) AS run FROM run_users
         WHERE outcome = 'succeeded' AND user_no IN (SELECT user_no ${chosen}) GROUP BY user_no`,
      );
      for (const row of made.all()) found.set(Number(row['user_no']), Number(row['run']));
    }
    this.#beforeFailure = found;
    return found;
  }
}

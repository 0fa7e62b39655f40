import type { DatabaseSync, StatementSync } from 'node:sqlite';
import { z } from 'zod';
import type { RunScope } from '../../shared/run.ts';
import type { ProfileField } from '../../shared/users.ts';
import type { EventDraft, RunUser, UserInput } from '../extract/extractor.ts';
import type {
  ChangedDetail,
  CommittedWork,
  DetailChange,
  DoneUser,
  LoadRequest,
  RunCounters,
} from '../run/ports.ts';
import type { Detail } from '../../shared/abstraction.ts';
import { BehaviourLoader, LOAD_BYTES, longestBehaviour } from './behaviour-loader.ts';
import { transaction } from './database.ts';
import { AppError } from '../errors.ts';
import { eventId, MAX_EVENTS_PER_USER } from './event-id.ts';
import { UserEvents } from './user-events.ts';
import { parseRunBasis, parseRunModel, scopeQuery } from './run-tables.ts';

const EVENT_COLUMNS = 9;
const EVENT_FIELDS = 'id, type, category, start_time, end_time, origin, confidence, context, evidence';
/** Rows of one INSERT: calls from JavaScript cost as much as the rows themselves. */
const EVENTS_PER_INSERT = 32;
/** An event whose texts have more characters than this is inserted by itself. */
const LONG_EVENT_CHARS = 20_000;

const profileFieldsSchema = z.array(z.object({ name: z.string(), value: z.string() }));

/** Parses the stored fields of a profile. */
export function parseProfile(json: unknown): ProfileField[] | null {
  return typeof json === 'string' ? profileFieldsSchema.parse(JSON.parse(json)) : null;
}

/** A user of a batch or sample before the behaviours are loaded. */
type UserTuple = [userNo: number, userId: string, behaviourCount: number, profile: string | null];

/** Reads what a batch needs and writes what came of it: the hot path of a run. */
export class BatchTables {
  readonly #db: DatabaseSync;
  readonly #users: StatementSync;
  readonly #behaviours: BehaviourLoader;
  readonly #loadBytes: number;
  readonly #deleteEvents: StatementSync;
  readonly #insertEvent: StatementSync;
  readonly #insertEvents: StatementSync;
  readonly #succeed: StatementSync;
  readonly #regrouped: StatementSync;
  readonly #fail: StatementSync;
  readonly #outcome: StatementSync;
  readonly #closeBatch: StatementSync;
  readonly #isActive: StatementSync;
  readonly #count: StatementSync;
  readonly #doneUsers: StatementSync;
  readonly #user: StatementSync;
  readonly #events: UserEvents;

  /** `loadBytes`: how much memory a user who is loaded alone may take; several take half of it at the most. */
  constructor(db: DatabaseSync, loadBytes = LOAD_BYTES) {
    this.#db = db;
    this.#loadBytes = loadBytes;
    this.#users = db.prepare(
      `SELECT u.no, u.id, s.behaviour_count, p.fields
       FROM run_users r JOIN users u ON u.no = r.user_no JOIN sequences s ON s.user_no = r.user_no
         LEFT JOIN profiles p ON p.user_no = r.user_no
       WHERE r.run_id = ? AND r.batch_no = ? AND r.user_no > ? AND r.outcome IS NULL ORDER BY r.user_no LIMIT ?`,
    );
    this.#users.setReturnArrays(true);
    this.#behaviours = new BehaviourLoader(db);
    // Without those whose events a later run has replaced.
    this.#doneUsers = db.prepare(
      `SELECT u.no, u.id, s.behaviour_count, p.fields
       FROM run_users r JOIN users u ON u.no = r.user_no JOIN sequences s ON s.user_no = r.user_no
         LEFT JOIN profiles p ON p.user_no = r.user_no
       WHERE r.run_id = ?1 AND r.outcome = 'succeeded' AND s.run_id = ?1 AND r.user_no > ?2 ORDER BY r.user_no LIMIT ?3`,
    );
    this.#doneUsers.setReturnArrays(true);
    this.#user = db.prepare(
      `SELECT u.no, u.id, s.behaviour_count, p.fields
       FROM users u JOIN sequences s ON s.user_no = u.no LEFT JOIN profiles p ON p.user_no = u.no WHERE u.no = ?`,
    );
    this.#user.setReturnArrays(true);
    this.#events = new UserEvents(db);
    this.#deleteEvents = db.prepare('DELETE FROM events WHERE id BETWEEN ? AND ?');
    const row = `(${'?, '.repeat(EVENT_COLUMNS - 1)}?)`;
    this.#insertEvent = db.prepare(`INSERT INTO events (${EVENT_FIELDS}) VALUES ${row}`);
    this.#insertEvents = db.prepare(
      `INSERT INTO events (${EVENT_FIELDS}) VALUES ${Array(EVENTS_PER_INSERT).fill(row).join(', ')}`,
    );
    this.#succeed = db.prepare(
      `UPDATE sequences SET status = 'succeeded', event_count = ?, conversion_count = ?, error = NULL, run_id = ?,
        updated_at = ?, coverage = ?, low_coverage = ? WHERE user_no = ?`,
    );
    this.#regrouped = db.prepare(
      'UPDATE sequences SET event_count = ?, conversion_count = ?, updated_at = ? WHERE user_no = ?',
    );
    // Events of an earlier success stay: a failed second try must not cost the first result.
    this.#fail = db.prepare(
      `UPDATE sequences SET status = 'failed', error = ?, run_id = ?, updated_at = ? WHERE user_no = ?`,
    );
    this.#outcome = db.prepare(
      `UPDATE run_users SET outcome = ?, error = ? WHERE run_id = ? AND batch_no = ? AND user_no = ? AND outcome IS NULL`,
    );
    this.#closeBatch = db.prepare(
      `UPDATE batches SET done = 1 WHERE run_id = ?1 AND no = ?2 AND done = 0
         AND NOT EXISTS (SELECT 1 FROM run_users WHERE run_id = ?1 AND batch_no = ?2 AND outcome IS NULL)`,
    );
    this.#isActive = db.prepare("SELECT 1 FROM runs WHERE id = ? AND status IN ('running', 'paused')");
    const sum = (name: string, parameter: string): string =>
      `'$.${name}', coalesce(model ->> '${name}', 0) + ${parameter}`;
    this.#count = db.prepare(
      `UPDATE runs SET processed_users = processed_users + ?1 + ?2, success_count = success_count + ?1,
        failed_count = failed_count + ?2, done_batches = done_batches + ?3, done_weight = done_weight + ?4,
        event_count = event_count + ?5, active_ms = max(active_ms, ?6),
        total_batches = iif(?9 IS NULL, total_batches,
          iif(processed_users + ?1 + ?2 = total_users, done_batches + ?3, max(?9, done_batches + ?3))),
        model = iif(?9 IS NULL, model, json_set(model, ${sum('cachedUsers', '?11')}, ${sum('guardrailEvents', '?12')},
          ${sum('unsupportedEvents', '?13')}, ${sum('lowCoverageUsers', '?14')}, ${sum('regroupedEvents', '?15')})),
        status = CASE
          WHEN processed_users + ?1 + ?2 = total_users THEN 'completed'
          WHEN status = 'running' AND processed_users + ?1 + ?2 >= ?10 THEN 'paused'
          ELSE status END,
        end_time = iif(processed_users + ?1 + ?2 = total_users, ?7, end_time)
       WHERE id = ?8
       RETURNING processed_users AS processedUsers, success_count AS successCount, failed_count AS failedCount,
         done_batches AS doneBatches, total_batches AS totalBatches, done_weight AS doneWeight, event_count AS eventCount, status,
         end_time AS endTime, model`,
    );
  }

  /**
   * Users of a batch that are not committed, in order: as many as there is room for in memory, at least one unless all are
   * committed. Null when there is no room for the next user beside `bytesInUse`. A user with more than `maxBehaviours`, or
   * too long for the memory, is returned without behaviours (`refused`).
   */
  load({ runId, batchNo, afterUserNo, count, maxBehaviours, bytesInUse = 0 }: LoadRequest): RunUser[] | null {
    const rows = this.#users.iterate(runId, batchNo, afterUserNo, count ?? -1);
    return this.#loadUsers(rows as unknown as Iterable<UserTuple>, maxBehaviours, bytesInUse);
  }

  /** The first users of a scope (null: of the workspace), to show what a run would ask; as many as there is room for. */
  sample(scope: RunScope | null, count: number, maxBehaviours: number): RunUser[] {
    const [sql, params] = scope ? scopeQuery(scope) : ['SELECT user_no FROM sequences ORDER BY user_no', []];
    const statement = this.#db.prepare(
      `SELECT u.no, u.id, s.behaviour_count, p.fields FROM (${sql} LIMIT ?) AS chosen
       JOIN users u ON u.no = chosen.user_no JOIN sequences s ON s.user_no = u.no
       LEFT JOIN profiles p ON p.user_no = u.no ORDER BY u.no`,
    );
    statement.setReturnArrays(true);
    const rows = statement.iterate(...params, count);
    return this.#loadUsers(rows as unknown as Iterable<UserTuple>, maxBehaviours, 0) ?? [];
  }

  /**
   * Commits users with their events, sequence states and share of the run's counters in one transaction; null when the run
   * is neither running nor paused. The same transaction completes the run with its last users, and pauses it with the
   * last users of its pilot: a process that dies between the two would leave a run that is running and has nothing to do.
   * `extraWrites`: what else is written in the transaction.
   */
  commit(work: CommittedWork, extraWrites: () => void): RunCounters | null {
    return transaction(this.#db, () => {
      if (!this.#isActive.get(work.runId)) return null;
      let succeeded = 0;
      let events = 0;
      for (const { userNo, outcome } of work.outcomes) {
        const error = outcome.status === 'failed' ? JSON.stringify(outcome.error) : null;
        const { changes } = this.#outcome.run(outcome.status, error, work.runId, work.batchNo, userNo);
        if (changes !== 1) throw new Error(`user ${userNo} of batch ${work.batchNo} was committed before`);
        if (outcome.status === 'succeeded') {
          succeeded += 1;
          events += outcome.events.length;
          this.#replaceEvents(userNo, outcome.events);
          const conversions = outcome.events.filter((event) => event.category === 'conversion').length;
          this.#succeed.run(
            outcome.events.length,
            conversions,
            work.runId,
            work.now,
            outcome.coverage ?? 1,
            outcome.lowCoverage ? 1 : 0,
            userNo,
          );
        } else {
          this.#fail.run(error, work.runId, work.now, userNo);
        }
      }
      const closed = work.done ? Number(this.#closeBatch.run(work.runId, work.batchNo).changes) : 0;
      extraWrites();
      const { streamed } = work;
      const row = this.#count.get(
        succeeded,
        work.outcomes.length - succeeded,
        streamed?.batchesDone ?? closed,
        work.weight,
        events,
        work.activeMs,
        work.now,
        work.runId,
        streamed?.totalBatches ?? null,
        work.pauseAt,
        streamed?.tally.cachedUsers ?? 0,
        streamed?.tally.guardrailEvents ?? 0,
        streamed?.tally.unsupportedEvents ?? 0,
        streamed?.tally.lowCoverageUsers ?? 0,
        streamed?.tally.regroupedEvents ?? 0,
      );
      return row ? { ...(row as unknown as RunCounters), model: parseRunModel(row['model']) } : null;
    });
  }

  /**
   * The first users that a run has done, with the events that it made of them; as many as there is room for. A user with more
   * than `maxBehaviours` is left out.
   */
  doneUsers(runId: number, count: number, maxBehaviours: number): DoneUser[] {
    const rows = this.#doneUsers.iterate(runId, 0, count) as unknown as Iterable<UserTuple>;
    const loaded = this.#loadUsers(rows, maxBehaviours, 0) ?? [];
    return loaded.filter(({ refused }) => !refused).map((user) => this.withEvents(user));
  }

  /** See RunStore. One user after another is in memory. */
  changeDetail({ runId, detail, basis, regroup, now }: DetailChange): ChangedDetail | null {
    return transaction(this.#db, () => {
      const run = this.#db.prepare("SELECT detail FROM runs WHERE id = ? AND status = 'paused'").get(runId);
      if (!run) return null;
      let [moreEvents, changed, last] = [0, 0, 0];
      for (;;) {
        const rows = this.#doneUsers.all(runId, last, 1) as unknown as UserTuple[];
        const [user] = this.#loadUsers(rows, Infinity, 0) ?? [];
        if (!user) break;
        if (user.refused) throw new AppError(user.refused.code, user.refused.params);
        const before = this.withEvents(user);
        const after = regroup(before);
        this.#replaceEvents(user.userNo, after.events);
        const conversions = after.events.filter(({ category }) => category === 'conversion').length;
        this.#regrouped.run(after.events.length, conversions, now, user.userNo);
        moreEvents += after.events.length - before.events.length;
        changed += after.changed;
        last = user.userNo;
      }
      const row = this.#db
        .prepare(
          `UPDATE runs SET detail = ?2, basis = coalesce(?3, basis), event_count = event_count + ?4,
            model = json_set(model, '$.regroupedEvents', coalesce(model ->> 'regroupedEvents', 0) + ?5,
              '$.pilotDetail', coalesce(model ->> 'pilotDetail', detail))
           WHERE id = ?1 RETURNING detail, basis, event_count AS eventCount, model`,
        )
        .get(runId, detail, basis && JSON.stringify(basis), moreEvents, changed);
      return row
        ? {
            detail: row['detail'] as Detail,
            basis: parseRunBasis(row['basis']),
            eventCount: Number(row['eventCount']),
            model: parseRunModel(row['model']),
          }
        : null;
    });
  }

  /** A user with the behaviours, or without them and the reason (`refused`), as of `load`; null where there is no such user. */
  user(userNo: number, maxBehaviours: number): RunUser | null {
    const rows = this.#user.all(userNo) as unknown as UserTuple[];
    return this.#loadUsers(rows, maxBehaviours, 0)?.[0] ?? null;
  }

  /** The user with the events that are stored. */
  withEvents(user: RunUser): DoneUser {
    return { ...user, events: this.#events.of(user.userNo) };
  }

  #loadUsers(rows: Iterable<UserTuple>, maxBehaviours: number, bytesInUse: number): RunUser[] | null {
    const users: RunUser[] = [];
    const longest = longestBehaviour(this.#db);
    // A user in work takes more than the loaded behaviours: two long ones together would be too many.
    let taken = bytesInUse;
    const room = (): number => (taken === 0 ? this.#loadBytes : this.#loadBytes / 2) - taken;
    for (const [userNo, userId, behaviourCount, fields] of rows) {
      const input: UserInput = { userId, profile: null, behaviours: [] };
      if (behaviourCount > maxBehaviours) {
        const params = { count: behaviourCount, limit: maxBehaviours };
        users.push({ userNo, behaviourCount, input, refused: { code: 'extract.user_too_large', params } });
        continue;
      }
      const before = 2 * (userId.length + (fields?.length ?? 0));
      const loaded = this.#behaviours.load(userNo, behaviourCount, room() - before, longest);
      if (!loaded && users.length > 0) break;
      if (!loaded && bytesInUse > 0) return null;
      if (!loaded) {
        const params = { count: behaviourCount, limit: Math.floor(this.#loadBytes / 1_000_000) };
        users.push({ userNo, behaviourCount, input, refused: { code: 'extract.user_too_long', params } });
        continue;
      }
      input.profile = parseProfile(fields);
      input.behaviours = loaded.behaviours;
      users.push({ userNo, behaviourCount, input, bytes: before + loaded.bytes });
      taken += before + loaded.bytes;
    }
    return users;
  }

  #replaceEvents(userNo: number, events: EventDraft[]): void {
    this.#deleteEvents.run(eventId(userNo, 1), eventId(userNo, MAX_EVENTS_PER_USER));
    let values: EventValue[] = [];
    for (const [index, event] of events.entries()) {
      const row = valuesOf(event, eventId(userNo, index + 1));
      // Many long texts at once would fill the memory.
      if (lengthOf(row) > LONG_EVENT_CHARS) {
        this.#insertEvent.run(...row);
        continue;
      }
      values.push(...row);
      if (values.length < EVENTS_PER_INSERT * EVENT_COLUMNS) continue;
      this.#insertEvents.run(...values);
      values = [];
    }
    for (let at = 0; at < values.length; at += EVENT_COLUMNS)
      this.#insertEvent.run(...values.slice(at, at + EVENT_COLUMNS));
  }
}

type EventValue = string | number;

/** The values of EVENT_FIELDS. */
function valuesOf(event: EventDraft, id: number): EventValue[] {
  return [
    id,
    event.type,
    event.category,
    event.startTime,
    event.endTime,
    event.origin,
    event.confidence,
    JSON.stringify(event.context),
    `[${event.evidence.join(',')}]`,
  ];
}

function lengthOf(values: readonly EventValue[]): number {
  let chars = 0;
  for (const value of values) if (typeof value === 'string') chars += value.length;
  return chars;
}

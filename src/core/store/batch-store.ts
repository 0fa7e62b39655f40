import type { DatabaseSync, StatementSync } from 'node:sqlite';
import { z } from 'zod';
import type { RunScope } from '../../shared/run.ts';
import type { ProfileField } from '../../shared/users.ts';
import type { EventDraft, RunUser, UserInput, UserOutcome } from '../extract/extractor.ts';
import { BehaviourLoader, LOAD_BYTES } from './behaviour-loader.ts';
import { transaction } from './database.ts';
import { eventId, MAX_EVENTS_PER_USER } from './event-id.ts';
import { scopeQuery } from './run-store.ts';
import type { RunModel, RunRow } from './run-store.ts';

export interface CommittedBatch {
  runId: number;
  batchNo: number;
  /** What became of users of the batch, by their number. */
  outcomes: { userNo: number; outcome: UserOutcome }[];
  /** The work these outcomes stand for (see plan.ts). */
  weight: number;
  /** Whether the batch is finished once all of its users are committed. */
  done: boolean;
  /** Processed users at which the run pauses: the end of its pilot. Null or left out: it does not pause by itself. */
  pauseAt?: number | null;
  /** What a run that packs as it goes counts itself. */
  streamed?: { batchesDone: number; totalBatches: number; model: RunModel };
  /** Writes that belong to the same transaction. */
  also?: () => void;
  /** Milliseconds since the epoch. */
  now: number;
  activeMs: number;
}

/** The counters of a run after a commit. */
export type RunCounters = Pick<
  RunRow,
  | 'processedUsers'
  | 'successCount'
  | 'failedCount'
  | 'doneBatches'
  | 'totalBatches'
  | 'doneWeight'
  | 'eventCount'
  | 'status'
  | 'endTime'
>;

const EVENT_COLUMNS = 9;
const EVENT_FIELDS = 'id, type, category, start_time, end_time, origin, confidence, context, evidence';
/** Rows of one INSERT: calls from JavaScript cost as much as the rows themselves. */
const EVENTS_PER_INSERT = 32;

const profileFieldsSchema = z.array(z.object({ name: z.string(), value: z.string() }));

/** Parses the stored fields of a profile. */
export function parseProfile(json: unknown): ProfileField[] | null {
  return typeof json === 'string' ? profileFieldsSchema.parse(JSON.parse(json)) : null;
}

/** A user of a batch or sample before the behaviours are loaded. */
type UserTuple = [userNo: number, userId: string, behaviourCount: number, profile: string | null];

/** Reads what a batch needs and commits what came of it: the hot path of a run. */
export class BatchStore {
  readonly #db: DatabaseSync;
  readonly #users: StatementSync;
  readonly #behaviours: BehaviourLoader;
  readonly #loadBytes: number;
  readonly #deleteEvents: StatementSync;
  readonly #insertEvent: StatementSync;
  readonly #insertEvents: StatementSync;
  readonly #succeed: StatementSync;
  readonly #fail: StatementSync;
  readonly #outcome: StatementSync;
  readonly #closeBatch: StatementSync;
  readonly #count: StatementSync;

  /** `loadBytes`: how much memory the users loaded at once may take. */
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
    this.#count = db.prepare(
      `UPDATE runs SET processed_users = processed_users + ?1 + ?2, success_count = success_count + ?1,
        failed_count = failed_count + ?2, done_batches = done_batches + ?3, done_weight = done_weight + ?4,
        event_count = event_count + ?5, active_ms = max(active_ms, ?6),
        total_batches = iif(?9 IS NULL, total_batches,
          iif(processed_users + ?1 + ?2 = total_users, done_batches + ?3, max(?9, done_batches + ?3))),
        model = coalesce(?10, model),
        status = CASE
          WHEN processed_users + ?1 + ?2 = total_users THEN 'completed'
          WHEN status = 'running' AND processed_users + ?1 + ?2 >= ?11 THEN 'paused'
          ELSE status END,
        end_time = iif(processed_users + ?1 + ?2 = total_users, ?7, end_time)
       WHERE id = ?8
       RETURNING processed_users AS processedUsers, success_count AS successCount, failed_count AS failedCount,
         done_batches AS doneBatches, total_batches AS totalBatches, done_weight AS doneWeight, event_count AS eventCount, status, end_time AS endTime`,
    );
  }

  /**
   * Users of a batch that are not done, in order: as many as there is room for in memory, at least one unless all are
   * done. A user with more than `maxBehaviours`, or too long for the memory, is given without behaviours (`refused`).
   */
  load(runId: number, batchNo: number, maxBehaviours: number): RunUser[] {
    return this.loadAfter(runId, batchNo, 0, -1, maxBehaviours);
  }

  /** The same for at most `count` users after a user; -1 for no limit. */
  loadAfter(
    runId: number,
    batchNo: number,
    afterUserNo: number,
    count: number,
    maxBehaviours: number,
  ): RunUser[] {
    return this.loadBeside(runId, batchNo, afterUserNo, count, maxBehaviours, 0) ?? [];
  }

  /**
   * The same while other users take so many bytes; null when there is no room for the next user until some of them are
   * done.
   */
  loadBeside(
    runId: number,
    batchNo: number,
    afterUserNo: number,
    count: number,
    maxBehaviours: number,
    bytesInUse: number,
  ): RunUser[] | null {
    const rows = this.#users.iterate(runId, batchNo, afterUserNo, count);
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
   * Commits users with their events, sequence states and share of the run's counters in one transaction. The same
   * transaction completes the run with its last users, and pauses it with the last users of its pilot: a process that
   * dies between the two would leave a run that is running and has nothing to do.
   */
  commit(batch: CommittedBatch): RunCounters {
    return transaction(this.#db, () => {
      let succeeded = 0;
      let events = 0;
      for (const { userNo, outcome } of batch.outcomes) {
        const error = outcome.status === 'failed' ? JSON.stringify(outcome.error) : null;
        const { changes } = this.#outcome.run(outcome.status, error, batch.runId, batch.batchNo, userNo);
        if (changes !== 1) throw new Error(`user ${userNo} of batch ${batch.batchNo} was committed before`);
        if (outcome.status === 'succeeded') {
          succeeded += 1;
          events += outcome.events.length;
          this.#replaceEvents(userNo, outcome.events);
          const conversions = outcome.events.filter((event) => event.category === 'conversion').length;
          this.#succeed.run(
            outcome.events.length,
            conversions,
            batch.runId,
            batch.now,
            outcome.coverage ?? 1,
            outcome.lowCoverage ? 1 : 0,
            userNo,
          );
        } else {
          this.#fail.run(error, batch.runId, batch.now, userNo);
        }
      }
      const closed = batch.done ? Number(this.#closeBatch.run(batch.runId, batch.batchNo).changes) : 0;
      const failed = batch.outcomes.length - succeeded;
      const done = batch.streamed?.batchesDone ?? closed;
      batch.also?.();
      const row = this.#count.get(
        succeeded,
        failed,
        done,
        batch.weight,
        events,
        batch.activeMs,
        batch.now,
        batch.runId,
        batch.streamed?.totalBatches ?? null,
        batch.streamed ? JSON.stringify(batch.streamed.model) : null,
        batch.pauseAt ?? null,
      );
      if (!row) throw new Error(`run ${batch.runId} is not in the workspace`);
      return row as unknown as RunCounters;
    });
  }

  #loadUsers(rows: Iterable<UserTuple>, maxBehaviours: number, bytesInUse: number): RunUser[] | null {
    const users: RunUser[] = [];
    const longest = this.#behaviours.longestBehaviour();
    // A user in work with a model takes more than the loaded behaviours: two long ones together would be too many.
    let room = bytesInUse === 0 ? this.#loadBytes : this.#loadBytes / 2 - bytesInUse;
    for (const [userNo, userId, behaviourCount, fields] of rows) {
      const input: UserInput = { userId, profile: null, behaviours: [] };
      if (behaviourCount > maxBehaviours) {
        const params = { count: behaviourCount, limit: maxBehaviours };
        users.push({ userNo, behaviourCount, input, refused: { code: 'extract.user_too_large', params } });
        continue;
      }
      const before = 2 * (userId.length + (fields?.length ?? 0));
      const loaded = this.#behaviours.load(userNo, behaviourCount, room - before, longest);
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
      room -= before + loaded.bytes;
    }
    return users;
  }

  #replaceEvents(userNo: number, events: EventDraft[]): void {
    this.#deleteEvents.run(eventId(userNo, 1), eventId(userNo, MAX_EVENTS_PER_USER));
    let next = 0;
    for (; next + EVENTS_PER_INSERT <= events.length; next += EVENTS_PER_INSERT) {
      const values: (string | number)[] = [];
      for (let offset = 0; offset < EVENTS_PER_INSERT; offset += 1)
        pushEvent(values, userNo, next + offset, events);
      this.#insertEvents.run(...values);
    }
    for (; next < events.length; next += 1) {
      const values: (string | number)[] = [];
      pushEvent(values, userNo, next, events);
      this.#insertEvent.run(...values);
    }
  }
}

function pushEvent(values: (string | number)[], userNo: number, index: number, events: EventDraft[]): void {
  const event = events[index];
  if (!event) throw new RangeError(`no event ${index}`);
  values.push(
    eventId(userNo, index + 1),
    event.type,
    event.category,
    event.startTime,
    event.endTime,
    event.origin,
    event.confidence,
    JSON.stringify(event.context),
    `[${event.evidence.join(',')}]`,
  );
}

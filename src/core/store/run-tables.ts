import { DETAILS, THEME_GRAINS } from '../../shared/abstraction.ts';
import type { DatabaseSync, StatementSync } from 'node:sqlite';
import { z } from 'zod';
import type { ErrorCode, ErrorInfo } from '../../shared/errors.ts';
import { messages } from '../../shared/messages/index.ts';
import { EXTRACTOR_IDS, runScopeSchema } from '../../shared/run.ts';
import type { ResultVersion, RunFailureGroup, RunScope } from '../../shared/run.ts';
import { planBatches, weightOfAll } from '../run/plan.ts';
import type {
  NewRun,
  PlannedUser,
  RunBasis,
  RunModel,
  RunRow,
  RunState,
  ScopeFigures,
} from '../run/ports.ts';
import { transaction } from './database.ts';

const runModelSchema = z.object({
  name: z.string(),
  currency: z.string(),
  priced: z.boolean(),
  maxCost: z.number().nullable(),
  /** Missing in runs of earlier versions. */
  maxTokens: z.number().nullable().default(null),
  pilotUsers: z.number().nullable(),
  pilotReleased: z.boolean(),
  /** Missing in runs of earlier versions. */
  pilotDetail: z.enum(DETAILS).nullable().default(null),
  fresh: z.boolean(),
  cachedUsers: z.number(),
  guardrailEvents: z.number(),
  regroupedEvents: z.number().default(0),
  unsupportedEvents: z.number(),
  lowCoverageUsers: z.number(),
}) satisfies z.ZodType<RunModel>;

const runBasisSchema = z.object({
  sessionGapMs: z.number().nullable(),
  dayStartMs: z.number(),
  themeGapMs: z.number(),
  namedFields: z.array(z.string()),
  // Runs of before these were measured go on without them.
  idFields: z.array(z.string()).default([]),
  isProcess: z.boolean().default(false),
  grain: z.enum(THEME_GRAINS).default('themes'),
  measureId: z.number(),
  /** Missing in runs of earlier versions. */
  themeVersion: z.number().default(0),
}) satisfies z.ZodType<RunBasis>;

/** Parses the model of a run as it is stored; null for a run without one. */
export function parseRunModel(json: unknown): RunModel | null {
  return typeof json === 'string' ? runModelSchema.parse(JSON.parse(json)) : null;
}

/** Parses what a run took from the log as it is stored; null for a run that took nothing. */
export function parseRunBasis(json: unknown): RunBasis | null {
  return typeof json === 'string' ? runBasisSchema.parse(JSON.parse(json)) : null;
}

/** Parses an error that was stored as JSON. A code that a newer version wrote is kept readable as an internal error. */
export function parseStoredError(json: unknown): ErrorInfo | null {
  return typeof json === 'string' ? toStoredError(JSON.parse(json)) : null;
}

const storedErrorSchema = z.object({
  code: z.string(),
  params: z.record(z.string(), z.union([z.string(), z.number()])).optional(),
});

/** The same of a value that was parsed. */
export function toStoredError(value: unknown): ErrorInfo {
  const parsed = storedErrorSchema.parse(value);
  if (!Object.hasOwn(messages, parsed.code)) return { code: 'app.internal', params: { detail: parsed.code } };
  return { ...parsed, code: parsed.code as ErrorCode };
}

/** A run of the history: of its scope only the kind, because a list of chosen users can hold 100,000 ids. */
export type PastRun = Omit<RunRow, 'scope'> & { scope: RunScope['kind'] };

const selectRun = (scope: string): string => `
  SELECT id, status, extractor, extractor_version AS extractorVersion, detail, ${scope} AS scope, total_users AS totalUsers,
    processed_users AS processedUsers, success_count AS successCount, failed_count AS failedCount,
    total_batches AS totalBatches, done_batches AS doneBatches, total_weight AS totalWeight, done_weight AS doneWeight,
    event_count AS eventCount, start_time AS startTime, end_time AS endTime, active_ms AS activeMs, deaths, error, dismissed, model, basis
  FROM runs`;
const SELECT_RUN = selectRun('scope');
/** Long lists are told by how their JSON begins, without parsing it. */
const SELECT_PAST_RUN = selectRun(`iif(scope GLOB '{"kind":"users"*', 'users', scope ->> 'kind')`);
const scopeKindSchema = z.enum([
  'remaining',
  'failed',
  'lowCoverage',
  'filter',
  'all',
  'users',
]) satisfies z.ZodType<RunScope['kind']>;

/**
 * The users marked 覆盖不足: whoever got behaviours since, or failed, is shown and counted as that alone. "+" keeps SQLite from walking the
 * index of all who succeeded.
 */
export const IS_LOW_COVERAGE = "low_coverage = 1 AND +status = 'succeeded'";

/** The users of each kind of scope, in the order of their first appearance. */
const SELECT_SCOPE = {
  remaining: "SELECT user_no, behaviour_count FROM sequences WHERE status <> 'succeeded' ORDER BY user_no",
  failed: "SELECT user_no, behaviour_count FROM sequences WHERE status = 'failed' ORDER BY user_no",
  lowCoverage: `SELECT user_no, behaviour_count FROM sequences WHERE ${IS_LOW_COVERAGE} ORDER BY user_no`,
  all: 'SELECT user_no, behaviour_count FROM sequences ORDER BY user_no',
  failedWithCode: `SELECT user_no, behaviour_count FROM sequences
    WHERE status = 'failed' AND error ->> 'code' = ? ORDER BY user_no`,
  users: `SELECT s.user_no, s.behaviour_count FROM users u JOIN sequences s ON s.user_no = u.no
    WHERE u.id IN (SELECT value FROM json_each(?)) ORDER BY s.user_no`,
};

/** The tables of runs, their batches and their users. */
export class RunTables {
  readonly #db: DatabaseSync;
  readonly #nextOpenBatch: StatementSync;

  constructor(db: DatabaseSync) {
    this.#db = db;
    this.#nextOpenBatch = db.prepare(
      'SELECT no FROM batches WHERE run_id = ? AND done = 0 AND no > ? ORDER BY no LIMIT 1',
    );
  }

  latest(): RunRow | null {
    const row = this.#db.prepare(`${SELECT_RUN} ORDER BY id DESC LIMIT 1`).get();
    return row ? toRunRow(row) : null;
  }

  get(runId: number): RunRow | null {
    const row = this.#db.prepare(`${SELECT_RUN} WHERE id = ?`).get(runId);
    return row ? toRunRow(row) : null;
  }

  /** Newest first. */
  history(limit: number): PastRun[] {
    return this.#db
      .prepare(`${SELECT_PAST_RUN} ORDER BY id DESC LIMIT ?`)
      .all(limit)
      .map((row) => ({ ...toRunFields(row), scope: scopeKindSchema.parse(row['scope']) }));
  }

  /** The users a scope covers now, read one by one: they can be millions. */
  *#usersOf(scope: RunScope): Generator<PlannedUser> {
    const [sql, params] = scopeQuery(scope);
    const statement = this.#db.prepare(sql);
    statement.setReturnArrays(true);
    const rows = statement.iterate(...params) as unknown as Iterable<[number, number]>;
    for (const [userNo, behaviourCount] of rows) yield { userNo, behaviourCount };
  }

  /** What a scope covers now: users, their behaviours, and how many have events that would be replaced. */
  scopeFigures(scope: RunScope): ScopeFigures {
    const [sql, params] = scopeQuery(scope);
    const row = this.#db
      .prepare(
        `SELECT count(*) AS users, coalesce(sum(s.behaviour_count), 0) AS behaviours,
          coalesce(sum(s.event_count > 0), 0) AS replacing
         FROM (${sql}) AS chosen JOIN sequences s ON s.user_no = chosen.user_no`,
      )
      .get(...params);
    return {
      users: Number(row?.['users']),
      behaviours: Number(row?.['behaviours']),
      replacing: Number(row?.['replacing']),
    };
  }

  /** Those of the ids that are no user of the workspace. */
  unknownUsers(userIds: string[]): string[] {
    return this.#db
      .prepare('SELECT value FROM json_each(?) WHERE value NOT IN (SELECT id FROM users)')
      .all(JSON.stringify(userIds))
      .map((row) => String(row['value']));
  }

  /**
   * Stores a run with its whole plan, running, in one transaction; null when the scope covers no user. An unfinished older
   * run is closed as cancelled: one that a full disk kept from being marked as failed is still running here.
   */
  create(run: NewRun): RunRow | null {
    return transaction(this.#db, () => {
      const figures = this.scopeFigures(run.scope);
      if (figures.users === 0) return null;
      this.#db
        .prepare(
          "UPDATE runs SET status = 'cancelled', end_time = coalesce(end_time, ?) WHERE status IN ('running', 'paused', 'interrupted')",
        )
        .run(run.startTime);
      this.#db.exec('UPDATE runs SET dismissed = 1 WHERE dismissed = 0');
      const { lastInsertRowid } = this.#db
        .prepare(
          `INSERT INTO runs (status, extractor, extractor_version, detail, scope, total_users, total_batches, total_weight,
            start_time, model, basis)
           VALUES ('running', ?, ?, ?, ?, ?, 0, ?, ?, ?, ?)`,
        )
        .run(
          run.extractor,
          run.extractorVersion,
          run.detail,
          JSON.stringify(run.scope),
          figures.users,
          weightOfAll(figures),
          run.startTime,
          run.model ? JSON.stringify(run.model) : null,
          run.basis && JSON.stringify(run.basis),
        );
      const runId = Number(lastInsertRowid);
      const users = this.#usersOf(run.scope);
      const batches = this.#insertPlan(runId, run.packing ? planBatches(users, run.packing) : [users]);
      this.#db
        .prepare('UPDATE runs SET total_batches = ? WHERE id = ?')
        .run(run.totalBatches ?? batches, runId);
      return this.get(runId);
    });
  }

  /** Stores which users are in which batch; returns the number of batches. */
  #insertPlan(runId: number, batches: Iterable<Iterable<PlannedUser>>): number {
    const insertBatch = this.#db.prepare('INSERT INTO batches (run_id, no) VALUES (?, ?)');
    const insertUser = this.#db.prepare('INSERT INTO run_users (run_id, batch_no, user_no) VALUES (?, ?, ?)');
    let no = 0;
    for (const batch of batches) {
      no += 1;
      insertBatch.run(runId, no);
      for (const user of batch) insertUser.run(runId, no, user.userNo);
    }
    return no;
  }

  /** The first batch after `after` that is not done, or null. */
  nextOpenBatch(runId: number, after: number): number | null {
    const row = this.#nextOpenBatch.get(runId, after);
    return row ? Number(row['no']) : null;
  }

  /** Changes the state of a run; false when it is completed or cancelled. */
  setState(runId: number, state: RunState): boolean {
    const choices = Object.entries(state.model ?? {});
    const model = choices.length > 0 ? `json_set(model${', ?, json(?)'.repeat(choices.length)})` : 'model';
    const { changes } = this.#db
      .prepare(
        `UPDATE runs SET status = ?, end_time = ?, error = ?, dismissed = 0, deaths = coalesce(?, deaths),
          active_ms = max(active_ms, coalesce(?, 0)), extractor_version = coalesce(?, extractor_version),
          basis = coalesce(?, basis), model = ${model} WHERE id = ? AND status NOT IN ('completed', 'cancelled')`,
      )
      .run(
        state.status,
        state.endTime,
        state.error && JSON.stringify(state.error),
        state.deaths ? JSON.stringify(state.deaths) : null,
        state.activeMs ?? null,
        state.extractorVersion ?? null,
        state.basis ? JSON.stringify(state.basis) : null,
        ...choices.flatMap(([name, value]) => [`$.${name}`, JSON.stringify(value)]),
        runId,
      );
    return changes > 0;
  }

  dismiss(runId: number): void {
    this.#db.prepare('UPDATE runs SET dismissed = 1 WHERE id = ?').run(runId);
  }

  /** With which versions the results that stand now were made, and of how many users. */
  resultVersions(): ResultVersion[] {
    return this.#db
      .prepare(
        `SELECT r.extractor_version AS version, count(*) AS users FROM sequences s JOIN runs r ON r.id = s.run_id
         WHERE s.status = 'succeeded' GROUP BY version ORDER BY users DESC, version`,
      )
      .all()
      .map((row) => ({ version: String(row['version']), users: Number(row['users']) }));
  }

  /** The failed users of a run by their reason's code, the most frequent first. */
  failures(runId: number): RunFailureGroup[] {
    const samples = this.#db.prepare(
      `SELECT u.id FROM run_users r JOIN users u ON u.no = r.user_no
       WHERE r.run_id = ? AND r.outcome = 'failed' AND r.error ->> 'code' = ? ORDER BY r.user_no LIMIT 5`,
    );
    return this.#db
      .prepare(
        `SELECT r.error ->> 'code' AS code, min(r.error) AS error, count(*) AS users,
          sum(s.status = 'failed' AND s.error ->> 'code' = r.error ->> 'code') AS stillFailed
         FROM run_users r JOIN sequences s ON s.user_no = r.user_no
         WHERE r.run_id = ? AND r.outcome = 'failed' GROUP BY 1 ORDER BY users DESC, code`,
      )
      .all(runId)
      .map((row) => ({
        error: parseStoredError(row['error']) ?? { code: 'app.internal', params: { detail: '' } },
        users: Number(row['users']),
        stillFailed: Number(row['stillFailed']),
        sampleUserIds: samples.all(runId, String(row['code'])).map((sample) => String(sample['id'])),
      }));
  }
}

/** The numbers of the users a scope covers now, in the order of their first appearance, with their behaviour counts. */
export function scopeQuery(scope: RunScope): [sql: string, params: string[]] {
  switch (scope.kind) {
    case 'remaining':
      return [SELECT_SCOPE.remaining, []];
    case 'failed':
      return scope.code === undefined
        ? [SELECT_SCOPE.failed, []]
        : [SELECT_SCOPE.failedWithCode, [scope.code]];
    case 'lowCoverage':
      return [SELECT_SCOPE.lowCoverage, []];
    case 'all':
      return [SELECT_SCOPE.all, []];
    case 'filter':
      return filterQuery(scope);
    case 'users':
      return [SELECT_SCOPE.users, [JSON.stringify(scope.userIds)]];
  }
}

/** The users that the table shows under a search and a status. */
function filterQuery({
  search,
  status,
}: Extract<RunScope, { kind: 'filter' }>): [sql: string, params: string[]] {
  const conditions: string[] = [];
  const params: string[] = [];
  if (search !== '') {
    conditions.push("u.id LIKE ? ESCAPE '\\'");
    params.push(searchPattern(search));
  }
  if (status === 'lowCoverage') conditions.push(IS_LOW_COVERAGE);
  else if (status !== 'all') {
    conditions.push('s.status = ?');
    params.push(status);
  }
  const where = conditions.length === 0 ? '' : `WHERE ${conditions.join(' AND ')}`;
  const sql = `SELECT s.user_no, s.behaviour_count FROM sequences s JOIN users u ON u.no = s.user_no ${where} ORDER BY s.user_no`;
  return [sql, params];
}

/** The LIKE pattern (with `\\` as escape) of ids that contain a text. */
export function searchPattern(search: string): string {
  return `%${search.replaceAll(/[\\%_]/g, (char) => `\\${char}`)}%`;
}

function toRunRow(row: Record<string, unknown>): RunRow {
  return { ...toRunFields(row), scope: runScopeSchema.parse(JSON.parse(String(row['scope']))) };
}

function toRunFields(row: Record<string, unknown>): Omit<RunRow, 'scope'> {
  return {
    ...(row as unknown as RunRow),
    deaths: z.array(z.number()).parse(JSON.parse(String(row['deaths']))),
    error: parseStoredError(row['error']),
    extractor: z.enum(EXTRACTOR_IDS).parse(row['extractor']),
    dismissed: row['dismissed'] === 1,
    model: parseRunModel(row['model']),
    basis: parseRunBasis(row['basis']),
  };
}

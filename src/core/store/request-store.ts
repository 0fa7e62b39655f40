import type { DatabaseSync, StatementSync } from 'node:sqlite';
import { z } from 'zod';
import { FAILURE_CLASSES } from '../../shared/failure-classes.ts';
import type { RequestDetail, RequestSummary, SentPrompt, UserVerdict } from '../../shared/model.ts';
import { NO_REQUESTS } from '../extract/ports.ts';
import { summaryOf } from '../extract/request-summary.ts';
import type {
  AnsweredRequest,
  FailedRequest,
  NewRequest,
  RequestLedger,
  RequestTotals,
  UnjudgedAnswer,
} from '../extract/ports.ts';
import { transaction } from './database.ts';
import type { DiskSync } from './disk-sync.ts';

/** Raw answers and prompts are kept for this many requests, to be looked at; the judged results are kept for good. */
const ANSWERS_KEPT = 300;
/** Old answers and prompts are deleted once in this many requests. */
const PRUNE_EVERY = 50;
/** Answers of a model are looked for among so many of the latest requests, so that a new model does not read the whole ledger. */
const LATENCIES_WITHIN = 5_000;

const askedSchema = z.array(z.tuple([z.number(), z.number(), z.number(), z.number(), z.string()]));
const failureSchema = z.enum(FAILURE_CLASSES);

interface TotalsRow {
  runId: number;
  cause: string;
  requests: number;
  inputTokens: number;
  outputTokens: number;
  cost: number;
  uncertainCost: number;
  uncertainTokens: number;
}

const SELECT = `
  SELECT id, run_id AS runId, state, start_time AS startTime, first_token_ms AS firstTokenMs, latency_ms AS latencyMs,
    asked, input_tokens AS inputTokens, output_tokens AS outputTokens, usage_reported, cost, failure, http_status AS httpStatus,
    finish_reason AS finishReason, judged, verdicts, failure_detail AS failureDetail, answer, reasoning
  FROM requests`;

/** The ledger in SQLite. */
export class RequestStore implements RequestLedger {
  readonly #db: DatabaseSync;
  readonly #sync: DiskSync;
  readonly #begin: StatementSync;
  readonly #keepPrompt: StatementSync;
  readonly #answered: StatementSync;
  readonly #failed: StatementSync;
  readonly #judged: StatementSync;
  readonly #prune: StatementSync;
  readonly #prunePrompts: StatementSync;
  readonly #askedUsers: StatementSync;
  readonly #totals: StatementSync;

  constructor(db: DatabaseSync, sync: DiskSync) {
    this.#db = db;
    this.#sync = sync;
    this.#begin = db.prepare(
      `INSERT INTO requests (run_id, induction_id, client_id, state, start_time, asked, cause, reserved_cost,
        reserved_tokens)
       VALUES (?, ?, ?, 'sending', ?, ?, ?, ?, ?)`,
    );
    this.#keepPrompt = db.prepare('INSERT INTO sent_prompts (request_id, system, user) VALUES (?, ?, ?)');
    this.#answered = db.prepare(
      `UPDATE requests SET state = 'answered', answer = ?, reasoning = ?, finish_reason = ?, http_status = ?,
        first_token_ms = ?, latency_ms = ?, input_tokens = ?, output_tokens = ?, usage_reported = ?, cost = ?
       WHERE id = ? AND state = 'sending'`,
    );
    this.#failed = db.prepare(
      `UPDATE requests SET state = ?, failure = ?, failure_detail = ?, http_status = ?, latency_ms = ?, answer = ?,
        reasoning = ?, input_tokens = ?, output_tokens = ?, usage_reported = ?, cost = ?, judged = 1
       WHERE id = ? AND state = 'sending'`,
    );
    this.#judged = db.prepare('UPDATE requests SET judged = 1, verdicts = ? WHERE id = ?');
    this.#prune = db.prepare(
      `UPDATE requests SET answer = NULL, reasoning = NULL
       WHERE id BETWEEN ?1 - 2 * ${PRUNE_EVERY} AND ?1 AND judged = 1 AND answer IS NOT NULL`,
    );
    this.#prunePrompts = db.prepare('DELETE FROM sent_prompts WHERE request_id <= ?');
    this.#askedUsers = db.prepare(
      `SELECT coalesce(u.id, '') AS id FROM json_each(?) a LEFT JOIN users u ON u.no = a.value ->> 0 ORDER BY a.key`,
    );
    this.#totals = db.prepare(
      `SELECT run_id AS runId, cause, requests, input_tokens AS inputTokens, output_tokens AS outputTokens, cost,
        uncertain_cost AS uncertainCost, uncertain_tokens AS uncertainTokens
       FROM ledger_totals WHERE run_id IN (SELECT value FROM json_each(?))`,
    );
  }

  /**
   * Stores a request and its prompt before it is sent; returns its id. Whatever becomes of the process, the request is on the books; of
   * a power cut, see DiskSync.
   */
  begin(
    request: NewRequest | (Omit<NewRequest, 'runId'> & { runId: null; inductionId: number | null }),
  ): number {
    const write = (): number => {
      const { lastInsertRowid } = this.#begin.run(
        request.runId,
        'inductionId' in request ? request.inductionId : null,
        request.clientId,
        request.startTime,
        JSON.stringify(request.asked),
        request.cause,
        request.reservedCost,
        request.reservedTokens,
      );
      this.#keepPrompt.run(lastInsertRowid, request.prompt.system, request.prompt.user);
      return Number(lastInsertRowid);
    };
    const id = this.#sync.later(() => transaction(this.#db, write));
    if (id % PRUNE_EVERY === 0) {
      this.#prune.run(id - ANSWERS_KEPT);
      this.#prunePrompts.run(id - ANSWERS_KEPT);
    }
    return id;
  }

  /** Stores an answer and what it cost, before anybody looks at it. */
  answered(id: number, answer: AnsweredRequest): void {
    this.#sync.later(() => this.#writeAnswer(id, answer));
  }

  /** The same for an answer that is about no users and is not judged; within a transaction. */
  answeredWithin(id: number, answer: AnsweredRequest): void {
    this.#writeAnswer(id, answer);
    this.judged(id, []);
  }

  #writeAnswer(id: number, answer: AnsweredRequest): void {
    this.#answered.run(
      answer.text,
      answer.reasoning,
      answer.finishReason,
      answer.httpStatus,
      Math.round(answer.firstTokenMs),
      Math.round(answer.latencyMs),
      answer.inputTokens,
      answer.outputTokens,
      answer.reported ? 1 : 0,
      answer.cost,
      id,
    );
  }

  /** Stores that a request gave no answer, and what it cost all the same. */
  failed(id: number, failed: FailedRequest): void {
    this.#failed.run(
      failed.state,
      failed.failure,
      failed.detail,
      failed.httpStatus,
      Math.round(failed.latencyMs),
      failed.text,
      failed.reasoning,
      failed.inputTokens,
      failed.outputTokens,
      failed.reported ? 1 : 0,
      failed.cost,
      id,
    );
  }

  /** Notes what became of the users of an answer. Within the transaction that commits them. */
  judged(id: number, verdicts: UserVerdict[]): void {
    this.#judged.run(JSON.stringify(verdicts), id);
  }

  /** Answers of a run that were paid for and stored, but not judged. */
  unjudged(runId: number): UnjudgedAnswer[] {
    // The condition of the index requests_open is repeated: SQLite would read all requests of the run otherwise.
    return this.#db
      .prepare(
        `SELECT id, asked, answer, reasoning, finish_reason FROM requests
         WHERE run_id = ? AND (state = 'sending' OR (state = 'answered' AND judged = 0)) AND state = 'answered'
         ORDER BY id`,
      )
      .all(runId)
      .map((row) => ({
        id: Number(row['id']),
        asked: askedSchema.parse(JSON.parse(String(row['asked']))),
        text: String(row['answer'] ?? ''),
        reasoning: String(row['reasoning'] ?? ''),
        finishReason: String(row['finish_reason'] ?? 'unknown'),
      }));
  }

  /** Marks what a dead process had in flight, in one run or (null) in any; gives how many. */
  markLost(runId: number | null): number {
    return Number(
      this.#db
        .prepare(
          "UPDATE requests SET state = 'lost', judged = 1 WHERE (?1 IS NULL OR run_id = ?1) AND state = 'sending'",
        )
        .run(runId).changes,
    );
  }

  /** The sums of the requests of each of these runs; runs without a request are left out. */
  totalsOf(runIds: readonly number[]): Map<number, RequestTotals> {
    const totals = new Map<number, RequestTotals>();
    for (const row of this.#totals.all(JSON.stringify(runIds)) as unknown as TotalsRow[]) {
      const sum = totals.get(row.runId) ?? { ...NO_REQUESTS, retriesByReason: {} };
      totals.set(row.runId, sum);
      sum.requests += row.requests;
      sum.inputTokens += row.inputTokens;
      sum.outputTokens += row.outputTokens;
      sum.cost += row.cost;
      sum.uncertainCost += row.uncertainCost;
      sum.uncertainTokens += row.uncertainTokens;
      if (row.cause === '') continue;
      sum.retries += row.requests;
      const cause = failureSchema.safeParse(row.cause);
      if (cause.success) sum.retriesByReason[cause.data] = row.requests;
    }
    return totals;
  }

  /** The sums of the requests of a run. */
  totals(runId: number): RequestTotals {
    return this.totalsOf([runId]).get(runId) ?? { ...NO_REQUESTS };
  }

  /** The sums of the requests of an induction. */
  totalsOfInduction(inductionId: number): RequestTotals {
    return this.#totalsWhere('induction_id = ?', inductionId);
  }

  /** The sums of some requests, by their ids. */
  totalsOfRequests(ids: readonly number[]): RequestTotals {
    return this.#totalsWhere('id IN (SELECT value FROM json_each(?))', JSON.stringify(ids));
  }

  #totalsWhere(condition: string, value: number | string): RequestTotals {
    const row = this.#db
      .prepare(
        `SELECT count(*) AS requests, count(cause) AS retries, coalesce(sum(input_tokens), 0) AS inputTokens,
           coalesce(sum(output_tokens), 0) AS outputTokens, coalesce(sum(cost), 0) AS cost,
           coalesce(sum(iif(state <> 'sending' AND cost IS NULL, reserved_cost, 0)), 0) AS uncertainCost,
           coalesce(sum(iif(state <> 'sending' AND cost IS NULL AND input_tokens IS NULL, reserved_tokens, 0)), 0)
             AS uncertainTokens
         FROM requests WHERE ${condition}`,
      )
      .get(value);
    return {
      ...NO_REQUESTS,
      retriesByReason: {},
      ...(row as unknown as Omit<RequestTotals, 'retriesByReason'>),
    };
  }

  /** How long the latest answers of a model took, by how long they were. */
  latencies(model: string, limit: number): { outputTokens: number; latencyMs: number }[] {
    return this.#db
      .prepare(
        `SELECT q.output_tokens AS outputTokens, q.latency_ms AS latencyMs
         FROM requests q JOIN runs r ON r.id = q.run_id AND r.model ->> 'name' = ?
         WHERE q.id > (SELECT max(id) FROM requests) - ${LATENCIES_WITHIN}
           AND q.state = 'answered' AND q.output_tokens IS NOT NULL ORDER BY q.id DESC LIMIT ?`,
      )
      .all(model, limit) as unknown as { outputTokens: number; latencyMs: number }[];
  }

  /** The latest requests, newest first. */
  latest(limit: number): RequestSummary[] {
    return this.#db
      .prepare(`${SELECT} ORDER BY id DESC LIMIT ?`)
      .all(limit)
      .map((row) => summaryOf(this.#detail(row)));
  }

  get(id: number): RequestDetail | null {
    const row = this.#db.prepare(`${SELECT} WHERE id = ?`).get(id);
    return row ? this.#detail(row) : null;
  }

  /** The prompt of a request, as it was sent; null when it is no longer kept. */
  sentPrompt(id: number): SentPrompt | null {
    const row = this.#db.prepare('SELECT system, user FROM sent_prompts WHERE request_id = ?').get(id);
    return row ? { system: String(row['system']), user: String(row['user']) } : null;
  }

  #detail(row: Record<string, unknown>): RequestDetail {
    const { asked, verdicts, usage_reported: reported, ...rest } = row;
    const judged = typeof verdicts === 'string' ? (JSON.parse(verdicts) as UserVerdict[]) : [];
    const askedUserIds = this.#askedUsers.all(String(asked)).map(({ id }) => String(id));
    return {
      ...(rest as unknown as RequestDetail),
      runId: Number(row['runId'] ?? 0),
      userIds: [...new Set(askedUserIds)],
      askedUserIds,
      isEstimated: row['outputTokens'] !== null && reported !== 1,
      judged: row['judged'] === 1,
      accepted: judged.filter((verdict) => verdict.accepted).length,
      verdicts: judged,
    };
  }
}

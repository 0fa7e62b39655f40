import type { DatabaseSync, StatementSync } from 'node:sqlite';
import { z } from 'zod';
import { INDUCTION_STATUSES } from '../../shared/induction.ts';
import type { AnsweredRequest, FailedRequest, NewRequest, RequestTotals } from '../extract/ports.ts';
import type { UserInput } from '../extract/extractor.ts';
import { inductionModelSchema, inductionPlanSchema, inductionProgressSchema } from '../induct/ports.ts';
import type { InductionChange, InductionRow, InductionStore, UserSource } from '../induct/ports.ts';
import type { KeptAnswer } from '../induct/read-list.ts';
import { parseProfile } from './batch-tables.ts';
import { BehaviourLoader } from './behaviour-loader.ts';
import { scalar, transaction } from './database.ts';
import type { RequestStore } from './request-store.ts';
import { parseStoredError } from './run-tables.ts';

const statusSchema = z.enum(INDUCTION_STATUSES).exclude(['idle']);

/** The inductions of a workspace, the answers that were paid for, and the users of a sample. */
export class SqliteInductionStore implements InductionStore, UserSource {
  readonly #db: DatabaseSync;
  readonly #requests: RequestStore;
  readonly #behaviours: BehaviourLoader;
  readonly #user: StatementSync;
  readonly #keep: StatementSync;

  constructor(db: DatabaseSync, requests: RequestStore) {
    this.#db = db;
    this.#requests = requests;
    this.#behaviours = new BehaviourLoader(db);
    this.#user = db.prepare(
      'SELECT u.id AS id, p.fields AS fields FROM users u LEFT JOIN profiles p ON p.user_no = u.no WHERE u.no = ?',
    );
    this.#keep = db.prepare(
      `INSERT OR REPLACE INTO induction_answers (key, text, reasoning, finish_reason, created_at) VALUES (?, ?, ?, ?, ?)`,
    );
  }

  latest(): InductionRow | null {
    const row = this.#db.prepare('SELECT * FROM inductions ORDER BY id DESC LIMIT 1').get();
    return row ? toInduction(row) : null;
  }

  create({
    plan,
    model,
    progress,
    startTime,
  }: Pick<InductionRow, 'plan' | 'model' | 'progress' | 'startTime'>): InductionRow {
    const { lastInsertRowid } = this.#db
      .prepare(
        `INSERT INTO inductions (status, plan, model, progress, start_time) VALUES ('running', ?, ?, ?, ?)`,
      )
      .run(JSON.stringify(plan), JSON.stringify(model), JSON.stringify(progress), startTime);
    return {
      ...{ id: Number(lastInsertRowid), status: 'running', plan, model, progress, startTime },
      ...{ error: null, deaths: [], endTime: null, closed: false },
    };
  }

  change(id: number, { status, model, progress, error, deaths, endTime, closed }: InductionChange): void {
    const values: Record<string, string | number | null | undefined> = {
      status,
      model: model && JSON.stringify(model),
      progress: progress && JSON.stringify(progress),
      error: error && JSON.stringify(error),
      deaths: deaths && JSON.stringify(deaths),
      end_time: endTime,
      closed: closed === undefined ? undefined : Number(closed),
    };
    const changed = Object.entries(values).flatMap(([name, value]) =>
      value === undefined ? [] : [{ name, value }],
    );
    if (changed.length === 0) return;
    this.#db
      .prepare(`UPDATE inductions SET ${changed.map(({ name }) => `${name} = ?`).join(', ')} WHERE id = ?`)
      .run(...changed.map(({ value }) => value), id);
  }

  keptAnswer(key: string): KeptAnswer | null {
    const row = this.#db
      .prepare('SELECT text, reasoning, finish_reason FROM induction_answers WHERE key = ?')
      .get(key);
    if (!row) return null;
    return {
      text: String(row['text']),
      reasoning: String(row['reasoning']),
      finishReason: String(row['finish_reason']),
    };
  }

  dropAnswer(key: string): void {
    this.#db.prepare('DELETE FROM induction_answers WHERE key = ?').run(key);
  }

  begin(inductionId: number, request: Omit<NewRequest, 'runId'>): number {
    return this.#requests.begin({ ...request, runId: null, inductionId });
  }

  answered(requestId: number, answer: AnsweredRequest, key: string, now: number): void {
    // One is never without the other: what is on the books is there, and what is there is on the books.
    transaction(this.#db, () => {
      this.#requests.answeredWithin(requestId, answer);
      this.#keep.run(key, answer.text, answer.reasoning, answer.finishReason, now);
    });
  }

  failed(requestId: number, failed: FailedRequest): void {
    this.#requests.failed(requestId, failed);
  }

  markLost(inductionId: number): void {
    this.#db
      .prepare(`UPDATE requests SET state = 'lost', judged = 1 WHERE induction_id = ? AND state = 'sending'`)
      .run(inductionId);
  }

  totals(inductionId: number): RequestTotals {
    return this.#requests.totalsOfInduction(inductionId);
  }

  userIds(userNos: readonly number[]): Map<number, string> {
    const rows = this.#db
      .prepare('SELECT no, id FROM users WHERE no IN (SELECT value FROM json_each(?))')
      .all(JSON.stringify(userNos));
    return new Map(rows.map((row) => [Number(row['no']), String(row['id'])]));
  }

  spread(count: number): { userNo: number; behaviours: number }[] {
    const users = scalar(this.#db, 'SELECT count(*) FROM sequences WHERE behaviour_count > 0');
    const step = Math.max(1, Math.floor(users / count));
    return this.#db
      .prepare(
        `SELECT user_no AS userNo, behaviour_count AS behaviours FROM (
           SELECT user_no, behaviour_count, row_number() OVER (ORDER BY user_no) - 1 AS place
           FROM sequences WHERE behaviour_count > 0)
         WHERE place % ? = 0 LIMIT ?`,
      )
      .all(step, count) as unknown as { userNo: number; behaviours: number }[];
  }

  load(userNo: number, behaviours: number): UserInput | null {
    const row = this.#user.get(userNo);
    if (!row) return null;
    return {
      userId: String(row['id']),
      profile: parseProfile(row['fields']),
      behaviours: this.#behaviours.latest(userNo, behaviours),
    };
  }
}

function toInduction(row: Record<string, unknown>): InductionRow {
  const json = (name: string): unknown => JSON.parse(String(row[name]));
  return {
    id: Number(row['id']),
    status: statusSchema.parse(row['status']),
    plan: inductionPlanSchema.parse(json('plan')),
    model: inductionModelSchema.parse(json('model')),
    progress: inductionProgressSchema.parse(json('progress')),
    error: parseStoredError(row['error']),
    deaths: z.array(z.number()).parse(json('deaths')),
    startTime: Number(row['start_time']),
    endTime: row['end_time'] === null ? null : Number(row['end_time']),
    closed: row['closed'] === 1,
  };
}

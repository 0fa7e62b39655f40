import type { DatabaseSync, StatementSync } from 'node:sqlite';
import { z } from 'zod';
import type { AnswerCache, StoredAnswer, StoredCut } from '../extract/ports.ts';

const storedEventSchema = z.object({
  type: z.string(),
  category: z.enum(['conversion', 'engagement']),
  startTime: z.number(),
  endTime: z.number(),
  confidence: z.number(),
  context: z.record(z.string(), z.unknown()),
  evidence: z.array(z.number().int().min(0)),
});

const storedAnswerSchema = z.object({
  events: z.array(storedEventSchema),
  coverage: z.number(),
  unsupported: z.number(),
});
const cutSchema = z.union([
  z.object({ maxTokens: z.number().positive() }),
  z.object({ at: z.number().int().positive() }),
]);
/** The cache of judged answers in SQLite: what was paid for is not paid for again. */
export class AnswerStore implements AnswerCache {
  readonly #get: StatementSync;
  readonly #put: StatementSync;
  readonly #learned: StatementSync;
  readonly #learn: StatementSync;

  constructor(db: DatabaseSync) {
    this.#get = db.prepare('SELECT verdict, complete, created_at FROM answers WHERE key = ?');
    // A complete answer is never replaced by one that is not.
    this.#put = db.prepare(
      `INSERT INTO answers (key, verdict, complete, created_at) VALUES (?1, ?2, ?3, ?4)
       ON CONFLICT (key) DO UPDATE SET verdict = ?2, complete = ?3, created_at = ?4 WHERE ?3 >= complete`,
    );
    this.#learned = db.prepare('SELECT state FROM learned WHERE key = ?');
    this.#learn = db.prepare(
      `INSERT INTO learned (key, state, updated_at) VALUES (?1, ?2, ?3)
       ON CONFLICT (key) DO UPDATE SET state = ?2, updated_at = ?3`,
    );
  }

  /** `createdAt` in milliseconds since the epoch. */
  get(key: string): { answer: StoredAnswer; complete: boolean; createdAt: number } | null {
    const row = this.#get.get(key);
    if (!row) return null;
    const answer = storedAnswerSchema.safeParse(JSON.parse(String(row['verdict'])));
    if (!answer.success) return null;
    return { answer: answer.data, complete: row['complete'] === 1, createdAt: Number(row['created_at']) };
  }

  put(key: string, answer: StoredAnswer, complete: boolean, now: number): void {
    this.#put.run(key, JSON.stringify(answer), complete ? 1 : 0, now);
  }

  /** What was learned of a provider's model, as it was put; null when nothing was. */
  learned(key: string): unknown {
    const row = this.#learned.get(key);
    return row ? JSON.parse(String(row['state'])) : null;
  }

  /** How a unit was cut because its answer was too long, or broke off; null when it was not. */
  cutOf(key: string): StoredCut | null {
    return cutSchema.safeParse(this.learned(cutKey(key))).data ?? null;
  }

  /** Remembers a cut, so that the same unit is cut the same way the next time, and its answered parts are found. */
  cut(key: string, cut: StoredCut, now: number): void {
    this.learn(cutKey(key), cut, now);
  }

  /** Of several cuts of one unit, keeps the one that goes furthest: it tells more to every user with the same history. */
  cutFurther(key: string, at: number, now: number): void {
    const before = this.cutOf(key);
    if (before === null || !('at' in before) || before.at < at) this.cut(key, { at }, now);
  }

  learn(key: string, state: unknown, now: number): void {
    this.#learn.run(key, JSON.stringify(state), now);
  }
}

function cutKey(key: string): string {
  return `cut ${key}`;
}

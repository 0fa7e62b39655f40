import type { DatabaseSync } from 'node:sqlite';
import { z } from 'zod';
import { MOST_ASKED_WORDS } from '../../shared/asked-words.ts';
import type { AskedWords } from '../../shared/asked-words.ts';
import { questionSchema } from '../../shared/insight.ts';
import { transaction } from './database.ts';
import { STORED_LIMITS } from './stored-json.ts';

/** Keys of `learned` that begin with this are questions in words; those of models begin with a protocol. */
const PREFIX = 'words ';
/** The first text after all keys with the prefix. */
const AFTER = 'words!';

const stateSchema = z.object({
  words: z.string(),
  question: questionSchema.nullable(),
  reason: z.string(),
  model: z.string(),
});

/**
 * The latest questions that were asked in words, with what a model made of each: rows of `learned`, for it is what was learned of the words. Times in
 * milliseconds since the epoch.
 */
export class AskedWordsStore {
  readonly #db: DatabaseSync;

  constructor(db: DatabaseSync) {
    this.#db = db;
  }

  /** The latest first; one that cannot be read, as of a later version, is left out. */
  list(): AskedWords[] {
    return this.#db
      .prepare(
        `SELECT state, updated_at FROM learned WHERE key >= ? AND key < ? AND octet_length(state) <= ?
         ORDER BY updated_at DESC, key LIMIT ?`,
      )
      .all(PREFIX, AFTER, STORED_LIMITS.question, MOST_ASKED_WORDS)
      .flatMap((row) => {
        const state = stateSchema.safeParse(JSON.parse(String(row['state'])));
        return state.success ? [{ ...state.data, askedAt: Number(row['updated_at']) }] : [];
      });
  }

  /** Puts a question at the beginning of the list; those that it has no room for go. */
  add({ words, ...understood }: Omit<AskedWords, 'askedAt'>, now: number): void {
    transaction(this.#db, () => {
      this.#db
        .prepare(
          `INSERT INTO learned (key, state, updated_at) VALUES (?1, ?2, ?3)
           ON CONFLICT (key) DO UPDATE SET state = ?2, updated_at = ?3`,
        )
        .run(PREFIX + words, JSON.stringify({ words, ...understood }), now);
      this.#db
        .prepare(
          `DELETE FROM learned WHERE key IN (
             SELECT key FROM learned WHERE key >= ? AND key < ? ORDER BY updated_at DESC, key LIMIT -1 OFFSET ?)`,
        )
        .run(PREFIX, AFTER, MOST_ASKED_WORDS);
    });
  }

  /** Takes a question off the list, or all of them with null. The answers of the model stay: asked again, they cost nothing. */
  remove(words: string | null): void {
    if (words === null) this.#db.prepare('DELETE FROM learned WHERE key >= ? AND key < ?').run(PREFIX, AFTER);
    else this.#db.prepare('DELETE FROM learned WHERE key = ?').run(PREFIX + words);
  }
}

import type { DatabaseSync, StatementSync } from 'node:sqlite';
import { checkUnlocked, withoutSync } from './database.ts';

/** What was committed without a wait for the disk is safe from a power cut so many milliseconds later. */
const SYNC_AFTER_MS = 100;

/**
 * Lets commits that follow each other closely wait for the disk together: each wait takes milliseconds, in which the thread can do nothing
 * else. A process that dies at any instant loses nothing of what was committed.
 */
export class DiskSync {
  readonly #db: DatabaseSync;
  readonly #sync: StatementSync;
  #isDue = false;

  constructor(db: DatabaseSync) {
    this.#db = db;
    // Only a commit that changes something waits for the disk. It makes all commits before it safe, too.
    this.#sync = db.prepare(
      `INSERT INTO meta (key, value) VALUES ('syncs', '1') ON CONFLICT (key) DO UPDATE SET value = value + 1`,
    );
  }

  /** Runs a write whose commit does not wait for the disk; that is done by `now`, or a moment later. Not to be called within a transaction. */
  later<T>(write: () => T): T {
    const result = withoutSync(this.#db, write);
    if (!this.#isDue) this.#soon();
    return result;
  }

  /** Waits for the disk, if a commit did not. */
  now(): void {
    if (!this.#isDue || !this.#db.isOpen) return;
    this.#isDue = false;
    try {
      checkUnlocked(this.#db);
      this.#sync.run();
    } catch {
      // Another program has locked the workspace, or the disk is full: the next commit says so, and this is tried until it succeeds.
      this.#soon();
    }
  }

  #soon(): void {
    this.#isDue = true;
    setTimeout(() => this.now(), SYNC_AFTER_MS).unref();
  }
}

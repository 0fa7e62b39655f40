import type { DatabaseSync, StatementSync } from 'node:sqlite';
import type { z } from 'zod';
import { transaction } from './database.ts';
import { jsonToStore, STORED_LIMITS, storedJson } from './stored-json.ts';

export interface VersionTableOptions<Content, Change> {
  table: 'codebooks' | 'theme_tables';
  /** Where the number of the version in use is kept. */
  key: string;
  content: z.ZodType<Content>;
  change: z.ZodType<Change>;
  /** Whether there is a state before the first version, to which one can go back. */
  beginsEmpty: boolean;
}

/** A version of something, and the changes that would lead back from it and on. */
export interface StoredVersion<Content, Change> {
  version: number;
  content: Content;
  change: Change;
  /** Whether the version before it is there. */
  hasParent: boolean;
  redo: Change | null;
}

/** Something of a workspace that is kept version by version, each made from another one, so that undo and redo are exact. */
export class VersionTable<Content, Change> {
  readonly #db: DatabaseSync;
  readonly #options: VersionTableOptions<Content, Change>;
  readonly #head: StatementSync;

  constructor(db: DatabaseSync, options: VersionTableOptions<Content, Change>) {
    this.#db = db;
    this.#options = options;
    const { table, beginsEmpty } = options;
    // A number that a rescue could not take over is that of the latest version.
    this.#head = db.prepare(
      `SELECT coalesce(
        (SELECT c.version FROM meta m JOIN ${table} c ON c.version = CAST(m.value AS INTEGER) WHERE m.key = ?1),
        ${beginsEmpty ? "(SELECT 0 FROM meta WHERE key = ?1 AND value = '0')," : ''}
        (SELECT max(version) FROM ${table})) AS version`,
    );
  }

  /** What changes whenever another version is in use; 0 where there is none. */
  head(): number {
    const row = this.#head.get(this.#options.key);
    return Number(row?.['version'] ?? 0);
  }

  /** The version in use; null where there is none. */
  current(): StoredVersion<Content, Change> | null {
    const { table, beginsEmpty } = this.#options;
    const row = this.#db
      .prepare(
        `SELECT version, parent, change, content,
           EXISTS (SELECT 1 FROM ${table} p WHERE p.version = c.parent) AS hasParent FROM ${table} c WHERE version = ?`,
      )
      .get(this.head());
    if (!row) return null;
    const version = Number(row['version']);
    return {
      version,
      content: this.#contentOf(row['content']),
      change: this.#options.change.parse(row['change']),
      hasParent: row['hasParent'] === 1 || (beginsEmpty && row['parent'] === null),
      redo: this.#next(version)?.change ?? null,
    };
  }

  /** The content of a version; null where it is not there. */
  contentOf(version: number): Content | null {
    const row = this.#db.prepare(`SELECT content FROM ${this.#options.table} WHERE version = ?`).get(version);
    return row ? this.#contentOf(row['content']) : null;
  }

  /** What would be made again where no version is in use. */
  redoFromEmpty(): Change | null {
    return this.#next(null)?.change ?? null;
  }

  /**
   * Makes a content the one in use, as the next version after that. `now` in milliseconds since the epoch. Throws
   * workspace.value_too_large.
   */
  add(content: Content, change: Change, now: number): void {
    const { table } = this.#options;
    const json = jsonToStore(content, STORED_LIMITS.version);
    transaction(this.#db, () => {
      const parent = this.#parentOfNext();
      const { lastInsertRowid } = this.#db
        .prepare(
          `INSERT INTO ${table} (version, parent, change, content, created_at)
           VALUES ((SELECT coalesce(max(version), 0) + 1 FROM ${table}), ?, ?, ?, ?)`,
        )
        .run(parent, String(change), json, now);
      this.#use(Number(lastInsertRowid));
    });
  }

  /** Goes back to the version before the one in use; the caller knows that there is one. */
  undo(): void {
    transaction(this.#db, () => {
      const row = this.#db
        .prepare(`SELECT parent FROM ${this.#options.table} WHERE version = ?`)
        .get(this.head());
      this.#use(Number(row?.['parent'] ?? 0));
    });
  }

  /** Goes on to the version that was left by the latest `undo`; false where there is none. */
  redo(): boolean {
    return transaction(this.#db, () => {
      const next = this.#next(this.#parentOfNext());
      if (next) this.#use(next.version);
      return next !== null;
    });
  }

  #parentOfNext(): number | null {
    const head = this.head();
    return head === 0 ? null : head;
  }

  /** The latest version that was made from another one. */
  #next(version: number | null): { version: number; change: Change } | null {
    const { table, change } = this.#options;
    const row = this.#db
      .prepare(`SELECT version, change FROM ${table} WHERE parent IS ? ORDER BY version DESC LIMIT 1`)
      .get(version);
    return row ? { version: Number(row['version']), change: change.parse(row['change']) } : null;
  }

  #contentOf(json: unknown): Content {
    return this.#options.content.parse(storedJson(json, STORED_LIMITS.version));
  }

  #use(version: number): void {
    this.#db
      .prepare('INSERT OR REPLACE INTO meta (key, value) VALUES (?, ?)')
      .run(this.#options.key, String(version));
  }
}

import type { DatabaseSync, StatementSync } from 'node:sqlite';
import { codebookChangeKindSchema, codebookSchema } from '../../shared/codebook.ts';
import type { Codebook, CodebookChangeKind, CodebookView } from '../../shared/codebook.ts';
import { transaction } from './database.ts';

/** Where the number of the version in use is kept. */
const CURRENT_KEY = 'codebook';

/** The event types of a workspace, version by version. */
export class CodebookStore {
  readonly #db: DatabaseSync;
  readonly #head: StatementSync;

  constructor(db: DatabaseSync) {
    this.#db = db;
    // A number that a rescue could not take over is that of the latest version.
    this.#head = db.prepare(
      `SELECT coalesce(
        (SELECT c.version FROM meta m JOIN codebooks c ON c.version = CAST(m.value AS INTEGER) WHERE m.key = ?),
        (SELECT max(version) FROM codebooks)) AS version`,
    );
  }

  /** What changes whenever another version is in use; 0 where there is none yet. */
  head(): number {
    const row = this.#head.get(CURRENT_KEY);
    return Number(row?.['version'] ?? 0);
  }

  /** The version in use; null where there is none yet. */
  current(): CodebookView | null {
    const row = this.#db
      .prepare('SELECT version, parent, change, content FROM codebooks WHERE version = ?')
      .get(this.head());
    if (!row) return null;
    const change = changeOf(row['change']);
    const parent = this.#db.prepare('SELECT 1 FROM codebooks WHERE version = ?').get(row['parent'] ?? null);
    const next = this.#next(Number(row['version']));
    return {
      version: Number(row['version']),
      codebook: codebookSchema.parse(JSON.parse(String(row['content']))),
      // What the rules need would be added again at once.
      undo: parent && change !== 'rules' ? change : null,
      redo: next?.change ?? null,
    };
  }

  /** Makes a codebook the one in use, as the next version after that. `now` in milliseconds since the epoch. */
  add(codebook: Codebook, change: CodebookChangeKind, now: number): void {
    transaction(this.#db, () => {
      const parent = this.current()?.version ?? null;
      const { lastInsertRowid } = this.#db
        .prepare(
          `INSERT INTO codebooks (version, parent, change, content, created_at)
           VALUES ((SELECT coalesce(max(version), 0) + 1 FROM codebooks), ?, ?, ?, ?)`,
        )
        .run(parent, change, JSON.stringify(codebook), now);
      this.#use(Number(lastInsertRowid));
    });
  }

  /** Goes back to the version before the one in use; false where there is none. */
  undo(): boolean {
    return transaction(this.#db, () => {
      const current = this.current();
      if (!current || current.undo === null) return false;
      const row = this.#db.prepare('SELECT parent FROM codebooks WHERE version = ?').get(current.version);
      this.#use(Number(row?.['parent']));
      return true;
    });
  }

  /** Goes on to the version that was left by the latest `undo`; false where there is none. */
  redo(): boolean {
    return transaction(this.#db, () => {
      const current = this.current();
      const next = current && this.#next(current.version);
      if (!next) return false;
      this.#use(next.version);
      return true;
    });
  }

  /** The latest version that was made from another one. */
  #next(version: number): { version: number; change: CodebookChangeKind } | null {
    const row = this.#db
      .prepare('SELECT version, change FROM codebooks WHERE parent = ? ORDER BY version DESC LIMIT 1')
      .get(version);
    return row ? { version: Number(row['version']), change: changeOf(row['change']) } : null;
  }

  #use(version: number): void {
    this.#db
      .prepare('INSERT OR REPLACE INTO meta (key, value) VALUES (?, ?)')
      .run(CURRENT_KEY, String(version));
  }
}

const changeOf = (value: unknown): CodebookChangeKind => codebookChangeKindSchema.catch('file').parse(value);

import { DatabaseSync } from 'node:sqlite';

/** A set of names of any size: in a temporary file that goes with it, not in memory. */
export class NameSet {
  readonly #db = new DatabaseSync('');
  readonly #add;

  constructor() {
    this.#db.exec(
      'PRAGMA journal_mode = OFF; PRAGMA synchronous = OFF; CREATE TABLE names (no INTEGER PRIMARY KEY, name TEXT UNIQUE)',
    );
    this.#db.exec('BEGIN');
    this.#add = this.#db.prepare('INSERT OR IGNORE INTO names (name) VALUES (?)');
  }

  add(name: string): void {
    this.#add.run(name);
  }

  /** The names in the order in which they came. */
  *[Symbol.iterator](): Generator<string> {
    for (const row of this.#db.prepare('SELECT name FROM names ORDER BY no').iterate())
      yield String(row['name']);
  }

  dispose(): void {
    this.#db.close();
  }
}

import { DatabaseSync } from 'node:sqlite';
import type { ObjectType } from './ocel.ts';

/** Objects that are remembered: the events of one user follow one another. */
const KEPT = 20_000;

/** The type of each object of a log of any size: in a temporary file that goes with it, not in memory. */
export class ObjectIndex {
  readonly #db = new DatabaseSync('');
  readonly #add;
  readonly #find;
  readonly #types: ObjectType[] = [];
  readonly #numbers = new Map<string, number>();
  readonly #known = new Map<string, string | null>();

  constructor() {
    this.#db.exec(
      'PRAGMA journal_mode = OFF; PRAGMA synchronous = OFF; CREATE TABLE objects (id TEXT PRIMARY KEY, type INTEGER) WITHOUT ROWID; BEGIN',
    );
    this.#add = this.#db.prepare('INSERT OR IGNORE INTO objects VALUES (?, ?)');
    this.#find = this.#db.prepare('SELECT type FROM objects WHERE id = ?');
  }

  add(id: string, type: string): void {
    let number = this.#numbers.get(type);
    if (number === undefined) {
      number = this.#types.push({ name: type, objects: 0 }) - 1;
      this.#numbers.set(type, number);
    }
    const kind = this.#types[number];
    if (this.#add.run(id, number).changes > 0 && kind) kind.objects += 1;
  }

  /** Null for an object that the log lacks. */
  typeOf(id: string): string | null {
    let type = this.#known.get(id);
    if (type !== undefined) return type;
    const row = this.#find.get(id);
    type = row === undefined ? null : (this.#types[Number(row['type'])]?.name ?? null);
    if (this.#known.size >= KEPT) this.#known.clear();
    this.#known.set(id, type);
    return type;
  }

  types(): readonly ObjectType[] {
    return this.#types;
  }
}

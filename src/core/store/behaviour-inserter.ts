import type { DatabaseSync, StatementSync } from 'node:sqlite';

/** Rows to one INSERT: twice as fast as one by one, and still a statement that SQLite prepares at once. */
const ROWS_PER_INSERT = 64;
/** Characters that wait to be inserted at the most: 64 rows may be of a million characters each. */
const PENDING_CHARS = 4_000_000;

type Value = string | number | null;

/** A behaviour as it is stored; `id` is the base of the import plus the number of the data row. */
export interface BehaviourValues {
  time: number;
  text: string | null;
  action: string | null;
  item: string | null;
  app: string | null;
  media: string | null;
  poi: string | null;
  duration: number | null;
  extra: string | null;
}

/** Columns of a behaviour that a file may lack. */
export type OptionalColumn = Exclude<keyof BehaviourValues, 'time'>;

/** What adds the behaviours of an import. */
export type BehaviourAdder = Pick<BehaviourInserter, keyof BehaviourInserter>;

/** Adds behaviours, many to a statement. */
export class BehaviourInserter {
  readonly #columns: readonly OptionalColumn[];
  readonly #width: number;
  readonly #insertMany: StatementSync;
  readonly #insertOne: StatementSync;
  #pending: Value[] = [];
  #pendingChars = 0;
  #longest = 0;

  constructor(db: DatabaseSync, columns: readonly OptionalColumn[]) {
    const names = ['id', 'user_no', 'time', ...columns];
    const row = `(${names.map(() => '?').join(', ')})`;
    const insert = `INSERT INTO behaviours (${names.join(', ')}) VALUES `;
    this.#columns = columns;
    this.#width = names.length;
    this.#insertMany = db.prepare(insert + Array(ROWS_PER_INSERT).fill(row).join(', '));
    this.#insertOne = db.prepare(insert + row);
  }

  /** The most characters that the texts of one behaviour had. */
  get longest(): number {
    return this.#longest;
  }

  /** Adds a behaviour; `flush` must follow the last. */
  add(id: number, userNo: number, row: BehaviourValues): void {
    const pending = this.#pending;
    pending.push(id, userNo, row.time);
    let chars = 0;
    for (const column of this.#columns) {
      const value = row[column];
      pending.push(value);
      if (typeof value === 'string') chars += value.length;
    }
    this.#pendingChars += chars;
    if (chars > this.#longest) this.#longest = chars;
    if (pending.length < ROWS_PER_INSERT * this.#width) {
      if (this.#pendingChars >= PENDING_CHARS) this.flush();
      return;
    }
    this.#insertMany.run(...pending);
    pending.length = 0;
    this.#pendingChars = 0;
  }

  flush(): void {
    for (let at = 0; at < this.#pending.length; at += this.#width) {
      this.#insertOne.run(...this.#pending.slice(at, at + this.#width));
    }
    this.#pending.length = 0;
    this.#pendingChars = 0;
  }
}

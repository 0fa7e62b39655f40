import type { DatabaseSync, StatementSync } from 'node:sqlite';
import { isDamage, refusalOf, scalar } from './database.ts';
import type { KeySpace } from './key-space.ts';

type Value = string | number | null | Uint8Array;

/** What came of reading rows in one direction until there is none, one does not read, or the range ends. */
export interface Look {
  /** The positions of the first and the last row that were read. */
  first: number | null;
  last: number | null;
  /** True when there was no row that does not read. */
  ended: boolean;
  /** True when rows that read are out of order. */
  odd: boolean;
  /** How many rows were copied, were in the target already, and break a rule of their table. */
  taken: number;
  known: number;
  refused: number;
}

/** A look that found nothing. */
export const NOTHING: Look = {
  first: null,
  last: null,
  ended: false,
  odd: false,
  taken: 0,
  known: 0,
  refused: 0,
};

/** The smallest row takes four bytes of a page of 4096. */
export const MOST_ROWS_OF_A_PAGE = 1024;

/** Reads rows of a damaged table and copies each that it reads. Positions are those of the key space, and inclusive. */
export class TableCopy {
  readonly #keys: KeySpace;
  readonly #keyIndexes: number[];
  readonly #insert: StatementSync;
  readonly #all: StatementSync;
  readonly #ahead: StatementSync;
  readonly #behind: StatementSync;
  readonly #mostRows: number;
  readonly #onStep: () => void;

  private constructor(
    source: DatabaseSync,
    target: DatabaseSync,
    table: string,
    columns: string[],
    keys: KeySpace,
    from: string,
    onStep: () => void,
  ) {
    const list = columns.join(', ');
    const placeholders = columns.map(() => '?').join(', ');
    const forwards = `ORDER BY ${keys.columns.join(', ')}`;
    const backwards = `ORDER BY ${keys.columns.join(' DESC, ')} DESC`;
    this.#keys = keys;
    this.#onStep = onStep;
    this.#keyIndexes = keys.columns.map((column) => columns.indexOf(column));
    this.#insert = target.prepare(`INSERT INTO ${table} (${list}) VALUES (${placeholders})`);
    this.#all = source.prepare(`SELECT ${list} FROM ${from} ${forwards}`);
    this.#ahead = source.prepare(`SELECT ${list} FROM ${from} WHERE ${keys.condition('>=')} ${forwards}`);
    this.#behind = source.prepare(`SELECT ${list} FROM ${from} WHERE ${keys.condition('<')} ${backwards}`);
    for (const statement of [this.#all, this.#ahead, this.#behind]) statement.setReturnArrays(true);
    this.#mostRows = scalar(source, 'PRAGMA page_count') * MOST_ROWS_OF_A_PAGE;
  }

  /**
   * Prepares to copy from `from` (a table, with an index if it is to be read by that) into a table. Null when it cannot be
   * read at all, e.g. because its definition is lost. `onStep` is called for each row, and before each look; what it throws ends the copying.
   */
  static prepare(
    source: DatabaseSync,
    target: DatabaseSync,
    table: string,
    keys: KeySpace,
    { from = table, onStep = () => undefined }: { from?: string; onStep?: () => void } = {},
  ): TableCopy | null {
    try {
      const there = columnsOf(source, table);
      const columns = columnsOf(target, table).filter((column) => there.includes(column));
      if (!keys.columns.every((column) => columns.includes(column))) return null;
      return new TableCopy(source, target, table, columns, keys, from, onStep);
    } catch (error) {
      if (!isDamage(error)) throw error;
      return null;
    }
  }

  /** Everything from the first row on. */
  all(): Look {
    return this.#look(this.#all, [], Infinity, 1);
  }

  /** From a position upwards. */
  ahead(first: number, last: number): Look {
    return this.#look(this.#ahead, this.#keys.at(first), last, 1);
  }

  /** From a position downwards. */
  behind(first: number, last: number): Look {
    return this.#look(this.#behind, this.#keys.at(last + 1), first, -1);
  }

  #look(statement: StatementSync, start: (string | number)[], stop: number, direction: 1 | -1): Look {
    const result: Look = { ...NOTHING, ended: true };
    this.#onStep();
    for (const row of readable(statement, start, () => (result.ended = false))) {
      this.#onStep();
      const outcome = this.#put(row);
      result[outcome] += 1;
      // Damaged pages can lead in a circle.
      const circles = result.taken + result.known + result.refused > this.#mostRows;
      if (circles) return { ...result, ended: false, odd: true };
      // The key of a row that is nonsense says nothing, not even where the range ends.
      if (outcome === 'refused') continue;
      const position = this.#keys.positionOf(this.#keyIndexes.map((index) => row[index]));
      if ((position - stop) * direction > 0) return result;
      if (result.last !== null && (position - result.last) * direction < 0) result.odd = true;
      result.first ??= position;
      result.last = position;
    }
    return result;
  }

  /** Copies a row. `known`: one with its key is there already; `refused`: it breaks a rule, such as the type of a column. */
  #put(row: Value[]): 'taken' | 'known' | 'refused' {
    try {
      this.#insert.run(...row);
      return 'taken';
    } catch (error) {
      const reason = refusalOf(error);
      if (reason === null) throw error;
      return reason === 'known key' ? 'known' : 'refused';
    }
  }
}

/** The rows of a query; `onDamage` is called when they end with one that does not read. */
function* readable(
  statement: StatementSync,
  parameters: (string | number)[],
  onDamage: () => void,
): Generator<Value[]> {
  const iterate = (): Iterator<Value[]> => statement.iterate(...parameters) as unknown as Iterator<Value[]>;
  let rows: Iterator<Value[]> | null = null;
  for (;;) {
    let step: IteratorResult<Value[]>;
    try {
      rows ??= iterate();
      step = rows.next();
    } catch (error) {
      if (!isDamage(error)) throw error;
      try {
        // After an error node:sqlite throws it once more, from the next call of `iterate`.
        iterate();
      } catch {
        // The error of before.
      }
      onDamage();
      return;
    }
    if (step.done) return;
    yield step.value;
  }
}

function columnsOf(db: DatabaseSync, table: string): string[] {
  return db
    .prepare(`PRAGMA table_info(${table})`)
    .all()
    .map((row) => String(row['name']));
}

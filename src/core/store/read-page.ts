import type { DatabaseSync, SQLInputValue, StatementSync } from 'node:sqlite';
import { longestBehaviour } from './behaviour-loader.ts';

/** Rows that have at most so many characters together are read all at once, which is twice as fast as one by one. */
const AT_ONCE_CHARS = 16_000_000;
/** Of rows that may have more, a page ends with the row that brings it to so many. */
const PAGE_CHARS = 2_000_000;

/** Reads one page with these parameters; shorter than the statement allows where texts are long, empty only where there are no rows. */
export type ReadPage<Row> = (...parameters: SQLInputValue[]) => Row[];

/**
 * Reads a statement for pages of at most `rows` rows, as arrays, whose texts never fill the memory: a row may have a million characters.
 * `db` says how long the texts of the workspace are. The statement ends with each page.
 */
export function pageReader<Row extends readonly unknown[]>(
  db: DatabaseSync,
  statement: StatementSync,
  rows: number,
): ReadPage<Row> {
  statement.setReturnArrays(true);
  if (rows * longestBehaviour(db) <= AT_ONCE_CHARS)
    return (...parameters) => statement.all(...parameters) as unknown as Row[];
  return (...parameters) => {
    const page: Row[] = [];
    let chars = 0;
    for (const row of statement.iterate(...parameters) as unknown as Iterable<Row>) {
      page.push(row);
      for (const value of row) if (typeof value === 'string') chars += value.length;
      if (chars >= PAGE_CHARS) break;
    }
    return page;
  };
}

import type { DatabaseSync } from 'node:sqlite';

/** Rows that one statement covers: a few tens of milliseconds, so that the thread can be ended between two of them. */
const ROWS_PER_STEP = 10_000;
/** The numbers that a key can be: after damage a row may have any of them. */
const [LOWEST, HIGHEST] = [-(2n ** 63n), 2n ** 63n - 1n];

/** The rows that `inSteps` goes through: those of a table whose key, a number, is from the first to the last one. */
export interface Rows {
  table: string;
  key: string;
  /** Left out: all rows. */
  first?: number;
  last?: number;
}

export interface StepOptions {
  /** Other parameters of the statement. */
  params?: Record<string, number>;
  /** Called after each step with the number of its rows. What it throws is thrown on. */
  onStep?: (rows: number) => void;
}

/**
 * Runs a statement again and again, for so many rows at a time: it restricts a key by `BETWEEN :first AND :last`. Each step begins at a row
 * that is there, however far apart the keys are.
 */
export function inSteps(
  db: DatabaseSync,
  sql: string,
  { table, key, first, last }: Rows,
  { params = {}, onStep = () => undefined }: StepOptions = {},
): void {
  const end = last === undefined ? HIGHEST : BigInt(last);
  const within = `FROM ${table} WHERE ${key} BETWEEN ? AND ?`;
  const rowAfter = db.prepare(`SELECT ${key} AS key ${within} ORDER BY ${key} LIMIT 1 OFFSET ?`);
  const count = db.prepare(`SELECT count(*) AS rows ${within}`);
  rowAfter.setReadBigInts(true);
  const keyAfter = (from: bigint, rows: number): bigint | null =>
    (rowAfter.get(from, end, rows)?.['key'] as bigint | undefined) ?? null;
  const statement = db.prepare(sql);
  for (let from = keyAfter(first === undefined ? LOWEST : BigInt(first), 0); from !== null;) {
    const next = keyAfter(from, ROWS_PER_STEP);
    const rows = next === null ? Number(count.get(from, end)?.['rows']) : ROWS_PER_STEP;
    statement.run({ ...params, first: from, last: next === null ? end : next - 1n });
    onStep(rows);
    from = next;
  }
}

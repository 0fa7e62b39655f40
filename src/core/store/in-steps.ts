import type { DatabaseSync } from 'node:sqlite';
import { scalar } from './database.ts';

/** Keys that one statement covers: a few tens of milliseconds, so that the thread can be ended between two of them. */
const KEYS_PER_STEP = 10_000;

/** The keys that `inSteps` covers, the first and the last included. */
export interface KeyRange {
  first: number;
  last: number;
}

/** The keys of a table; none where it is empty. */
export function keysOf(db: DatabaseSync, table: string, key: string): KeyRange {
  return {
    first: scalar(db, `SELECT coalesce(min(${key}), 0) FROM ${table}`),
    last: scalar(db, `SELECT coalesce(max(${key}), -1) FROM ${table}`),
  };
}

export interface StepOptions {
  /** Other parameters of the statement. */
  params?: Record<string, number>;
  /** Called after each step with the number of its keys. What it throws is thrown on. */
  onStep?: (keys: number) => void;
}

/** Runs a statement again and again, so many keys at a time: it restricts a key by `BETWEEN :first AND :last`. */
export function inSteps(
  db: DatabaseSync,
  sql: string,
  { first, last }: KeyRange,
  { params = {}, onStep = () => undefined }: StepOptions = {},
): void {
  const statement = db.prepare(sql);
  for (let from = first; from <= last; from += KEYS_PER_STEP) {
    const to = Math.min(last, from + KEYS_PER_STEP - 1);
    statement.run({ ...params, first: from, last: to });
    onStep(to - from + 1);
  }
}

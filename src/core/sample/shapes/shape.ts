import type { Random } from '../random.ts';

/** How often each conversion occurs, by the id that the rules give its type. */
export type Conversions = Readonly<Record<string, number>>;

/** What is written of one user. */
export interface UserLog {
  /** Lines of CSV in time order, each with its line break. */
  lines: string;
  conversions: Conversions;
}

export interface ShapeUser {
  /** From 0. */
  index: number;
  /** How many behaviours there are to be. */
  rows: number;
  gapMinutes: number;
  random: Random;
}

/** A made-up log in the manner of a public data set. */
export interface LogShape {
  /** The names of the columns as such data sets have them, with a line break. */
  header: string;
  /** Behaviours of a user when no number is asked for: from, to. */
  rows: readonly [number, number];
  /** The session gap: silences within a session are shorter, those between sessions are longer. */
  gapMinutes: number;
  /** Exactly `rows` lines of one user. */
  user: (user: ShapeUser) => UserLog;
}

/** Counts conversions while a log is written. */
export class ConversionCount {
  readonly #counts: Record<string, number> = {};

  add(type: string, times = 1): void {
    this.#counts[type] = (this.#counts[type] ?? 0) + times;
  }

  addAll(others: Conversions): void {
    for (const [type, times] of Object.entries(others)) this.add(type, times);
  }

  get counts(): Conversions {
    return this.#counts;
  }
}

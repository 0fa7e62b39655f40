import type { ErrorInfo } from '../../../shared/errors.ts';
import { printable } from '../text.ts';
import { EARLIEST_PLAUSIBLE, latestPlausible } from './time-column.ts';

/** Characters of a value or a column's name in a message at the most. */
const SHOWN_CHARS = 100;

/** Counts, over all rows of an import, the times that no log has. */
export class TimeWatch {
  readonly #latest: number;
  #count = 0;
  #first: { example: string; line: number } | null = null;

  /** `now`: milliseconds since 1970. */
  constructor(now: number) {
    this.#latest = latestPlausible(now);
  }

  /** Whether a time, as wall-clock milliseconds, is before 1990 or after tomorrow. */
  isImplausible(time: number): boolean {
    return time < EARLIEST_PLAUSIBLE || time > this.#latest;
  }

  /** Counts such a time, as it is written in a line. */
  add(written: string, line: number): void {
    this.#count += 1;
    this.#first ??= { example: printable(written.trim(), SHOWN_CHARS), line };
  }

  /** What is to be told of the times of a column. */
  notes(column: string): ErrorInfo[] {
    if (this.#first === null) return [];
    const params = { ...this.#first, column: printable(column, SHOWN_CHARS), count: this.#count };
    return [{ code: 'import.note.implausible_times', params }];
  }
}

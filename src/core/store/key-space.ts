/**
 * The keys of a table as whole numbers, their positions: in the same order, so that a range of keys can be halved.
 * Positions go from 0 to `end`, and `end + 1` is still exact.
 */
export interface KeySpace {
  /** The columns of the key, in the order of the table. */
  columns: readonly string[];
  end: number;
  /** Whether no two keys share a position. */
  unique: boolean;
  /** A condition for the keys from a position on (`>=`), or before it (`<`); its parameters are `at(position)`. */
  condition: (operator: '>=' | '<') => string;
  /** The lowest key at a position. */
  at: (position: number) => (string | number)[];
  /** The position of a key. */
  positionOf: (key: readonly unknown[]) => number;
}

const LAST_NUMBER = Number.MAX_SAFE_INTEGER - 1;

/** Keys that are one number from 0 on. */
export function numberKeys(column: string): KeySpace {
  return {
    columns: [column],
    end: LAST_NUMBER,
    unique: true,
    condition: (operator) => `${column} ${operator} ?`,
    at: (position) => [position],
    positionOf: ([key]) => Number(key),
  };
}

/** How many values the second number of a pair has. */
export const PAIR_SPAN = 2 ** 32;

/** Keys that are two numbers; the first below 2^21, the second below 2^32. */
export function pairKeys(first: string, second: string): KeySpace {
  return {
    columns: [first, second],
    end: LAST_NUMBER,
    unique: true,
    condition: (operator) => `(${first}, ${second}) ${operator} (?, ?)`,
    at: (position) => [Math.floor(position / PAIR_SPAN), position % PAIR_SPAN],
    positionOf: ([one, other]) => Number(one) * PAIR_SPAN + Number(other),
  };
}

/** So many characters of a text count, seven bits each: enough for keys that are hashes. */
const DIGITS = 7;
const RADIX = 128;
const LAST_TEXT = RADIX ** DIGITS - 1;

/** Keys that are a text of ASCII characters. */
export function textKeys(column: string): KeySpace {
  return {
    columns: [column],
    end: LAST_TEXT,
    unique: false,
    condition: (operator) => `${column} ${operator} ?`,
    at: (position) => [textAt(position)],
    positionOf: ([key]) => positionOfText(String(key)),
  };
}

function positionOfText(text: string): number {
  let position = 0;
  for (let index = 0; index < DIGITS; index += 1) {
    const code = index < text.length ? text.charCodeAt(index) : 0;
    position = position * RADIX + Math.min(code, RADIX - 1);
  }
  return position;
}

/** The first text at a position; for the one after the last, a text above all others. */
function textAt(position: number): string {
  if (position > LAST_TEXT) return '\u{10ffff}';
  let text = '';
  for (let rest = position; text.length < DIGITS; rest = Math.floor(rest / RADIX)) {
    text = String.fromCharCode(rest % RADIX) + text;
  }
  // A text sorts before the same one with a zero at its end.
  return text.replace(/\0+$/, '');
}

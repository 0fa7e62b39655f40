/** So many names of a column have to be ids before it is taken for one of ids. */
const MOST_SHARE = 0.5;
/** With fewer names nothing can be said. */
const LEAST_NAMES = 5;

/** A number, perhaps with parts (a client id of 123.456, a version); a UUID or another hexadecimal id. */
const NUMBER = /^#?\d+(?:[.:-]\d+)*$/;
const HEX = /^(?:0x)?(?=.*\d)[0-9a-f]{6,}(?:-[0-9a-f]{4,})*$/i;
/** A few letters that say what is numbered, then its number: itm_4711, SKU-00123, tt0111161, p/88. */
const NUMBERED = /^\p{L}{1,12}[-_ #:./]?\d{3,}$/u;
/** One word of letters amid digits: B07XJ8C8F5, 4uLU6hMCjMI75M1A2tKUQC. */
const MIXED = /^(?=(?:.*\d){2})(?=.*[A-Za-z])[A-Za-z0-9_-]{8,}$/;
/** A letter after a digit: not a name that ends with a number. */
const MIXED_AGAIN = /\d[_-]?[A-Za-z]/;

/** Whether a name is an id, which says nothing of what the thing is. */
export function isOpaque(name: string): boolean {
  return (
    NUMBER.test(name) || HEX.test(name) || NUMBERED.test(name) || (MIXED.test(name) && MIXED_AGAIN.test(name))
  );
}

/** Whether the names of a column are ids. */
export function areOpaque(names: { size: number; keys(): Iterable<string> }): boolean {
  if (names.size < LEAST_NAMES) return false;
  let opaque = 0;
  for (const name of names.keys()) if (isOpaque(name)) opaque += 1;
  return opaque > names.size * MOST_SHARE;
}

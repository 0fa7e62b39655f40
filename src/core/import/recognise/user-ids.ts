/** How the ids of a column are to be read. */
export interface IdStyle {
  /** Every id is a whole number with `.0` behind it, as pandas writes ids of a column with gaps: 12345.0 is 12345. */
  wholeNumbers: boolean;
}

export const PLAIN_IDS: IdStyle = { wholeNumbers: false };

const WHOLE_NUMBER = /^-?\d+\.0$/;
const INTEGER = /^-?\d+$/;
const SCIENTIFIC = /^-?\d(?:\.\d+)?E\+\d+$/i;
/** A spreadsheet keeps fifteen digits of a number: the others become zeros. */
const KEPT_DIGITS = 15;
/** Excel shows a text that looks like a number with an apostrophe before it; before other texts a cell has lost it already. */
const APOSTROPHE = /^'(?=\d)/;

/** An id as it was before a program wrote it for another one. */
export function userIdOf(value: string, { wholeNumbers }: IdStyle): string {
  const plain = value.startsWith("'") ? value.replace(APOSTROPHE, '') : value;
  return wholeNumbers && WHOLE_NUMBER.test(plain) ? plain.slice(0, -2) : plain;
}

/** Tells how the ids of a column are written. */
export function idStyleOf(ids: readonly string[]): IdStyle {
  // With one id of another form the points may belong to the ids, as in versions.
  const wholeNumbers =
    ids.some((id) => WHOLE_NUMBER.test(id)) && ids.every((id) => WHOLE_NUMBER.test(id) || INTEGER.test(id));
  return { wholeNumbers };
}

/** Whether a spreadsheet has written an id in scientific notation: 1.23457E+17. */
export const isScientific = (id: string): boolean => id.includes('+') && SCIENTIFIC.test(id);

/** Whether an id is a number of more digits than a spreadsheet keeps. */
export const isLongNumber = (id: string): boolean =>
  id.length > KEPT_DIGITS && INTEGER.test(id) && id.replace('-', '').length > KEPT_DIGITS;

/** Whether a long number has only zeros where a spreadsheet keeps no digits. */
export const isRounded = (number: string): boolean => /^0+$/.test(number.replace('-', '').slice(KEPT_DIGITS));

/** Ids that a spreadsheet has damaged: different people may have the same one now. Null when there is no sign of it. */
export function damagedIds(
  ids: readonly string[],
): { kind: 'scientific' | 'rounded'; example: string; count: number } | null {
  const scientific = ids.filter(isScientific);
  if (scientific[0] !== undefined)
    return { kind: 'scientific', example: scientific[0], count: scientific.length };
  const long = ids.filter(isLongNumber);
  const rounded = long.filter(isRounded);
  // By chance one id of a thousand ends in three zeros; a spreadsheet makes all of them end so.
  if (rounded[0] === undefined || rounded.length < long.length) return null;
  return { kind: 'rounded', example: rounded[0], count: rounded.length };
}

/** What other spellings of an id have in common with it: without leading zeros, the point of a whole number, and capitals. */
export function plainIdOf(id: string): string {
  return id
    .toLowerCase()
    .replace(/^0+(?=\d)/, '')
    .replace(/\.0$/, '');
}

/** Two spellings of what may be one id, such as 00123 and 123; null when there are none. */
export function sameIdTwice(ids: readonly string[]): { first: string; second: string } | null {
  const seen = new Map<string, string>();
  for (const id of ids) {
    const plain = plainIdOf(id);
    const known = seen.get(plain);
    if (known === undefined) seen.set(plain, id);
    else if (known !== id) return { first: known, second: id };
  }
  return null;
}

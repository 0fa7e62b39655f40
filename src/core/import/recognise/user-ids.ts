/** How the ids of a column are to be read. */
export interface IdStyle {
  /** Every id is a whole number with `.0` behind it, as pandas writes ids of a column with gaps: 12345.0 is 12345. */
  wholeNumbers: boolean;
}

export const PLAIN_IDS: IdStyle = { wholeNumbers: false };

const WHOLE_NUMBER = /^-?\d+\.0$/;
const INTEGER = /^-?\d+$/;
/** With a comma where that is the decimal sign. */
const SCIENTIFIC = /^-?\d(?:[.,]\d+)?E\+\d+$/i;
/** A spreadsheet keeps fifteen digits of a number: the others become zeros. */
const KEPT_DIGITS = 15;
/** Programs that read an id as a floating-point number keep seventeen: at least two zeros at the end are hardly chance. */
const FLOAT_DIGITS = 17;
const FLOAT_LENGTH = FLOAT_DIGITS + 2;
/** What a spreadsheet makes of an id such as 3-1: `3-Jan`, 1月3日. */
const DATE_OF_SPREADSHEET =
  /^(?:\d{1,2}-(?:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)(?:-\d{2})?|(?:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)-\d{2}|\d{1,2}月\d{1,2}日)$/i;
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

/** So many zeros, of all the long numbers of a column, are hardly there by chance. */
export const TELLING_ZEROS = 3;

/** How many zeros a long number has where a spreadsheet, or a floating-point number, keeps no digits; 0 where another digit is among them. */
export function zerosOfRounding(number: string): number {
  const digits = number.replace('-', '');
  const lost = digits.slice(digits.length < FLOAT_LENGTH ? KEPT_DIGITS : FLOAT_DIGITS);
  return /^0+$/.test(lost) ? lost.length : 0;
}

/** Ids that a spreadsheet has damaged: different people may have the same one now. Null when there is no sign of it. */
export function damagedIds(
  ids: readonly string[],
): { kind: 'scientific' | 'rounded' | 'dates'; example: string; count: number } | null {
  const scientific = ids.filter(isScientific);
  if (scientific[0] !== undefined)
    return { kind: 'scientific', example: scientific[0], count: scientific.length };
  const dates = ids.filter((id) => DATE_OF_SPREADSHEET.test(id));
  if (dates[0] !== undefined) return { kind: 'dates', example: dates[0], count: dates.length };
  const long = ids.filter(isLongNumber);
  const zeros = long.map(zerosOfRounding);
  const [example] = long;
  // By chance one id of a thousand ends in three zeros, and one of sixteen digits in ten in a zero; a spreadsheet makes all of them end so.
  if (example === undefined || zeros.includes(0) || sum(zeros) < TELLING_ZEROS) return null;
  return { kind: 'rounded', example, count: long.length };
}

const sum = (numbers: readonly number[]): number => numbers.reduce((all, each) => all + each, 0);

/** Characters that are not seen. */
const INVISIBLE = /[\u00ad\u200b-\u200f\u2060\ufeff]/g;
/** A mobile number of China, with or without the code of the country, in one piece or in three. */
const MOBILE = /^(?:(?:\+|00)?86[- ]?)?(1\d{2})[- ]?(\d{4})[- ]?(\d{4})$/;
const GROUPED = /^\d{1,3}(?:,\d{3})+$/;
/** Letters of both cases mixed within a word, as in `aB3x`: their case tells ids apart. */
const MIXED_CASE = /^(?=.*[a-z])(?=.*\d).*[a-z\d][A-Z]|^(?:.*[a-z][A-Z]){2}/;
/** Longer ids of letters and digits are hexadecimal, or have parts, such as an address. */
const LONGEST_CODE = 32;

/**
 * What other spellings of an id have in common with it: without leading zeros, the point of a whole number, commas between thousands, the braces of
 * a UUID, capitals (but for those of codes), characters that are not seen, and the ways in which a mobile number is written.
 */
export function plainIdOf(id: string): string {
  const written = id.normalize('NFKC').replace(INVISIBLE, '');
  const text = isCode(written) ? written : written.toLowerCase();
  const mobile = MOBILE.exec(text);
  if (mobile) return mobile.slice(1).join('');
  return (GROUPED.test(text) ? text.replaceAll(',', '') : text)
    .replace(/^\{(.+)\}$/, '$1')
    .replace(/^0+(?=\d)/, '')
    .replace(/\.0+$/, '');
}

/** Whether capitals of an id are others than small letters, as in the short codes of videos and links. */
const isCode = (id: string): boolean => id.length <= LONGEST_CODE && !id.includes('@') && MIXED_CASE.test(id);

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

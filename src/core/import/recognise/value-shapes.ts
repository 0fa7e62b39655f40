import { parseDuration } from '../duration.ts';

/** The values of a column that are not empty, and how many different ones there are. */
export interface ColumnValues {
  values: readonly string[];
  distinct: number;
}

/** Actions are few. */
const MOST_ACTIONS = 50;
const ACTION_CHARS = 40;
/** A name of an action in Chinese is shorter, and one in words has fewer of them; so has a word that ends with a comma. */
const SENTENCE_CHARS = 14;
const SENTENCE_WORDS = 7;
const CLAUSE_WORDS = 4;
/** Chinese with blanks in it, as when a car or a place is named, is no name of an action from this length on. */
const SPACED_CHARS = 8;
const LOOKED_AT = 500;

/** Scripts without blanks between words. */
const UNSPACED = '\\p{Script=Han}\\p{Script=Hiragana}\\p{Script=Katakana}\\p{Script=Thai}';
const WORDS = new RegExp(`[${UNSPACED}]{2}|\\p{L} \\p{L}`, 'u');
const UNSPACED_LETTERS = new RegExp(`[${UNSPACED}]`, 'gu');
const CLAUSE = /[。！？；，、…]/;
const CLAUSE_OF_WORDS = /[.!?;,](?:\s|$)/;

/** Words that stand for what was done: few of them, short, and no numbers. */
export function isAction({ values, distinct }: ColumnValues): boolean {
  if (distinct > MOST_ACTIONS) return false;
  return values.every((value) => value.length <= ACTION_CHARS && /^\p{L}[^\d]*$/u.test(value));
}

/** What a person would read: words with space between them, or in a script that has none. */
export function isText({ values }: ColumnValues): boolean {
  return isMost(values, (value) => WORDS.test(beginning(value)));
}

/** Whether the values are free text: sentences, or words that hardly ever repeat. A few sentences that repeat often are names. */
export function isWriting(column: ColumnValues): boolean {
  const { values, distinct } = column;
  if (distinct <= MOST_ACTIONS && distinct * 2 <= values.length) return false;
  return isMost(values, isSentence) || (isText(column) && isHardlyRepeated(column));
}

/** Whether there are more values than there can be actions, and most of them are there once. */
export function isHardlyRepeated({ values, distinct }: ColumnValues): boolean {
  return distinct > MOST_ACTIONS && distinct * 2 > values.length;
}

/** Objects and lists in JSON: what was done is somewhere in them, if at all. */
export function isStructured({ values }: ColumnValues): boolean {
  return isMost(
    values,
    (value) =>
      (value.startsWith('{') && value.endsWith('}')) || (value.startsWith('[') && value.endsWith(']')),
  );
}

/** How many of the values are durations. */
export function durationsIn({ values }: ColumnValues, mayHaveDecimalCommas: boolean): number {
  return values.filter(
    (value) => parseDuration(value) !== null || (mayHaveDecimalCommas && parseDuration(value, true) !== null),
  ).length;
}

/** Enough of a value to tell what it is like: one cell may be a whole book. */
const beginning = (value: string): string => value.slice(0, LOOKED_AT);

function isSentence(whole: string): boolean {
  const value = beginning(whole);
  const unspaced = value.match(UNSPACED_LETTERS)?.length ?? 0;
  if (unspaced > 1) {
    return (
      unspaced >= SENTENCE_CHARS ||
      CLAUSE.test(value) ||
      (value.length >= SPACED_CHARS && /\S\s+\S/.test(value))
    );
  }
  const words = value.split(/\s+/).filter((word) => /\p{L}/u.test(word)).length;
  return words >= SENTENCE_WORDS || (words >= CLAUSE_WORDS && CLAUSE_OF_WORDS.test(value));
}

function isMost(values: readonly string[], accept: (value: string) => boolean): boolean {
  return values.filter(accept).length > values.length / 2;
}

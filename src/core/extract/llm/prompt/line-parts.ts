import { countTokens } from './tokenizer.ts';
import { cleanValue } from './clean-value.ts';

/** A piece of a line that begins with a blank, with its tokens inside a line and as the end of one. */
export interface LinePart {
  text: string;
  tokens: number;
  /** With the line break after it: punctuation and a line break can share a token. */
  tokensAtEnd: number;
}

const MAX_PARTS = 20_000;
const MAX_CHARS = 60;
const EMPTY: LinePart = { text: '', tokens: 0, tokensAtEnd: 0 };

/** By prefix and value. */
const parts = new Map<string, Map<string, LinePart>>();
let count = 0;

/**
 * A value, made harmless, after a blank and a prefix, e.g. ` poi=` and `长城4S店`; an empty part for an empty value. The
 * encoding never merges across a blank, so that a line has the tokens of its parts together; and the values of a log
 * repeat, so that most of them are cleaned and counted once.
 */
export function linePart(prefix: string, value: string): LinePart {
  const known = parts.get(prefix)?.get(value);
  if (known) return known;
  const clean = cleanValue(value);
  const part = clean === '' ? EMPTY : measure(` ${prefix}${clean}`);
  if (value.length <= MAX_CHARS) remember(prefix, value, part);
  return part;
}

function measure(text: string): LinePart {
  return { text, tokens: countTokens(text), tokensAtEnd: countTokens(`${text}\n`) };
}

function remember(prefix: string, value: string, part: LinePart): void {
  if (count >= MAX_PARTS) {
    parts.clear();
    count = 0;
  }
  let values = parts.get(prefix);
  if (!values) {
    values = new Map();
    parts.set(prefix, values);
  }
  values.set(value, part);
  count++;
}

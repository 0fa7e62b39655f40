import type { BehaviourInput } from '../../extractor.ts';
import { countTokens } from './tokenizer.ts';

/** Room for the columns without a role, in characters: no rule looks at them, and a log can have hundreds. */
const EXTRA_CHARS = 1_000;
/** `#`, the number, the blank, and the clock time. */
const TOKENS_BEFORE_FIELDS = 8;

/** A behaviour as it stands in the prompt, without its number. */
export interface BehaviourLine {
  /** `2025-12-26`: stands on a line of its own wherever it changes. */
  date: string;
  /** `14:00:00 visit_poi poi=长城4S店 3689s`. */
  text: string;
  /** Of the whole line with its line break and a number of at most three digits. */
  tokens: number;
}

/** Everything that is known of a behaviour, in one line. Values can hold anything and are made harmless (cleanValue). */
export function behaviourLine(behaviour: BehaviourInput): BehaviourLine {
  const [date = '', clock = ''] = new Date(behaviour.time).toISOString().split('T');
  let text = clock.slice(0, 8);
  let tokens = TOKENS_BEFORE_FIELDS;
  let lineBreak = 1;
  for (const part of partsOf(behaviour)) {
    text += part.text;
    tokens += part.tokens;
    lineBreak = part.tokensAtEnd - part.tokens;
  }
  return { date, text, tokens: tokens + lineBreak };
}

function partsOf(behaviour: BehaviourInput): LinePart[] {
  const parts: LinePart[] = [];
  const add = (prefix: string, value: string | null): void => {
    const part = value === null ? null : linePart(prefix, value);
    if (part && part.text !== '') parts.push(part);
  };
  add('', behaviour.action);
  add('', behaviour.text);
  add('item=', behaviour.item);
  add('app=', behaviour.app);
  add('media=', behaviour.media);
  add('poi=', behaviour.poi);
  if (behaviour.extra) parts.push(...extraParts(behaviour.extra));
  if (behaviour.duration !== null) add('', `${Math.round(behaviour.duration * 1000) / 1000}s`);
  return parts;
}

function extraParts(extra: Record<string, string>): LinePart[] {
  const parts: LinePart[] = [];
  let room = EXTRA_CHARS;
  for (const [name, value] of Object.entries(extra)) {
    const label = cleanName(name);
    const part = linePart(label === '' ? '' : `${label}=`, value);
    if (part.text === '') continue;
    room -= part.text.length;
    if (room < 0) return [...parts, linePart('', '…')];
    parts.push(part);
  }
  return parts;
}

const VALUE_CHARS = 500;
/** What is kept of the beginning of a long value; the rest of the room goes to its end. */
const HEAD_SHARE = 0.6;

/** Line breaks of every kind, control characters and blanks. */
const BLANKS = /[\s\p{Cc}]+/gu;
/** Local servers turn `<|im_start|>` in a message into the token that begins a message: a blank in it makes it text. */
const SPECIAL_TOKEN = /<\|/g;

/**
 * A value of a log as it may stand in a line of the prompt: one line, no control characters, valid Unicode, at most
 * `limit` characters. A longer one loses its middle.
 */
export function cleanValue(value: string, limit = VALUE_CHARS): string {
  const line = value.replace(BLANKS, ' ').trim().replace(SPECIAL_TOKEN, '< |').toWellFormed();
  return line.length <= limit ? line : shorten(line, limit);
}

/** The name of a field: what would end it early is replaced. */
export function cleanName(name: string): string {
  return cleanValue(name, 60).replace(/[ =:;]+/g, '_');
}

function shorten(line: string, limit: number): string {
  const characters = Array.from(line);
  if (characters.length <= limit) return line;
  const head = Math.floor((limit - 1) * HEAD_SHARE);
  const tail = limit - 1 - head;
  return `${characters.slice(0, head).join('')}…${characters.slice(-tail).join('')}`;
}

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

import type { EventCategory } from '../../extractor.ts';
import { evidenceOf, isObject, memberOf, typeOf } from './answer-shape.ts';
import type { Json } from './answer-shape.ts';
import { parseEventTime } from './event-time.ts';

/** One event of an answer, before it is held against the behaviours. */
export interface ParsedEvent {
  type: string;
  /** Null when the answer gives none that we know. */
  category: EventCategory | null;
  /** Of the unit's own behaviours, each once. */
  numbers: number[];
  /** How many behaviours it names that are not the unit's. */
  foreign: number;
  /** Wall-clock milliseconds; null when missing or unparsable. */
  startTime: number | null;
  endTime: number | null;
  context: Record<string, string | number | boolean>;
}

const MAX_TYPE_CHARS = 60;
const MAX_NOTE_CHARS = 300;
const MAX_CONTEXT_KEYS = 20;

const CONVERSION = /^(?:转化|轉化|转化事件|conversions?|convert|converted)$/i;
const ENGAGEMENT = /^(?:互动|互動|互动事件|engagements?|engage|interactions?)$/i;
/** Remains of JSON in a type: the text was so damaged that two things ran into one. */
const NOT_A_TYPE = /["{}[\]“”]/;
const CONTROL = /[\u0000-\u001f\u007f-\u009f\u2028\u2029]+/g;

/**
 * One event in any of its forms: `[!]type|numbers|note`, the same as a list, or an object. Null when it has no type or
 * what should be its evidence cannot be read. `bounds`: the numbers of the unit's behaviours.
 */
export function parseEvent(raw: unknown, bounds: NumberBounds): ParsedEvent | null {
  if (typeof raw === 'string') return parseCompact(raw.split(/[|｜]/), bounds);
  if (Array.isArray(raw)) return parseCompact(raw as unknown[], bounds);
  return isObject(raw) ? parseObject(raw, bounds) : null;
}

/** Whether an event is no event, but says that some were left out (…). */
export function isLeftOut(raw: unknown): boolean {
  return (
    typeof raw === 'string' && /^[\s(（[]*(?:\.{2,}|…+|省略|其余|其他略|略)/.test(raw) && !/[|｜]/.test(raw)
  );
}

function parseCompact(parts: unknown[], bounds: NumberBounds): ParsedEvent | null {
  const [type, evidence, ...notes] = parts;
  if (typeof type !== 'string') return null;
  const note = notes.filter((part) => typeof part === 'string').join('|');
  const named = readType(type);
  const numbers = parseNumbers(evidence, bounds);
  if (!named || !numbers || evidence === '') return null;
  const text = tidy(note, MAX_NOTE_CHARS);
  return {
    type: named.type,
    category: named.marked ? 'conversion' : 'engagement',
    numbers: numbers.own,
    foreign: numbers.foreign,
    startTime: null,
    endTime: null,
    context: text === '' ? {} : { note: text },
  };
}

function parseObject(raw: Json, bounds: NumberBounds): ParsedEvent | null {
  const said = typeOf(raw);
  const named = typeof said === 'string' ? readType(said) : null;
  const numbers = parseNumbers(evidenceOf(raw) ?? [], bounds);
  if (!named || !numbers) return null;
  return {
    type: named.type,
    category:
      readCategory(memberOf(raw, ['category', '类别', '分类'])) ?? (named.marked ? 'conversion' : null),
    numbers: numbers.own,
    foreign: numbers.foreign,
    startTime: parseEventTime(memberOf(raw, ['timestamp', 'starttime', 'start', 'time', '开始时间', '时间'])),
    endTime: parseEventTime(memberOf(raw, ['endtime', 'end', 'endtimestamp', '结束时间'])),
    context: readContext(memberOf(raw, ['context', 'note', '上下文', '备注'])),
  };
}

function readType(text: string): { type: string; marked: boolean } | null {
  const plain = tidy(text, MAX_TYPE_CHARS + 1);
  const marked = /^[!！]/.test(plain);
  const type = cut(plain.replace(/^[!！\s]+/, ''), MAX_TYPE_CHARS);
  return type === '' || NOT_A_TYPE.test(type) ? null : { type, marked };
}

function readCategory(value: unknown): EventCategory | null {
  if (typeof value !== 'string') return null;
  const said = value.trim();
  if (CONVERSION.test(said)) return 'conversion';
  return ENGAGEMENT.test(said) ? 'engagement' : null;
}

function readContext(value: unknown): ParsedEvent['context'] {
  if (typeof value === 'string') {
    const note = tidy(value, MAX_NOTE_CHARS);
    return note === '' ? {} : { note };
  }
  const entries: [string, string | number | boolean][] = [];
  for (const [key, inner] of isObject(value) ? Object.entries(value) : []) {
    const name = tidy(key, MAX_TYPE_CHARS);
    if (entries.length >= MAX_CONTEXT_KEYS || name === '' || name === '__proto__') continue;
    if (typeof inner === 'string') entries.push([name, tidy(inner, MAX_NOTE_CHARS)]);
    else if (typeof inner === 'boolean' || (typeof inner === 'number' && Number.isFinite(inner)))
      entries.push([name, inner]);
  }
  return Object.fromEntries(entries);
}

/** Without control characters and surrounding space, and not longer than this many characters. */
function tidy(text: string, chars: number): string {
  return cut(
    text
      .slice(0, chars * 4)
      .replace(CONTROL, ' ')
      .trim(),
    chars,
  );
}

/** Cuts between characters, never inside one. */
function cut(text: string, chars: number): string {
  return text.length <= chars ? text : [...text].slice(0, chars).join('').trimEnd();
}

/** Numbers of behaviours, from the first to the last. */
export interface NumberBounds {
  first: number;
  last: number;
}

export interface ParsedNumbers {
  /** Those within the bounds, each once, in the order of the answer. */
  own: number[];
  /** How many others were named as well. */
  foreign: number;
}

const RANGE = /^#?(\d{1,12})(?:\s*(?:-|–|—|−|~|～|〜|至|到|\.\.+)\s*#?(\d{1,12}))?$/;
const SEPARATORS = /[,，、;；\s]+/;
/** `12 - 14`: the spaces of a range must not part it. */
const SPACED_RANGE = /\s*(-|–|—|−|~|～|〜|至|到)\s*/g;
const LEFT_OUT = /^(?:\.{2,}|…+|等)$/;

/**
 * Numbers and ranges as models write them: 12, "12", "#12", "12-14", "1,3-5", lists of those. Null when any of it is
 * something else: half of a damaged list is no evidence.
 */
export function parseNumbers(raw: unknown, bounds: NumberBounds): ParsedNumbers | null {
  const own = new Set<number>();
  const parsed = { foreign: 0 };
  const items = Array.isArray(raw) ? (raw as unknown[]) : [raw];
  for (const item of items) {
    if (typeof item === 'number') {
      if (!Number.isSafeInteger(item) || item < 0) return null;
      addRange(item, item, bounds, own, parsed);
    } else if (typeof item === 'string') {
      if (!addText(item, bounds, own, parsed)) return null;
    } else {
      return null;
    }
  }
  return { own: [...own], foreign: parsed.foreign };
}

function addText(text: string, bounds: NumberBounds, own: Set<number>, parsed: { foreign: number }): boolean {
  const plain = text
    .trim()
    .replace(/^[[(（]|[\])）]$/g, '')
    .replace(SPACED_RANGE, '$1');
  for (const token of plain.split(SEPARATORS)) {
    if (token === '' || LEFT_OUT.test(token)) continue;
    const match = RANGE.exec(token);
    if (!match) return false;
    const from = Number(match[1]);
    const to = Number(match[2] ?? match[1]);
    if (to < from) return false;
    addRange(from, to, bounds, own, parsed);
  }
  return true;
}

function addRange(
  from: number,
  to: number,
  bounds: NumberBounds,
  own: Set<number>,
  parsed: { foreign: number },
): void {
  const [first, last] = [Math.max(from, bounds.first), Math.min(to, bounds.last)];
  parsed.foreign += to - from + 1 - Math.max(0, last - first + 1);
  for (let number = first; number <= last; number += 1) own.add(number);
}

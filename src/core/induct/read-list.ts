import { jsonrepair } from 'jsonrepair';
import { z } from 'zod';
import type { FailureClass } from '../../shared/failure-classes.ts';
import { parseJson, scanJson } from '../extract/llm/answer/scan-json.ts';
import { isEnded, isRefusal, spokenIn } from '../extract/llm/answer/spoken-text.ts';

/** A longer text is a model that repeats itself. */
const MAX_CHARS = 500_000;
const MAX_REASONING_CHARS = 2_000_000;
const MAX_REPAIR_CHARS = 200_000;
/** The answer is an object with a list in it; wrappers of gateways are a few levels more. */
const MAX_WRAPPERS = 4;

/** Whatever a member is, also none. */
export const anything = z.unknown().optional();

/** A text of so many characters at the most; empty for everything else. */
export const text = (limit: number): z.ZodType<string> =>
  anything.transform((value) =>
    typeof value === 'string' ? value.replace(/\s+/gu, ' ').trim().slice(0, limit) : '',
  );

/** A whole number, also as a text; NaN for everything else. */
export const number = anything.transform((value) => {
  const read = typeof value === 'string' && value.trim() !== '' ? Number(value) : value;
  return typeof read === 'number' && Number.isSafeInteger(read) ? read : Number.NaN;
});

/** An answer that was paid for. */
export interface KeptAnswer {
  text: string;
  reasoning: string;
  finishReason: string;
}

export type ReadList<T> = { items: T[]; failure: null } | { items: null; failure: FailureClass };

export type ReadObject =
  { value: Record<string, unknown>; failure: null } | { value: null; failure: FailureClass };

/**
 * The list of this name in an answer, without the items that do not read; a list without a name where there is none of that name. Thoughts,
 * prose and damage around it do not matter; an answer that broke off does, because what is missing would be lost. Never throws.
 */
export function readList<T>(answer: KeptAnswer, name: string, item: z.ZodType<T>): ReadList<T> {
  const said = dataIn(answer);
  if (said.failure !== null) return { items: null, failure: said.failure };
  const values = said.values;
  for (const value of values) {
    const items = listOf(named(value, name, 0), item);
    if (items) return { items, failure: null };
  }
  for (const value of values) {
    const items = listOf(unnamed(value, 0), item);
    if (items) return { items, failure: null };
  }
  return { items: null, failure: isRefusal(said.text) ? 'refused' : 'bad_format' };
}

/** The object with this member in an answer, without thoughts, prose and damage around it. Never throws. */
export function readObject(answer: KeptAnswer, member: string): ReadObject {
  const said = dataIn(answer);
  if (said.failure !== null) return { value: null, failure: said.failure };
  for (const value of said.values)
    if (isObject(value) && Object.hasOwn(value, member)) return { value, failure: null };
  return { value: null, failure: isRefusal(said.text) ? 'refused' : 'bad_format' };
}

type Data = { values: unknown[]; text: string; failure: null } | { failure: FailureClass };

/** The data in an answer, the last first: a draft comes before what is meant. Of one that broke off it must be there as a whole. */
function dataIn(answer: KeptAnswer): Data {
  const { text: said, reasoning, finishReason } = answer;
  if (finishReason === 'content_filter') return { failure: 'refused' };
  if (!isEnded(answer) && finishReason !== 'unknown') return { failure: 'truncated' };
  if (said.length > MAX_CHARS || reasoning.length > MAX_REASONING_CHARS) return { failure: 'bad_format' };
  const spoken = spokenIn(answer).text.replace(/^\ufeff/, '');
  if (spoken.trim() === '') return { failure: isEnded(answer) || said.trim() === '' ? 'empty' : 'truncated' };
  const whole = parseJson(spoken);
  if (whole !== undefined) return { values: [unpacked(whole)], text: spoken, failure: null };
  const scanned = scanJson(spoken);
  // What is open at the end may be what is meant, and what came before it a draft.
  if (scanned.cut) return { failure: 'truncated' };
  const values = scanned.roots.toReversed().flatMap(({ start, end, closed }) => {
    const piece = scanned.text.slice(start, end);
    const value = closed ? (parseJson(piece) ?? repaired(piece)) : undefined;
    return value === undefined ? [] : [value];
  });
  return { values, text: spoken, failure: null };
}

const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** A value, or what it holds where it is JSON in a text. */
const unpacked = (value: unknown): unknown => (typeof value === 'string' ? parseJson(value) : value);

/** The list of this name in a value, or in what it wraps; null when there is none. */
function named(value: unknown, name: string, depth: number): unknown[] | null {
  if (depth > MAX_WRAPPERS || typeof value !== 'object' || value === null) return null;
  const own = Array.isArray(value) ? null : unpacked(Object.getOwnPropertyDescriptor(value, name)?.value);
  if (Array.isArray(own)) return own;
  for (const inner of Object.values(value)) {
    const found = named(unpacked(inner), name, depth + 1);
    if (found) return found;
  }
  return null;
}

/** A bare list, or the only one in what wraps it; null where there are several, or where it is of an error. */
function unnamed(value: unknown, depth: number): unknown[] | null {
  if (Array.isArray(value)) return value;
  if (depth > MAX_WRAPPERS || !isObject(value)) return null;
  const held = Object.entries(value).flatMap(([key, each]): [string, unknown][] => {
    const inner = unpacked(each);
    return typeof inner === 'object' && inner !== null ? [[key, inner]] : [];
  });
  const [only, ...others] = held;
  return only && others.length === 0 && !/error/i.test(only[0]) ? unnamed(only[1], depth + 1) : null;
}

/** The items of a list that read; null for none. */
function listOf<T>(values: unknown[] | null, item: z.ZodType<T>): T[] | null {
  const items = (values ?? []).flatMap((each) => {
    const read = item.safeParse(each);
    return read.success ? [read.data] : [];
  });
  return items.length > 0 ? items : null;
}

function repaired(piece: string): unknown {
  if (piece.length > MAX_REPAIR_CHARS) return undefined;
  try {
    return parseJson(jsonrepair(piece));
  } catch {
    return undefined;
  }
}

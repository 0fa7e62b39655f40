import { jsonrepair } from 'jsonrepair';
import { z } from 'zod';
import type { FailureClass } from '../../shared/failure-classes.ts';
import { scanJson, parseJson } from '../extract/llm/answer/scan-json.ts';
import { stripThoughts } from '../extract/llm/answer/strip-thoughts.ts';

/** A longer text is a model that repeats itself. */
const MAX_CHARS = 500_000;
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

/**
 * The list in an answer, without the items that do not read. Thoughts, prose and damage around it do not matter; an answer that broke off
 * does, because what is missing would be lost. Never throws.
 */
export function readList<T>(answer: KeptAnswer, item: z.ZodType<T>): ReadList<T> {
  const { text: said, reasoning, finishReason } = answer;
  if (finishReason === 'content_filter') return { items: null, failure: 'refused' };
  const ended = finishReason === 'stop' || finishReason === 'unknown';
  if (!ended) return { items: null, failure: 'truncated' };
  const spoken = said.trim() === '' ? reasoning : said;
  if (spoken.trim() === '') return { items: null, failure: 'empty' };
  if (spoken.length > MAX_CHARS) return { items: null, failure: 'bad_format' };
  const items = listIn(stripThoughts(spoken).replace(/^\ufeff/, ''), item);
  return items === null ? { items: null, failure: 'bad_format' } : { items, failure: null };
}

function listIn<T>(said: string, item: z.ZodType<T>): T[] | null {
  const whole = listOf(parseJson(said), item, 0);
  if (whole) return whole;
  const scanned = scanJson(said);
  if (scanned.cut) return null;
  // A draft comes before what is meant.
  for (const { start, end, closed } of scanned.roots.toReversed()) {
    const piece = scanned.text.slice(start, end);
    const items = closed ? listOf(parseJson(piece) ?? repaired(piece), item, 0) : null;
    if (items) return items;
  }
  return null;
}

/** The object with this member in an answer, without thoughts, prose and damage around it; null where there is none, or it broke off. Never throws. */
export function readObject(
  { text: said, reasoning, finishReason }: KeptAnswer,
  member: string,
): Record<string, unknown> | null {
  const spoken = said.trim() === '' ? reasoning : said;
  if ((finishReason !== 'stop' && finishReason !== 'unknown') || spoken.length > MAX_CHARS) return null;
  const scanned = scanJson(stripThoughts(spoken).replace(/^\ufeff/, ''));
  for (const { start, end, closed } of scanned.roots.toReversed()) {
    const piece = scanned.text.slice(start, end);
    const value = closed ? (parseJson(piece) ?? repaired(piece)) : undefined;
    if (typeof value === 'object' && value !== null && Object.hasOwn(value, member))
      return value as Record<string, unknown>;
  }
  return null;
}

/** The list in a value, or in what it wraps; null when there is none. */
function listOf<T>(value: unknown, item: z.ZodType<T>, depth: number): T[] | null {
  if (depth > MAX_WRAPPERS || typeof value !== 'object' || value === null) return null;
  if (Array.isArray(value)) {
    const items = value.flatMap((each) => {
      const read = item.safeParse(each);
      return read.success ? [read.data] : [];
    });
    return items.length > 0 ? items : null;
  }
  for (const inner of Object.values(value)) {
    const items = listOf(typeof inner === 'string' ? parseJson(inner) : inner, item, depth + 1);
    if (items) return items;
  }
  return null;
}

function repaired(piece: string): unknown {
  if (piece.length > MAX_REPAIR_CHARS) return undefined;
  try {
    return parseJson(jsonrepair(piece));
  } catch {
    return undefined;
  }
}

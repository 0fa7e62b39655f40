import { jsonrepair } from 'jsonrepair';
import { z } from 'zod';
import { CODEBOOK_LIMITS } from '../../shared/codebook.ts';
import type { FailureClass } from '../../shared/model.ts';
import { scanJson, parseJson } from '../extract/llm/answer/scan-json.ts';
import { stripThoughts } from '../extract/llm/answer/strip-thoughts.ts';

/** A longer text is a model that repeats itself. */
const MAX_CHARS = 500_000;
const MAX_REPAIR_CHARS = 200_000;
/** The answer is an object with a list in it; wrappers of gateways are a few levels more. */
const MAX_WRAPPERS = 4;

/** The answer's JSON schema, within what strict modes take. */
export const TYPES_SCHEMA: Record<string, unknown> = {
  type: 'object',
  properties: {
    types: {
      type: 'array',
      items: {
        type: 'object',
        properties: {
          zh: { type: 'string' },
          en: { type: 'string' },
          category: { type: 'string', enum: ['conversion', 'engagement'] },
          definition: { type: 'string' },
          examples: { type: 'array', items: { type: 'integer' } },
          from: { type: 'array', items: { type: 'string' } },
        },
        required: ['zh', 'en', 'category', 'definition', 'examples', 'from'],
        additionalProperties: false,
      },
    },
  },
  required: ['types'],
  additionalProperties: false,
};

/** Whatever a member is, also none. */
const anything = z.unknown().optional();
const text = (limit: number): z.ZodType<string> =>
  anything.transform((value) =>
    typeof value === 'string' ? value.replace(/\s+/gu, ' ').trim().slice(0, limit) : '',
  );
const list = anything.transform((value) => (Array.isArray(value) ? (value as unknown[]) : [value]));

/** A type as a model says it: names at the least. Everything else is taken as far as it can be read. */
const saidTypeSchema = z
  .object({
    zh: text(CODEBOOK_LIMITS.name),
    en: text(CODEBOOK_LIMITS.name),
    name: text(CODEBOOK_LIMITS.name),
    category: anything.transform((value) =>
      typeof value === 'string' && /^(conversion|转化)/i.test(value.trim()) ? 'conversion' : 'engagement',
    ),
    definition: text(CODEBOOK_LIMITS.definition),
    /** The numbers of behaviours. */
    examples: list.transform((values) =>
      values.flatMap((value) => {
        const number = Number(typeof value === 'string' ? value.replace(/^#/, '') : value);
        return value !== '' && Number.isSafeInteger(number) && number > 0 ? [number] : [];
      }),
    ),
    /** Names of types that it stands for. */
    from: list.transform((values) =>
      values.flatMap((value) => (typeof value === 'string' && value.trim() !== '' ? [value.trim()] : [])),
    ),
  })
  .transform(({ name, zh, en, ...rest }) => ({ ...rest, zh: zh || name || en, en: en || name || zh }))
  .refine(({ zh }) => zh !== '');
export type SaidType = z.output<typeof saidTypeSchema>;

export type ReadTypes = { types: SaidType[]; failure: null } | { types: null; failure: FailureClass };

/**
 * The types that an answer names. Thoughts, prose and damage around the list do not matter; an answer that broke off does,
 * because it is the whole list anew, and what is missing would be lost. Never throws.
 */
export function readTypes({
  text: said,
  reasoning,
  finishReason,
}: {
  text: string;
  reasoning: string;
  finishReason: string;
}): ReadTypes {
  if (finishReason === 'content_filter') return { types: null, failure: 'refused' };
  const ended = finishReason === 'stop' || finishReason === 'unknown';
  if (!ended) return { types: null, failure: 'truncated' };
  const spoken = said.trim() === '' ? reasoning : said;
  if (spoken.trim() === '') return { types: null, failure: 'empty' };
  if (spoken.length > MAX_CHARS) return { types: null, failure: 'bad_format' };
  const types = typesIn(stripThoughts(spoken).replace(/^\ufeff/, ''));
  return types === null ? { types: null, failure: 'bad_format' } : { types, failure: null };
}

function typesIn(said: string): SaidType[] | null {
  const whole = typesOf(parseJson(said), 0);
  if (whole) return whole;
  const scanned = scanJson(said);
  if (scanned.cut) return null;
  // A draft comes before what is meant.
  for (const { start, end, closed } of scanned.roots.toReversed()) {
    const piece = scanned.text.slice(start, end);
    const types = closed ? typesOf(parseJson(piece) ?? repaired(piece), 0) : null;
    if (types) return types;
  }
  return null;
}

/** The list of types in a value, or in what it wraps; null when there is none. */
function typesOf(value: unknown, depth: number): SaidType[] | null {
  if (depth > MAX_WRAPPERS || typeof value !== 'object' || value === null) return null;
  if (Array.isArray(value)) {
    const types = value.flatMap((each) => saidTypeSchema.safeParse(each).data ?? []);
    return types.length > 0 ? types : null;
  }
  for (const inner of Object.values(value)) {
    const types = typesOf(typeof inner === 'string' ? parseJson(inner) : inner, depth + 1);
    if (types) return types;
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

import { z } from 'zod';
import { CODEBOOK_LIMITS } from '../../shared/codebook.ts';
import { anything, readList, text } from './read-list.ts';
import type { KeptAnswer, ReadList } from './read-list.ts';

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

export type ReadTypes = ReadList<SaidType>;

/** The types that an answer names. */
export const readTypes = (answer: KeptAnswer): ReadTypes => readList(answer, 'types', saidTypeSchema);

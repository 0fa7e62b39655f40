import { z } from 'zod';
import { CODEBOOK_LIMITS } from '../../shared/codebook.ts';
import { number, readList, text } from './read-list.ts';
import type { KeptAnswer, ReadList } from './read-list.ts';

/** The answer's JSON schema, within what strict modes take. */
export const ASSIGNMENTS_SCHEMA: Record<string, unknown> = {
  type: 'object',
  properties: {
    words: {
      type: 'array',
      items: {
        type: 'object',
        properties: {
          n: { type: 'integer' },
          type: { type: 'integer' },
          zh: { type: 'string' },
          en: { type: 'string' },
        },
        required: ['n', 'type', 'zh', 'en'],
        additionalProperties: false,
      },
    },
  },
  required: ['words'],
  additionalProperties: false,
};

const saidAssignmentSchema = z
  .object({
    /** The number of the word in the request. */
    n: number,
    /** The number of a type; 0 for a new one. */
    type: number,
    zh: text(CODEBOOK_LIMITS.name),
    en: text(CODEBOOK_LIMITS.name),
  })
  .transform(({ zh, en, ...rest }) => ({ ...rest, zh: zh || en, en: en || zh }))
  .refine(({ n, type }) => n > 0 && type >= 0);
export type SaidAssignment = z.output<typeof saidAssignmentSchema>;

/** The types that an answer gives to words. */
export const readAssignments = (answer: KeptAnswer): ReadList<SaidAssignment> =>
  readList(answer, 'words', saidAssignmentSchema);

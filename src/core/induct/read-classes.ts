import { z } from 'zod';
import { THEME_LIMITS } from '../../shared/themes.ts';
import { number, readList, text } from './read-list.ts';
import type { KeptAnswer, ReadList } from './read-list.ts';

/** The answer's JSON schema, within what strict modes take. */
export const CLASSES_SCHEMA: Record<string, unknown> = {
  type: 'object',
  properties: {
    things: {
      type: 'array',
      items: {
        type: 'object',
        properties: { n: { type: 'integer' }, theme: { type: 'string' } },
        required: ['n', 'theme'],
        additionalProperties: false,
      },
    },
  },
  required: ['things'],
  additionalProperties: false,
};

const saidClassSchema = z
  .object({
    /** The number of the thing in the request. */
    n: number,
    /** Empty where the model knows none. */
    theme: z.union([z.string(), z.null()]).transform((said) => text(THEME_LIMITS.name).parse(said)),
  })
  .refine(({ n }) => n > 0);
export type SaidClass = z.output<typeof saidClassSchema>;

/** The themes that an answer gives to things. */
export const readClasses = (answer: KeptAnswer): ReadList<SaidClass> =>
  readList(answer, 'things', saidClassSchema);

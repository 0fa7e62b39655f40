import { z } from 'zod';
import { INSIGHT_LIMITS, questionSchema, selectionSchema } from './insight.ts';
import type { DataRevision, Question, Selection } from './insight.ts';
import { SAVED_LIMITS } from './saved-limits.ts';

// A line break or another control character in a name would break lists and terminals.
const NO_CONTROL = /^[^\p{Cc}\p{Cf}]*$/u;

/** The name of something that is saved. */
export const savedNameSchema = z.string().trim().min(1).max(SAVED_LIMITS.name).regex(NO_CONTROL);

export const dataRevisionSchema = z.strictObject({
  id: z.string().min(1).max(INSIGHT_LIMITS.name),
  at: z.number().nullable(),
});

/** A selection as it is saved: it stands on no other one. */
export const plainSelectionSchema = selectionSchema.omit({ saved: true });

/** A question by its name. Times in milliseconds since the epoch. */
export interface SavedQuestion {
  id: number;
  name: string;
  question: Question;
  createdAt: number;
  changedAt: number;
  /** What it was computed on last, and when; null before that. */
  data: DataRevision | null;
  computedAt: number | null;
}

export interface SavedSelection {
  id: number;
  name: string;
  selection: Selection;
  createdAt: number;
  changedAt: number;
}

/** All that is saved in a workspace, by name. */
export interface SavedInsights {
  questions: SavedQuestion[];
  selections: SavedSelection[];
}

const id = z.number().int().min(1);

/** A change of what is saved. Ids are of questions and selections alike. */
export const savedChangeSchema = z.discriminatedUnion('do', [
  z.strictObject({
    do: z.literal('save-question'),
    name: savedNameSchema,
    question: questionSchema,
    data: dataRevisionSchema.nullable(),
  }),
  z.strictObject({
    do: z.literal('save-selection'),
    name: savedNameSchema,
    selection: plainSelectionSchema,
  }),
  /** Puts another question in the place of a saved one, under its name. */
  z.strictObject({
    do: z.literal('replace'),
    id,
    question: questionSchema,
    data: dataRevisionSchema.nullable(),
  }),
  /** Notes on what data a question was computed just now. */
  z.strictObject({ do: z.literal('computed'), id, data: dataRevisionSchema }),
  z.strictObject({ do: z.literal('rename'), id, name: savedNameSchema }),
  z.strictObject({ do: z.literal('duplicate'), id, name: savedNameSchema }),
  z.strictObject({ do: z.literal('delete'), id }),
  /** Takes a deletion back. */
  z.strictObject({ do: z.literal('restore'), id }),
]);
export type SavedChange = z.output<typeof savedChangeSchema>;

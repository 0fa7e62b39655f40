import { z } from 'zod';
import { CODEBOOK_LANGUAGES, codebookSchema, eventWordSchema } from '../../shared/codebook.ts';
import type { ErrorInfo } from '../../shared/errors.ts';
import { TYPES_PHASES } from '../../shared/induction.ts';
import type { InductionStatus } from '../../shared/induction.ts';
import type { UserInput } from '../extract/extractor.ts';
import type { AnsweredRequest, FailedRequest, NewRequest, RequestTotals } from '../extract/ports.ts';
import { assignmentSchema } from './assignment.ts';
import { draftTypeSchema } from './draft.ts';
import type { KeptAnswer } from './read-list.ts';

const typesPlanSchema = z.object({
  kind: z.literal('types'),
  /** The numbers of the users of the sample, in the order in which they are looked at. */
  users: z.array(z.number().int()),
  /** The codebook as it was. */
  codebook: codebookSchema,
  /** The ids of the conversions of the rules. */
  fixed: z.array(z.string()),
  /** How many types there may be besides those. */
  most: z.number().int(),
});
export type TypesPlan = z.infer<typeof typesPlanSchema>;

const wordsPlanSchema = z.object({
  kind: z.literal('words'),
  codebook: codebookSchema,
  /** The words without a type, the most frequent first. */
  words: z.array(eventWordSchema),
});
export type WordsPlan = z.infer<typeof wordsPlanSchema>;

const themesPlanSchema = z.object({
  kind: z.literal('themes'),
  language: z.enum(CODEBOOK_LANGUAGES),
  /** The themes that there are, those with the most behaviours first. */
  themes: z.array(z.string()),
  /** The names of the things that have none, in the same order. */
  things: z.array(z.string()),
});
export type ThemesPlan = z.infer<typeof themesPlanSchema>;

/** What an induction was begun with; nothing that happens later changes it. */
export const inductionPlanSchema = z.discriminatedUnion('kind', [
  typesPlanSchema,
  wordsPlanSchema,
  themesPlanSchema,
]);
export type InductionPlan = z.infer<typeof inductionPlanSchema>;

/** Requests whose answers are in the result, and those that there will be, as far as can be told. */
const steps = { step: z.number().int(), steps: z.number().int() };

const typesProgressSchema = z.object({
  kind: z.literal('types'),
  ...steps,
  phase: z.enum(TYPES_PHASES),
  usersDone: z.number().int(),
  /** Tokens of behaviours in a request: fewer once the model has refused so many. */
  batchTokens: z.number().int(),
  reviewed: z.boolean(),
  types: z.array(draftTypeSchema),
});
export type TypesProgress = z.infer<typeof typesProgressSchema>;

/** How far a list of names is dealt with: so many of them, and in a request: fewer once the model has refused so many. */
const batches = { ...steps, done: z.number().int(), batch: z.number().int() };

const wordsProgressSchema = z.object({
  kind: z.literal('words'),
  ...batches,
  /** What was found for the words that are done, by their places in the plan. */
  found: z.array(z.object({ place: z.number().int(), ...assignmentSchema.shape })),
});
export type WordsProgress = z.infer<typeof wordsProgressSchema>;

const themesProgressSchema = z.object({
  kind: z.literal('themes'),
  ...batches,
  /** The themes that were found, with the places of their things in the plan. */
  found: z.array(z.object({ place: z.number().int(), theme: z.string() })),
});
export type ThemesProgress = z.infer<typeof themesProgressSchema>;

/** How far it has come. */
export const inductionProgressSchema = z.discriminatedUnion('kind', [
  typesProgressSchema,
  wordsProgressSchema,
  themesProgressSchema,
]);
export type InductionProgress = z.infer<typeof inductionProgressSchema>;

export const inductionModelSchema = z.object({
  name: z.string(),
  currency: z.string(),
  priced: z.boolean(),
  maxCost: z.number().nullable(),
  maxTokens: z.number().nullable(),
});
/** What it is asked of, and the caps. */
export type InductionModel = z.infer<typeof inductionModelSchema>;

/** An induction as it is stored. Times are milliseconds since the epoch. */
export interface InductionRow {
  id: number;
  status: Exclude<InductionStatus, 'idle'>;
  plan: InductionPlan;
  model: InductionModel;
  progress: InductionProgress;
  error: ErrorInfo | null;
  /** When the process was found to have died under it. */
  deaths: number[];
  startTime: number;
  endTime: number | null;
  /** Whether its proposal was taken over or put away, or the notice of its end. */
  closed: boolean;
}

export type InductionChange = Partial<Omit<InductionRow, 'id' | 'plan' | 'startTime'>>;

/** What inductions need of the workspace. All of it is on disk when a method returns. */
export interface InductionStore {
  /** The newest one; null where there is none. */
  latest(): InductionRow | null;
  create(induction: Pick<InductionRow, 'plan' | 'model' | 'progress' | 'startTime'>): InductionRow;
  change(id: number, change: InductionChange): void;
  /** The answer to what was asked under this key; null when there is none. */
  keptAnswer(key: string): KeptAnswer | null;
  /** An answer that cannot be used is none: it is asked for again. It stays on the books. */
  dropAnswer(key: string): void;
  /** Records a request before it is sent; returns its id. */
  begin(inductionId: number, request: Omit<NewRequest, 'runId'>): number;
  /** Stores an answer under the key of what was asked, and what it cost, before anybody looks at it. */
  answered(requestId: number, answer: AnsweredRequest, key: string, now: number): void;
  failed(requestId: number, failed: FailedRequest): void;
  /** Marks what a dead process had in flight. */
  markLost(inductionId: number): void;
  totals(inductionId: number): Readonly<RequestTotals>;
  /** The real ids of users, by their numbers. */
  userIds(userNos: readonly number[]): ReadonlyMap<number, string>;
}

/** The users of a workspace, as a sample is taken of them. */
export interface UserSource {
  /** So many users, spread evenly over the workspace, with the number of their behaviours. */
  spread(count: number): { userNo: number; behaviours: number }[];
  /** A user with the latest behaviours, so many at the most, in time order; null when there is no such user. */
  load(userNo: number, behaviours: number): UserInput | null;
}

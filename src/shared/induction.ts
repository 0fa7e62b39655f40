import { z } from 'zod';
import { CODEBOOK_LIMITS, inducedTypeSchema, settledWordsSchema } from './codebook.ts';
import type { CodebookType, EventWord, InducedType } from './codebook.ts';
import type { ErrorInfo } from './errors.ts';
import type { FailureClass } from './failure-classes.ts';
import { runRequestSchema } from './run.ts';
import { assignedThingsSchema, THEME_LIMITS } from './themes.ts';

/**
 * `idle → running ⇄ paused → proposed | failed | cancelled`; `interrupted` for one whose process died. One whose proposal was
 * taken over or put away is `idle` again.
 */
export const INDUCTION_STATUSES = [
  'idle',
  'running',
  'paused',
  'proposed',
  'failed',
  'cancelled',
  'interrupted',
] as const;
export type InductionStatus = (typeof INDUCTION_STATUSES)[number];

/**
 * What is asked for: `types`: event types from a sample of users (归纳事件类型); `words`: types for words that have none
 * (由模型归并); `themes`: themes for things of which nothing is known but the name (由模型归类).
 */
export const INDUCTION_KINDS = ['types', 'words', 'themes'] as const;
export type InductionKind = (typeof INDUCTION_KINDS)[number];

/** What a request for types is for: they are proposed from the first users, updated by others, reviewed at the end. */
export const TYPES_PHASES = ['propose', 'update', 'review'] as const;
export type TypesPhase = (typeof TYPES_PHASES)[number];
export type InductionPhase = TypesPhase | 'assign' | 'classify';

/** How many users are looked at, and how many types may come of it. */
export const INDUCTION_LIMITS = {
  users: { least: 1, most: 200, usual: 40 },
  types: { least: 3, most: 60, usual: 20 },
} as const;

const { users, types } = INDUCTION_LIMITS;

const { maxCost, maxTokens } = runRequestSchema.shape;
const typesRequestSchema = z.object({
  kind: z.literal('types'),
  users: z.number().int().min(users.least).max(users.most).default(users.usual),
  types: z.number().int().min(types.least).max(types.most).default(types.usual),
  maxCost,
  maxTokens,
});
export type TypesRequest = z.infer<typeof typesRequestSchema>;

/** An induction as it is asked for. */
export const inductionRequestSchema = z.discriminatedUnion('kind', [
  typesRequestSchema,
  z.object({ kind: z.literal('words'), maxCost, maxTokens }),
  z.object({ kind: z.literal('themes'), maxCost, maxTokens }),
]);
export type InductionRequest = z.infer<typeof inductionRequestSchema>;
export type InductionRequestInput = z.input<typeof inductionRequestSchema>;

/** The lines of a proposal that the analyst takes over, as they edited them. */
export const inductionAcceptSchema = z.discriminatedUnion('kind', [
  z.object({
    kind: z.literal('types'),
    lines: z.array(inducedTypeSchema).min(1).max(CODEBOOK_LIMITS.types),
  }),
  z.object({
    kind: z.literal('words'),
    lines: z.array(settledWordsSchema).min(1).max(CODEBOOK_LIMITS.words),
  }),
  z.object({
    kind: z.literal('themes'),
    lines: z.array(assignedThingsSchema).min(1).max(THEME_LIMITS.chosen),
  }),
]);
export type InductionAccept = z.infer<typeof inductionAcceptSchema>;

/** A behaviour of a real user that shows what a type means. */
export interface InductionExample {
  /** Empty when the user is not in the workspace any more. */
  userId: string;
  text: string;
}

/** A line of a proposal. `kept`: a type of the present codebook as it is. `changed`: one that it has, in other words. */
export interface ProposedType extends Pick<CodebookType, 'zh' | 'en' | 'category' | 'definition'> {
  kind: 'kept' | 'changed' | 'new';
  /** The id of the present type that it is; null for a new one. */
  present: string | null;
  /** The ids of present types that it stands for, too. */
  replaces: string[];
  examples: InductionExample[];
}

/** A line of a proposal as it is taken over. */
export function inducedLine({ present, replaces, examples, ...type }: ProposedType): InducedType {
  const { zh, en, category, definition } = type;
  const texts = [...new Set(examples.map(({ text }) => text))];
  return { present, replaces, type: { zh, en, category, definition, examples: texts } };
}

/** A word with the type that a model finds for it: one of the codebook (`into`), or a new one of this name. */
export interface ProposedWord extends EventWord {
  into: string | null;
  name: { zh: string; en: string } | null;
}

/** A thing with the theme that a model finds for it. */
export interface ProposedTheme {
  thing: string;
  theme: string;
}

/** What an induction would take, told before it starts. */
export interface InductionEstimate {
  /** Users of the sample with their behaviours; 0 where no users are looked at. */
  users: number;
  behaviours: number;
  /** Words or things that are asked about; 0 where types are induced. */
  names: number;
  requests: number;
  inputTokens: number;
  outputTokens: number;
  /** Null where a price is unknown. */
  cost: number | null;
  currency: string;
  /** What the largest request sets aside: a cap below that stops the induction at once. */
  reserve: number | null;
  reserveTokens: number;
}

export interface InductionPreflight {
  estimate: InductionEstimate | null;
  /** Why it cannot start; null when it can. */
  problem: ErrorInfo | null;
}

/** Everything a window needs to draw an induction. All figures are on disk. */
export interface InductionSnapshot {
  /** Grows with every snapshot of a workspace, across restarts too. */
  revision: number;
  /** Empty when no workspace is open. */
  workspaceId: string;
  inductionId: number | null;
  kind: InductionKind;
  status: InductionStatus;
  phase: InductionPhase;
  /** Users of the sample, words or things, and those of them that are dealt with. */
  total: number;
  done: number;
  /** Requests that were answered, and that there will be: an estimate until the last. */
  step: number;
  steps: number;
  /** Types found so far; 0 where none are looked for. */
  types: number;
  model: string;
  /** Requests sent, and those of them that asked again. */
  requests: number;
  retries: number;
  inputTokens: number;
  outputTokens: number;
  /** Null where a price is unknown. */
  cost: number | null;
  currency: string;
  maxCost: number | null;
  maxTokens: number | null;
  /** Until when nothing is asked, milliseconds since the epoch; null when nothing holds. */
  throttledUntil: number | null;
  throttledBy: FailureClass | null;
  throttledDetail: string | null;
  /** As in the figures of a run (ModelFigures). */
  waitingSince: number | null;
  unfinishedSince: number | null;
  pacedUntil: number | null;
  /** Milliseconds since the epoch. */
  startTime: number | null;
  endTime: number | null;
  error: ErrorInfo | null;
  /** True when 继续 would go on with it. */
  resumable: boolean;
  /** True when it went on by itself after a restart. */
  resumedAutomatically: boolean;
  /** What was found, by what was asked for; null before `proposed`, and for what was not. */
  proposal: ProposedType[] | null;
  assigned: ProposedWord[] | null;
  classified: ProposedTheme[] | null;
}

/** What a snapshot says when there is no induction. */
export const NO_INDUCTION: InductionSnapshot = {
  revision: 0,
  workspaceId: '',
  inductionId: null,
  kind: 'types',
  status: 'idle',
  phase: 'propose',
  total: 0,
  done: 0,
  step: 0,
  steps: 0,
  types: 0,
  model: '',
  requests: 0,
  retries: 0,
  inputTokens: 0,
  outputTokens: 0,
  cost: null,
  currency: 'CNY',
  maxCost: null,
  maxTokens: null,
  throttledUntil: null,
  throttledBy: null,
  throttledDetail: null,
  waitingSince: null,
  unfinishedSince: null,
  pacedUntil: null,
  startTime: null,
  endTime: null,
  error: null,
  resumable: false,
  resumedAutomatically: false,
  proposal: null,
  assigned: null,
  classified: null,
};

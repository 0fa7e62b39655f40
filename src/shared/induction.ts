import { z } from 'zod';
import { CODEBOOK_LIMITS, inducedTypeSchema } from './codebook.ts';
import type { CodebookType, InducedType } from './codebook.ts';
import type { ErrorInfo } from './errors.ts';
import type { FailureClass } from './model.ts';
import { runRequestSchema } from './run.ts';

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

/** What a request of an induction is for: types are proposed from the first users, updated by others, reviewed at the end. */
export const INDUCTION_PHASES = ['propose', 'update', 'review'] as const;
export type InductionPhase = (typeof INDUCTION_PHASES)[number];

/** How many users are looked at, and how many types may come of it. */
export const INDUCTION_LIMITS = {
  users: { least: 1, most: 200, usual: 40 },
  types: { least: 3, most: 60, usual: 20 },
} as const;

const { users, types } = INDUCTION_LIMITS;

/** An induction as it is asked for (由模型归纳). */
export const inductionRequestSchema = z.object({
  users: z.number().int().min(users.least).max(users.most).default(users.usual),
  types: z.number().int().min(types.least).max(types.most).default(types.usual),
  maxCost: runRequestSchema.shape.maxCost,
  maxTokens: runRequestSchema.shape.maxTokens,
});
export type InductionRequest = z.infer<typeof inductionRequestSchema>;
export type InductionRequestInput = z.input<typeof inductionRequestSchema>;

/** The lines of a proposal that the analyst takes over, as she edited them. */
export const inductionAcceptSchema = z.object({
  lines: z.array(inducedTypeSchema).min(1).max(CODEBOOK_LIMITS.types),
});

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

/** What an induction would take, told before it starts. */
export interface InductionEstimate {
  users: number;
  behaviours: number;
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
  status: InductionStatus;
  phase: InductionPhase;
  /** Users of the sample, and those whose behaviours are in the types so far. */
  users: number;
  usersDone: number;
  /** Requests that were answered, and that there will be: an estimate until the last. */
  step: number;
  steps: number;
  /** Types found so far. */
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
  /** Milliseconds since the epoch. */
  startTime: number | null;
  endTime: number | null;
  error: ErrorInfo | null;
  /** True when 继续 would go on with it. */
  resumable: boolean;
  /** True when it went on by itself after a restart. */
  resumedAutomatically: boolean;
  /** What was found; null before `proposed`. */
  proposal: ProposedType[] | null;
}

/** What a snapshot says when there is no induction. */
export const NO_INDUCTION: InductionSnapshot = {
  revision: 0,
  workspaceId: '',
  inductionId: null,
  status: 'idle',
  phase: 'propose',
  users: 0,
  usersDone: 0,
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
  startTime: null,
  endTime: null,
  error: null,
  resumable: false,
  resumedAutomatically: false,
  proposal: null,
};

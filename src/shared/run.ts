import { DETAILS } from './abstraction.ts';
import type { Detail } from './abstraction.ts';
import { z } from 'zod';
import type { ErrorInfo } from './errors.ts';
import type { ModelFigures, RunEstimate } from './model.ts';
import { MOST_SELECTED, userIdSchema, usersQuerySchema } from './users.ts';
import type { ConversionCount } from './users.ts';

/** `idle → running ⇄ paused → completed | failed | cancelled`; `interrupted` for a run whose process died. */
export const RUN_STATUSES = [
  'idle',
  'running',
  'paused',
  'completed',
  'failed',
  'cancelled',
  'interrupted',
] as const;
export type RunStatus = (typeof RUN_STATUSES)[number];

/** `rules`: built in, offline, free. `llm`: a language model. */
export const EXTRACTOR_IDS = ['rules', 'llm'] as const;
export type ExtractorId = (typeof EXTRACTOR_IDS)[number];

/** How many ids `RunSnapshot.currentUserIds` names at the most. */
export const CURRENT_USER_IDS_SHOWN = 5;

/**
 * Everything a window needs to draw a run. Invariants at every snapshot anyone can see:
 * `successCount + failedCount = processedUsers ≤ totalUsers`; `revision` only grows; `progressPercent` never falls
 * within a run; `completed` ⇒ processed = total and nothing remains. What counts as processed is on disk.
 */
export interface RunSnapshot {
  /** Grows with every snapshot of a workspace, across restarts too. */
  revision: number;
  /** Identity of the workspace; a window forgets its revision when this changes. Empty when none is open. */
  workspaceId: string;
  runId: number | null;
  status: RunStatus;
  extractor: ExtractorId | null;
  /** How much joins into one event; null when there is no run. */
  detail: Detail | null;
  totalUsers: number;
  processedUsers: number;
  successCount: number;
  failedCount: number;
  /** Behaviours of all its users, and events made so far. */
  behaviourCount: number;
  eventCount: number;
  /** Batches finished or in work, 1-based; 0 before the first. */
  currentBatch: number;
  totalBatches: number;
  /** The first users in work now, at most CURRENT_USER_IDS_SHOWN. */
  currentUserIds: string[];
  /** How many users are in work now. */
  currentUserCount: number;
  /** 0 to 100 with one decimal, rounded down, so that 100 means done. */
  progressPercent: number;
  /** Null while it cannot be told. */
  estimatedRemainingSeconds: number | null;
  usersPerMinute: number | null;
  /** Milliseconds since the epoch. */
  startTime: number | null;
  endTime: number | null;
  /** Why the run failed, or waits for the user. */
  error: ErrorInfo | null;
  /** True while finished work waits for another program to unlock the workspace. */
  waitsForLock: boolean;
  /** True when 继续 would go on with this run. */
  resumable: boolean;
  /** Milliseconds in which the run was really running (pauses and down time left out), up to its last commit. */
  activeMs: number;
  /** True when this run was found unfinished at start-up and went on by itself. */
  resumedAutomatically: boolean;
  /** True once the user has dismissed the notice of a finished run. */
  dismissed: boolean;
  /** What the model did and cost; null for an extractor without one. */
  model: ModelFigures | null;
}

/** Percent with one decimal, rounded down: 100 is for a run that is really done. */
export function progressPercent(processed: number, total: number): number {
  return total === 0 ? 100 : Math.floor((processed / total) * 1000) / 10;
}

/** What a snapshot says when there is no run. */
export const NO_RUN: RunSnapshot = {
  revision: 0,
  workspaceId: '',
  runId: null,
  status: 'idle',
  extractor: null,
  detail: null,
  totalUsers: 0,
  processedUsers: 0,
  successCount: 0,
  failedCount: 0,
  behaviourCount: 0,
  eventCount: 0,
  currentBatch: 0,
  totalBatches: 0,
  currentUserIds: [],
  currentUserCount: 0,
  progressPercent: 0,
  estimatedRemainingSeconds: null,
  usersPerMinute: null,
  startTime: null,
  endTime: null,
  error: null,
  waitsForLock: false,
  resumable: false,
  activeMs: 0,
  resumedAutomatically: false,
  dismissed: false,
  model: null,
};

/**
 * Which users a run covers. `remaining`: all not yet succeeded. `failed`: those that failed, of one reason if `code` is
 * given. `lowCoverage`: those marked 覆盖不足. `filter`: those that the table shows under a search and a status. `all`: every
 * user once more (全部重做); their events are replaced user by user.
 */
export const runScopeSchema = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('remaining') }),
  z.object({ kind: z.literal('failed'), code: z.string().max(100).optional() }),
  z.object({ kind: z.literal('lowCoverage') }),
  z.object({
    kind: z.literal('filter'),
    search: usersQuerySchema.shape.search,
    status: usersQuerySchema.shape.status,
  }),
  z.object({ kind: z.literal('all') }),
  z.object({ kind: z.literal('users'), userIds: z.array(userIdSchema).min(1).max(MOST_SELECTED) }),
]);
export type RunScope = z.infer<typeof runScopeSchema>;

const maxTokensSchema = z.number().int().min(0).max(1_000_000_000_000);

/** A run as it is asked for. */
export const runRequestSchema = z.object({
  scope: runScopeSchema,
  /** The extractor of the settings when left out. */
  extractor: z.enum(EXTRACTOR_IDS).optional(),
  /** Money the run may spend, in the currency of the model settings; null for no cap. */
  maxCost: z.number().min(0).max(1_000_000_000).nullable().default(null),
  /** Tokens the run may use, of prompts and answers together; null for no cap. Needs no price. */
  maxTokens: maxTokensSchema.nullable().default(null),
  /** So many users are tried first (试跑), then the run waits; null for none. */
  pilotUsers: z.number().int().min(1).max(100_000).nullable().default(null),
  /** How much joins into one event; that of the latest run when left out, and DEFAULT_DETAIL for the first. */
  detail: z.enum(DETAILS).optional(),
  /** Ask again even where an answer is there already (重新生成). */
  fresh: z.boolean().default(false),
});
export type RunRequest = z.infer<typeof runRequestSchema>;
export type RunRequestInput = z.input<typeof runRequestSchema>;

/** 继续, perhaps with other caps (null: without one), and after a pilot with another detail. */
export const resumeRequestSchema = z
  .object({
    maxCost: z.number().min(0).max(1_000_000_000).nullable().optional(),
    maxTokens: maxTokensSchema.nullable().optional(),
    /** The events of the pilot's users are joined or divided as it asks for; the others are asked about at this detail. */
    detail: z.enum(DETAILS).optional(),
  })
  .optional();
export type ResumeRequest = z.infer<typeof resumeRequestSchema>;

/** What starting a run of a scope would do: shown before the user confirms. */
export interface RunPreflight {
  extractor: ExtractorId;
  users: number;
  behaviours: number;
  /** Users of the scope whose present events would be replaced. */
  replacing: number;
  /** The rules that would apply, as `name version (hash)`; null when the chosen file cannot be used. */
  rules: { version: string; builtIn: boolean } | null;
  /** What the model would be asked and cost; null for an extractor without one. */
  estimate: RunEstimate | null;
  /** Why the run cannot start with this extractor; null when it can. */
  problem: ErrorInfo | null;
}

/** One run in 任务历史. */
export interface RunRecord {
  runId: number;
  status: RunStatus;
  extractor: ExtractorId;
  /** Version of the rules in force, as `name version (hash)`. */
  extractorVersion: string;
  detail: Detail;
  scope: RunScope['kind'];
  totalUsers: number;
  processedUsers: number;
  successCount: number;
  failedCount: number;
  eventCount: number;
  behaviourCount: number;
  startTime: number;
  endTime: number | null;
  /** Milliseconds in which the run was really running (pauses and down time left out). */
  activeMs: number;
  /** How often a process died under it. */
  interruptions: number;
  error: ErrorInfo | null;
  /** True when 继续 would go on with this run. */
  resumable: boolean;
  /** What the model did and cost; null for an extractor without one. */
  model: ModelFigures | null;
}

/** What a run has made, as far as it is still there: users of whom a later run has made the events once more are not counted. */
export interface RunOutcome {
  /** How many users have what the run made. */
  users: number;
  events: number;
  /** How many types these events have. */
  types: number;
  /** How many of them fit no type of the codebook. */
  other: number;
  /** In the order of the codebook. */
  conversions: (ConversionCount & { users: number })[];
}

/** The failed users of a run that share one reason. */
export interface RunFailureGroup {
  error: ErrorInfo;
  users: number;
  /** The first few ids. */
  sampleUserIds: string[];
  /** How many of them are still failed now, i.e. what a retry would cover. */
  stillFailed: number;
}

/** How many users have results of one version of the extractor (RunRecord.extractorVersion). */
export interface ResultVersion {
  version: string;
  users: number;
}

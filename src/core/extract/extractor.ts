import type { ErrorInfo } from '../../shared/errors.ts';
import type { ModelFigures, WaitFigure } from '../../shared/model.ts';
import type { ExtractorId } from '../../shared/run.ts';
import type { Behaviour, EventCategory, EventOrigin, EventRecord, ProfileField } from '../../shared/users.ts';
import type { ExtraWrites } from './ports.ts';

/** A value, or a promise of it: a store may answer within this thread, or over a network. */
export type Awaitable<T> = T | Promise<T>;

/** What an extractor reads of a behaviour. */
export type BehaviourInput = Omit<Behaviour, 'rowNumber'>;

/** One user as an extractor receives them: behaviours in time order (ties in file order). */
export interface UserInput {
  userId: string;
  profile: ProfileField[] | null;
  behaviours: BehaviourInput[];
}

/** An event as an extractor makes it; its position in the sequence is given by its place in the list. */
export type EventDraft = Omit<EventRecord, 'ordinal' | 'proposed'>;
export type { EventCategory, EventOrigin };

/** What became of one user of a batch. */
export type UserOutcome =
  | {
      userId: string;
      status: 'succeeded';
      events: EventDraft[];
      /** Share of the behaviours in evidence, 0 to 1; all of them when left out. */
      coverage?: number;
      /** Whether a stretch of the behaviours is in no event's evidence (覆盖不足). */
      lowCoverage?: boolean;
    }
  | { userId: string; status: 'failed'; error: ErrorInfo };

/** How users are packed into batches. A batch holds at least one user, then as many as both limits allow. */
export interface BatchLimits {
  maxUsers: number;
  maxBehaviours: number;
}

/**
 * Turns a batch of users into events. Answers for every user of the batch, in any order.
 * Throws RunStoppedError for a reason that no user of the run can escape.
 */
export interface Extractor {
  readonly id: ExtractorId;
  /** What determines the result besides the input, e.g. `default 1 (3f9a…)`; recorded with the run. */
  readonly version: string;
  readonly limits: BatchLimits;
  /** How many batches may be in work at once. */
  readonly concurrency: number;
  /** A user with more behaviours than this is not loaded and fails with `extract.user_too_large`. */
  readonly maxBehavioursPerUser: number;
  extract(users: UserInput[], signal: AbortSignal): Promise<UserOutcome[]>;
}

/** A user as a run hands them out. */
export interface RunUser {
  userNo: number;
  behaviourCount: number;
  input: UserInput;
  /** About how much memory the user takes, in bytes; 0 when left out. */
  bytes?: number;
  /** Why the user was not loaded and fails: `input` has no behaviours then. */
  refused?: ErrorInfo;
}

/** Counts that a commit adds to the figures of a run with a model. */
export interface ModelTally {
  cachedUsers: number;
  guardrailEvents: number;
  regroupedEvents: number;
  unsupportedEvents: number;
  lowCoverageUsers: number;
}

/** What a streaming extractor commits at once: all of it is on disk afterwards, or none. */
export interface StreamedWork {
  outcomes: { user: RunUser; outcome: UserOutcome }[];
  tally: ModelTally;
  /** Requests that are finished with this. */
  batchesDone: number;
  /** How many requests the run will have had, as far as can be told. */
  totalBatches: number;
  /** What the extractor stores itself, in the same transaction. */
  extraWrites?: ExtraWrites;
}

/** From when on answers count, in milliseconds since the epoch; 0 when all of them do. */
export interface AnswersSince {
  complete: number;
  /** Those that cover too little. */
  partial: number;
}

/** What a run gives an extractor that works through its users at its own pace. */
export interface RunDesk {
  readonly runId: number;
  /** Aborts when the run is cancelled, fails, or is let go. */
  readonly signal: AbortSignal;
  readonly paused: boolean;
  /** Whether the users in work fill the memory: `takeUsers` gives more once some of them are committed. */
  readonly full: boolean;
  /** True when the run resumes by itself after a restart, without a request of the user. */
  readonly automatic: boolean;
  readonly answersSince: AnswersSince;
  /** The caps in money and in tokens, null for none. They may change while the run is stopped. */
  readonly maxCost: number | null;
  readonly maxTokens: number | null;
  /** Resolves at once while the run is running, and at its continuation while it is paused. */
  whileRunning(): Promise<void>;
  /**
   * Resolves when no other program keeps the workspace from being written to; null when none does now. Rejects with
   * workspace.locked when that takes too long. To be waited for before the ledger is written.
   */
  untilUnlocked(): Promise<void> | null;
  /**
   * Users that are not done and were not handed out yet; empty when they are held back (by a pilot, or `full`); null when
   * there are none left.
   */
  takeUsers(count: number): Awaitable<RunUser[] | null>;
  /** How much of the run is not done yet, in behaviours (see plan.ts). */
  weightLeft(): number;
  /** How many users of the run are not committed yet. */
  usersLeft(): number;
  /** Requests of the run that are finished, in earlier drives too. */
  batchesDone(): number;
  commit(work: StreamedWork): Awaitable<void>;
  /** Shows users as in work until `leave` of the same request. */
  enter(requestId: number, userIds: string[]): void;
  leave(requestId: number): void;
  /** Figures that the run does not commit itself have changed. */
  changed(): void;
}

/** The figures of a run with a model that nobody stores: how it is going at this moment. */
export type LiveFigures = Pick<ModelFigures, 'concurrency' | 'inFlight' | WaitFigure>;

/** Turns users into events at its own pace: packs, asks, waits and asks again as its service demands. */
export interface StreamingExtractor {
  readonly id: ExtractorId;
  /** What determines the result besides the input; recorded with the run. */
  readonly version: string;
  /** `priced`: whether money can be counted. */
  readonly model: { name: string; currency: string; priced: boolean };
  readonly maxBehavioursPerUser: number;
  /** How many requests the users will take, roughly: a first figure for the progress. */
  roughBatches(users: number, behaviours: number): number;
  /**
   * Works until every user is committed, or the desk's signal aborts. Rejects with AppError for a reason that no user of
   * the run can escape.
   */
  drive(desk: RunDesk): Promise<void>;
  live(): LiveFigures;
}

import type { ErrorInfo } from '../../shared/errors.ts';
import type { ExtractorId } from '../../shared/run.ts';
import type { Behaviour, EventCategory, EventOrigin, EventRecord, ProfileField } from '../../shared/users.ts';

/** What an extractor reads of a behaviour. */
export type BehaviourInput = Omit<Behaviour, 'rowNumber'>;

/** One user as an extractor gets him: behaviours in time order (ties in file order). */
export interface UserInput {
  userId: string;
  profile: ProfileField[] | null;
  behaviours: BehaviourInput[];
}

/** An event as an extractor makes it; its position in the sequence is given by its place in the list. */
export type EventDraft = Omit<EventRecord, 'ordinal'>;
export type { EventCategory, EventOrigin };

/** What became of one user of a batch. */
export type UserOutcome =
  | { userId: string; status: 'succeeded'; events: EventDraft[] }
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
  /** A user with more behaviours than this is not loaded at all; he fails with `extract.user_too_large`. */
  readonly maxBehavioursPerUser: number;
  extract(users: UserInput[], signal: AbortSignal): Promise<UserOutcome[]>;
}

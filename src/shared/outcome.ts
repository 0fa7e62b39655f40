import type { RequestState } from './model.ts';
import type { MessageCode } from './messages/index.ts';
import type { RunStatus } from './run.ts';
import type { SequenceStatus } from './users.ts';

/**
 * How a run, a request or a user stands. Colours, icons and words are chosen by it, in the window and in the shell, so
 * that a failure never looks like a success. `partial`: some succeeded, some did not. `waiting`: the user has to act.
 */
export type Tone = 'neutral' | 'active' | 'success' | 'partial' | 'failure' | 'waiting';

/** How many of the users that were processed failed. */
export type FailedShare = 'none' | 'some' | 'all';

const always = (tone: Tone): Record<FailedShare, Tone> => ({ none: tone, some: tone, all: tone });

/** By the state of a run and the users that failed in it; `failed` means that the run itself stopped. */
export const RUN_TONES: Record<RunStatus, Record<FailedShare, Tone>> = {
  idle: always('neutral'),
  running: always('active'),
  paused: always('waiting'),
  completed: { none: 'success', some: 'partial', all: 'failure' },
  failed: always('failure'),
  cancelled: always('neutral'),
  interrupted: always('waiting'),
};

/** Stops of a run that are no failure: the run waits for a decision. By the code of its error. */
export const STOP_TONES: Partial<Record<MessageCode, Tone>> = { 'run.budget_reached': 'waiting' };

/** By the state of a request and the users of its answer that were not accepted. */
export const REQUEST_TONES: Record<RequestState, Record<FailedShare, Tone>> = {
  sending: always('active'),
  streaming: always('active'),
  answered: { none: 'success', some: 'partial', all: 'failure' },
  failed: always('failure'),
  aborted: always('neutral'),
  lost: always('partial'),
};

export const USER_TONES: Record<SequenceStatus, Tone> = {
  pending: 'neutral',
  succeeded: 'success',
  failed: 'failure',
};

import type { FailureClass } from '../../../../shared/model.ts';

/**
 * Answers for a unit that could not be used, before it is given up: enough that bad luck is not a failed user. On a day
 * when 45 of 100 answers are of no use, ten would fail one user in 3,000, and this many one in 350,000.
 */
export const MAX_REJECTIONS = 16;
/** A unit that covers too little is asked again so often, then kept and marked. */
export const MAX_COVERAGE_TRIES = 1;
/** One of which nothing is covered is no answer; yet there may be nothing to find: after so many it is kept and marked. */
export const MAX_EMPTY_TRIES = 6;
/** Tries in vain before a batch is halved that got no answer while the service is up: it may be chance, or the batch. */
const TRIES_BEFORE_HALVING = 4;
/** A batch that takes too long may always do, and each try costs its whole time. */
const TRIES_BEFORE_HALVING_SLOW = 2;

/** Reasons that no user of the run can escape: the run stops after one request. */
const FATAL: ReadonlySet<FailureClass> = new Set(['unauthorized', 'forbidden', 'quota', 'model_unknown']);

/** Waits, not failures: nothing is counted against a user for them. */
const WAITS: ReadonlySet<FailureClass> = new Set(['rate_limited']);

/** Faults of the answer that a smaller batch helps against. */
const SIZE_RELATED: ReadonlySet<FailureClass> = new Set([
  'truncated',
  'bad_format',
  'missing_user',
  'duplicate_user',
  'too_long',
  'refused',
  'bad_request',
]);

/** Tries alone in a request, for reasons that lie in the unit itself: more of the same would cost the same and bring nothing. */
const TRIES_ALONE: Partial<Record<FailureClass, number>> = {
  too_long: 1,
  truncated: 2,
  bad_request: 2,
  refused: 3,
  timeout: 4,
};
const TRIES_UNCUT = 8;
/** Of those, the ones that a shorter unit may escape. */
const TOO_MUCH: ReadonlySet<FailureClass> = new Set(['too_long', 'truncated', 'timeout']);
/** A unit is halved so often; below the second time only while some part of its user was answered. */
const MAX_DEPTH = 6;
const DEPTH_ON_TRUST = 2;

export function isFatal(failure: FailureClass): boolean {
  return FATAL.has(failure);
}

export function isWait(failure: FailureClass): boolean {
  return WAITS.has(failure);
}

/** Whether so many tries alone were enough. */
export function isEnoughAlone(failure: FailureClass, tries: number): boolean {
  return tries >= (TRIES_ALONE[failure] ?? Infinity);
}

/** The same for one too short to be cut: that it was cut off, or took too long, is more likely bad luck than its size. */
export function isEnoughUncut(failure: FailureClass, tries: number): boolean {
  return failure === 'too_long' || tries >= TRIES_UNCUT;
}

/** Whether the failure counts as one of a unit that is alone in its request. */
export function liesInUnit(failure: FailureClass): boolean {
  return failure in TRIES_ALONE;
}

/** Whether half of the unit may do better: a model that never ends is not tried on ever smaller pieces. */
export function isWorthCutting(failure: FailureClass, depth: number, anyPartAnswered: boolean): boolean {
  return TOO_MUCH.has(failure) && depth < MAX_DEPTH && (depth < DEPTH_ON_TRUST || anyPartAnswered);
}

/** How many units may be asked about together after this failure of a batch of `size`; null: as many as fit. */
export function togetherAfter(failure: FailureClass, size: number, rejections: number): number | null {
  if (size <= 1) return 1;
  const tries = failure === 'timeout' ? TRIES_BEFORE_HALVING_SLOW : TRIES_BEFORE_HALVING;
  const halve = SIZE_RELATED.has(failure) || rejections >= tries;
  return halve ? Math.ceil(size / 2) : null;
}

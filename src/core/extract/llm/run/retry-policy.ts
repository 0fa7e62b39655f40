import type { FailureClass } from '../../../../shared/model.ts';

/**
 * Answers for a unit that could not be used, before it is given up: enough that bad luck is not a failed user. On a day
 * when 45 of 100 answers are of no use, ten would fail one user in 3,000, and this many one in 350,000.
 */
export const MAX_REJECTIONS = 16;
/** A unit that covers too little is asked again so often, then kept and marked. */
export const MAX_COVERAGE_TRIES = 1;
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
]);

export function isFatal(failure: FailureClass): boolean {
  return FATAL.has(failure);
}

export function isWait(failure: FailureClass): boolean {
  return WAITS.has(failure);
}

/** How many units may be asked about together after this failure of a batch of `size`; null: as many as fit. */
export function togetherAfter(failure: FailureClass, size: number, rejections: number): number | null {
  if (size <= 1) return 1;
  const tries = failure === 'timeout' ? TRIES_BEFORE_HALVING_SLOW : TRIES_BEFORE_HALVING;
  const halve = SIZE_RELATED.has(failure) || rejections >= tries;
  return halve ? Math.ceil(size / 2) : null;
}

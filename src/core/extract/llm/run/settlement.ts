import type { FailureClass } from '../../../../shared/failure-classes.ts';
import { FAILURE_POLICIES, MOST_TRIES } from '../failure-policy.ts';
import { PROVIDER_TEXT_CHARS } from '../types.ts';
import type { ModelError, UnitVerdict } from '../types.ts';
import type { FailureVerdict } from './failure-evidence.ts';
import { isOpen } from './unit-work.ts';
import type { JudgedUnit, UnitResult, UnitWork, UserWork } from './unit-work.ts';

/** A unit that covers too little is asked about again so often, then kept and marked. */
const MAX_COVERAGE_TRIES = 1;
/** A unit of which nothing is covered may have nothing to say: after so many tries it is kept and marked. */
const MAX_EMPTY_TRIES = 6;
/** Tries of a unit that is too short to be cut: that it was cut off, or took too long, is more likely bad luck than its size. */
const TRIES_UNCUT = 8;
/** A unit is halved so often; below the second time only while some part of its user was answered. */
const MAX_DEPTH = 6;
const DEPTH_ON_TRUST = 2;

/** What becomes of the units of a request. */
export interface Settlement {
  /** To be asked about again. */
  again: UnitWork[];
  /** Too much for one answer: to be cut, or given up where that cannot be. */
  cut: UnitWork[];
}

/** What an answer means for the units it was about, `size` of them before any was cut where it broke off. */
export function settleAnswer(judged: JudgedUnit[], size: number): Settlement {
  const open: UnitWork[] = [];
  const isAlone = judged.length === 1;
  for (const { unit, verdict } of judged) {
    unit.detail = '';
    unit.failures = 0;
    unit.rests = 0;
    take(unit, verdict);
    if (isOpen(unit)) {
      blameFor(unit, verdict.reason ?? 'bad_format', '', isAlone);
      unit.maxTogether = togetherAfter(unit.cause, size, unit.rejections) ?? unit.maxTogether;
      open.push(unit);
    }
  }
  return isAlone ? settleAlone(open, true) : { again: open, cut: [] };
}

/**
 * What a request without an answer means for its units. `blamed`: those for which it counts as a failed try. `isProven`:
 * whether it is more than bad luck that they fail (FailureEvidence).
 */
export function settleFailure(
  units: UnitWork[],
  { failure, providerText, message }: ModelError,
  { blamed, isProven }: Pick<FailureVerdict, 'blamed' | 'isProven'>,
): Settlement {
  const detail = (providerText || message).slice(0, PROVIDER_TEXT_CHARS);
  const isAlone = units.length === 1;
  for (const unit of units) {
    if (!blamed.has(unit)) {
      unit.cause = failure;
      unit.detail = detail;
      continue;
    }
    blameFor(unit, failure, detail, isAlone);
    unit.rejections += 1;
    unit.maxTogether = togetherAfter(failure, units.length, unit.rejections) ?? unit.maxTogether;
    if (unit.rejections >= MOST_TRIES) giveUp(unit, failure);
  }
  const open = units.filter(isOpen);
  return isAlone && blamed.size === 1 ? settleAlone(open, isProven) : { again: open, cut: [] };
}

/** A unit that is too short to be cut: what is to be asked about it again, or nothing when that was enough. */
export function uncut(unit: UnitWork): UnitWork[] {
  const cause = unit.cause ?? 'truncated';
  if (cause !== 'too_long' && unit.aloneTries < TRIES_UNCUT) return [unit];
  giveUp(unit, cause);
  return [];
}

/** How many units may be asked about together after so many failed tries of a request with `size`; null: as many as fit. */
export function togetherAfter(failure: FailureClass | null, size: number, tries: number): number | null {
  if (size <= 1) return 1;
  if (failure === null) return null;
  const { after, into } = FAILURE_POLICIES[failure].split;
  return tries >= after ? Math.ceil(size / into) : null;
}

/** No more is asked about a unit: the best answer so far stands, else its user fails. */
function giveUp(unit: UnitWork, failure: FailureClass): void {
  if (unit.best) {
    unit.result = unit.best;
  } else if (unit.user.failure === null) {
    unit.user.failure = failure;
    unit.user.detail = unit.detail;
  }
}

function blameFor(unit: UnitWork, cause: FailureClass, detail: string, isAlone: boolean): void {
  if (isAlone) unit.aloneTries = unit.cause === cause ? unit.aloneTries + 1 : 1;
  unit.cause = cause;
  unit.detail = detail;
}

/** Units, each of which was alone in its request: asked about again as they are until that was tried often enough. */
function settleAlone(open: UnitWork[], isProven: boolean): Settlement {
  const settlement: Settlement = { again: [], cut: [] };
  for (const unit of open) {
    const { cause } = unit;
    const policy = cause === null ? null : FAILURE_POLICIES[cause];
    unit.user.triesAlone += 1;
    const isHopeless = unit.user.triesAlone >= MOST_TRIES && !anyAnswered(unit.user);
    if (cause !== null && isHopeless && isProven) giveUp(unit, cause);
    else if (cause === null || policy === null) settlement.again.push(unit);
    else if (unit.aloneTries < policy.tries.alone || unit.rejections < policy.tries.inAll)
      settlement.again.push(unit);
    else if (policy.cutHelps && isWorthCutting(unit)) settlement.cut.push(unit);
    else if (isProven) giveUp(unit, cause);
    else settlement.again.push(unit);
  }
  return settlement;
}

/** Whether half of the unit may do better: a model that never ends is not tried on ever smaller pieces. */
function isWorthCutting({ depth, user }: UnitWork): boolean {
  return depth < MAX_DEPTH && (depth < DEPTH_ON_TRUST || anyAnswered(user));
}

function anyAnswered(user: UserWork): boolean {
  return user.units.some((unit) => unit.result !== null);
}

function take(unit: UnitWork, verdict: UnitVerdict): void {
  if (verdict.status === 'complete') {
    unit.result = resultOf(verdict, true);
  } else if (verdict.status === 'partial') {
    if (!unit.best || verdict.coverage > unit.best.coverage) unit.best = resultOf(verdict, false);
    if (verdict.coverage > 0) unit.coverageTries += 1;
    else unit.emptyTries += 1;
    const enough = unit.coverageTries > MAX_COVERAGE_TRIES || unit.emptyTries >= MAX_EMPTY_TRIES;
    if (enough) unit.result = unit.best;
  } else {
    unit.rejections += 1;
    if (unit.rejections >= MOST_TRIES) giveUp(unit, verdict.reason ?? 'bad_format');
  }
}

function resultOf({ events, coverage, unsupported }: UnitVerdict, complete: boolean): UnitResult {
  return { events, coverage, unsupported, complete };
}

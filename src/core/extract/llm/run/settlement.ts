import type { FailureClass } from '../../../../shared/model.ts';
import type { UnitVerdict } from '../types.ts';
import {
  isEnoughAlone,
  isEnoughUncut,
  isWorthCutting,
  liesInUnit,
  MAX_COVERAGE_TRIES,
  MAX_EMPTY_TRIES,
  MAX_REJECTIONS,
  togetherAfter,
} from './retry-policy.ts';
import { isOpen } from './user-work.ts';
import type { JudgedUnit, UnitResult, UnitWork } from './user-work.ts';

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
  for (const { unit, verdict } of judged) {
    take(unit, verdict);
    if (isOpen(unit)) {
      unit.cause = verdict.reason ?? 'bad_format';
      unit.maxTogether = togetherAfter(unit.cause, size, unit.rejections) ?? unit.maxTogether;
      open.push(unit);
    }
  }
  return settleOpen(open, judged.length === 1);
}

/**
 * What a request without an answer means for its units. `counts`: whether it says something of them, or only of a
 * service that is down or busy. `detail`: what the provider said.
 */
export function settleFailure(
  units: UnitWork[],
  failure: FailureClass,
  counts: boolean,
  detail: string,
): Settlement {
  for (const unit of units) {
    unit.cause = failure;
    unit.user.detail = detail;
    if (!counts) continue;
    unit.rejections += 1;
    unit.maxTogether = togetherAfter(failure, units.length, unit.rejections) ?? unit.maxTogether;
    if (unit.rejections >= MAX_REJECTIONS) giveUp(unit, failure);
  }
  return settleOpen(units.filter(isOpen), counts && units.length === 1);
}

/** A unit that is too short to be cut: what is to be asked about it again, or nothing when that was enough. */
export function uncut(unit: UnitWork): UnitWork[] {
  const cause = unit.cause ?? 'truncated';
  if (!isEnoughUncut(cause, unit.aloneTries)) return [unit];
  giveUp(unit, cause);
  return [];
}

/** No more is asked about a unit: the best answer so far stands, else its user fails. */
export function giveUp(unit: UnitWork, failure: FailureClass): void {
  if (unit.best) unit.result = unit.best;
  else unit.user.failure ??= failure;
}

/** Which of the open units are asked about as they are. `alone`: whether there was one in the request. */
function settleOpen(open: UnitWork[], alone: boolean): Settlement {
  if (!alone) return { again: open, cut: [] };
  const settlement: Settlement = { again: [], cut: [] };
  for (const unit of open) {
    const { cause } = unit;
    if (cause !== null && liesInUnit(cause)) unit.aloneTries += 1;
    if (cause === null || !isEnoughAlone(cause, unit.aloneTries)) settlement.again.push(unit);
    else if (isWorthCutting(cause, unit.depth, anyAnswered(unit))) settlement.cut.push(unit);
    else giveUp(unit, cause);
  }
  return settlement;
}

function anyAnswered({ user }: UnitWork): boolean {
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
    if (unit.rejections >= MAX_REJECTIONS) giveUp(unit, verdict.reason ?? 'bad_format');
  }
}

function resultOf({ events, coverage, unsupported }: UnitVerdict, complete: boolean): UnitResult {
  return { events, coverage, unsupported, complete };
}

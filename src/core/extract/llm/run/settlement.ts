import type { FailureClass, UserVerdict } from '../../../../shared/model.ts';
import type { UnitVerdict } from '../types.ts';
import { MAX_COVERAGE_TRIES, MAX_REJECTIONS, togetherAfter } from './retry-policy.ts';
import type { UnitResult, UnitWork } from './user-work.ts';

/** What an answer means for the units it was about: those not settled are given back, to be asked about again. */
export function settleAnswer(
  units: UnitWork[],
  verdicts: UnitVerdict[],
): { again: UnitWork[]; shown: UserVerdict[] } {
  const again: UnitWork[] = [];
  const shown: UserVerdict[] = [];
  units.forEach((unit, index) => {
    const verdict = verdicts[index];
    if (!verdict) return;
    take(unit, verdict);
    if (isOpen(unit)) {
      unit.cause = verdict.reason ?? 'bad_format';
      unit.maxTogether = togetherAfter(unit.cause, units.length, unit.rejections) ?? unit.maxTogether;
      again.push(unit);
    }
    shown.push(shownVerdict(unit, verdict));
  });
  return { again, shown };
}

/**
 * What a request without an answer means for its units. `counts`: whether it says something of them, or only of a
 * service that is down or busy. Gives those to be asked about again.
 */
export function settleFailure(units: UnitWork[], failure: FailureClass, counts: boolean): UnitWork[] {
  for (const unit of units) {
    unit.cause = failure;
    if (!counts) continue;
    unit.rejections += 1;
    unit.maxTogether = togetherAfter(failure, units.length, unit.rejections) ?? unit.maxTogether;
    const hopeless =
      units.length === 1 && (failure === 'too_long' || failure === 'refused') && unit.rejections > 2;
    if (hopeless || unit.rejections >= MAX_REJECTIONS) giveUp(unit, failure);
  }
  return units.filter(isOpen);
}

function take(unit: UnitWork, verdict: UnitVerdict): void {
  if (verdict.status === 'complete') {
    unit.result = resultOf(verdict, true);
  } else if (verdict.status === 'partial') {
    if (!unit.best || verdict.coverage > unit.best.coverage) unit.best = resultOf(verdict, false);
    unit.coverageTries += 1;
    if (unit.coverageTries > MAX_COVERAGE_TRIES) unit.result = unit.best;
  } else {
    unit.rejections += 1;
    if (unit.rejections >= MAX_REJECTIONS) giveUp(unit, verdict.reason ?? 'bad_format');
  }
}

function isOpen(unit: UnitWork): boolean {
  return unit.result === null && unit.user.failure === null;
}

/** No more is asked about a unit: the best answer so far stands, else its user fails. */
function giveUp(unit: UnitWork, failure: FailureClass): void {
  if (unit.best) unit.result = unit.best;
  else unit.user.failure ??= failure;
}

function resultOf({ events, coverage, unsupported }: UnitVerdict, complete: boolean): UnitResult {
  return { events, coverage, unsupported, complete };
}

function shownVerdict(unit: UnitWork, verdict: UnitVerdict): UserVerdict {
  return {
    userId: unit.user.user.input.userId,
    accepted: unit.result !== null,
    reason: verdict.reason,
    events: verdict.events.length,
    coverage: verdict.status === 'rejected' ? null : verdict.coverage,
    unsupported: verdict.unsupported,
  };
}

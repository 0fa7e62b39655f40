import type { FailureClass } from '../../../../shared/model.ts';
import type { OutputModel } from '../planning/output-model.ts';
import type { SizeLearner } from '../planning/size-learner.ts';
import type { ModelAnswer, UnitVerdict } from '../types.ts';
import type { Job } from './flight.ts';
import type { UnitWork } from './user-work.ts';

/** Damage that a smaller batch may not have had. */
const DAMAGE: readonly (FailureClass | null)[] = ['truncated', 'missing_user', 'bad_format'];

/** Takes from an answer what it says of answers to come: how long they are, and how many units one can hold. */
export function learnFrom(
  { units, request }: Job,
  { usage, finishReason }: ModelAnswer,
  verdicts: UnitVerdict[],
  { outputs, sizes }: { outputs: OutputModel; sizes: SizeLearner },
): void {
  const size = { behaviours: behavioursOf(units), units: units.length };
  const { outputTokens } = usage;
  const lost = verdicts.filter((verdict) => verdict.status !== 'complete');
  if (finishReason === 'length') {
    outputs.recordCut({ ...size, outputTokens });
    // So much was not enough for those that it came to: where every answer is cut, there is nothing else to learn from.
    const reached = reachedBy(units, verdicts);
    if (outputTokens > outputs.predict(reached).mean) outputs.record({ ...reached, outputTokens });
  }
  if (lost.length === 0) {
    outputs.record({ ...size, outputTokens });
    sizes.succeeded(units.length);
  } else if (lost.some(({ reason }) => DAMAGE.includes(reason))) {
    sizes.failed(units.length, lost.length);
  }
  if (usage.reported) {
    outputs.recordInput({ estimated: request.inputTokens, reported: usage.inputTokens });
  }
}

/** The units that a cut answer came to: up to the first that is not complete. */
function reachedBy(units: UnitWork[], verdicts: UnitVerdict[]): { behaviours: number; units: number } {
  const first = verdicts.findIndex(({ status }) => status !== 'complete');
  const reached = first < 0 ? units : units.slice(0, first + 1);
  return { behaviours: behavioursOf(reached), units: reached.length };
}

export function behavioursOf(units: readonly UnitWork[]): number {
  return units.reduce((sum, unit) => sum + unit.encoded.unit.behaviours.length, 0);
}

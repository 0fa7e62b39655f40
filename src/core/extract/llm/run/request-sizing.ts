import type { ModelSettings } from '../../../../shared/model.ts';
import type { FailureClass } from '../../../../shared/failure-classes.ts';
import type { OutputModel } from '../planning/output-model.ts';
import { answerLimit, partsFor, requestLimits } from '../planning/request-limits.ts';
import type { ContextSize } from '../planning/request-limits.ts';
import type { PackLimits } from '../planning/request-load.ts';
import type { SizeLearner } from '../planning/size-learner.ts';
import { buildRequest } from '../prompt/encode-unit.ts';
import type { Prompt } from '../prompt/prompt.ts';
import type { ModelAnswer, ModelClient, ModelRequest, UnitVerdict } from '../types.ts';
import type { PlannedRequest } from './model-call.ts';
import type { UnitWork } from './unit-work.ts';

/** A request is always allowed so many tokens: what is expected of a few behaviours is easily exceeded. */
const LEAST_ANSWER = 512;

export interface SizingParts {
  settings: ModelSettings;
  prompt: Prompt;
  outputs: OutputModel;
  sizes: SizeLearner;
  context: ContextSize;
  client: Pick<ModelClient, 'outputLimit'>;
}

/** How much fits a request and its answer, by the settings and by what the provider was seen to allow. */
export class RequestSizing {
  readonly #parts: SizingParts;

  constructor(parts: SizingParts) {
    this.#parts = parts;
  }

  /** What a request may hold now. */
  limits(): PackLimits {
    return requestLimits({ ...this.#parts, settings: this.#settings() });
  }

  /** For how many units of so many behaviours one answer has room; not rounded. */
  unitsInAnswer(behaviours: number): number {
    const { mean } = this.#parts.outputs.predict({ behaviours, units: 1 });
    return this.limits().outputBudget / mean;
  }

  /** The request about these units, with the limit of its answer. */
  build(units: UnitWork[]): ModelRequest {
    const { prompt, outputs } = this.#parts;
    const { mean, p95 } = outputs.predict({ behaviours: behavioursOf(units), units: units.length });
    // Twice what is likely: a limit cuts off repetition loops, and must not cut off answers.
    const enough = Math.max(LEAST_ANSWER, Math.ceil(p95 * 2));
    const encoded = units.map((unit) => unit.encoded);
    const request = buildRequest(encoded, prompt, Math.ceil(mean), enough);
    const most = answerLimit(this.#settings(), request.inputTokens, outputs);
    return { ...request, maxOutputTokens: Math.min(enough, most) };
  }

  /** Into how many parts a unit has to be cut, by what is known of this model's answers; 1 when it may stay whole. */
  partsOf(unit: UnitWork): number {
    const { outputs } = this.#parts;
    if (!outputs.learned) return 1;
    const { mean } = outputs.predict({ behaviours: behavioursOf([unit]), units: 1 });
    return partsFor(mean, this.#settings());
  }

  /** With the context that the model really has, and the longest answer that its provider allows. */
  #settings(): ModelSettings {
    const { settings, context, client } = this.#parts;
    return {
      ...settings,
      contextTokens: context.within(settings.contextTokens),
      maxOutputTokens: client.outputLimit(settings.maxOutputTokens) ?? settings.maxOutputTokens,
    };
  }
}

/** Damage that a smaller batch may not have had. */
const DAMAGE: readonly (FailureClass | null)[] = ['truncated', 'missing_user', 'bad_format'];

/** Takes from an answer what it says of answers to come: how long they are, and how many units one can hold. */
export function learnFrom(
  { units, request }: PlannedRequest,
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

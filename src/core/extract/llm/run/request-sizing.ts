import type { ModelSettings } from '../../../../shared/model.ts';
import type { ContextSize } from '../planning/context-size.ts';
import type { OutputModel } from '../planning/output-model.ts';
import { answerLimit, partsFor, requestLimits } from '../planning/request-limits.ts';
import type { PackLimits } from '../planning/request-load.ts';
import type { SizeLearner } from '../planning/size-learner.ts';
import { buildRequest } from '../prompt/build-request.ts';
import type { Prompt } from '../prompt/prompt.ts';
import type { ModelClient, ModelRequest } from '../types.ts';
import { behavioursOf } from './learn-from.ts';
import type { UnitWork } from './user-work.ts';

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

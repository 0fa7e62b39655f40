import type { ModelSettings } from '../../../../shared/model.ts';
import type { Prompt } from '../prompt/prompt.ts';
import type { OutputModel } from './output-model.ts';
import type { PackLimits } from './request-load.ts';
import type { SizeLearner } from './size-learner.ts';

/** A request that leaves no room for a user would never be sent. */
const LEAST_INPUT = 256;

export interface LimitsBasis {
  settings: Pick<ModelSettings, 'contextTokens' | 'maxOutputTokens'>;
  prompt: Pick<Prompt, 'tokens'>;
  outputs: Pick<OutputModel, 'inputRatio'>;
  sizes: Pick<SizeLearner, 'units'>;
}

/**
 * What a request may hold: prompt and longest answer fit the context, blocks take half of it at the most, and the answer
 * is expected to take half of its own limit, so that one twice as long as expected still ends.
 */
export function requestLimits({ settings, prompt, outputs, sizes }: LimitsBasis): PackLimits {
  const { contextTokens, maxOutputTokens } = settings;
  const room = Math.min(contextTokens - maxOutputTokens - prompt.tokens, contextTokens / 2);
  return {
    inputBudget: Math.max(LEAST_INPUT, room / (outputs.inputRatio?.max ?? 1)),
    outputBudget: maxOutputTokens / 2,
    maxUnits: sizes.units,
  };
}

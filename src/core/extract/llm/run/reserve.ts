import type { ModelSettings } from '../../../../shared/model.ts';
import type { OutputModel } from '../planning/output-model.ts';
import type { ModelRequest } from '../types.ts';
import { costOf } from './budget.ts';

/** Before a provider has said how it counts: no tokenizer in use makes more of a text than this many times ours. */
const RATIO_UNKNOWN = 4;
/** How much the reported input may exceed what the ratios seen so far say. */
const RATIO_SAFETY = 1.1;
/** The same where only prompts of other lengths are known, with other shares of instructions and behaviours. */
const RATIO_OF_OTHERS = 1.5;

export interface ReserveBasis {
  settings: ModelSettings;
  outputs: OutputModel;
  /** The limit of output tokens that a request for so many carries; null for none (ModelClient). */
  outputLimit: (wanted: number) => number | null;
}

/** Money that a request may cost at the most: so much has to be set aside before it is sent; null when a price is unknown. */
export function mostCost(request: ModelRequest, basis: ReserveBasis): number | null {
  const input = request.inputTokens * inputRatio(request.inputTokens, basis.outputs);
  return costOf(input, mostOutput(request, basis), basis.settings);
}

/** What an answer may be billed for at the most: more than the limit where thoughts were, and all that fits where none is sent. */
function mostOutput(
  { inputTokens, maxOutputTokens }: ModelRequest,
  { settings, outputs, outputLimit }: ReserveBasis,
): number {
  const limit = outputLimit(maxOutputTokens);
  if (limit === null) return Math.max(maxOutputTokens, settings.contextTokens - inputTokens);
  return limit * outputs.overshoot;
}

/** The provider's tokens for each of ours in a prompt of so many, at the most. */
function inputRatio(tokens: number, outputs: OutputModel): number {
  const near = outputs.inputRatioNear(tokens);
  if (near !== null) return near * RATIO_SAFETY;
  return outputs.inputRatio === null ? RATIO_UNKNOWN : outputs.inputRatio.max * RATIO_OF_OTHERS;
}

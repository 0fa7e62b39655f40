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

/** What has to be set aside before a request is sent. */
export interface Reservation {
  /** Money; null when a price is unknown. */
  cost: number | null;
  /** Tokens of prompt and answer. */
  tokens: number;
}

/** What a request may cost and use at the most. */
export function mostSpent(request: ModelRequest, basis: ReserveBasis): Reservation {
  const input = request.inputTokens * inputRatio(request.inputTokens, basis.outputs);
  const output = mostOutput(request, basis);
  return { cost: costOf(input, output, basis.settings), tokens: Math.ceil(input + output) };
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

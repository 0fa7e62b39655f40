import type { ModelSettings } from '../../../../shared/model.ts';
import type { Prompt } from '../prompt/prompt.ts';
import type { OutputModel } from './output-model.ts';
import type { PackLimits } from './request-load.ts';
import type { SizeLearner } from './size-learner.ts';

/** A request that leaves no room for a user would never be sent. */
const LEAST_INPUT = 256;
/** Nor would an answer be one that may say nothing. */
const LEAST_OUTPUT = 256;
/** A provider's tokens for each of ours, while it has not said any of a like prompt: others make more of the same text. */
const RATIO_UNKNOWN = 1.3;
/** How much a prompt may have more than those seen so far let expect. */
const RATIO_SAFETY = 1.05;
/** What roles and separators add to a prompt, which no tokenizer of ours sees. */
const ENVELOPE_TOKENS = 64;
/** A unit has at most this share of the context, so that it fits whatever was learned meanwhile. */
const UNIT_SHARE = 0.4;
/** An answer has about so many tokens for each of its input, before anything is learned; it may take half its limit. */
const OUTPUT_PER_INPUT = 0.35;
const LEAST_UNIT = 512;
/** A unit alone in its request is expected to take so much of the longest answer at the most. */
const ALONE_SHARE = 0.7;

type Sizes = Pick<ModelSettings, 'contextTokens' | 'maxOutputTokens'>;

export interface LimitsBasis {
  settings: Sizes;
  prompt: Pick<Prompt, 'tokens'>;
  outputs: Pick<OutputModel, 'inputRatio'>;
  sizes: Pick<SizeLearner, 'units'>;
}

/** The longest answer that is planned with: at least half of the context is left to what is asked. */
export function longestAnswer({ contextTokens, maxOutputTokens }: Sizes): number {
  return Math.min(maxOutputTokens, Math.floor(contextTokens / 2));
}

/**
 * What a request may hold: prompt and longest answer fit the context, blocks take half of it at the most, and the answer
 * is expected to take half of its own limit, so that one twice as long as expected still ends.
 */
export function requestLimits({ settings, prompt, outputs, sizes }: LimitsBasis): PackLimits {
  const { contextTokens } = settings;
  const output = longestAnswer(settings);
  const room = Math.min(contextTokens - output - prompt.tokens, contextTokens / 2);
  return {
    inputBudget: Math.max(LEAST_INPUT, room / (outputs.inputRatio?.max ?? 1)),
    outputBudget: output / 2,
    maxUnits: sizes.units,
  };
}

/**
 * Tokens that the answer to a prompt of so many may have: a provider counts both towards its context, and refuses what
 * could exceed it.
 */
export function answerLimit(
  settings: Sizes,
  inputTokens: number,
  outputs: Pick<OutputModel, 'inputRatio' | 'inputRatioNear'>,
): number {
  const near = outputs.inputRatioNear(inputTokens);
  const ratio =
    near === null
      ? Math.max(RATIO_UNKNOWN, (outputs.inputRatio?.max ?? 0) * RATIO_SAFETY)
      : near * RATIO_SAFETY;
  const left = settings.contextTokens - Math.ceil(inputTokens * ratio) - ENVELOPE_TOKENS;
  return Math.max(LEAST_OUTPUT, Math.min(settings.maxOutputTokens, left));
}

/** Tokens that a unit may have when nothing is known of the model: by the settings alone. */
export function unitTokens(settings: Sizes): number {
  const byOutput = (longestAnswer(settings) / OUTPUT_PER_INPUT) * 0.5;
  return Math.max(LEAST_UNIT, Math.floor(Math.min(settings.contextTokens * UNIT_SHARE, byOutput)));
}

/** Into how many parts a unit has to be cut whose answer is expected to have so many tokens; 1 when it may stay whole. */
export function partsFor(expectedTokens: number, settings: Sizes): number {
  return Math.max(1, Math.ceil(expectedTokens / (longestAnswer(settings) * ALONE_SHARE)));
}

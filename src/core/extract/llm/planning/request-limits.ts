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

/** A context below this is no model's: what says so is misread. */
const LEAST_CONTEXT = 1_024;
/** Tokens that a refused request had, of which so many would perhaps have been taken. */
const STEP_DOWN = 0.75;

/** How providers and servers name their context in the refusal of what exceeds it. */
const NAMED = [
  /(?:context|上下文)[^\d]{0,40}(\d{4,7})/i,
  /(\d{4,7})[^\d]{0,12}tokens?[^\d]{0,24}(?:context|window)/i,
  /n_ctx[^\d]{0,12}(\d{4,7})/i,
];

/** The context of a model: what the settings say, until the provider shows that it has less. */
export class ContextSize {
  #known: number | null;

  /** `known`: what an earlier run found. */
  constructor(known: number | null = null) {
    this.#known = known;
  }

  /** What was found; null while the settings are all there is to go by. */
  get known(): number | null {
    return this.#known;
  }

  /** The tokens to plan with. */
  within(configured: number): number {
    return Math.min(configured, this.#known ?? configured);
  }

  /**
   * A request of so many tokens, answer included, was refused as too long. The size is taken from what was said, where
   * it is named there; else it is less than what was asked for.
   */
  refused(said: string, tokens: number): void {
    const named = NAMED.map((pattern) => Number(pattern.exec(said)?.[1])).find(
      (size) => size >= LEAST_CONTEXT,
    );
    const size = named !== undefined && named < tokens ? named : Math.floor(tokens * STEP_DOWN);
    this.#known = Math.max(LEAST_CONTEXT, Math.min(size, this.#known ?? size));
  }
}

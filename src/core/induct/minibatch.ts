import type { CodebookLanguage } from '../../shared/codebook.ts';
import type { ModelSettings } from '../../shared/model.ts';
import type { BehaviourInput, UserInput } from '../extract/extractor.ts';
import { longestAnswer } from '../extract/llm/planning/request-limits.ts';
import { behaviourLine } from '../extract/llm/prompt/behaviour-line.ts';
import { dateTokens, encodeUnit, unitOverhead } from '../extract/llm/prompt/encode-unit.ts';
import type { EncodedUnit } from '../extract/llm/prompt/encode-unit.ts';

/** Tokens of behaviours in a request at the most: what stands in the middle of a longer one is read less well. */
const MOST_TOKENS = 16_000;
/** Fewer are not worth a request. */
export const LEAST_TOKENS = 512;
/** So much of a request may be of one user: a type has to hold for many. */
const USER_SHARE = 0.25;
/** Other models make more tokens of a text than our tokenizer. */
const OTHER_TOKENIZER = 1.3;
/** Behaviours that are kept behind the last conversion of a stretch, by share. */
const BEHIND = 0.1;

/** A user of the sample. */
export interface SampledUser {
  userNo: number;
  input: UserInput;
}

/** How many tokens of behaviours a request may have, beside instructions and list of so many. */
export function minibatchTokens(
  settings: Pick<ModelSettings, 'contextTokens' | 'maxOutputTokens'>,
  instructionTokens: number,
): number {
  const room = settings.contextTokens / OTHER_TOKENIZER - longestAnswer(settings) - instructionTokens;
  return Math.max(LEAST_TOKENS, Math.min(MOST_TOKENS, Math.floor(room)));
}

export interface MinibatchOptions {
  /** Tokens of behaviours, by our tokenizer. */
  maxTokens: number;
  sendUserIds: boolean;
  language: CodebookLanguage;
  isConversion: (behaviour: BehaviourInput) => boolean;
}

/** Renders a user as far as a request has room for one: of a long history a stretch. */
export function encodeUser({ userNo, input }: SampledUser, options: MinibatchOptions): EncodedUnit {
  const unit = { userNo, part: 0, parts: 1, ...input };
  const room = options.maxTokens * USER_SHARE - unitOverhead({ ...unit, behaviours: [] }, options);
  return encodeUnit(
    { ...unit, behaviours: stretchOf(input.behaviours, room, options.isConversion) },
    options,
  );
}

/**
 * The behaviours that fit: all of them, or those up to a little behind the last conversion, or else the latest. At least one.
 */
export function stretchOf(
  behaviours: readonly BehaviourInput[],
  room: number,
  isConversion: (behaviour: BehaviourInput) => boolean,
): BehaviourInput[] {
  const lines = behaviours.map((behaviour) => behaviourLine(behaviour));
  const tokensOf = (index: number): number => {
    const line = lines[index];
    // A date may stand before each line.
    return line ? line.tokens + dateTokens(line.date) + 1 : 0;
  };
  const sum = lines.reduce((total, _, index) => total + tokensOf(index), 0);
  if (sum <= room) return [...behaviours];
  const conversion = behaviours.findLastIndex(isConversion);
  let end = conversion < 0 ? behaviours.length : conversion + 1;
  for (let behind = room * BEHIND; end < behaviours.length; end += 1) {
    behind -= tokensOf(end);
    if (behind < 0) break;
  }
  let start = end;
  for (let left = room; start > 0; start -= 1) {
    left -= tokensOf(start - 1);
    if (left < 0 && start < end) break;
  }
  return behaviours.slice(start, end);
}

/** How many of the users, from the first, go into one request: at least one. */
export function usersThatFit(tokens: readonly number[], maxTokens: number): number {
  let sum = 0;
  const full = tokens.findIndex((each, index) => {
    sum += each;
    return index > 0 && sum > maxTokens;
  });
  return full < 0 ? tokens.length : full;
}

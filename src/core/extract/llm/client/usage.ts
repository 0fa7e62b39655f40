import type { ModelRequest, TokenUsage } from '../types.ts';
import type { AnswerSoFar } from './read-stream.ts';

type Count = (text: string) => number;

/** The tokens of a whole answer. What the provider did not say, or put at zero, is counted by us. */
export function wholeUsage(answer: AnswerSoFar, request: ModelRequest, count: Count): TokenUsage {
  const { inputTokens, outputTokens } = answer.facts.usage;
  const said = answer.text + answer.reasoning;
  // No prompt has no tokens, and no text either: a zero is a field that somebody had to fill.
  const inputKnown = inputTokens !== null && inputTokens > 0;
  const outputKnown = outputTokens !== null && (outputTokens > 0 || said === '');
  return {
    inputTokens: inputKnown ? inputTokens : request.inputTokens,
    outputTokens: outputKnown ? outputTokens : count(said),
    reported: inputKnown && outputKnown,
  };
}

/** The tokens of an answer that broke off; null when nothing of it came. Anthropic's first count of the output is 1: ours is nearer. */
export function partialUsage(answer: AnswerSoFar, request: ModelRequest, count: Count): TokenUsage | null {
  const { inputTokens, outputTokens } = answer.facts.usage;
  const said = answer.text + answer.reasoning;
  if (said === '' && inputTokens === null) return null;
  return {
    inputTokens: inputTokens || request.inputTokens,
    outputTokens: Math.max(outputTokens ?? 0, count(said)),
    reported: false,
  };
}

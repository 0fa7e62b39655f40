import { aliasOf } from '../../../../shared/model.ts';
import type { AskedUnit, ModelRequest } from '../types.ts';
import { ANSWER_SCHEMA } from './answer-format.ts';
import type { EncodedUnit } from './encode-unit.ts';
import type { Prompt } from './prompt.ts';

/**
 * The request that asks about these units: aliases `u1`, `u2` …, numbers running on from 1. `inputTokens` is exact for
 * our tokenizer. The same units in the same order give the same request, byte for byte.
 */
export function buildRequest(
  units: readonly EncodedUnit[],
  prompt: Prompt,
  predictedOutputTokens: number,
  maxOutputTokens: number,
): ModelRequest {
  const asked: AskedUnit[] = [];
  let user = '';
  let tokens = 0;
  let firstNumber = 1;
  for (const encoded of units) {
    const alias = aliasOf(asked.length);
    user += encoded.render(alias, firstNumber);
    tokens += encoded.tokensFrom(firstNumber) + Math.ceil((alias.length - 1) / 3) - 1;
    asked.push({ alias, firstNumber, unit: encoded.unit });
    firstNumber += encoded.unit.behaviours.length;
  }
  return {
    system: prompt.system,
    user,
    schema: ANSWER_SCHEMA,
    asked,
    inputTokens: prompt.tokens + tokens,
    predictedOutputTokens,
    maxOutputTokens,
  };
}

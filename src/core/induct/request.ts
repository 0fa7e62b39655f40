import type { InductionPhase } from '../../shared/induction.ts';
import type { ModelSettings } from '../../shared/model.ts';
import { aliasOf } from '../../shared/model.ts';
import type { OutputModel } from '../extract/llm/planning/output-model.ts';
import { answerLimit } from '../extract/llm/planning/request-limits.ts';
import type { EncodedUnit } from '../extract/llm/prompt/encode-unit.ts';
import { countTokens } from '../extract/llm/prompt/tokenizer.ts';
import type { ModelRequest } from '../extract/llm/types.ts';
import type { DraftType } from './draft.ts';
import type { InductionPrompt } from './prompt.ts';
import { TYPES_SCHEMA } from './read-types.ts';

/** Tokens of a type in an answer, and in the list of the next request. */
export const TOKENS_PER_TYPE = 95;
/** A limit cuts off repetition loops, and must not cut off answers, or the thoughts before them. */
const ENOUGH = 3;
const LEAST_LIMIT = 4_096;

export interface RequestParts {
  phase: InductionPhase;
  units: readonly EncodedUnit[];
  types: readonly DraftType[];
  prompt: InductionPrompt;
  settings: Pick<ModelSettings, 'contextTokens' | 'maxOutputTokens'>;
  outputs: Pick<OutputModel, 'inputRatio' | 'inputRatioNear'>;
  /** How many types an answer may have. */
  expectedTypes: number;
  /** Whether an answer may be as long as the settings allow: one before could not be used. */
  isPatient: boolean;
}

/** The request of a step. The same parts give the same texts, byte for byte. */
export function buildRequest(parts: RequestParts): ModelRequest {
  const { phase, units, types, prompt, settings, outputs, expectedTypes, isPatient } = parts;
  const system = prompt.system(phase);
  let user = prompt.list(types, phase === 'review');
  if (user !== '' && units.length > 0) user += `\n${prompt.usersHeading}`;
  let firstNumber = 1;
  units.forEach((unit, index) => {
    user += unit.render(aliasOf(index), firstNumber);
    firstNumber += unit.unit.behaviours.length;
  });
  const inputTokens = countTokens(system) + countTokens(user);
  const predictedOutputTokens = expectedTypes * TOKENS_PER_TYPE;
  const most = answerLimit(settings, inputTokens, outputs);
  const enough = Math.max(LEAST_LIMIT, predictedOutputTokens * ENOUGH);
  return {
    system,
    user,
    schema: TYPES_SCHEMA,
    asked: [],
    inputTokens,
    predictedOutputTokens,
    maxOutputTokens: isPatient ? most : Math.min(enough, most),
  };
}

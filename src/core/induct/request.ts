import type { EventWord } from '../../shared/codebook.ts';
import type { TypesPhase } from '../../shared/induction.ts';
import type { ModelSettings } from '../../shared/model.ts';
import { aliasOf } from '../../shared/model.ts';
import type { OutputModel } from '../extract/llm/planning/output-model.ts';
import { answerLimit } from '../extract/llm/planning/request-limits.ts';
import type { EncodedUnit } from '../extract/llm/prompt/encode-unit.ts';
import { countTokens } from '../extract/llm/prompt/tokenizer.ts';
import type { ModelRequest } from '../extract/llm/types.ts';
import type { DraftType } from './draft.ts';
import type { ThemesPrompt, TypesPrompt, WordsPrompt } from './prompt.ts';
import { ASSIGNMENTS_SCHEMA } from './read-assignments.ts';
import { CLASSES_SCHEMA } from './read-classes.ts';
import { TYPES_SCHEMA } from './read-types.ts';

/** Tokens of a type in an answer, and in the list of the next request. */
export const TOKENS_PER_TYPE = 95;
/** Tokens of a word in an answer that gives it a type. */
export const TOKENS_PER_WORD = 22;
/** Tokens of a thing in an answer that gives it a theme. */
export const TOKENS_PER_THING = 14;
/** A limit cuts off repetition loops, and must not cut off answers, or the thoughts before them. */
const ENOUGH = 3;
const LEAST_LIMIT = 4_096;

interface AnswerParts {
  settings: Pick<ModelSettings, 'contextTokens' | 'maxOutputTokens'>;
  outputs: Pick<OutputModel, 'inputRatio' | 'inputRatioNear'>;
  /** Whether an answer may be as long as the settings allow: one before could not be used. */
  isPatient: boolean;
}

export interface TypesRequestParts extends AnswerParts {
  phase: TypesPhase;
  units: readonly EncodedUnit[];
  types: readonly DraftType[];
  prompt: TypesPrompt;
  /** How many types an answer may have. */
  expectedTypes: number;
}

/** The request for types of a step. The same parts give the same texts, byte for byte. */
export function typesRequest(parts: TypesRequestParts): ModelRequest {
  const { phase, units, types, prompt, expectedTypes } = parts;
  let user = prompt.list(types, phase === 'review');
  if (user !== '' && units.length > 0) user += `\n${prompt.usersHeading}`;
  let firstNumber = 1;
  units.forEach((unit, index) => {
    user += unit.render(aliasOf(index), firstNumber);
    firstNumber += unit.unit.behaviours.length;
  });
  const system = prompt.system(phase);
  const limits = limitsOf(system, user, expectedTypes * TOKENS_PER_TYPE, parts);
  return { system, user, schema: TYPES_SCHEMA, asked: [], ...limits };
}

export interface WordsRequestParts extends AnswerParts {
  words: readonly EventWord[];
  prompt: WordsPrompt;
}

/** The request for the types of words. The same parts give the same texts, byte for byte. */
export function wordsRequest(parts: WordsRequestParts): ModelRequest {
  const { words, prompt } = parts;
  const user = prompt.list(words);
  const { system } = prompt;
  const limits = limitsOf(system, user, words.length * TOKENS_PER_WORD, parts);
  return { system, user, schema: ASSIGNMENTS_SCHEMA, asked: [], ...limits };
}

export interface ThemesRequestParts extends AnswerParts {
  things: readonly string[];
  prompt: ThemesPrompt;
}

/** The request for the themes of things. The same parts give the same texts, byte for byte. */
export function themesRequest(parts: ThemesRequestParts): ModelRequest {
  const { things, prompt } = parts;
  const user = prompt.list(things);
  const { system } = prompt;
  const limits = limitsOf(system, user, things.length * TOKENS_PER_THING, parts);
  return { system, user, schema: CLASSES_SCHEMA, asked: [], ...limits };
}

/** Texts that are a request as they are, about no user. */
export interface PlainRequestParts extends AnswerParts, Pick<ModelRequest, 'system' | 'user' | 'schema'> {
  predictedOutputTokens: number;
}

/** The request of such texts. */
export function plainRequest(parts: PlainRequestParts): ModelRequest {
  const { system, user, schema, predictedOutputTokens } = parts;
  return { system, user, schema, asked: [], ...limitsOf(system, user, predictedOutputTokens, parts) };
}

/** How long a request is, and how long its answer will and may be. */
function limitsOf(
  system: string,
  user: string,
  predictedOutputTokens: number,
  { settings, outputs, isPatient }: AnswerParts,
): Pick<ModelRequest, 'inputTokens' | 'predictedOutputTokens' | 'maxOutputTokens'> {
  const inputTokens = countTokens(system) + countTokens(user);
  const most = answerLimit(settings, inputTokens, outputs);
  const enough = Math.max(LEAST_LIMIT, predictedOutputTokens * ENOUGH);
  return {
    inputTokens,
    predictedOutputTokens,
    maxOutputTokens: isPatient ? most : Math.min(enough, most),
  };
}

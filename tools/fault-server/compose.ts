import type { Random } from '../../src/core/sample/random.ts';
import { formAskedFor } from './answer-from-prompt.ts';
import type { AnswerForm } from './answer-from-prompt.ts';
import { speak } from './damage.ts';
import type { Spoken } from './damage.ts';
import type { FaultKind } from './faults.ts';
import type { PromptUnit } from './prompt-units.ts';
import { answerUnits } from './follow-codebook.ts';
import { schemaSample } from './schema-sample.ts';
import { firstTokens, tokensOf } from './tokens.ts';
import type { ChatRequest } from './wire.ts';

/** The model's answer to a request, within the output limit. `form`: the one that the prompt requests by default. */
export function compose(
  request: ChatRequest,
  units: PromptUnit[],
  fault: FaultKind | null,
  random: Random,
  form: AnswerForm = formAskedFor(request.system, request.schema),
  count: (text: string) => number = tokensOf,
): Spoken {
  // A test of the connection contains no user: the answer follows from its schema alone.
  if (units.length === 0 && fault === null && request.schema !== null) {
    const text = JSON.stringify(schemaSample(request.schema));
    return withinLimit({ text, reasoning: '', finish: 'stop' }, request.maxOutputTokens, count);
  }
  const spoken = speak(answerUnits(units, request.system), form, fault, random);
  return withinLimit(spoken, request.maxOutputTokens, count);
}

function withinLimit(spoken: Spoken, most: number | null, count: (text: string) => number): Spoken {
  if (most === null || count(spoken.text) + count(spoken.reasoning) <= most) return spoken;
  const reasoning = firstTokens(spoken.reasoning, most, count);
  return { reasoning, text: firstTokens(spoken.text, most - count(reasoning), count), finish: 'length' };
}

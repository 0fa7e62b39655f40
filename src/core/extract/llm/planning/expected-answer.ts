import type { BehaviourInput, UserInput } from '../../extractor.ts';
import type { Classifier } from '../../rules/classifier.ts';
import { makeSequence } from '../../rules/sequence.ts';
import type { SequenceOptions } from '../../rules/sequence.ts';
import { NO_TYPE } from '../prompt/numbered-types.ts';
import type { NumberedTypes } from '../prompt/numbered-types.ts';
import { countTokens } from '../prompt/tokenizer.ts';
import { fitRates } from './output-model.ts';
import type { Rates } from './output-model.ts';

/** Longer objects are not what the prompt asks for; nor are longer names. */
const OBJECT_CHARS = 15;

/**
 * What the answers about users like these will have, before a model has given any: the tokens of the answer that the rules
 * would give at the same detail, in the same form. Null without behaviours.
 */
export function expectedRates(
  users: readonly UserInput[],
  { types, classify, sequence }: { types: NumberedTypes; classify: Classifier; sequence: SequenceOptions },
  prior: Rates,
): Rates | null {
  const samples = users
    .filter(({ behaviours }) => behaviours.length > 0)
    .map(({ behaviours }) => {
      const numbers = new Map(behaviours.map(({ id }, index) => [id, index + 1]));
      const events = makeSequence(behaviours, classify, sequence).map(({ type, context, evidence }) => {
        const own = evidence.map((id) => numbers.get(id) ?? 0);
        const number = types.numberOf(type);
        const answer = [number, ranges(own), objectOf(context)];
        if (number === NO_TYPE)
          answer.push(proposedName(type === types.other ? null : type, behaviours[(own[0] ?? 1) - 1]));
        return answer.join('|');
      });
      const answer = JSON.stringify({ user_id: 'u1', events });
      return { behaviours: behaviours.length, units: 1, amount: countTokens(answer) };
    });
  return fitRates(samples, prior)?.rates ?? null;
}

/** What stands behind the object where no type fits: what the rules call it, else about as much as the behaviour says. */
function proposedName(type: string | null, behaviour: BehaviourInput | undefined): string {
  return (type ?? behaviour?.action ?? behaviour?.text ?? '').slice(0, OBJECT_CHARS);
}

/** `1-4,7`. */
function ranges(numbers: readonly number[]): string {
  const parts: string[] = [];
  let start = 0;
  numbers.forEach((number, index) => {
    if (numbers[index + 1] === number + 1) return;
    const first = numbers[start] ?? number;
    parts.push(first === number ? String(number) : `${first}-${number}`);
    start = index + 1;
  });
  return parts.join(',');
}

function objectOf(context: Record<string, unknown>): string {
  const names = ['object', 'item', 'app', 'media', 'poi', 'text'].map((field) => context[field]);
  const named = names.find((name) => typeof name === 'string');
  if (typeof named === 'string') return named.slice(0, OBJECT_CHARS);
  const { objects } = context;
  const list = Array.isArray(objects) ? (objects as [string, number][]).slice(0, 3) : [];
  return list
    .map(([name]) => name)
    .join('、')
    .slice(0, OBJECT_CHARS);
}

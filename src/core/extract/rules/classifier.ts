import type { EventCategory } from '../extractor.ts';
import { firstMatch } from './conditions.ts';
import type { RuleSubject } from './conditions.ts';
import { conversionMatcher } from './guardrail.ts';
import type { RuleField, Rules } from './rules-schema.ts';
import { shorten } from './shorten.ts';

/** Of an action that no rule knows, which names its events. */
const TYPE_CHARS = 200;

/** What a behaviour is an instance of. */
export interface EventType {
  /** The stored (Chinese) name. */
  name: string;
  category: EventCategory;
  /** The id of the rule that makes it a conversion. */
  rule: string | null;
  /** Where to look, in order, for what the behaviour was about. */
  thing: readonly RuleField[];
}

export type Classifier = (behaviour: RuleSubject) => EventType;

/** Compiles rules into the function that gives the event type of a behaviour: conversions first, then kinds. */
export function makeClassifier(rules: Rules): Classifier {
  const matchConversion = conversionMatcher(rules.conversions);
  const conversions = new Map(
    rules.conversions.map((rule) => [rule, eventType(rule.zh, 'conversion', rule.thing, rule.id)]),
  );
  const kinds = new Map(rules.kinds.map((kind) => [kind.id, eventType(kind.zh, 'engagement', kind.thing)]));
  const matchKind = firstMatch(
    rules.classify.flatMap(({ kind, when }) => {
      const value = kinds.get(kind);
      return value ? [{ when, value }] : [];
    }),
  );
  const other = eventType(rules.other.zh, 'engagement', rules.other.thing);
  return (behaviour) => {
    const rule = matchConversion(behaviour);
    const type = (rule && conversions.get(rule)) ?? matchKind(behaviour);
    if (type) return type;
    return behaviour.action === null
      ? other
      : eventType(shorten(behaviour.action, TYPE_CHARS), 'engagement', rules.unknownAction.thing);
  };
}

function eventType(
  name: string,
  category: EventCategory,
  thing: readonly RuleField[],
  rule: string | null = null,
): EventType {
  return { name, category, rule, thing };
}

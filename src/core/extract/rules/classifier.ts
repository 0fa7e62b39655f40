import type { EventCategory } from '../extractor.ts';
import { firstMatch } from './conditions.ts';
import type { RuleSubject } from './conditions.ts';
import { conversionMatcher } from './guardrail.ts';
import { THEME } from './rules-schema.ts';
import type { RuleField, Rules } from './rules-schema.ts';
import { shorten } from '../../abstraction/shorten.ts';

/** Of an action that no rule knows, which names its events. */
const TYPE_CHARS = 200;
/** The id of the type for what no rule knows and that has no action. */
const OTHER = 'other';

/** What a behaviour is an instance of. */
export interface EventType {
  /** The id of the rule or kind; of an action that no rule knows, the action. */
  id: string;
  /** The stored (Chinese) name. */
  name: string;
  /** The stored name of the intent that it serves: its own name where the rules name none. */
  intent: string;
  /** That name where it has the theme of the thing in it (THEME), for things whose themes can be named; else null. */
  themedIntent: string | null;
  category: EventCategory;
  /** False for what no rule names: an action of its own, or other. */
  isKnown: boolean;
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
    rules.conversions.map((rule) => [
      rule,
      eventType({ ...rule, name: rule.zh, category: 'conversion', rule: rule.id }),
    ]),
  );
  const intents = new Map(rules.intents.flatMap(({ zh, kinds }) => kinds.map((kind) => [kind, zh])));
  const kinds = new Map(
    rules.kinds.map((kind) => [kind.id, eventType({ ...kind, name: kind.zh, intent: intents.get(kind.id) })]),
  );
  const matchKind = firstMatch(
    rules.classify.flatMap(({ kind, when }) => {
      const value = kinds.get(kind);
      return value ? [{ when, value }] : [];
    }),
  );
  const other = eventType({ ...rules.other, id: OTHER, name: rules.other.zh, isKnown: false });
  return (behaviour) => {
    const rule = matchConversion(behaviour);
    const type = (rule && conversions.get(rule)) ?? matchKind(behaviour);
    if (type) return type;
    if (behaviour.action === null) return other;
    const name = shorten(behaviour.action, TYPE_CHARS);
    return eventType({ ...rules.unknownAction, id: name, name, isKnown: false });
  };
}

interface TypeParts {
  id: string;
  name: string;
  thing: readonly RuleField[];
  intent?: string | undefined;
  category?: EventCategory;
  isKnown?: boolean;
  rule?: string | null;
}

function eventType(parts: TypeParts): EventType {
  const { id, name, thing, intent = name, category = 'engagement', isKnown = true, rule = null } = parts;
  const isThemed = intent.includes(THEME);
  const names = { intent: isThemed ? name : intent, themedIntent: isThemed ? intent : null };
  return { id, name, ...names, category, isKnown, rule, thing };
}

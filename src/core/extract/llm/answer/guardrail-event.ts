import type { BehaviourInput, EventDraft } from '../../extractor.ts';
import { EventBuilder } from '../../rules/event-builder.ts';
import type { ConversionRule } from '../../rules/rules-schema.ts';
import { endOf } from './event-time.ts';

/** A conversion behaviour, and where it stands among the user's behaviours. */
export interface Conversion {
  index: number;
  behaviour: BehaviourInput;
  rule: ConversionRule;
}

/** Groups conversions next to each other, no other behaviour between, of one rule and about the same thing. */
export function neighbours(conversions: readonly Conversion[]): Conversion[][] {
  const groups: Conversion[][] = [];
  let last: Conversion | null = null;
  for (const conversion of conversions.toSorted((a, b) => a.index - b.index)) {
    const group = groups.at(-1);
    if (group && last?.index === conversion.index - 1 && isAlike(last, conversion)) group.push(conversion);
    else groups.push([conversion]);
    last = conversion;
  }
  return groups;
}

/** The event of a group of neighbours, with the context that the rules would give it. */
export function guardrailEvent(group: readonly Conversion[]): EventDraft {
  const [first] = group;
  if (!first) throw new RangeError('an event needs evidence');
  const { rule } = first;
  const type = { name: rule.zh, category: 'conversion', rule: rule.id, thing: rule.thing } as const;
  const builder = new EventBuilder(type, thingOf(first), first.behaviour, 0);
  for (const { behaviour } of group) {
    const durationMs = behaviour.duration === null ? null : endOf(behaviour) - behaviour.time;
    builder.add(behaviour, durationMs);
  }
  const event = builder.build();
  // Sessions are what the rules number; a model's events have none.
  delete event.context['session'];
  return { ...event, origin: 'guardrail', confidence: 1 };
}

function isAlike(a: Conversion, b: Conversion): boolean {
  return a.rule === b.rule && thingOf(a) === thingOf(b);
}

function thingOf({ behaviour, rule }: Conversion): string | null {
  for (const field of rule.thing) if (behaviour[field] !== null) return behaviour[field];
  return null;
}

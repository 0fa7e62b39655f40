import type { BehaviourInput, EventDraft } from '../../extractor.ts';
import type { ConversionMatcher } from '../../rules/guardrail.ts';
import type { ConversionRule } from '../../rules/rules-schema.ts';
import { spanOf, endOf } from './event-time.ts';
import { EventBuilder } from '../../rules/event-builder.ts';

/** Of what is left of an event that a model named after a conversion which it is not. */
const NEUTRAL_TYPE = '相关行为';

export interface GuardrailOptions {
  /** Names of the rules' types, which an event that turns out to be no conversion must not keep. */
  conversionTypes?: Iterable<string>;
  /** The type that such an event gets. */
  neutralType?: string;
}

export interface Guarded {
  /** In time order; evidence remains disjoint. */
  events: EventDraft[];
  /** How many of them the guardrail made or changed: those with origin `guardrail`. */
  changed: number;
}

/**
 * Sees to it that each conversion behaviour is in the evidence of exactly one conversion event of its rule's type, and
 * that no event is a conversion whose behaviours, having an action each, are none. Of free text the model is believed.
 *
 * `behaviours`: all of the user's or unit's, in time order. `events`: with evidence of these only.
 */
export function applyGuardrail(
  events: readonly EventDraft[],
  behaviours: readonly BehaviourInput[],
  matcher: ConversionMatcher,
  options: GuardrailOptions = {},
): Guarded {
  return new Guardrail(behaviours, matcher, options).apply(events);
}

class Guardrail {
  readonly #behaviours = new Map<number, BehaviourInput>();
  readonly #indexes = new Map<number, number>();
  /** Conversion behaviours by id. */
  readonly #conversions = new Map<number, Conversion>();
  /** Those that no conversion event stands for yet. */
  readonly #open = new Map<number, Conversion>();
  readonly #conversionTypes: Set<string>;
  readonly #neutralType: string;
  readonly #made: EventDraft[] = [];

  constructor(
    behaviours: readonly BehaviourInput[],
    matcher: ConversionMatcher,
    { conversionTypes = [], neutralType = NEUTRAL_TYPE }: GuardrailOptions,
  ) {
    this.#conversionTypes = new Set(conversionTypes);
    this.#neutralType = neutralType;
    behaviours.forEach((behaviour, index) => {
      this.#behaviours.set(behaviour.id, behaviour);
      this.#indexes.set(behaviour.id, index);
      const rule = matcher(behaviour);
      if (!rule) return;
      const conversion = { index, behaviour, rule };
      this.#conversions.set(behaviour.id, conversion);
      this.#open.set(behaviour.id, conversion);
      this.#conversionTypes.add(rule.zh);
    });
  }

  apply(events: readonly EventDraft[]): Guarded {
    for (const event of events) {
      if (event.category === 'conversion') this.#takeConversion(event);
      else this.#takeRest(event, this.#others(event));
    }
    for (const group of neighbours([...this.#open.values()])) this.#made.push(guardrailEvent(group));
    const indexOf = (event: EventDraft): number => this.#indexes.get(event.evidence[0] ?? -1) ?? 0;
    const sorted = this.#made.sort((a, b) => a.startTime - b.startTime || indexOf(a) - indexOf(b));
    return { events: sorted, changed: sorted.filter(({ origin }) => origin === 'guardrail').length };
  }

  #takeConversion(event: EventDraft): void {
    const conversions = event.evidence.flatMap((id) => this.#open.get(id) ?? []);
    const rule = (conversions.find(({ rule: { zh } }) => zh === event.type) ?? conversions[0])?.rule;
    if (rule) this.#takeOfRule(event, rule, conversions);
    else this.#takeUnproven(event);
  }

  /** What is of the rule stays a conversion, and free text with it; the rest is an event of its own. */
  #takeOfRule(event: EventDraft, rule: ConversionRule, conversions: readonly Conversion[]): void {
    const others = this.#others(event);
    const texts = others.filter((id) => !this.#isStructured(id));
    const kept = new Set(texts);
    for (const conversion of conversions) {
      if (conversion.rule !== rule) continue;
      kept.add(conversion.behaviour.id);
      this.#open.delete(conversion.behaviour.id);
    }
    if (event.type === rule.zh && kept.size === event.evidence.length) {
      this.#made.push(event);
      return;
    }
    const evidence = event.evidence.filter((id) => kept.has(id));
    this.#made.push(changed({ ...event, ...this.#span(event, evidence), type: rule.zh, evidence }));
    this.#takeRest(
      { ...event, category: 'engagement', context: {} },
      others.filter((id) => !kept.has(id)),
    );
  }

  /** A conversion that no rule knows of. */
  #takeUnproven(event: EventDraft): void {
    const others = this.#others(event);
    if (others.some((id) => !this.#isStructured(id))) {
      this.#made.push({ ...event, evidence: others });
    } else if (others.length > 0) {
      const type = this.#neutral(event.type);
      this.#made.push(changed({ ...event, type, category: 'engagement', evidence: others }));
    }
  }

  /** What is left of an event once its conversion behaviours are taken from it. */
  #takeRest(event: EventDraft, evidence: number[]): void {
    if (evidence.length === 0) return;
    if (evidence.length === event.evidence.length) this.#made.push(event);
    else
      this.#made.push({
        ...event,
        ...this.#span(event, evidence),
        type: this.#neutral(event.type),
        evidence,
      });
  }

  #others(event: EventDraft): number[] {
    return event.evidence.filter((id) => !this.#conversions.has(id));
  }

  #isStructured(id: number): boolean {
    return (this.#behaviours.get(id)?.action ?? null) !== null;
  }

  #neutral(type: string): string {
    return this.#conversionTypes.has(type) ? this.#neutralType : type;
  }

  /** From the first to the last moment of the evidence; as it was when all of it remains. */
  #span(event: EventDraft, evidence: readonly number[]): Pick<EventDraft, 'startTime' | 'endTime'> {
    if (evidence.length === event.evidence.length) return event;
    const { start, end } = spanOf(evidence.flatMap((id) => this.#behaviours.get(id) ?? []));
    return { startTime: start, endTime: end };
  }
}

function changed(event: EventDraft): EventDraft {
  return { ...event, origin: 'guardrail', confidence: 1 };
}

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
  const type = { name: rule.zh, category: 'conversion', rule: rule.id } as const;
  const builder = new EventBuilder(type, first.behaviour);
  for (const { behaviour } of group) {
    const durationMs = behaviour.duration === null ? null : endOf(behaviour) - behaviour.time;
    builder.add(behaviour, durationMs);
  }
  return { ...builder.build(), origin: 'guardrail', confidence: 1 };
}

function isAlike(a: Conversion, b: Conversion): boolean {
  return a.rule === b.rule && thingOf(a) === thingOf(b);
}

function thingOf({ behaviour, rule }: Conversion): string | null {
  for (const field of rule.thing) if (behaviour[field] !== null) return behaviour[field];
  return null;
}

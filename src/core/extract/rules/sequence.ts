import { contentsOf } from '../../abstraction/contents.ts';
import { durationOf } from '../../abstraction/duration.ts';
import { joinBehaviours } from '../../abstraction/join.ts';
import type { JoinLimits, Moment } from '../../abstraction/join.ts';
import type { BehaviourInput, EventDraft } from '../extractor.ts';
import type { Classifier, EventType } from './classifier.ts';
import { EventBuilder } from './event-builder.ts';
import type { RuleField } from './rules-schema.ts';

/** What a behaviour was about: a value of one of its columns. */
export interface Thing {
  field: RuleField;
  name: string;
}

export interface SequenceOptions extends JoinLimits {
  /** The theme of a thing. */
  themeOf: (thing: Thing) => string;
}

/** The events of one user, whose behaviours are in time order, in the order of their start. See joinBehaviours. */
export function makeSequence(
  behaviours: readonly BehaviourInput[],
  classify: Classifier,
  { themeOf, ...limits }: SequenceOptions,
): EventDraft[] {
  const types: EventType[] = [];
  const moments: Moment[] = [];
  for (const behaviour of behaviours) {
    const type = classify(behaviour);
    const thing = thingOf(behaviour, type);
    const label = {
      kind: type.id,
      intent: type.intent,
      thing: thing?.name ?? null,
      theme: thing && limits.detail !== 'fine' ? themeOf(thing) : null,
      isConversion: type.category === 'conversion',
    };
    const start = behaviour.time;
    types.push(type);
    moments.push({ start, end: start + (durationOf(behaviour) ?? 0), label });
  }
  return joinBehaviours(moments, limits).map(({ members, session }) => {
    const [first = 0] = members;
    const type = at(types, first);
    const isFine = limits.detail === 'fine';
    const builder = new EventBuilder(isFine ? type : { ...type, name: type.intent }, at(behaviours, first));
    for (const place of members) builder.add(at(behaviours, place), durationOf(at(behaviours, place)));
    const all = members.map((place) => at(moments, place));
    return builder.build(isFine ? { session } : { ...contentsOf(all, limits.dayStartMs) });
  });
}

function at<T>(list: readonly T[], place: number): T {
  const item = list[place];
  if (item === undefined) throw new RangeError(`there is no item ${place} of ${list.length}`);
  return item;
}

/** The first field that has a value, of those the type names; null for nothing. */
function thingOf(behaviour: BehaviourInput, type: EventType): Thing | null {
  for (const field of type.thing) {
    const name = behaviour[field];
    if (name !== null) return { field, name };
  }
  return null;
}

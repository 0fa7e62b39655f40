import { contentsOf } from '../../abstraction/contents.ts';
import { joinBehaviours } from '../../abstraction/join.ts';
import type { JoinLimits, Moment } from '../../abstraction/join.ts';
import type { BehaviourInput, EventDraft } from '../extractor.ts';
import type { Classifier, EventType } from './classifier.ts';
import { EventBuilder } from './event-builder.ts';
import type { RuleField } from './rules-schema.ts';

/** The last moment a Date can hold: an end beyond it could neither be shown nor stored. */
const MAX_TIME = 8.64e15;

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
  const labelled = behaviours.map((behaviour) => {
    const type = classify(behaviour);
    const thing = thingOf(behaviour, type);
    const theme = thing && limits.detail !== 'fine' ? themeOf(thing) : null;
    return { type, thing: thing?.name ?? null, theme };
  });
  return joinSequence(behaviours, labelled, limits);
}

/** A behaviour's type, the thing that it is about, and the theme of that; null for none. */
export interface Labelled {
  type: EventType;
  thing: string | null;
  theme: string | null;
}

/** The events of one user, whose behaviours are in time order and labelled one by one, in the order of their start. */
export function joinSequence(
  behaviours: readonly BehaviourInput[],
  labelled: readonly Labelled[],
  limits: JoinLimits,
): EventDraft[] {
  const moments = behaviours.map((behaviour, place): Moment => {
    const { type, thing, theme } = at(labelled, place);
    const label = {
      kind: type.id,
      intent: type.intent,
      thing,
      theme,
      isConversion: type.category === 'conversion',
    };
    const start = behaviour.time;
    return { start, end: start + (durationOf(behaviour) ?? 0), label };
  });
  return joinBehaviours(moments, limits).map(({ members, session }) => {
    const [first = 0] = members;
    const { type } = at(labelled, first);
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
export function thingOf(behaviour: BehaviourInput, type: EventType): Thing | null {
  for (const field of type.thing) {
    const name = behaviour[field];
    if (name !== null) return { field, name };
  }
  return null;
}

/** Milliseconds; null when the log has none, or one that no activity can have. */
function durationOf(behaviour: BehaviourInput): number | null {
  if (behaviour.duration === null) return null;
  const milliseconds = Math.round(behaviour.duration * 1000);
  return milliseconds >= 0 && behaviour.time + milliseconds <= MAX_TIME ? milliseconds : null;
}

import { contentsOf } from '../../abstraction/contents.ts';
import { durationOf } from '../../abstraction/duration.ts';
import { joinBehaviours } from '../../abstraction/join.ts';
import type { JoinLimits, Label, Moment } from '../../abstraction/join.ts';
import { joinedBy } from '../../abstraction/theme-grain.ts';
import type { ThemeGrain } from '../../../shared/abstraction.ts';
import type { BehaviourInput, EventDraft } from '../extractor.ts';
import { boundedName } from '../../abstraction/bounded-name.ts';
import type { Classifier, EventType } from './classifier.ts';
import { EventBuilder } from './event-builder.ts';
import { THEME } from './rules-schema.ts';
import type { RuleField } from './rules-schema.ts';
import { shorten } from '../../abstraction/shorten.ts';

/** Of a theme in the name of a type. */
const THEME_CHARS = 40;

/** What a behaviour was about: a value of one of its columns. */
export interface Thing {
  field: RuleField;
  name: string;
}

export interface SequenceOptions extends JoinLimits {
  /** The theme of a thing. */
  themeOf: (thing: Thing) => string;
  /** The columns whose themes are few enough to be a part of the name of an intent. */
  namedFields: readonly string[];
  /** The columns that hold ids: a thing without another theme than its own name has none. */
  idFields: readonly string[];
  /** How finely themes are told apart when behaviours join. */
  grain: ThemeGrain;
}

/** The events of one user, whose behaviours are in time order, in the order of their start. See joinBehaviours. */
export function makeSequence(
  behaviours: readonly BehaviourInput[],
  classify: Classifier,
  { namedFields, ...options }: SequenceOptions,
): EventDraft[] {
  const { detail, grain } = options;
  const labels = behaviours.map((behaviour) => {
    const type = classify(behaviour);
    const thing = thingOf(behaviour, type);
    const theme = thing && detail !== 'fine' ? themeOfThing(thing, options) : null;
    const intent = themedIntentOf(type, thing, theme, { detail, namedFields }) ?? type.intent;
    const name = thing?.name ?? null;
    return labelled(type, { intent, thing: name, theme, joinedBy: joinedByOf(thing, theme, grain) });
  });
  return joinSequence(behaviours, labels, options);
}

/** The name of an intent with the theme of a thing in it; null where the rules name none, or the theme cannot be named. */
export function themedIntentOf(
  { themedIntent }: EventType,
  thing: Thing | null,
  theme: string | null,
  { detail, namedFields }: Pick<SequenceOptions, 'detail' | 'namedFields'>,
): string | null {
  // At “brief” things of all themes join.
  const isNamed = detail === 'standard' && thing !== null && namedFields.includes(thing.field);
  return themedIntent !== null && isNamed && theme !== null
    ? themedIntent.replace(THEME, () => shorten(theme, THEME_CHARS))
    : null;
}

/** The theme of a thing; null where its name is an id of which nothing else is known. */
export function themeOfThing(
  thing: Thing,
  { themeOf, idFields }: Pick<SequenceOptions, 'themeOf' | 'idFields'>,
): string | null {
  const theme = themeOf(thing);
  return theme === thing.name && idFields.includes(thing.field) ? null : theme;
}

/** By what behaviours about a thing of a theme join at the detail `standard`; null for nothing. */
export function joinedByOf(thing: Thing | null, theme: string | null, grain: ThemeGrain): string | null {
  return theme === null ? null : joinedBy(theme, theme === thing?.name, grain);
}

/** What a behaviour joins by, with the type that names its event. */
export interface Labelled extends Label {
  type: EventType;
}

/** The label of a behaviour of a type: one object, because a long log has a million. */
export function labelled(type: EventType, by: Omit<Label, 'kind' | 'isConversion'>): Labelled {
  const { intent, thing, theme, joinedBy } = by;
  const isConversion = type.category === 'conversion';
  return { type, kind: type.id, isConversion, intent, thing, theme, joinedBy };
}

/** The events of one user, whose behaviours are in time order and labelled one by one, in the order of their start. */
export function joinSequence(
  behaviours: readonly BehaviourInput[],
  labels: readonly Labelled[],
  limits: JoinLimits,
): EventDraft[] {
  const moments = behaviours.map((behaviour, place): Moment => {
    const start = behaviour.time;
    return { start, end: start + (durationOf(behaviour) ?? 0), label: at(labels, place) };
  });
  return joinBehaviours(moments, limits).map(({ members, session }) => {
    const [first = 0] = members;
    const { type, intent } = at(labels, first);
    const isFine = limits.detail === 'fine';
    const name = isFine ? type.name : intent;
    const builder = new EventBuilder({ ...type, name }, at(behaviours, first));
    for (const place of members) builder.add(at(behaviours, place), durationOf(at(behaviours, place)));
    if (isFine) return builder.build({ session });
    const all = members.map((place) => at(moments, place));
    return builder.build({ ...contentsOf(all, limits.dayStartMs) });
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
    if (name !== null) return { field, name: boundedName(name) };
  }
  return null;
}

import { contentsOf } from '../../abstraction/contents.ts';
import { durationOf } from '../../abstraction/duration.ts';
import { joinBehaviours } from '../../abstraction/join.ts';
import type { JoinLimits, Moment } from '../../abstraction/join.ts';
import { joinedBy } from '../../abstraction/theme-grain.ts';
import type { ThemeGrain } from '../../../shared/abstraction.ts';
import type { BehaviourInput, EventDraft } from '../extractor.ts';
import type { Classifier, EventType } from './classifier.ts';
import { EventBuilder } from './event-builder.ts';
import { THEME } from './rules-schema.ts';
import type { RuleField } from './rules-schema.ts';
import { shorten } from './shorten.ts';

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
  const labelled = behaviours.map((behaviour) => {
    const type = classify(behaviour);
    const thing = thingOf(behaviour, type);
    const theme = thing && detail !== 'fine' ? themeOfThing(thing, options) : null;
    // At “brief” things of all themes join.
    const isNamed = detail === 'standard' && thing !== null && namedFields.includes(thing.field);
    const intent =
      type.themedIntent !== null && isNamed && theme !== null
        ? withTheme(type.themedIntent, theme)
        : type.intent;
    return { type, intent, thing: thing?.name ?? null, theme, joinedBy: joinedByOf(thing, theme, grain) };
  });
  return joinSequence(behaviours, labelled, options);
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

/** A behaviour's type, the intent that it serves, the thing that it is about, and the theme of that; null for none. */
export interface Labelled {
  type: EventType;
  intent: string;
  thing: string | null;
  theme: string | null;
  /** By what behaviours join at the detail `standard`: the theme, or what it belongs to; null for nothing. */
  joinedBy: string | null;
}

/** The events of one user, whose behaviours are in time order and labelled one by one, in the order of their start. */
export function joinSequence(
  behaviours: readonly BehaviourInput[],
  labelled: readonly Labelled[],
  limits: JoinLimits,
): EventDraft[] {
  const moments = behaviours.map((behaviour, place): Moment => {
    const { type, ...label } = at(labelled, place);
    const start = behaviour.time;
    const isConversion = type.category === 'conversion';
    return {
      start,
      end: start + (durationOf(behaviour) ?? 0),
      label: { ...label, kind: type.id, isConversion },
    };
  });
  return joinBehaviours(moments, limits).map(({ members, session }) => {
    const [first = 0] = members;
    const { type } = at(labelled, first);
    const isFine = limits.detail === 'fine';
    const name = isFine ? type.name : at(moments, first).label.intent;
    const builder = new EventBuilder({ ...type, name }, at(behaviours, first));
    for (const place of members) builder.add(at(behaviours, place), durationOf(at(behaviours, place)));
    const all = members.map((place) => at(moments, place));
    return builder.build(isFine ? { session } : { ...contentsOf(all, limits.dayStartMs) });
  });
}

function withTheme(intent: string, theme: string): string {
  return intent.replace(THEME, () => shorten(theme, THEME_CHARS));
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

import type { BehaviourInput, EventDraft } from '../../extractor.ts';
import type { Classifier, EventType } from '../../rules/classifier.ts';
import { THEME } from '../../rules/rules-schema.ts';
import { isOpaque } from '../../../abstraction/opaque-names.ts';
import {
  joinedByOf,
  joinSequence,
  labelled,
  themedIntentOf,
  themeOfThing,
  thingOf,
} from '../../rules/sequence.ts';
import type { Labelled, SequenceOptions, Thing } from '../../rules/sequence.ts';

/** How much joins into one event, and what the rules and the log say of behaviours. */
export interface DetailBasis {
  classify: Classifier;
  sequence: SequenceOptions;
}

export interface Detailed {
  events: EventDraft[];
  /** How many of them stand for other behaviours than any event of before: joined or divided by this. */
  changed: number;
}

/** Of a behaviour that is in no event; no event has it. */
const NO_TYPE = '';

/**
 * Events of a model, joined and divided as the detail asks: what the model joined too little (as at the seam of two parts of
 * a long user) is joined, and what it joined beyond the detail, or across a conversion, is divided. The type of a
 * behaviour, and the object if the model named one, are those of its event; behaviours in no event stay in none.
 *
 * At `fine` an event is a run of neighbours of one type, of one kind by the rules and about one thing, within a session: where the
 * rules would part, an event of a model is parted too.
 *
 * At `standard` the object that the model named is what behaviours join by; where the themes of the log are too scattered for that
 * (`grain`), they join by what the rules join them by. An event by a kind whose intent has the theme in its name (使用应用) is called as the
 * rules call it where the log tells the theme (使用汽车媒体): a model is asked for no such names.
 *
 * `events`: with disjoint evidence, all of `behaviours`, which are in time order.
 */
export function applyDetail(
  events: readonly EventDraft[],
  behaviours: readonly BehaviourInput[],
  { classify, sequence }: DetailBasis,
): Detailed {
  const isFine = sequence.detail === 'fine';
  const sources = new Map<number, EventDraft>();
  for (const event of events) for (const id of event.evidence) sources.set(id, event);
  const looked = behaviours.map((behaviour) => {
    const kind = classify(behaviour);
    const thing = thingOf(behaviour, kind);
    const logged = thing && !isFine ? themeOfThing(thing, sequence) : null;
    return { kind, thing, logged, source: sources.get(behaviour.id) };
  });
  /** What else an event stands for goes by its first theme. */
  const themed = new Map<EventDraft, string>();
  const names = looked.map(({ kind, thing, logged, source }) => {
    if (!source || !isCalled(source.type, kind)) return null;
    const name = themedIntentOf(kind, thing, logged, sequence);
    if (name !== null && !themed.has(source)) themed.set(source, name);
    return name;
  });
  const labels = looked.map(({ kind, thing, logged, source }, place): Labelled => {
    const type = names[place] ?? (source && (themed.get(source) ?? source.type)) ?? NO_TYPE;
    const theme = source && !isFine ? (objectOf(source, thing, sequence) ?? logged) : null;
    const rule = kind.category === 'conversion' ? kind.rule : null;
    const category = source?.category ?? 'engagement';
    // Neighbours of one kind that the model gave different types are apart at every detail.
    const own = isFine ? { id: JSON.stringify([type, kind.id]), name: type } : {};
    return labelled(
      { ...kind, ...own, category, rule },
      {
        intent: type,
        thing: thing?.name ?? null,
        theme,
        // The model was told how widely to generalise. Where the themes of the log are scattered, its objects are too.
        joinedBy: sequence.grain === 'themes' ? theme : joinedByOf(thing, logged, sequence.grain),
      },
    );
  });
  let changed = 0;
  const limits = { ...sequence, joinsConversions: false };
  const joined = joinSequence(behaviours, labels, limits).flatMap((event): EventDraft[] => {
    const own = event.evidence.flatMap((id) => sources.get(id) ?? []);
    const distinct = [...new Set(own)];
    const [first] = distinct;
    if (!first) return [];
    if (distinct.length > 1 || first.evidence.length !== event.evidence.length) changed += 1;
    const confidence = own.reduce((sum, source) => sum + source.confidence, 0) / own.length;
    const regrouped: EventDraft = {
      ...event,
      origin: distinct.length === 1 ? first.origin : 'llm',
      confidence: Math.round(confidence * 100) / 100,
      // What is about one thing is what the model said of it.
      context: isFine ? { ...sharedContext(distinct), ...event.context } : event.context,
    };
    return [regrouped];
  });
  return { events: joined, changed };
}

/** Whether a model called a behaviour by its kind, or by the intent of that with any theme in it. */
function isCalled(said: string, { name, themedIntent }: EventType): boolean {
  if (said === name || themedIntent === null) return said === name;
  const [before = '', after = ''] = themedIntent.split(THEME);
  return said.startsWith(before) && said.endsWith(after) && said.length > before.length + after.length;
}

/** What all of the events say. */
function sharedContext([first, ...others]: readonly EventDraft[]): Record<string, unknown> {
  return Object.fromEntries(
    Object.entries(first?.context ?? {}).filter(([name, value]) =>
      others.every(({ context }) => context[name] === value),
    ),
  );
}

/** The object that a model named; null where it named none, or only repeated an id. */
function objectOf(
  { context }: EventDraft,
  thing: Thing | null,
  { idFields }: SequenceOptions,
): string | null {
  const { note } = context;
  if (typeof note !== 'string' || note === '') return null;
  return thing && idFields.includes(thing.field) && isOpaque(note) ? null : note;
}

import type { BehaviourInput, EventDraft } from '../../extractor.ts';
import type { Classifier } from '../../rules/classifier.ts';
import { isOpaque } from '../../../abstraction/opaque-names.ts';
import { joinSequence, themeOfThing, thingOf } from '../../rules/sequence.ts';
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

/**
 * Events of a model, joined and divided as the detail asks: what the model joined too little (as at the seam of two parts of
 * a long user) is joined, and what it joined beyond the detail, or across a conversion, is divided. The type of a
 * behaviour, and the object if the model named one, are those of its event; behaviours in no event stay in none.
 *
 * `events`: with disjoint evidence, all of `behaviours`, which are in time order.
 */
export function applyDetail(
  events: readonly EventDraft[],
  behaviours: readonly BehaviourInput[],
  { classify, sequence }: DetailBasis,
): Detailed {
  const sources = new Map<number, EventDraft>();
  for (const event of events) for (const id of event.evidence) sources.set(id, event);
  const covered = behaviours.filter(({ id }) => sources.has(id));
  const labelled = covered.map((behaviour): Labelled => {
    const source = sourceOf(behaviour.id, sources);
    const kind = classify(behaviour);
    const thing = thingOf(behaviour, kind);
    const theme = objectOf(source, thing, sequence) ?? (thing && themeOfThing(thing, sequence));
    const rule = kind.category === 'conversion' ? kind.rule : null;
    return {
      type: { ...kind, category: source.category, rule },
      intent: source.type,
      thing: thing?.name ?? null,
      theme,
      // The model was told how widely to generalise.
      joinedBy: theme,
    };
  });
  let changed = 0;
  const joined = joinSequence(covered, labelled, sequence).map((event): EventDraft => {
    const own = event.evidence.map((id) => sourceOf(id, sources));
    const distinct = new Set(own);
    const [first] = own;
    if (distinct.size > 1 || first?.evidence.length !== event.evidence.length) changed += 1;
    const confidence = own.reduce((sum, source) => sum + source.confidence, 0) / own.length;
    return {
      ...event,
      origin: distinct.size === 1 && first ? first.origin : 'llm',
      confidence: Math.round(confidence * 100) / 100,
    };
  });
  return { events: joined, changed };
}

function sourceOf(id: number, sources: ReadonlyMap<number, EventDraft>): EventDraft {
  const source = sources.get(id);
  if (!source) throw new RangeError(`behaviour ${id} is in no event`);
  return source;
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

import type { Detail } from '../../../../shared/abstraction.ts';
import type { Codebook } from '../../../../shared/codebook.ts';
import { TypeFinder } from '../../../abstraction/codebook.ts';
import type { BehaviourInput, EventDraft } from '../../extractor.ts';
import { THEME } from '../../rules/rules-schema.ts';
import type { Rules } from '../../rules/rules-schema.ts';
import { applyDetail } from './apply-detail.ts';
import type { Detailed, DetailBasis } from './apply-detail.ts';

/** From which detail to which stored events of a model are brought; the basis is that of the latter. */
export interface RegroupOptions extends DetailBasis {
  from: Detail;
  codebook: Codebook;
  rules: Rules;
}

/** Makes the function that joins and divides stored events of a model about one user as another detail asks for. */
export function regrouper({ from, codebook, rules, ...basis }: RegroupOptions): Regroup {
  const { detail } = basis.sequence;
  if (detail === from) return (events) => ({ events: [...events], changed: 0 });
  const typeAt = typesAt(detail, codebook, rules);
  return (events, behaviours) =>
    applyDetail(
      events.map((event) => ({ ...event, type: typeAt(event), context: saidOf(event, from) })),
      behaviours,
      basis,
    );
}

export type Regroup = (events: readonly EventDraft[], behaviours: readonly BehaviourInput[]) => Detailed;

/**
 * The type of an event at a detail: a kind of action that is none at this detail (浏览) is the intent that it serves by the
 * rules (了解). All others stay what the model said.
 */
function typesAt(
  detail: Detail,
  codebook: Codebook,
  rules: Rules,
): (event: Pick<EventDraft, 'type' | 'category'>) => string {
  const finder = new TypeFinder(codebook);
  const plain = rules.intents.filter(({ zh }) => !zh.includes(THEME));
  const intents = new Map(plain.flatMap(({ zh, kinds }) => kinds.map((kind) => [kind, zh])));
  const intentOf = new Map(
    rules.kinds.flatMap(({ id, zh }) => {
      const intent = intents.get(id);
      return intent === undefined ? [] : [[zh, intent] as const];
    }),
  );
  const kindNames = new Map(rules.kinds.map(({ id, zh }) => [id, zh]));
  // What has the theme in its name is the kind again, and gets its name anew where the detail has such names.
  const themed = new Map(
    rules.intents
      .filter(({ zh }) => zh.includes(THEME))
      .map(({ zh, kinds }) => [zh, kindNames.get(kinds[0] ?? '')]),
  );
  return ({ type: word, category }) => {
    const type = finder.find({ word, category });
    if (!type) return word;
    if (type.id.includes(THEME)) return themed.get(type.id) ?? word;
    return type.details.includes(detail) ? type.id : (intentOf.get(type.id) ?? type.id);
  };
}

/**
 * What a model said of the object of an event, where it was asked to generalise it and the event has just one. Elsewhere the
 * themes of the log tell what belongs together: an object of the detail fine is a thing, and of the objects of `brief` it is not
 * known which behaviours were about which.
 */
function saidOf({ context: { object } }: EventDraft, from: Detail): EventDraft['context'] {
  return from === 'standard' && typeof object === 'string' ? { note: object } : {};
}

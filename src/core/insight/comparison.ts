import { INSIGHT_LIMITS } from '../../shared/insight.ts';
import type {
  ComparedRow,
  ComparedSide,
  Comparison,
  EventMatch,
  EvolutionResult,
  InsightResult,
  Question,
  Selection,
} from '../../shared/insight.ts';
import type { EventLog, Profiles } from './event-log.ts';
import { select } from './selection.ts';
import type { Answer, Part } from './selection.ts';
import { evolution } from './evolution.ts';
import { differenceInterval, normalQuantile } from './statistics.ts';

/** The parts of a log that a question compares; `other` is null where it compares nothing. Throws as `select` does. */
export function partsOf(
  log: EventLog,
  profiles: () => Profiles,
  question: Question,
): { part: Part; other: Part | null } {
  const compare = 'compare' in question ? question.compare : undefined;
  const own = question.select ?? {};
  if (compare === undefined) return { part: select(log, profiles, own), other: null };
  if (compare === 'others') {
    const part = select(log, profiles, own);
    const { from, to } = own;
    const all = select(log, profiles, {
      ...(from === undefined ? {} : { from }),
      ...(to === undefined ? {} : { to }),
    });
    return { part, other: without(all, part) };
  }
  if ('converted' in compare) {
    const [did, didNot] = bothWays(own, compare.converted);
    return { part: select(log, profiles, did), other: select(log, profiles, didNot) };
  }
  return { part: select(log, profiles, own), other: select(log, profiles, compare) };
}

function bothWays(own: Selection, event: EventMatch): [Selection, Selection] {
  return [
    { ...own, did: [...(own.did ?? []), event] },
    { ...own, didNot: [...(own.didNot ?? []), event] },
  ];
}

/** The users of a part that another one has not. */
function without(all: Part, part: Part): Part {
  const taken = new Set(part.users);
  const places = Array.from(all.users.keys()).filter((place) => !taken.has(all.users[place] as number));
  const at = (of: Int32Array): Int32Array => Int32Array.from(places, (place) => of[place] as number);
  return { ...all, users: at(all.users), first: at(all.first), last: at(all.last) };
}

/** How many users are in both parts. */
export function sharedUsers(part: Part, other: Part): number {
  const own = new Set(part.users);
  return other.users.reduce((count, user) => count + (own.has(user) ? 1 : 0), 0);
}

/** The question whose answer has every figure that may be compared: what one side shows as the rest is not what the other does. */
export function withAllRows<Q extends Question>(question: Q): Q {
  if (question.analysis === 'variants') return { ...question, limit: Number.MAX_SAFE_INTEGER };
  return question.analysis === 'paths' ? { ...question, top: Number.MAX_SAFE_INTEGER } : question;
}

/** What stands for the key of a figure that a side has not: it has no users. */
export const NO_FIGURE = 'none';

/** A figure of one side: what it is of, and its numbers. `of`: what its share is of. */
export interface Figure extends Pick<ComparedRow, 'types' | 'step'> {
  id: string;
  key: string;
  users: number;
  of: number;
  events: number | null;
  medianSeconds: number | null;
}

/** The figures of the answer of one side that are compared. */
export function figuresOf(result: InsightResult): Figure[] {
  const none = { step: null, events: null, medianSeconds: null };
  switch (result.analysis) {
    case 'overview':
      return result.types.map(({ key, type, category, users, events }) => ({
        ...{ ...none, id: `${category} ${type}`, key, types: [type], users, of: result.users, events },
      }));
    case 'funnel':
      return result.steps.map(({ key, users, seconds }, step) => ({
        ...{ ...none, id: String(step), key, types: [], step, users, of: result.steps[0]?.users ?? 0 },
        medianSeconds: seconds.median,
      }));
    case 'paths':
      return result.links.map(({ key, from, to, users }) => {
        const [one, two] = [result.nodes[from], result.nodes[to]];
        const types = [one?.type ?? '', two?.type ?? ''];
        const step = one?.step ?? 0;
        return { ...none, id: JSON.stringify([step, types]), key, types, step, users, of: result.users };
      });
    case 'graph':
      return result.edges.map(({ key, from, to, users, events, medianSeconds }) => ({
        ...{ ...none, id: JSON.stringify([from, to]), key, types: [from, to], users, of: result.users },
        ...{ events, medianSeconds },
      }));
    case 'variants':
      return result.rows.map(({ key, types, users, medianSeconds }) => ({
        ...{ ...none, id: JSON.stringify(types), key, types, users, of: result.users, medianSeconds },
      }));
    case 'sequences':
      return result.rows.map(({ key, types, users }) => ({
        ...{ ...none, id: key, key, types, users, of: result.users },
      }));
    case 'around':
      // A type that no user has near the event is in the rows for its base rate only.
      return result.rows
        .filter(({ users }) => users > 0)
        .map(({ key, type, users, medianSeconds }) => ({
          ...{ ...none, id: key, key, types: [type], users, of: result.anchored, medianSeconds },
        }));
    case 'evolution': {
      const anchored = anchoredIn(result);
      return result.edges.map(({ key, from, to, users, medianSeconds }) => ({
        ...{ ...none, id: key, key, types: [from, to], users, of: anchored(key), medianSeconds },
      }));
    }
    case 'profile':
      return [];
  }
}

/** By the key of an edge of an evolution graph, the users with its first type. */
function anchoredIn({ nodes }: EvolutionResult): (key: string) => number {
  const users = new Map(nodes.map((node) => [node.key, node.users]));
  return (key) => users.get(`type:${key.split(':')[1] ?? ''}`) ?? 0;
}

/**
 * The figures of both sides of patterns or pairs that either answer tells, counted on both: what is too rare on one side to be told there, or is
 * not closed, is counted all the same. Other answers tell every figure that they have.
 */
export function countedFigures(
  answers: { own: Answer<InsightResult>; other: Answer<InsightResult> },
  parts: { own: Part; other: Part },
  question: Question,
  onProgress: (share: number) => void,
): { own: Figure[]; other: Figure[] } {
  const told = { own: figuresOf(answers.own.result), other: figuresOf(answers.other.result) };
  if (question.analysis === 'evolution') {
    const also = new Set([...told.own, ...told.other].map(({ key }) => key));
    const counted = (side: 'own' | 'other'): Figure[] =>
      figuresOf(evolution(parts[side], question, also).result).filter(({ key }) => also.has(key));
    return { own: counted('own'), other: counted('other') };
  }
  if (question.analysis !== 'sequences') return told;
  const all = [...new Map([...told.own, ...told.other].map((figure) => [figure.key, figure])).values()];
  const counted = (side: 'own' | 'other', done: number): Figure[] => {
    const known = new Map(told[side].map(({ key, users }) => [key, users]));
    return all.map((figure, at) => {
      onProgress((done + at / all.length) / 2);
      const users = known.get(figure.key) ?? answers[side].usersOf(figure.key)?.length ?? 0;
      return { ...figure, users, of: parts[side].users.length };
    });
  };
  return { own: counted('own', 0), other: counted('other', 1) };
}

/**
 * The figures of two answers to one question, side by side. The keys are `own:…` and `other:…`. The intervals are widened for the number of
 * rows (Bonferroni); where users are in both selections there are none, for the shares do not vary by themselves.
 */
export function compared(
  question: Question,
  sides: Record<'own' | 'other', { result: InsightResult; figures: readonly Figure[] }> & {
    users: number;
    shared: number;
  },
): Comparison {
  const { users, shared } = sides;
  const pairs = new Map<string, { own?: Figure; other?: Figure }>();
  for (const side of ['own', 'other'] as const)
    for (const figure of sides[side].figures)
      pairs.set(figure.id, { ...pairs.get(figure.id), [side]: figure });
  const both = [...pairs.values()];
  const most = 'limit' in question ? question.limit : INSIGHT_LIMITS.rows;
  const inOrder = question.analysis === 'funnel' || question.analysis === 'overview';
  const weight = ({ own, other }: { own?: Figure; other?: Figure }): number =>
    (own?.users ?? 0) + (other?.users ?? 0);
  const shown = inOrder ? both : both.sort((a, b) => weight(b) - weight(a)).slice(0, most);
  // The shares of a funnel are of its first step, which says nothing of itself.
  const isBase = (figure: Figure | undefined): boolean =>
    question.analysis === 'funnel' && figure?.step === 0;
  const z = normalQuantile(shown.filter(({ own, other }) => !isBase(own ?? other)).length);
  const rows = shown.map(({ own, other }): ComparedRow => {
    const known = own ?? other;
    const side = (name: 'own' | 'other', figure: Figure | undefined): ComparedSide =>
      sideOf(name, figure, figure?.of ?? baseOf(sides[name].result, known));
    const [a, b] = [side('own', own), side('other', other)];
    return {
      ...{ types: known?.types ?? [], step: known?.step ?? null, field: null, value: null },
      ...{ own: a, other: b, difference: a.share - b.share },
      interval:
        shared > 0 || a.of === 0 || b.of === 0 || isBase(known)
          ? null
          : differenceInterval([a.users, a.of], [b.users, b.of], z),
    };
  });
  if (!inOrder) rows.sort((a, b) => Math.abs(b.difference) - Math.abs(a.difference));
  return { users, shared, total: both.length, rows };
}

/** What the share of a figure is of on a side that has no such figure. */
function baseOf(result: InsightResult, figure: Figure | undefined): number {
  switch (result.analysis) {
    case 'funnel':
      return result.steps[0]?.users ?? 0;
    case 'around':
      return result.anchored;
    case 'evolution':
      return anchoredIn(result)(figure?.key ?? '');
    default:
      return result.users;
  }
}

function sideOf(side: 'own' | 'other', figure: Figure | undefined, of: number): ComparedSide {
  const { key, users = 0, events = null, medianSeconds = null } = figure ?? {};
  return {
    key: `${side}:${key ?? NO_FIGURE}`,
    ...{ users, share: of === 0 ? 0 : users / of, events: figure ? events : null, medianSeconds, of },
  };
}

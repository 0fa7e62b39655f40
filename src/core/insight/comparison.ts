import { INSIGHT_LIMITS } from '../../shared/insight.ts';
import type {
  ComparedRow,
  ComparedSide,
  Comparison,
  EventMatch,
  InsightResult,
  Question,
  Selection,
} from '../../shared/insight.ts';
import type { EventLog, Profiles } from './event-log.ts';
import { select } from './selection.ts';
import type { Part } from './selection.ts';
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
  return { log: all.log, users: at(all.users), first: at(all.first), last: at(all.last) };
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

/** A figure of one side: what it is of, and its numbers. `of`: what its share is of. */
interface Figure extends Pick<ComparedRow, 'types' | 'step'> {
  id: string;
  key: string;
  users: number;
  of: number;
  events: number | null;
  medianSeconds: number | null;
}

function figuresOf(result: InsightResult): Figure[] {
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
    default:
      return [];
  }
}

/**
 * The figures of two answers to one question, side by side. The keys are `own:…` and `other:…`. The intervals are widened for the number of
 * rows (Bonferroni); where users are in both selections there are none, for the shares do not vary by themselves.
 */
export function compared(
  question: Question,
  sides: { own: InsightResult; other: InsightResult; users: number; shared: number },
): Comparison {
  const { users, shared } = sides;
  const pairs = new Map<string, { own?: Figure; other?: Figure }>();
  for (const side of ['own', 'other'] as const)
    for (const figure of figuresOf(sides[side]))
      pairs.set(figure.id, { ...pairs.get(figure.id), [side]: figure });
  const both = [...pairs.values()];
  const [ofOwn, ofOther] = [totalOf(sides.own), totalOf(sides.other)];
  const most = question.analysis === 'variants' ? question.limit : INSIGHT_LIMITS.rows;
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
    const [a, b] = [sideOf('own', own, ofOwn), sideOf('other', other, ofOther)];
    return {
      ...{ types: known?.types ?? [], step: known?.step ?? null, field: null, value: null },
      ...{ own: a, other: b, difference: a.share - b.share },
      interval:
        shared > 0 || ofOwn === 0 || ofOther === 0 || isBase(known)
          ? null
          : differenceInterval([a.users, ofOwn], [b.users, ofOther], z),
    };
  });
  if (!inOrder) rows.sort((a, b) => Math.abs(b.difference) - Math.abs(a.difference));
  return { users, shared, total: both.length, rows };
}

/** What the shares of an answer are of. */
function totalOf(result: InsightResult): number {
  return result.analysis === 'funnel' ? (result.steps[0]?.users ?? 0) : result.users;
}

function sideOf(side: 'own' | 'other', figure: Figure | undefined, of: number): ComparedSide {
  const { key, users = 0, events = null, medianSeconds = null } = figure ?? {};
  return {
    key: `${side}:${key ?? 'none'}`,
    ...{ users, share: of === 0 ? 0 : users / of, events: figure ? events : null, medianSeconds, of },
  };
}

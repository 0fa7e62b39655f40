import { NO_EVENT } from '../../shared/insight-placeholders.ts';
import type { PathNode, PathsResult, QuestionOf } from '../../shared/insight.ts';
import { matcherOf, usersWhere } from './selection.ts';
import type { Answer, Part } from './selection.ts';

/** So many ways are told, the most frequent. */
const MOST_WAYS = 60;

/** What follows the last event of a path, and a type that is not told apart. */
const [ENDED, OTHER] = [-1, -2];

/**
 * Which ways users take from the first event that is meant (or to the last one), step by step. Events of one type that follow one another
 * are one step. At each step the most frequent types are told apart, all others are OTHER; a path that ends before the depth is DROPPED.
 */
export function paths(part: Part, question: QuestionOf<'paths'>): Answer<PathsResult> {
  const { log } = part;
  const { depth, top, direction } = question;
  const isAnchor = question.anchor === undefined ? null : matcherOf(log, question.anchor);
  const ways = part.users.length;
  /** By place and step: the type, ENDED after the end. The first step is ENDED for users without the event. */
  const steps = new Int32Array(ways * (depth + 1)).fill(ENDED);
  let users = 0;
  for (let place = 0; place < ways; place += 1) {
    const [begin, end] = [part.first[place] as number, part.last[place] as number];
    const forward = direction === 'from';
    const step = forward ? 1 : -1;
    let event = forward ? begin : end - 1;
    if (isAnchor) while (event >= begin && event < end && !isAnchor(event)) event += step;
    if (event < begin || event >= end) continue;
    users += 1;
    let taken = 0;
    let before = -1;
    for (; event >= begin && event < end && taken <= depth; event += step) {
      const type = log.type[event] as number;
      if (type === before) continue;
      before = type;
      steps[place * (depth + 1) + taken] = type;
      taken += 1;
    }
  }
  const nodes: PathNode[] = [];
  const nodeOf = new Int32Array(ways * (depth + 1)).fill(-1);
  for (let step = 0; step <= depth; step += 1) {
    const counts = new Map<number, number>();
    for (let place = 0; place < ways; place += 1) {
      const type = steps[place * (depth + 1) + step] as number;
      const cameHere = step === 0 ? type !== ENDED : steps[place * (depth + 1) + step - 1] !== ENDED;
      if (cameHere) counts.set(type, (counts.get(type) ?? 0) + 1);
    }
    const ranked = [...counts].filter(([type]) => type >= 0).sort(([a, x], [b, y]) => y - x || a - b);
    const shown = new Map<number, number>();
    const add = (type: number, of: number): void => {
      if (of === 0) return;
      const id =
        type === ENDED ? NO_EVENT.dropped : type === OTHER ? NO_EVENT.other : (log.types[type]?.id ?? '');
      shown.set(type, nodes.push({ key: `node:${nodes.length}`, step, type: id, users: of }) - 1);
    };
    for (const [type, of] of ranked.slice(0, top)) add(type, of);
    add(
      OTHER,
      ranked.slice(top).reduce((sum, [, of]) => sum + of, 0),
    );
    add(ENDED, counts.get(ENDED) ?? 0);
    for (let place = 0; place < ways; place += 1) {
      const at = place * (depth + 1) + step;
      const type = steps[at] as number;
      const cameHere = step === 0 ? type !== ENDED : steps[at - 1] !== ENDED;
      if (cameHere) nodeOf[at] = shown.get(type) ?? shown.get(OTHER) ?? -1;
    }
  }
  const links = new Map<string, { from: number; to: number; users: number }>();
  for (let place = 0; place < ways; place += 1)
    for (let step = 0; step < depth; step += 1) {
      const from = nodeOf[place * (depth + 1) + step] as number;
      const to = nodeOf[place * (depth + 1) + step + 1] as number;
      if (from < 0 || to < 0) continue;
      const key = `link:${from}:${to}`;
      const link = links.get(key) ?? { from, to, users: 0 };
      link.users += 1;
      links.set(key, link);
    }
  const stepsOf = (place: number): Int32Array =>
    nodeOf.subarray(place * (depth + 1), (place + 1) * (depth + 1));
  return {
    result: {
      analysis: 'paths',
      users,
      nodes,
      links: [...links].map(([key, link]) => ({ key, ...link })).sort((a, b) => b.users - a.users),
      ways: waysOf(part, steps, depth + 1),
    },
    usersOf: (key) => {
      const [kind, first, second] = key.split(':');
      if (kind === 'way') {
        const wanted = (first ?? '').split('.').map(Number);
        if (wanted.length > depth + 1) return null;
        return usersWhere(part, (place) =>
          wanted.every((type, at) => steps[place * (depth + 1) + at] === type),
        );
      }
      if (kind === 'node') return usersWhere(part, (place) => stepsOf(place).includes(Number(first)));
      if (kind !== 'link') return null;
      return usersWhere(part, (place) => {
        const own = stepsOf(place);
        const at = own.indexOf(Number(first));
        return at >= 0 && own[at + 1] === Number(second);
      });
    },
  };
}

/**
 * The most frequent beginnings of ways, of two steps or more. `steps` has the types of each user's way, `length` of them; that of a beginning
 * which reaches the end of a user's events is ENDED once. In a funnel of the order `path` they are the steps with the same users.
 */
function waysOf({ log }: Part, steps: Int32Array, length: number): PathsResult['ways'] {
  const counts = new Map<string, number>();
  for (let from = 0; from < steps.length; from += length) {
    if (steps[from] === ENDED) continue;
    let key = String(steps[from]);
    for (let at = 1; at < length; at += 1) {
      const type = steps[from + at] as number;
      key += `.${type}`;
      counts.set(key, (counts.get(key) ?? 0) + 1);
      if (type === ENDED) break;
    }
  }
  // Of those with as many users the shorter first: sorting keeps the order in which they were met.
  return [...counts]
    .sort(([, x], [, y]) => y - x)
    .slice(0, MOST_WAYS)
    .map(([key, users]) => ({
      key: `way:${key}`,
      types: key.split('.').map((type) => log.types[Number(type)]?.id ?? NO_EVENT.end),
      users,
    }));
}

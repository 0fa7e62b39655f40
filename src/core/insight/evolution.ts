import { spanMs } from '../../shared/insight.ts';
import type { EvolutionEdge, EvolutionResult, QuestionOf } from '../../shared/insight.ts';
import { chanceOfAny, TypeTally } from './chance.ts';
import { tellShare, usersWhere } from './selection.ts';
import type { Answer, Part } from './selection.ts';
import { normalQuantile, quantile, wilson } from './statistics.ts';

/**
 * Which event types lead to which (the event evolutionary graph: Z. Li et al., IJCAI 2018), from the data: of the users with an event of type A,
 * the share who have one of type B within a time after their first A, beside the share that chance would give: if the events of each of these
 * users that are no A were in any order at the times that they have. Only pairs of at least so many users are told, and those that `also` names by their keys.
 */
export function evolution(
  part: Part,
  question: QuestionOf<'evolution'>,
  also: ReadonlySet<string> = new Set(),
  onProgress?: (share: number) => void,
): Answer<EvolutionResult> {
  const { log, users, first, last } = part;
  const { start } = log.columns;
  const types = log.types.length;
  const withinMs = spanMs(question.within);
  const typeUsers = new Int32Array(types);
  const pairs = new Map<number, { users: number; times: number[] }>();
  const bases = new Map<number, number>();
  const seen = new Int32Array(types);
  const tally = new TypeTally(types);
  let stamp = 0;
  for (let place = 0; place < users.length; place += 1) {
    tellShare(place, users.length, onProgress);
    const [begin, end] = [first[place] as number, last[place] as number];
    tally.clear();
    for (let event = begin; event < end; event += 1) tally.add(log.type[event] as number);
    for (const [from, anchor] of firstEvents(part, place)) {
      typeUsers[from] = (typeUsers[from] as number) + 1;
      stamp += 1;
      const at = start[anchor] as number;
      let others = 0;
      for (let event = anchor + 1; event < end && (start[event] as number) - at <= withinMs; event += 1) {
        const to = log.type[event] as number;
        if (to === from) continue;
        others += 1;
        if (seen[to] === stamp) continue;
        seen[to] = stamp;
        const pair = pairs.get(from * types + to) ?? { users: 0, times: [] };
        pair.users += 1;
        pair.times.push((start[event] as number) - at);
        pairs.set(from * types + to, pair);
      }
      if (others === 0) continue;
      const places = end - begin - tally.of(from);
      for (const to of tally.types)
        if (to !== from) {
          const key = from * types + to;
          bases.set(key, (bases.get(key) ?? 0) + chanceOfAny(tally.of(to), others, places));
        }
    }
  }
  const least = Math.max(2, question.support * users.length);
  const keyOf = (pair: number): string => `evolution:${Math.floor(pair / types)}:${pair % types}`;
  const frequent = [...pairs].filter(([pair, { users: of }]) => of >= least || also.has(keyOf(pair)));
  const z = normalQuantile(frequent.length);
  const edges = frequent.map(([key, pair]): EvolutionEdge => {
    const [from, to] = [Math.floor(key / types), key % types];
    const total = typeUsers[from] as number;
    const base = (bases.get(key) ?? 0) / total;
    return {
      key: keyOf(key),
      from: log.types[from]?.id ?? '',
      to: log.types[to]?.id ?? '',
      users: pair.users,
      probability: pair.users / total,
      base,
      lift: base === 0 ? null : pair.users / total / base,
      certain: wilson(pair.users, total, z).low > base,
      medianSeconds: (quantile(Float64Array.from(pair.times).sort(), 0.5) ?? 0) / 1000,
    };
  });
  edges.sort(
    (a, b) => Number(b.certain) - Number(a.certain) || (b.lift ?? 0) - (a.lift ?? 0) || b.users - a.users,
  );
  return {
    result: {
      analysis: 'evolution',
      users: users.length,
      nodes: log.types.flatMap(({ id, category }, type) => {
        const of = typeUsers[type] as number;
        return of === 0 ? [] : [{ key: `type:${type}`, type: id, category, users: of }];
      }),
      edges,
    },
    usersOf: (key) => {
      const [kind, from, to] = key.split(':');
      if (kind === 'type')
        return usersWhere(part, (place) => [...firstEvents(part, place).keys()].includes(Number(from)));
      if (kind !== 'evolution') return null;
      return usersWhere(part, (place) => {
        const anchor = firstEvents(part, place).get(Number(from));
        if (anchor === undefined) return false;
        const at = start[anchor] as number;
        for (let event = anchor + 1; event < (last[place] as number); event += 1) {
          if ((start[event] as number) - at > withinMs) return false;
          if (log.type[event] === Number(to)) return true;
        }
        return false;
      });
    },
  };
}

/** By type, the first event of a user. */
function firstEvents({ log, first, last }: Part, place: number): Map<number, number> {
  const events = new Map<number, number>();
  for (let event = first[place] as number; event < (last[place] as number); event += 1) {
    const type = log.type[event] as number;
    if (!events.has(type)) events.set(type, event);
  }
  return events;
}

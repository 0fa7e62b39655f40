import type { TypeId } from '../../shared/insight.ts';
import type { Part } from './selection.ts';

/** The most conversions that a suggested funnel has. */
const MOST_CONVERSIONS = 4;
/** A conversion of fewer users than this share is no step that many come to. */
const LEAST_SHARE = 0.005;

/**
 * The funnel to look at first: the engagement that the most users have, then the conversions in their usual order: that in which most of the
 * users who have both came to them first; what decides nothing is ordered by the mean time from a user's first event. Fewer than two steps
 * when there is no conversion.
 */
export function suggestFunnel(part: Part): TypeId[] {
  const { log, users, first, last } = part;
  const types = log.types.length;
  const { start } = log.columns;
  const [counts, seen] = [new Int32Array(types), new Int32Array(types).fill(-1)];
  const waits = new Float64Array(types);
  for (let place = 0; place < users.length; place += 1) {
    const begin = start[first[place] as number] as number;
    for (let event = first[place] as number; event < (last[place] as number); event += 1) {
      const type = log.type[event] as number;
      if (seen[type] === place) continue;
      seen[type] = place;
      counts[type] = (counts[type] as number) + 1;
      waits[type] = (waits[type] as number) + (start[event] as number) - begin;
    }
  }
  const byUsers = (a: number, b: number): number => (counts[b] as number) - (counts[a] as number) || a - b;
  const all = log.types.map((_, type) => type).sort(byUsers);
  const [engagement] = all.filter((type) => log.isConversion[type] === 0 && type !== log.otherType);
  const least = Math.max(1, LEAST_SHARE * users.length);
  const conversions = all
    .filter((type) => log.isConversion[type] === 1 && (counts[type] as number) >= least)
    .slice(0, MOST_CONVERSIONS);
  const wait = (type: number): number => (waits[type] as number) / (counts[type] as number);
  const wins = winsOf(part, conversions);
  conversions.sort((a, b) => (wins.get(b) ?? 0) - (wins.get(a) ?? 0) || wait(a) - wait(b));
  return [...(engagement === undefined ? [] : [engagement]), ...conversions].map(
    (type) => log.types[type]?.id ?? '',
  );
}

/** By type: how many of the others follow it for most of the users who have both (Copeland's method). */
function winsOf({ log, users, first, last }: Part, types: readonly number[]): Map<number, number> {
  /** Of each pair: users who came to the one first, less those who came to the other first. */
  const ahead = types.map(() => types.map(() => 0));
  for (let place = 0; place < users.length; place += 1) {
    const order: number[] = [];
    for (let event = first[place] as number; event < (last[place] as number); event += 1) {
      const at = types.indexOf(log.type[event] as number);
      if (at >= 0 && !order.includes(at)) order.push(at);
    }
    order.forEach((one, nth) => {
      for (const other of order.slice(nth + 1)) {
        (ahead[one] as number[])[other] = ((ahead[one] as number[])[other] as number) + 1;
        (ahead[other] as number[])[one] = ((ahead[other] as number[])[one] as number) - 1;
      }
    });
  }
  return new Map(types.map((type, at) => [type, (ahead[at] ?? []).filter((lead) => lead > 0).length]));
}

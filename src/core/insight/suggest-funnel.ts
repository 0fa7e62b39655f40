import type { TypeId } from '../../shared/insight.ts';
import type { Part } from './selection.ts';

/** The most conversions that a suggested funnel has. */
const MOST_CONVERSIONS = 4;
/** A conversion of fewer users than this share is no step that many come to. */
const LEAST_SHARE = 0.005;

/**
 * The funnel to look at first: the engagement that the most users have, then the conversions in their usual order, which is that of the mean
 * time from a user's first event to their first such event. Fewer than two steps when there is no conversion.
 */
export function suggestFunnel({ log, users, first, last }: Part): TypeId[] {
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
  conversions.sort((a, b) => wait(a) - wait(b));
  return [...(engagement === undefined ? [] : [engagement]), ...conversions].map(
    (type) => log.types[type]?.id ?? '',
  );
}

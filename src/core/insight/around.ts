import { withinOf } from '../../shared/insight.ts';
import type { AroundResult, AroundRow, QuestionOf } from '../../shared/insight.ts';
import { chanceOfAny, TypeTally } from './chance.ts';
import { matcherOf, tellShare, usersWhere } from './selection.ts';
import type { Answer, Part } from './selection.ts';
import { normalQuantile, quantile, wilson } from './statistics.ts';

const DAY_MS = 86_400_000;
/** How many points the curve of waiting has at the most. */
const MOST_POINTS = 120;

/**
 * What happens within a time, or a number of events, before or after an event: of each user the first such event counts. Beside the share of users with a
 * type in that stretch stands the share that chance would give, by the same users and the same stretches: if the other events of each were in any order at
 * the times that they have, and what follows of the event itself anywhere after the first one.
 */
export function around(
  part: Part,
  question: QuestionOf<'around'>,
  onProgress?: (share: number) => void,
): Answer<AroundResult> {
  const { log, users, first, last } = part;
  const { start } = log.columns;
  const isAnchor = matcherOf(log, question.event);
  const within = withinOf(question.within);
  const step = question.side === 'before' ? -1 : 1;
  const [mostEvents, mostMs] = 'events' in within ? [within.events, Infinity] : [Infinity, within.ms];
  const isFurther = (event: number, anchor: number): boolean =>
    Math.abs(event - anchor) > mostEvents ||
    Math.abs((start[event] as number) - (start[anchor] as number)) > mostMs;
  const anchors = new Int32Array(users.length).fill(-1);
  const types = log.types.length;
  const [counts, lastSeen] = [new Int32Array(types), new Int32Array(types).fill(-1)];
  const bases = new Float64Array(types);
  const times: number[][] = Array.from({ length: types }, () => []);
  const [others, again] = [new TypeTally(types), new TypeTally(types)];
  /** Adds what chance gives for a user whose first such event is `anchor`, with so many events in the stretch before (after) it. */
  const addChances = (place: number, anchor: number, inStretch: { all: number; others: number }): void => {
    const [begin, end] = [first[place] as number, last[place] as number];
    [others, again].forEach((tally) => tally.clear());
    let places = 0;
    for (let event = begin; event < end; event += 1) {
      if (event === anchor) continue;
      const isOther = !isAnchor(event);
      if (isOther) places += 1;
      (isOther ? others : again).add(log.type[event] as number);
    }
    const later = end - 1 - anchor;
    for (const type of new Set([...others.types, ...again.types])) {
      const one = chanceOfAny(others.of(type), inStretch.others, places);
      const more = step === 1 ? chanceOfAny(again.of(type), inStretch.all, later) : 0;
      bases[type] = (bases[type] as number) + one + more - one * more;
    }
  };
  let anchored = 0;
  for (let place = 0; place < users.length; place += 1) {
    tellShare(place, users.length, onProgress);
    const [begin, end] = [first[place] as number, last[place] as number];
    let anchor = begin;
    while (anchor < end && !isAnchor(anchor)) anchor += 1;
    if (anchor === end) continue;
    anchors[place] = anchor;
    anchored += 1;
    const at = start[anchor] as number;
    const inStretch = { all: 0, others: 0 };
    // Nearest first, so that the time of a type is that to its nearest event.
    for (let event = anchor + step; event >= begin && event < end; event += step) {
      if (isFurther(event, anchor)) break;
      inStretch.all += 1;
      if (!isAnchor(event)) inStretch.others += 1;
      const type = log.type[event] as number;
      if (lastSeen[type] === place) continue;
      lastSeen[type] = place;
      counts[type] = (counts[type] as number) + 1;
      times[type]?.push(Math.abs((start[event] as number) - at));
    }
    addChances(place, anchor, inStretch);
  }
  const rows: AroundRow[] = [];
  const z = normalQuantile(counts.filter((count, type) => count > 0 || bases[type] !== 0).length);
  for (let type = 0; type < types; type += 1) {
    const count = counts[type] as number;
    if (count === 0 && bases[type] === 0) continue;
    const share = count / anchored;
    const base = (bases[type] as number) / anchored;
    const median = quantile(Float64Array.from(times[type] ?? []).sort(), 0.5);
    rows.push({
      key: `around:${type}`,
      type: log.types[type]?.id ?? '',
      category: log.types[type]?.category ?? 'engagement',
      users: count,
      share,
      base,
      lift: base === 0 ? null : share / base,
      certain: wilson(count, anchored, z).low > base,
      medianSeconds: median === null ? null : median / 1000,
    });
  }
  rows.sort((a, b) => b.users - a.users || b.base - a.base);
  const points = waiting(part, anchors);
  return {
    result: { analysis: 'around', users: users.length, anchored, rows, waiting: points },
    usersOf: (key) => {
      if (key === 'anchored') return usersWhere(part, (place) => (anchors[place] as number) >= 0);
      const [kind, number] = key.split(':');
      if (kind === 'waiting') {
        const index = points.findIndex(({ days }) => days === Number(number));
        if (index < 0) return null;
        const [after, until] = [points[index - 1]?.days ?? -Infinity, points[index]?.days ?? 0];
        return usersWhere(part, (place) => {
          const anchor = anchors[place] as number;
          if (anchor < 0) return false;
          const days = ((start[anchor] as number) - (start[first[place] as number] as number)) / DAY_MS;
          return days > after && days <= until;
        });
      }
      if (kind !== 'around') return null;
      return usersWhere(part, (place) => {
        const anchor = anchors[place] as number;
        if (anchor < 0) return false;
        const [begin, end] = [first[place] as number, last[place] as number];
        for (let event = anchor + step; event >= begin && event < end; event += step) {
          if (isFurther(event, anchor)) return false;
          if (log.type[event] === Number(number)) return true;
        }
        return false;
      });
    },
  };
}

/**
 * How long users wait for the event, from their first event on (E. L. Kaplan and P. Meier, JASA 53, 1958): those who do not have it by their
 * last event are open from then on. One point for each day, or for several.
 */
function waiting({ log, users, first, last }: Part, anchors: Int32Array): AroundResult['waiting'] {
  const { start } = log.columns;
  const waits: { ms: number; reached: boolean }[] = [];
  for (let place = 0; place < users.length; place += 1) {
    const from = start[first[place] as number] as number;
    const anchor = anchors[place] as number;
    const event = anchor >= 0 ? anchor : (last[place] as number) - 1;
    waits.push({ ms: (start[event] as number) - from, reached: anchor >= 0 });
  }
  waits.sort((a, b) => a.ms - b.ms || Number(b.reached) - Number(a.reached));
  const longest = waits.at(-1)?.ms ?? 0;
  const step = Math.max(1, Math.ceil(longest / DAY_MS / MOST_POINTS));
  const points: AroundResult['waiting'] = [];
  let [at, reached, share] = [0, 0, 1];
  for (let days = 0; waits.length > 0; days += step) {
    while (at < waits.length && (waits[at]?.ms ?? Infinity) <= days * DAY_MS) {
      // All that end at one moment are at risk together.
      let [together, of] = [0, at];
      const now = waits[at]?.ms;
      for (; of < waits.length && waits[of]?.ms === now; of += 1) together += waits[of]?.reached ? 1 : 0;
      share *= 1 - together / (waits.length - at);
      reached += together;
      at = of;
    }
    points.push({ days, reached, open: waits.length - at, share });
    if (at === waits.length) break;
  }
  return points;
}

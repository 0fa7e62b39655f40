import { withinOf } from '../../shared/insight.ts';
import type { AroundResult, AroundRow, QuestionOf } from '../../shared/insight.ts';
import { eventCoverageOf } from './event-coverage.ts';
import { matcherOf, tellShare, usersWhere } from './selection.ts';
import type { Answer, Part } from './selection.ts';
import { quantile } from './statistics.ts';

const DAY_MS = 86_400_000;
/** How many points the curve of waiting has at the most. */
const MOST_POINTS = 120;

/**
 * What happens within a time, or a number of events, before or after an event: of each user the first such event counts. Beside the share of users with a
 * type in that time stands the share that chance would give: that of a time of the same length, ending (before) or beginning (after) anywhere between the
 * first and the last event of the same users; of a number of events, that of as many before (after) any of the events of the same users.
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
  const before = question.side === 'before';
  const [mostEvents, mostMs] = 'events' in within ? [within.events, Infinity] : [Infinity, within.ms];
  const isFurther = (event: number, anchor: number): boolean =>
    Math.abs(event - anchor) > mostEvents ||
    Math.abs((start[event] as number) - (start[anchor] as number)) > mostMs;
  const anchors = new Int32Array(users.length).fill(-1);
  const types = log.types.length;
  const [counts, lastSeen] = [new Int32Array(types), new Int32Array(types).fill(-1)];
  const bases = new Float64Array(types);
  const times: number[][] = Array.from({ length: types }, () => []);
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
    const step = before ? -1 : 1;
    // Nearest first, so that the time of a type is that to its nearest event.
    for (let event = anchor + step; event >= begin && event < end; event += step) {
      if (isFurther(event, anchor)) break;
      const type = log.type[event] as number;
      if (lastSeen[type] === place) continue;
      lastSeen[type] = place;
      counts[type] = (counts[type] as number) + 1;
      times[type]?.push(Math.abs((start[event] as number) - at));
    }
    const coverage =
      'events' in within
        ? eventCoverageOf(part, place, within.events, before)
        : coverageOf(part, place, within.ms, before);
    for (const [type, covered] of coverage) bases[type] = (bases[type] as number) + covered;
  }
  const rows: AroundRow[] = [];
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
      const step = before ? -1 : 1;
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
 * By type, the share of the times between the first and the last event of a user within whose stretch before (or after) them an event of the
 * type begins; 1 for a user of one moment.
 */
export function coverageOf(
  { log, first, last }: Part,
  place: number,
  withinMs: number,
  before: boolean,
): Map<number, number> {
  const { start } = log.columns;
  const [begin, end] = [first[place] as number, last[place] as number];
  const [from, to] = [start[begin] as number, start[end - 1] as number];
  /** By type, up to where the line of time is covered already, and how much of it is. */
  const covered = new Map<number, { until: number; length: number }>();
  for (let event = begin; event < end; event += 1) {
    const type = log.type[event] as number;
    const time = start[event] as number;
    const low = Math.max(from, before ? time : time - withinMs);
    const high = Math.min(to, before ? time + withinMs : time);
    const known = covered.get(type) ?? { until: -Infinity, length: 0 };
    known.length += Math.max(0, high - Math.max(low, known.until));
    known.until = Math.max(known.until, high);
    covered.set(type, known);
  }
  return new Map(
    [...covered].map(([type, { length }]) => [type, to === from ? 1 : length / (to - from)] as const),
  );
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

import type { Part } from './selection.ts';

/**
 * By type, the share of the events of a user with an event of the type among so many events before (or after) them, not counting themselves: what
 * chance gives if any event of the user could be the one that is looked at.
 */
export function eventCoverageOf(
  { log, first, last }: Part,
  place: number,
  events: number,
  before: boolean,
): Map<number, number> {
  const [begin, end] = [first[place] as number, last[place] as number];
  /** By type, up to which event all are covered that will be, and how many are. */
  const covered = new Map<number, { until: number; count: number }>();
  for (let event = begin; event < end; event += 1) {
    const type = log.type[event] as number;
    // Those that have this event before (after) them.
    const low = before ? event + 1 : Math.max(begin, event - events);
    const high = before ? Math.min(end - 1, event + events) : event - 1;
    const known = covered.get(type) ?? { until: begin - 1, count: 0 };
    known.count += Math.max(0, high - Math.max(low - 1, known.until));
    known.until = Math.max(known.until, high);
    covered.set(type, known);
  }
  return new Map([...covered].map(([type, { count }]) => [type, count / (end - begin)] as const));
}

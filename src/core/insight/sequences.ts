import { spanMs } from '../../shared/insight.ts';
import type { QuestionOf, SequenceRow, SequencesResult } from '../../shared/insight.ts';
import { matcherOf, usersWhere } from './selection.ts';
import type { Answer, Part } from './selection.ts';
import { normalQuantile, ratioInterval, wilson } from './statistics.ts';

/** More patterns than this are not mined: nobody could look at them, and memory has an end. */
const MOST_PATTERNS = 200_000;
/** The shares of users that are tried, from the highest, until there are as many patterns to look at, but not too many. */
const PROPOSED_SUPPORTS = [0.9, 0.7, 0.5, 0.3, 0.2, 0.1, 0.05, 0.02, 0.01];
const ENOUGH_PATTERNS = 40;
const TOO_MANY_PATTERNS = 3000;

/** A pattern that was found: its types, and in how many users it is, of those who came to the target and of the others. */
interface Pattern {
  types: number[];
  users: number;
  targetUsers: number;
}

/** The events of the users that are mined. */
interface Sequences {
  type: Int32Array;
  start: Float64Array;
  types: number;
  first: Int32Array;
  /** Before the target, where there is one. */
  last: Int32Array;
  /** By user: 1 for those who came to the target. */
  reached: Uint8Array;
  gapMs: number;
}

/**
 * Frequent sequences of types (PrefixSpan: J. Pei et al., IEEE TKDE 16, 2004), with others allowed between them: of the patterns in at least
 * the given share of users, those that are closed, that is, that no pattern with one more event has as many users. With a target only what
 * came before the first such event of a user counts. `onProgress`: told the share that is done, 0 to 1.
 */
export function sequences(
  part: Part,
  question: QuestionOf<'sequences'>,
  onProgress: (share: number) => void = () => undefined,
): Answer<SequencesResult> {
  const { length, target, limit } = question;
  const mined = sequencesOf(part, question);
  const users = part.users.length;
  const targetUsers = mined.reached.reduce((sum, reached) => sum + reached, 0);
  const { found, support, cut } = mineAt(mined, question.support, length, onProgress);
  const closed = closedOf(found);
  const z = normalQuantile(closed.length);
  const judged = closed.map((pattern) =>
    target === undefined
      ? { pattern, ...followed(pattern, found, users, z) }
      : { pattern, ...compared(pattern, targetUsers, users - targetUsers, z) },
  );
  judged.sort(
    (a, b) =>
      b.order - a.order ||
      b.pattern.users - a.pattern.users ||
      b.pattern.types.length - a.pattern.types.length,
  );
  const rows = judged.slice(0, limit).map(({ pattern, confidence, lift, interval }): SequenceRow => ({
    key: `sequence:${pattern.types.join('-')}`,
    types: pattern.types.map((type) => part.log.types[type]?.id ?? ''),
    users: pattern.users,
    support: users === 0 ? 0 : pattern.users / users,
    confidence,
    lift,
    interval,
  }));
  return {
    result: {
      analysis: 'sequences',
      users,
      support,
      targetUsers: target === undefined ? null : targetUsers,
      patterns: closed.length,
      cut,
      compared: closed.length,
      rows,
    },
    usersOf: (key) => {
      const [kind, types = ''] = key.split(':');
      if (kind !== 'sequence') return null;
      const pattern = types.split('-').map(Number);
      return usersWhere(part, (place) => contains(mined, place, pattern));
    },
  };
}

function sequencesOf(part: Part, { target, gap }: QuestionOf<'sequences'>): Sequences {
  const { log } = part;
  const last = part.last.slice();
  const reached = new Uint8Array(part.users.length);
  if (target !== undefined) {
    const isTarget = matcherOf(log, target);
    for (let place = 0; place < last.length; place += 1)
      for (let event = part.first[place] as number; event < (last[place] as number); event += 1)
        if (isTarget(event)) {
          last[place] = event;
          reached[place] = 1;
        }
  }
  return {
    type: log.type,
    start: log.columns.start,
    types: log.types.length,
    first: part.first,
    last,
    reached,
    gapMs: gap === undefined ? Infinity : spanMs(gap),
  };
}

/** All frequent patterns at the support asked for, or at the highest that gives enough to look at. */
function mineAt(
  mined: Sequences,
  asked: number | undefined,
  length: number,
  onProgress: (share: number) => void,
): { found: Map<string, Pattern>; support: number; cut: boolean } {
  const users = mined.first.length;
  const least = (support: number): number => Math.max(1, Math.ceil(support * users - 1e-9));
  if (asked !== undefined) {
    return {
      ...mine(mined, { leastUsers: least(asked), length, most: MOST_PATTERNS }, onProgress),
      support: asked,
    };
  }
  let proposed: ReturnType<typeof mineAt> | null = null;
  for (const [tried, support] of PROPOSED_SUPPORTS.entries()) {
    const leastUsers = least(support);
    const result = mine(mined, { leastUsers, length, most: TOO_MANY_PATTERNS }, () => undefined);
    onProgress((tried + 1) / PROPOSED_SUPPORTS.length);
    if (result.cut && proposed && proposed.found.size > 0) return proposed;
    proposed = { ...result, support };
    const worth = [...result.found.values()].filter(({ types }) => types.length > 1).length;
    if (result.cut || worth >= ENOUGH_PATTERNS || leastUsers <= 2) break;
  }
  if (!proposed) throw new Error('unreachable');
  return proposed;
}

/** Where the last event of a pattern may be: for each place one or, with a gap, several. */
interface Projection {
  places: Int32Array;
  events: Int32Array;
}

function mine(
  mined: Sequences,
  { leastUsers, length, most }: { leastUsers: number; length: number; most: number },
  onProgress: (share: number) => void,
): { found: Map<string, Pattern>; cut: boolean } {
  const { type, start, types, first, last, reached, gapMs } = mined;
  const found = new Map<string, Pattern>();
  const index = gapMs === Infinity ? occurrencesOf(mined) : null;
  const users = new Int32Array(types);
  const targetUsers = new Int32Array(types);
  const seen = new Int32Array(types);
  let stamp = 0;
  let cut = false;

  /** Counts by type in how many users it comes after the pattern. */
  const count = (projection: Projection): Pattern[] => {
    const touched: number[] = [];
    let before = -1;
    const note = (next: number, place: number): void => {
      if (seen[next] === stamp) return;
      seen[next] = stamp;
      if (users[next] === 0) touched.push(next);
      users[next] = (users[next] as number) + 1;
      targetUsers[next] = (targetUsers[next] as number) + (reached[place] as number);
    };
    for (let at = 0; at < projection.places.length; at += 1) {
      const place = projection.places[at] as number;
      const event = projection.events[at] as number;
      if (place !== before) stamp += 1;
      before = place;
      if (index) {
        // The types of a user in the order of their last event, the latest first: those after the pattern come first.
        const end = index.begins[place + 1] as number;
        for (let entry = index.begins[place] as number; entry < end; entry += 1) {
          if ((index.lastEvent[entry] as number) <= event) break;
          note(index.type[entry] as number, place);
        }
      } else {
        const latest = event < (first[place] as number) ? Infinity : (start[event] as number) + gapMs;
        for (let next = event + 1; next < (last[place] as number); next += 1) {
          if ((start[next] as number) > latest) break;
          note(type[next] as number, place);
        }
      }
    }
    const frequent: Pattern[] = [];
    for (const next of touched) {
      const of = users[next] as number;
      if (of >= leastUsers)
        frequent.push({ types: [next], users: of, targetUsers: targetUsers[next] as number });
      users[next] = 0;
      targetUsers[next] = 0;
    }
    return frequent.sort((a, b) => (a.types[0] as number) - (b.types[0] as number));
  };

  const project = ({ places, events }: Projection, next: number, size: number): Projection => {
    // Without a gap the earliest event is the best one; with a gap each may be the one that goes on.
    const nextPlaces: number[] = [];
    const nextEvents: number[] = [];
    let before = -1;
    let done = -1;
    for (let at = 0; at < places.length; at += 1) {
      const place = places[at] as number;
      const event = events[at] as number;
      if (place !== before) done = -1;
      before = place;
      const latest =
        gapMs === Infinity || event < (first[place] as number) ? Infinity : (start[event] as number) + gapMs;
      for (let candidate = Math.max(event, done) + 1; candidate < (last[place] as number); candidate += 1) {
        if ((start[candidate] as number) > latest) break;
        if (type[candidate] !== next) continue;
        nextPlaces.push(place);
        nextEvents.push(candidate);
        done = candidate;
        if (gapMs === Infinity) break;
      }
      if (gapMs === Infinity && nextPlaces.length === size) break;
    }
    return { places: Int32Array.from(nextPlaces), events: Int32Array.from(nextEvents) };
  };

  const grow = (prefix: number[], projection: Projection, from: number, to: number): void => {
    const frequent = count(projection);
    frequent.forEach(({ types: [next = 0], users: of, targetUsers: ofTarget }, at) => {
      if (found.size >= most) {
        cut = true;
        return;
      }
      const pattern = [...prefix, next];
      found.set(pattern.join('-'), { types: pattern, users: of, targetUsers: ofTarget });
      const [begin, end] = [at, at + 1].map((part) => from + ((to - from) * part) / frequent.length);
      if (pattern.length < length)
        grow(pattern, project(projection, next, of), begin as number, end as number);
      if (prefix.length < 2) onProgress(end as number);
    });
  };
  const everyone: Projection = {
    places: Int32Array.from(first, (_, place) => place),
    events: Int32Array.from(first, (event) => event - 1),
  };
  grow([], everyone, 0, 1);
  return { found, cut };
}

/** By user, the types of the events with the last event of each, the latest first. */
interface Occurrences {
  begins: Int32Array;
  type: Int32Array;
  lastEvent: Int32Array;
}

function occurrencesOf({ type, types, first, last }: Sequences): Occurrences {
  const begins = new Int32Array(first.length + 1);
  const seen = new Int32Array(types).fill(-1);
  const found: number[] = [];
  const events: number[] = [];
  for (let place = 0; place < first.length; place += 1) {
    for (let event = (last[place] as number) - 1; event >= (first[place] as number); event -= 1) {
      const of = type[event] as number;
      if (seen[of] === place) continue;
      seen[of] = place;
      found.push(of);
      events.push(event);
    }
    begins[place + 1] = found.length;
  }
  return { begins, type: Int32Array.from(found), lastEvent: Int32Array.from(events) };
}

/** The patterns that none with one more event has as many users as. */
function closedOf(found: ReadonlyMap<string, Pattern>): Pattern[] {
  const open = new Set<Pattern>();
  for (const { types, users } of found.values()) {
    if (types.length < 2) continue;
    for (let left = 0; left < types.length; left += 1) {
      const shorter = found.get(types.filter((_, at) => at !== left).join('-'));
      if (shorter?.users === users) open.add(shorter);
    }
  }
  return [...found.values()].filter((pattern) => !open.has(pattern));
}

type Judgement = Pick<SequenceRow, 'confidence' | 'lift' | 'interval'> & { order: number };

/** How often those who had the pattern came to the target, against those who did not come to it. */
function compared({ users, targetUsers }: Pattern, reached: number, others: number, z: number): Judgement {
  const otherUsers = users - targetUsers;
  const [share, otherShare] = [
    reached === 0 ? 0 : targetUsers / reached,
    others === 0 ? 0 : otherUsers / others,
  ];
  const interval = ratioInterval([targetUsers, reached], [otherUsers, others], z);
  // Where none of the others has it, the ratio has no end: the least that it may well be counts.
  const least = wilson(targetUsers, reached, z).low / wilson(otherUsers, others, z).high;
  return {
    confidence: users === 0 ? 0 : targetUsers / users,
    lift: reached === 0 || otherShare === 0 ? null : share / otherShare,
    interval,
    order: interval?.low ?? least,
  };
}

/** How often the last event follows the others, against how many users have it at all. */
function followed(
  { types, users: count }: Pattern,
  found: ReadonlyMap<string, Pattern>,
  users: number,
  z: number,
): Judgement {
  const before = types.length > 1 ? (found.get(types.slice(0, -1).join('-'))?.users ?? 0) : users;
  const single = found.get(String(types.at(-1)))?.users ?? 0;
  const confidence = before === 0 ? 0 : count / before;
  if (types.length === 1 || single === 0) return { confidence, lift: null, interval: null, order: count };
  const base = single / users;
  const { low, high } = wilson(count, before, z);
  return {
    confidence,
    lift: confidence / base,
    interval: { low: low / base, high: high / base },
    order: count,
  };
}

/** Whether a user has the events of a pattern in this order. */
function contains(
  { type, start, first, last, gapMs }: Sequences,
  place: number,
  pattern: readonly number[],
): boolean {
  const [begin, end] = [first[place] as number, last[place] as number];
  let ends: number[] = [begin - 1];
  for (const [step, wanted] of pattern.entries()) {
    const next: number[] = [];
    let from = begin;
    for (const event of ends) {
      const latest = step === 0 ? Infinity : (start[event] as number) + gapMs;
      for (let candidate = Math.max(event + 1, from); candidate < end; candidate += 1) {
        if ((start[candidate] as number) > latest) break;
        from = candidate + 1;
        if (type[candidate] === wanted) next.push(candidate);
      }
    }
    if (next.length === 0) return false;
    ends = gapMs === Infinity ? next.slice(0, 1) : next;
  }
  return true;
}

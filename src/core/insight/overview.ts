import { TIME_BINS } from '../../shared/insight.ts';
import type { OverviewResult, QuestionOf, TimeBin, TypeCount } from '../../shared/insight.ts';
import type { Profiles } from './event-log.ts';
import { suggestFunnel } from './suggest-funnel.ts';
import { usersWhere } from './selection.ts';
import type { Answer, Part } from './selection.ts';
import { DAY_MS, floorTo, HOUR_MS, MONDAY_MS, nextOf } from './time-bins.ts';

/** A chart with more bins than this cannot be read. */
const MOST_BINS = 400;
/** So many values of a field, and so many objects, can be chosen from. */
const MOST_VALUES = 100;
/** The upper ends of the classes of events per user. */
const CLASSES = [1, 2, 3, 5, 10, 20, 50, 100, 200, 500, 1000, Infinity];

/** How many events of each type there are and when, and how many each user has. Times by the clock of the log. */
export function overview(
  part: Part,
  { bin: asked }: QuestionOf<'overview'>,
  profiles: () => Profiles,
): Answer<OverviewResult> {
  const { log, users, first, last } = part;
  const { start, end, behaviours } = log.columns;
  const types = log.types.length;
  const [events, typeUsers, lastSeen] = [
    new Int32Array(types),
    new Int32Array(types),
    new Int32Array(types).fill(-1),
  ];
  let [firstTime, lastTime, covered, count] = [Infinity, -Infinity, 0, 0];
  const hours = Array.from({ length: 7 }, () => new Array<number>(24).fill(0));
  const classes = new Int32Array(CLASSES.length);
  const classOf = (size: number): number => CLASSES.findIndex((most) => size <= most);
  for (let place = 0; place < users.length; place += 1) {
    const [from, to] = [first[place] as number, last[place] as number];
    count += to - from;
    const sizeClass = classOf(to - from);
    classes[sizeClass] = (classes[sizeClass] as number) + 1;
    for (let event = from; event < to; event += 1) {
      const type = log.type[event] as number;
      const time = start[event] as number;
      firstTime = Math.min(firstTime, time);
      lastTime = Math.max(lastTime, end[event] as number);
      covered += behaviours[event] as number;
      events[type] = (events[type] as number) + 1;
      if (lastSeen[type] !== place) {
        lastSeen[type] = place;
        typeUsers[type] = (typeUsers[type] as number) + 1;
      }
      const cell = cellOf(time);
      const row = hours[Math.floor(cell / 24)] as number[];
      row[cell % 24] = (row[cell % 24] as number) + 1;
    }
  }
  const isEmpty = count === 0;
  const { bin, starts: binStarts } = binsOf(
    asked ?? binFor(lastTime - firstTime),
    firstTime,
    latestStart(part),
    log.dayStartMs,
  );
  const byTime = countByTime(part, binStarts);
  const order = log.types
    .map((_, type) => type)
    .filter((type) => (events[type] as number) > 0)
    .sort((a, b) => (events[b] as number) - (events[a] as number) || a - b);
  const { otherType } = log;
  return {
    result: {
      analysis: 'overview',
      users: users.length,
      events: count,
      behaviours: covered,
      otherEvents: otherType < 0 ? 0 : (events[otherType] as number),
      firstTime: isEmpty ? null : firstTime,
      lastTime: isEmpty ? null : lastTime,
      types: order.map((type): TypeCount => ({
        key: `type:${type}`,
        type: log.types[type]?.id ?? '',
        category: log.types[type]?.category ?? 'engagement',
        users: typeUsers[type] as number,
        events: events[type] as number,
      })),
      bin,
      binStarts,
      ...(log.dayStartMs === 0 ? {} : { dayStartMs: log.dayStartMs }),
      counts: order.map((type) => byTime[type] ?? []),
      eventsPerUser: Array.from(classes, (of, index) => ({
        key: `size:${index}`,
        users: of,
        from: index === 0 ? 1 : (CLASSES[index - 1] as number) + 1,
        to: Math.min(CLASSES[index] as number, Number.MAX_SAFE_INTEGER),
      })),
      hours,
      suggested: suggestFunnel(part),
      fields: fieldsOf(part, profiles()),
      objects: objectsOf(part),
    },
    usersOf: (key) => {
      const [kind, ...numbers] = key.split(':');
      const [number = NaN, ofType = null] = numbers.map(Number);
      if (kind === 'size')
        return usersWhere(
          part,
          (place) => classOf((last[place] as number) - (first[place] as number)) === number,
        );
      const { type } = log;
      const usersWith = (holds: (event: number) => boolean): Int32Array =>
        usersWhere(part, (place) => {
          for (let event = first[place] as number; event < (last[place] as number); event += 1)
            if (holds(event)) return true;
          return false;
        });
      const startOf = (event: number): number => start[event] as number;
      if (kind === 'type') return usersWith((event) => type[event] === number);
      if (kind === 'hour') return usersWith((event) => cellOf(startOf(event)) === number);
      const from = kind === 'time' ? binStarts[number] : undefined;
      if (from === undefined) return null;
      const to = binStarts[number + 1] ?? Infinity;
      return usersWith(
        (event) =>
          startOf(event) >= from && startOf(event) < to && (ofType === null || type[event] === ofType),
      );
    },
  };
}

/** The values of each field of the profiles of a part, the most frequent first. */
function fieldsOf({ users }: Part, { fields }: Profiles): OverviewResult['fields'] {
  return [...fields].map(([name, { values, of }]) => {
    const counts = new Int32Array(values.length);
    for (const user of users) {
      const value = of[user] as number;
      if (value >= 0) counts[value] = (counts[value] as number) + 1;
    }
    const order = values.map((_, value) => value).filter((value) => (counts[value] as number) > 0);
    order.sort((a, b) => (counts[b] as number) - (counts[a] as number) || a - b);
    const shown = order.slice(0, MOST_VALUES);
    return {
      name,
      values: shown.map((value) => values[value] ?? ''),
      users: shown.map((value) => counts[value] as number),
    };
  });
}

/** What the events of a part are about, by users. An event may be about several objects. */
function objectsOf({ log, users, first, last }: Part): OverviewResult['objects'] {
  const { subject, subjects } = log.columns;
  const names: string[] = [];
  const numbers = new Map<string, number>();
  const numberOf = (name: string): number => {
    const known = numbers.get(name);
    if (known !== undefined) return known;
    numbers.set(name, names.length);
    return names.push(name) - 1;
  };
  const objectsBySubject = subjects.map((each) => each.filter((name) => name.trim() !== '').map(numberOf));
  const [counts, lastSeen] = [new Int32Array(names.length), new Int32Array(names.length).fill(-1)];
  // Most events of a user are about what another one is: those of a subject that was seen are not looked at again.
  const subjectSeen = new Int32Array(subjects.length).fill(-1);
  for (let place = 0; place < users.length; place += 1)
    for (let event = first[place] as number; event < (last[place] as number); event += 1) {
      const of = subject[event] as number;
      if (subjectSeen[of] === place) continue;
      subjectSeen[of] = place;
      for (const object of objectsBySubject[of] ?? []) {
        if (lastSeen[object] === place) continue;
        lastSeen[object] = place;
        counts[object] = (counts[object] as number) + 1;
      }
    }
  const order = names.map((_, object) => object).filter((object) => (counts[object] as number) > 0);
  order.sort((a, b) => (counts[b] as number) - (counts[a] as number) || a - b);
  return order
    .slice(0, MOST_VALUES)
    .map((object) => ({ name: names[object] ?? '', users: counts[object] as number }));
}

/** The hour of the week of a time, Monday from midnight on first: 0 to 167. */
const cellOf = (time: number): number =>
  mod(Math.floor((time - MONDAY_MS) / DAY_MS), 7) * 24 + mod(Math.floor(time / HOUR_MS), 24);

function mod(value: number, by: number): number {
  return ((value % by) + by) % by;
}

function binFor(lengthMs: number): TimeBin {
  if (lengthMs <= 3 * DAY_MS) return 'hour';
  if (lengthMs <= 120 * DAY_MS) return 'day';
  return lengthMs <= 2 * 365 * DAY_MS ? 'week' : 'month';
}

function latestStart({ log, users, first, last }: Part): number {
  let latest = -Infinity;
  for (let place = 0; place < users.length; place += 1)
    for (let event = first[place] as number; event < (last[place] as number); event += 1)
      latest = Math.max(latest, log.columns.start[event] as number);
  return latest;
}

/** The starts of the bins that cover a time; longer bins than asked for where there would be too many. */
function binsOf(
  asked: TimeBin,
  from: number,
  to: number,
  dayStartMs: number,
): { bin: TimeBin; starts: number[] } {
  for (const bin of TIME_BINS.slice(TIME_BINS.indexOf(asked))) {
    const starts: number[] = [];
    const most = bin === 'month' ? Infinity : MOST_BINS;
    for (let at = floorTo(bin, from, dayStartMs); at <= to && starts.length <= most; at = nextOf(bin, at))
      starts.push(at);
    if (starts.length <= most) return { bin, starts };
  }
  throw new Error('unreachable');
}

/** By type, how many events start in each bin. */
function countByTime({ log, users, first, last }: Part, starts: readonly number[]): (number[] | undefined)[] {
  const counts: (number[] | undefined)[] = [];
  for (let place = 0; place < users.length; place += 1) {
    let bin = 0;
    for (let event = first[place] as number; event < (last[place] as number); event += 1) {
      const time = log.columns.start[event] as number;
      while (bin + 1 < starts.length && (starts[bin + 1] as number) <= time) bin += 1;
      const type = log.type[event] as number;
      const row = (counts[type] ??= new Array<number>(starts.length).fill(0));
      row[bin] = (row[bin] as number) + 1;
    }
  }
  return counts;
}

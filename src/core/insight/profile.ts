import type { Comparison, EventMatch, ProfileResult, ProfileRow, QuestionOf } from '../../shared/insight.ts';
import type { Profiles } from './event-log.ts';
import { matcherOf } from './selection.ts';
import type { Answer, Part } from './selection.ts';
import { differenceInterval, normalQuantile } from './statistics.ts';

/** A field with more values than this is told in bands where they are numbers, else by the most frequent ones. */
const MOST_VALUES = 12;
const MOST_BANDS = 8;
/** Values that nearly everybody has another of, such as names, say nothing. */
const DIFFERENT_SHARE = 0.8;

/**
 * How the users with an event differ from the others by the fields of their profiles; or, beside another part, from its users (with the event,
 * if one is named). Shares are of those whose profile has the field. The intervals are widened for the number of rows (Bonferroni); where users
 * are on both sides there are none in the comparison.
 */
export function profile(
  part: Part,
  { event }: QuestionOf<'profile'>,
  profiles: () => Profiles,
  other: Part | null = null,
): Answer<ProfileResult> & { comparison?: Comparison } {
  const { fields } = profiles();
  const matched = usersWith(part, event);
  const taken = new Set(matched);
  const others = other === null ? part.users.filter((user) => !taken.has(user)) : usersWith(other, event);
  const all = Int32Array.from(new Set([...matched, ...others]));
  const classes = [...fields].flatMap(([name, field]) => {
    const of = classesOf(field.values, field.of, all);
    return of === null ? [] : [{ name, ...of }];
  });
  const counted = classes.flatMap(({ name, labels, classOf }, index) => {
    const [here, there] = [counts(matched, classOf, labels.length), counts(others, classOf, labels.length)];
    return labels.map((value, at) => ({
      name,
      key: `profile:${index}:${at}`,
      value,
      count: here.of[at] as number,
      total: here.total,
      otherCount: there.of[at] as number,
      otherTotal: there.total,
    }));
  });
  const z = normalQuantile(counted.length);
  const rows = counted.map(({ name, key, value, count, total, otherCount, otherTotal }): ProfileRow => ({
    key,
    field: name,
    value,
    users: count,
    share: total === 0 ? 0 : count / total,
    otherUsers: otherCount,
    otherShare: otherTotal === 0 ? 0 : otherCount / otherTotal,
    difference: (total === 0 ? 0 : count / total) - (otherTotal === 0 ? 0 : otherCount / otherTotal),
    interval: differenceInterval([count, total], [otherCount, otherTotal], z),
  }));
  // What chance would not give comes first.
  const isCertain = ({ interval }: ProfileRow): number => (interval.low > 0 || interval.high < 0 ? 1 : 0);
  rows.sort((a, b) => isCertain(b) - isCertain(a) || Math.abs(b.difference) - Math.abs(a.difference));
  const hasProfile = (user: number): boolean =>
    [...fields.values()].some(({ of }) => (of[user] as number) >= 0);
  const shared = other === null ? 0 : others.filter((user) => taken.has(user)).length;
  return {
    result: {
      analysis: 'profile',
      users: all.length,
      matched: matched.length,
      profiles: all.filter(hasProfile).length,
      rows,
    },
    ...(other === null ? {} : { comparison: comparedProfiles(rows, counted, others.length, shared) }),
    usersOf: (key) => {
      if (key === 'matched') return matched;
      const [, side, index, value] = /^(?:(own|other):)?profile:(\d+):(\d+)$/.exec(key) ?? [];
      const of = classes[Number(index)];
      if (index === undefined || !of) return null;
      return (side === 'other' ? others : matched).filter((user) => of.classOf(user) === Number(value));
    },
  };
}

function usersWith({ log, users, first, last }: Part, event: EventMatch | undefined): Int32Array {
  if (event === undefined) return users;
  const isWanted = matcherOf(log, event);
  return users.filter((_user, place) => {
    for (let at = first[place] as number; at < (last[place] as number); at += 1)
      if (isWanted(at)) return true;
    return false;
  });
}

/** How many users are in each class, and in any. */
function counts(
  users: Int32Array,
  classOf: (user: number) => number,
  classes: number,
): { of: Int32Array; total: number } {
  const of = new Int32Array(classes);
  let total = 0;
  for (const user of users) {
    const value = classOf(user);
    if (value < 0) continue;
    of[value] = (of[value] as number) + 1;
    total += 1;
  }
  return { of, total };
}

function comparedProfiles(
  rows: readonly ProfileRow[],
  counted: readonly { key: string; total: number; otherTotal: number }[],
  users: number,
  shared: number,
): Comparison {
  const totals = new Map(counted.map((each) => [each.key, each]));
  const none = { events: null, medianSeconds: null };
  return {
    users,
    shared,
    total: rows.length,
    rows: rows.map((row) => ({
      ...{ types: [], step: null, field: row.field, value: row.value },
      own: {
        ...{ key: `own:${row.key}`, users: row.users, share: row.share, ...none },
        of: totals.get(row.key)?.total ?? 0,
      },
      other: {
        ...{ key: `other:${row.key}`, users: row.otherUsers, share: row.otherShare, ...none },
        of: totals.get(row.key)?.otherTotal ?? 0,
      },
      difference: row.difference,
      interval: shared > 0 ? null : row.interval,
    })),
  };
}

interface Classes {
  labels: string[];
  /** The class of a user of the log; -1 for none. */
  classOf: (user: number) => number;
}

/** The values of a field as classes that can be compared; null where nearly everybody has another value. */
function classesOf(values: readonly string[], of: Int32Array, users: Int32Array): Classes | null {
  const counts = new Map<number, number>();
  for (const user of users) {
    const value = of[user] as number;
    if (value >= 0) counts.set(value, (counts.get(value) ?? 0) + 1);
  }
  if (counts.size === 0) return null;
  const total = [...counts.values()].reduce((sum, count) => sum + count, 0);
  if (counts.size > MOST_VALUES) {
    const numbers = [...counts.keys()].map((value) => Number((values[value] ?? '').trim()));
    if (numbers.every(Number.isFinite)) return bandsOf(values, of, numbers);
    if (counts.size > DIFFERENT_SHARE * total) return null;
  }
  const order = [...counts].sort(([a, x], [b, y]) => y - x || a - b).map(([value]) => value);
  const shown = new Map(order.slice(0, MOST_VALUES).map((value, index) => [value, index]));
  return {
    labels: [...shown.keys()].map((value) => values[value] ?? ''),
    classOf: (user) => shown.get(of[user] as number) ?? -1,
  };
}

/** Numbers in bands of a round width. */
function bandsOf(values: readonly string[], of: Int32Array, numbers: readonly number[]): Classes {
  const low = numbers.reduce((least, value) => Math.min(least, value), Infinity);
  const high = numbers.reduce((most, value) => Math.max(most, value), -Infinity);
  const width = roundWidth((high - low) / MOST_BANDS);
  const begin = Math.floor(low / width);
  const bands = Math.floor(high / width) - begin + 1;
  const isWhole = numbers.every(Number.isInteger);
  const text = (value: number): string => String(Number(value.toPrecision(12)));
  const label = (band: number): string => {
    const from = (begin + band) * width;
    return isWhole ? `${text(from)}–${text(from + width - 1)}` : `${text(from)}–<${text(from + width)}`;
  };
  return {
    labels: Array.from({ length: bands }, (_, band) => label(band)),
    classOf: (user) => {
      const value = of[user] as number;
      return value < 0 ? -1 : Math.floor(Number((values[value] ?? '').trim()) / width) - begin;
    },
  };
}

/** The next of 1, 2, 5, 10, 20, 50 … that is no smaller. */
function roundWidth(width: number): number {
  const power = 10 ** Math.floor(Math.log10(width));
  return ([1, 2, 5].find((step) => step * power >= width * (1 - 1e-12)) ?? 10) * power;
}

import type { ProfileResult, ProfileRow, QuestionOf } from '../../shared/insight.ts';
import type { Profiles } from './event-log.ts';
import { matcherOf, usersWhere } from './selection.ts';
import type { Answer, Part } from './selection.ts';
import { differenceInterval, normalQuantile } from './statistics.ts';

/** A field with more values than this is told in bands where they are numbers, else by the most frequent ones. */
const MOST_VALUES = 12;
const MOST_BANDS = 8;
/** Values that nearly everybody has another of, such as names, say nothing. */
const DIFFERENT_SHARE = 0.8;

/**
 * How the users with an event differ from the others by the fields of their profiles. Shares are of those whose profile has the field. The
 * intervals are widened for the number of rows (Bonferroni).
 */
export function profile(
  part: Part,
  question: QuestionOf<'profile'>,
  profiles: () => Profiles,
): Answer<ProfileResult> {
  const { log, users, first, last } = part;
  const isWanted = matcherOf(log, question.event);
  const matches = new Uint8Array(users.length);
  for (let place = 0; place < users.length; place += 1)
    for (
      let event = first[place] as number;
      event < (last[place] as number) && matches[place] === 0;
      event += 1
    )
      if (isWanted(event)) matches[place] = 1;
  const { fields } = profiles();
  const classes = [...fields].flatMap(([name, field]) => {
    const of = classesOf(field.values, field.of, users);
    return of === null ? [] : [{ name, ...of }];
  });
  const counted = classes.flatMap(({ name, labels, classOf }, index) => {
    const [here, others] = [new Int32Array(labels.length), new Int32Array(labels.length)];
    let [total, otherTotal] = [0, 0];
    for (let place = 0; place < users.length; place += 1) {
      const value = classOf(users[place] as number);
      if (value < 0) continue;
      const matched = matches[place] === 1;
      const counts = matched ? here : others;
      counts[value] = (counts[value] as number) + 1;
      if (matched) total += 1;
      else otherTotal += 1;
    }
    return labels.map((value, at) => ({
      name,
      key: `profile:${index}:${at}`,
      value,
      count: here[at] as number,
      total,
      otherCount: others[at] as number,
      otherTotal,
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
  const hasProfile = (place: number): boolean =>
    [...fields.values()].some(({ of }) => (of[users[place] as number] as number) >= 0);
  return {
    result: {
      analysis: 'profile',
      users: users.length,
      matched: matches.reduce((sum, each) => sum + each, 0),
      profiles: usersWhere(part, hasProfile).length,
      rows,
    },
    usersOf: (key) => {
      if (key === 'matched') return usersWhere(part, (place) => matches[place] === 1);
      const [kind, index, value] = key.split(':');
      const of = classes[Number(index)];
      if (kind !== 'profile' || !of) return null;
      return usersWhere(
        part,
        (place) => matches[place] === 1 && of.classOf(users[place] as number) === Number(value),
      );
    },
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

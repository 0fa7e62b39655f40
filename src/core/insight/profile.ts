import type { Comparison, EventMatch, ProfileResult, ProfileRow, QuestionOf } from '../../shared/insight.ts';
import type { Profiles } from './event-log.ts';
import { classesOf } from './profile-classes.ts';
import { matcherOf } from './selection.ts';
import type { Answer, Part } from './selection.ts';
import { differenceInterval, normalQuantile } from './statistics.ts';

/**
 * How the users with an event differ from the others by the fields of their profiles; or, beside another part, from its users (with the event,
 * if one is named). Shares are of those whose profile has the field; every value of a field is in one of its rows. The intervals are widened for the number of rows (Bonferroni); where users
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
  const leftOut: string[] = [];
  const byField = [...fields].flatMap(([name, field]) => {
    const of = classesOf(field.values, field.of, all);
    if (of === null && all.some((user) => (field.of[user] as number) >= 0)) leftOut.push(name);
    return of === null ? [] : [{ name, ...of }];
  });
  const counted = byField.flatMap(({ name, classes, classOf }, index) => {
    const [here, there] = [counts(matched, classOf, classes.length), counts(others, classOf, classes.length)];
    return classes.map(({ label, rest }, at) => ({
      name,
      key: `profile:${index}:${at}`,
      value: label,
      rest,
      count: here.of[at] as number,
      total: here.total,
      otherCount: there.of[at] as number,
      otherTotal: there.total,
    }));
  });
  const z = normalQuantile(counted.length);
  const rows = counted.map(
    ({ name, key, value, rest, count, total, otherCount, otherTotal }): ProfileRow => ({
      key,
      field: name,
      value,
      ...(rest === undefined ? {} : { rest }),
      users: count,
      share: total === 0 ? 0 : count / total,
      otherUsers: otherCount,
      otherShare: otherTotal === 0 ? 0 : otherCount / otherTotal,
      difference: (total === 0 ? 0 : count / total) - (otherTotal === 0 ? 0 : otherCount / otherTotal),
      interval: differenceInterval([count, total], [otherCount, otherTotal], z),
    }),
  );
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
      leftOut,
      rows,
    },
    ...(other === null ? {} : { comparison: comparedProfiles(rows, counted, others.length, shared) }),
    usersOf: (key) => {
      if (key === 'matched') return matched;
      const [, side, index, value] = /^(?:(own|other):)?profile:(\d+):(\d+)$/.exec(key) ?? [];
      const of = byField[Number(index)];
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
      ...(row.rest === undefined ? {} : { rest: row.rest }),
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

import type { ColumnRole } from '../../../shared/import.ts';
import { valueAt } from '../cell.ts';
import { recogniseTimes } from '../times/time-column.ts';
import { TimeZone } from '../times/time-zone.ts';
import type { RecogniseOptions } from './recognise.ts';
import { isAction, isText } from './value-shapes.ts';
import type { ColumnValues } from './value-shapes.ts';

/** Share of readable times in a column of times. */
const ALL_TIMES = 0.95;

interface ValueColumn extends ColumnValues {
  column: number;
}

/**
 * A role for each column of a table without names, by the values alone: the first column of times, the first of few short
 * words as the action, and the first of the others whose values repeat as the user.
 */
export function rolesByValues(
  rows: readonly (readonly string[])[],
  columns: number,
  { kind, zone, now }: Pick<RecogniseOptions, 'kind' | 'zone' | 'now'>,
): ColumnRole[] {
  const all = Array.from({ length: columns }, (_, column): ValueColumn => {
    const values = rows.flatMap((row) => valueAt(row, column) ?? []);
    return { column, values, distinct: new Set(values).size };
  }).filter(({ values }) => values.length > 0);
  const roles = Array.from({ length: columns }, (): ColumnRole =>
    kind === 'profiles' ? 'profile' : 'extra',
  );
  if (kind === 'profiles') {
    const ids = all.find(({ values, distinct }) => values.length === rows.length && distinct === rows.length);
    if (ids) roles[ids.column] = 'userId';
    return roles;
  }
  const isTime = ({ values }: ValueColumn): boolean => {
    const times = recogniseTimes(values, new TimeZone(zone.name), now);
    if (times.openOrders.length > 0) return true;
    return times.readable - times.implausible >= values.length * ALL_TIMES;
  };
  // An amount may look like a number of days: what is written as a time comes first.
  const times = all.filter((column) => !isSmall(column) && isTime(column));
  const time = times.find(({ values }) => values.some((value) => /[-/:年]/.test(value))) ?? times[0];
  const rest = all.filter((column) => column !== time);
  // Of two columns of words the one at the very left names people.
  const [word, ...words] = rest.filter(isAction);
  const action = word && words[0] && word === rest[0] ? words[0] : word;
  const text = action ? undefined : rest.find(isText);
  const user =
    rest.find(
      (column) =>
        column !== action && column !== text && (column.distinct < column.values.length || rows.length < 3),
    ) ?? rest.find((column) => column !== action && column !== text);
  if (time) roles[time.column] = 'time';
  if (action) roles[action.column] = 'action';
  if (text) roles[text.column] = 'text';
  if (user) roles[user.column] = 'userId';
  const item = rest.find(
    (column) => column !== action && column !== text && column !== user && !isSmall(column),
  );
  if (item) roles[item.column] = 'item';
  return roles;
}

/** Numbers of few digits are prices, marks or counts. */
function isSmall({ values }: ValueColumn): boolean {
  return values.every((value) => /^-?\d{1,2}(?:\.\d+)?$/.test(value)) && values.length > 0;
}

import type { ErrorInfo } from '../../../shared/errors.ts';
import type { ColumnRole, DurationUnit } from '../../../shared/import.ts';
import { valueAt } from '../cell.ts';
import { parseDuration } from '../duration.ts';
import { printable } from '../text.ts';
import { parseTime } from '../times/parse-time.ts';
import type { TimeStyle } from '../times/parse-time.ts';
import { TimeZone } from '../times/time-zone.ts';
import type { RecogniseOptions } from './recognise.ts';
import { durationUnitOf } from './role-names.ts';
import { NAME_CHARS } from './sample-table.ts';
import type { SampleTable } from './sample-table.ts';

/** Durations of a log have a median of seconds to minutes; above this they are milliseconds more likely than hours. */
const LONG_SECONDS = 10_000;
/** Above this they may be milliseconds, unless the rows that follow each other leave room for them. */
const RATHER_LONG_SECONDS = 1000;
/** Above this they are doubtful where they do not end before the next row of the user. */
const OVERLAPPING_SECONDS = 300;

/** The unit of the durations: of the user, of the header, else seconds. Tells where they may be milliseconds, and where some are negative. */
export function durationUnit(
  table: SampleTable,
  roles: readonly ColumnRole[],
  times: TimeStyle,
  options: RecogniseOptions,
  doubts: ErrorInfo[],
): DurationUnit {
  const column = roles.indexOf('duration');
  if (column < 0) return options.durationUnit ?? 'seconds';
  const values = table.values(column);
  const negative = values.filter((value) => (parseDuration(value) ?? 0) < 0);
  if (negative[0] !== undefined)
    doubts.push({
      code: 'import.doubt.negative_durations',
      params: {
        column: table.name(column),
        example: printable(negative[0], NAME_CHARS),
        count: negative.length,
      },
    });
  const said = options.durationUnit ?? durationUnitOf(table.header[column] ?? '');
  if (said !== null) return said;
  const numbers = values
    .map(Number)
    .filter((value) => value > 0)
    .sort((a, b) => a - b);
  const median = numbers[Math.floor(numbers.length / 2)] ?? 0;
  if (isTooLong(median, () => overlaps(table, roles, times, options.zone)))
    doubts.push({
      code: 'import.doubt.long_durations',
      params: { column: table.name(column), example: median },
    });
  return 'seconds';
}

function isTooLong(median: number, overlapping: () => number | null): boolean {
  if (median < OVERLAPPING_SECONDS) return false;
  if (median >= LONG_SECONDS) return true;
  const share = overlapping();
  return share === null ? median >= RATHER_LONG_SECONDS : share > 0.5;
}

/** Which share of the durations, as seconds, do not end before the next row of their user; null where no user has rows at two times. */
function overlaps(
  table: SampleTable,
  roles: readonly ColumnRole[],
  style: TimeStyle,
  zone: TimeZone,
): number | null {
  const column = {
    user: roles.indexOf('userId'),
    time: roles.indexOf('time'),
    duration: roles.indexOf('duration'),
  };
  // Probing must not count as a time of the file that needed the zone.
  const probe = new TimeZone(zone.name);
  const rows = table.rows
    .flatMap((row) => {
      const time = parseTime(valueAt(row, column.time) ?? '', probe, style);
      const seconds = Number(valueAt(row, column.duration) ?? Number.NaN);
      return time === null ? [] : [{ user: valueAt(row, column.user), time, seconds }];
    })
    .sort((a, b) => a.time - b.time);
  const last = new Map<string | null, { time: number; seconds: number }>();
  let pairs = 0;
  let overlapping = 0;
  for (const { user, time, seconds } of rows) {
    const before = last.get(user);
    if (before && before.seconds > 0 && time > before.time) {
      pairs += 1;
      if (before.time + before.seconds * 1000 > time) overlapping += 1;
    }
    last.set(user, { time, seconds });
  }
  return pairs === 0 ? null : overlapping / pairs;
}

const DECIMAL_COMMA = /^-?(?:\d+|\d{1,3}(?:\.\d{3})+),\d+$/;
/** A comma that stands between no thousands. */
const CLEAR_DECIMAL_COMMA = /^-?(?:\d+|\d{1,3}(?:\.\d{3})+),(?:\d{1,2}|\d{4,})$|^-?0,\d+$/;

/** Whether a value has a comma that can only be a decimal one. */
export const hasClearDecimalComma = (values: readonly string[]): boolean =>
  values.some((value) => CLEAR_DECIMAL_COMMA.test(value));

/**
 * Whether durations are written with a decimal comma: in a file of semicolons, as programs write it where the comma is decimal, or where one is
 * clear. Told where a comma could also stand between thousands.
 */
export function hasDecimalCommas(
  table: SampleTable,
  roles: readonly ColumnRole[],
  { mayHaveDecimalCommas }: RecogniseOptions,
  doubts: ErrorInfo[],
): boolean {
  const column = roles.indexOf('duration');
  if (column < 0) return false;
  const sign = mayHaveDecimalCommas ? DECIMAL_COMMA : CLEAR_DECIMAL_COMMA;
  const values = table.values(column);
  if (!values.some((value) => sign.test(value))) return false;
  const example = values.find((value) => DECIMAL_COMMA.test(value) && !CLEAR_DECIMAL_COMMA.test(value));
  if (example === undefined) return true;
  const params = { column: table.name(column), example: printable(example, NAME_CHARS) };
  doubts.push({ code: 'import.doubt.decimal_commas', params });
  return true;
}

import type { DateOrder } from '../../../shared/import.ts';
import { clockMs, dateMs } from './civil.ts';
import { scanTime } from './scan-time.ts';
import type { ScannedDate, ScannedNumber, ScannedZone } from './scan-time.ts';
import type { TimeZone } from './time-zone.ts';

/** How the values of a column are to be read where one value alone does not say it. */
export interface TimeStyle {
  /** What stands first in 03/02/2026 and 03/02/26; null while it is not decided: a value that needs it is then not read. */
  dateOrder: DateOrder | null;
  /** Whether ten digits are a date with an hour (2016010123), not seconds since 1970. */
  tenDigitHours: boolean;
}

export const PLAIN_STYLE: TimeStyle = { dateOrder: null, tenDigitHours: false };

const SECOND_MS = 1000;
const DAY_MS = 86_400_000;
const HOUR_MS = 3_600_000;
/** Days of spreadsheets are counted so that 25569 is 1970-01-01 (ECMA-376 part 1, 18.17.4.1). */
const SPREADSHEET_EPOCH_DAY = 25_569;
/** Spreadsheet days from 1982 to 2119: other numbers of five digits are no days. */
const SPREADSHEET_DAYS = { least: 30_000, most: 80_000 };
/** Julian days, as SQLite counts them in UTC from noon, of 1982 to 2119; 2440587.5 is 1970-01-01. */
const JULIAN_DAYS = { least: 2_445_000, most: 2_495_000 };
const JULIAN_EPOCH_DAY = 2_440_587.5;
/** Seconds from 1987 to 2100; the same a thousand times for each smaller unit. The ranges of the units do not meet. */
const EPOCH_SECONDS = { least: 540_000_000, most: 4_102_444_800 };
/** Nanoseconds from 1992 on: smaller numbers of as many digits are ticks of .NET since the year 1, which nothing tells to be in UTC. */
const LEAST_NANOSECONDS = 700_000_000;
/** Units of 100 ns (Windows) and microseconds (WebKit, Chrome) since 1601 in UTC, of 2000 to 2040: no unit since 1970 reaches them. */
const SINCE_1601 = [
  { least: 125_911_584e9, most: 138_534_624e9, perMs: 1e4 },
  { least: 12_591_158_400e6, most: 13_853_462_400e6, perMs: 1e3 },
];
const EPOCH_1601_MS = -11_644_473_600_000;
/** A number that is not written to the hour tells no time. */
const COARSEST_MS = HOUR_MS;

/**
 * Reads a time as wall-clock milliseconds (the date and time as if UTC); null when the text is no time. A time without a
 * zone is taken as written; a time with a zone, and an epoch number, is converted to `zone`. The result depends on the
 * arguments alone.
 */
export function parseTime(text: string, zone: TimeZone, style: TimeStyle = PLAIN_STYLE): number | null {
  const fast = parseCommon(text);
  if (fast !== null) return fast;
  const scanned = scanTime(text);
  if (!scanned) return null;
  return scanned.kind === 'number' ? numberMs(scanned, zone, style) : writtenMs(scanned, zone, style);
}

/** Wall-clock milliseconds of a date with a time of day; null where the parts are no date, or their order is open. */
export function writtenMs(scanned: ScannedDate, zone: TimeZone, style: TimeStyle): number | null {
  const { clock } = scanned;
  const parts = partsInOrder(scanned, style);
  const date = parts && dateMs(...parts);
  const ofDay = clock ? clockMs(clock.hour, clock.minute, clock.second) : 0;
  if (date === null || ofDay === null) return null;
  const shown = date + ofDay + (clock?.milliseconds ?? 0);
  if (!scanned.zone) return shown;
  const instant = instantOf(shown, scanned.zone, zone);
  return instant === null ? null : zone.wallClock(instant);
}

/** Year, month and day; null where the text and the column leave their order open. */
function partsInOrder(
  { parts, order }: ScannedDate,
  { dateOrder }: TimeStyle,
): [year: number, month: number, day: number] | null {
  if (order === 'known') return parts;
  const [first, second, third] = parts;
  const year = order === 'short' ? 2000 + third : third;
  switch (dateOrder) {
    case 'day_first':
      return [year, second, first];
    case 'month_first':
      return [year, first, second];
    case 'year_first':
      return order === 'short' ? [2000 + first, second, third] : null;
    case null:
      // A number above twelve is no month, and two equal ones are the same in both orders.
      if (order === 'short' || (first <= 12 && second <= 12 && first !== second)) return null;
      return first > 12 ? [year, second, first] : [year, first, second];
  }
}

/** Milliseconds since 1970 in UTC; null for an unknown zone, and for an abbreviation that the zone asked for does not explain. */
function instantOf(shown: number, written: ScannedZone, zone: TimeZone): number | null {
  if ('offsetMs' in written) return shown - written.offsetMs;
  if ('name' in written) return zone.named(written.name)?.instant(shown) ?? null;
  // China's is meant where clocks show China's time, America's where they show America's.
  for (const offset of [8 * HOUR_MS, -6 * HOUR_MS]) {
    const instant = shown - offset;
    const here = zone.offsetAt(instant);
    if (here === offset || (offset < 0 && here === offset + HOUR_MS)) return instant;
  }
  return null;
}

/** Wall-clock milliseconds of a number; null when it is none that a log writes for a time. */
export function numberMs(scanned: ScannedNumber, zone: TimeZone, style: TimeStyle): number | null {
  const { value, digits, resolution } = scanned;
  const compact = digits === undefined ? null : compactDate(digits, style);
  if (compact !== null) return compact;
  const since1601 = SINCE_1601.find(({ least, most }) => value >= least && value <= most);
  if (since1601) return zone.wallClock(Math.floor(value / since1601.perMs) + EPOCH_1601_MS);
  for (const msPerUnit of [SECOND_MS, 1, 1e-3, 1e-6]) {
    const seconds = (value * msPerUnit) / SECOND_MS;
    const least = msPerUnit === 1e-6 ? LEAST_NANOSECONDS : EPOCH_SECONDS.least;
    if (seconds < least || seconds > EPOCH_SECONDS.most) continue;
    if (resolution * msPerUnit > COARSEST_MS) return null;
    return zone.wallClock(epochMs(scanned, msPerUnit));
  }
  if (value >= JULIAN_DAYS.least && value <= JULIAN_DAYS.most) {
    return zone.wallClock(Math.round(((value - JULIAN_EPOCH_DAY) * DAY_MS) / SECOND_MS) * SECOND_MS);
  }
  if (value >= SPREADSHEET_DAYS.least && value <= SPREADSHEET_DAYS.most) {
    // A day has no more than whole seconds in the number of a spreadsheet.
    return Math.round(((value - SPREADSHEET_EPOCH_DAY) * DAY_MS) / SECOND_MS) * SECOND_MS;
  }
  return null;
}

/** Whole milliseconds since 1970. Nanoseconds have more digits than a number holds: they are cut as text. */
function epochMs({ value, digits }: ScannedNumber, msPerUnit: number): number {
  if (digits === undefined || msPerUnit >= 1) return Math.floor(value * msPerUnit + 1e-6);
  return Number(digits.slice(0, msPerUnit === 1e-3 ? -3 : -6));
}

/** Reads YYYYMMDD, with HH where the column has it, HHMM, HHMMSS and milliseconds behind it; null for other numbers. */
function compactDate(digits: string, { tenDigitHours }: TimeStyle): number | null {
  const { length } = digits;
  if (length !== 8 && length !== 12 && length !== 14 && length !== 17 && !(length === 10 && tenDigitHours))
    return null;
  const part = (from: number, to: number): number => Number(digits.slice(from, to).padEnd(to - from, '0'));
  const year = part(0, 4);
  if (year < 1900 || year > 2199) return null;
  const date = dateMs(year, part(4, 6), part(6, 8));
  const clock = clockMs(part(8, 10), part(10, 12), part(12, 14));
  return date === null || clock === null ? null : date + clock + part(14, 17);
}

/** Reads `YYYY-MM-DD HH:mm[:ss]`, the form of almost every log, without a regular expression; null for any other form. */
function parseCommon(text: string): number | null {
  const length = text.length;
  if (length !== 19 && length !== 16) return null;
  const separator = text.charCodeAt(10);
  if (text.charCodeAt(4) !== 45 || text.charCodeAt(7) !== 45 || text.charCodeAt(13) !== 58) return null;
  if (separator !== 32 && separator !== 84) return null;
  if (length === 19 && text.charCodeAt(16) !== 58) return null;
  const year = digits2(text, 0) * 100 + digits2(text, 2);
  const date = dateMs(year, digits2(text, 5), digits2(text, 8));
  const clock = clockMs(digits2(text, 11), digits2(text, 14), length === 19 ? digits2(text, 17) : 0);
  return date === null || clock === null ? null : date + clock;
}

/** Two digits as a number; NaN when they are not digits. */
function digits2(text: string, at: number): number {
  const tens = text.charCodeAt(at) - 48;
  const ones = text.charCodeAt(at + 1) - 48;
  return tens >= 0 && tens <= 9 && ones >= 0 && ones <= 9 ? tens * 10 + ones : Number.NaN;
}

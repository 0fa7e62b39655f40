import type { TimeZone } from './time-zone.ts';

const DAY_MS = 86_400_000;
const DAYS_IN_MONTH = [31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31];

/** A date, optionally followed by time, fraction and zone; `-` or `/` between the parts of the date, or 年月日. */
const WRITTEN =
  /^(\d{4})(?:-(\d{1,2})-(\d{1,2})|\/(\d{1,2})\/(\d{1,2})|年(\d{1,2})月(\d{1,2})日)(?:(?:[Tt]|\s+|(?<=日))(\d{1,2}):(\d{2})(?::(\d{2})(?:[.,](\d{1,9}))?)?(?:\s*([Zz]|UTC|[+-]\d{2}(?::?\d{2})?))?)?$/;
/** The basic form of ISO 8601. */
const BASIC =
  /^(\d{4})(\d{2})(\d{2})T(\d{2})(\d{2})(?:(\d{2})(?:[.,](\d{1,9}))?)?([Zz]|[+-]\d{2}(?::?\d{2})?)?$/;
const EPOCH_SECONDS = /^(\d{10})(?:\.(\d{1,9}))?$/;
const EPOCH_MILLISECONDS = /^\d{13}(?:\.0+)?$/;

/**
 * Reads a time as wall-clock milliseconds (the date and time as if UTC); null when the text is no time. A time without a
 * zone is taken as written; a time with a zone, and an epoch number, is converted to `zone`. The result depends on the
 * arguments alone.
 */
export function parseTime(text: string, zone: TimeZone): number | null {
  const fast = parseCommon(text);
  if (fast !== null) return fast;
  const trimmed = text.trim();
  const match = WRITTEN.exec(trimmed);
  if (match) {
    const date = [match[1], match[2] ?? match[4] ?? match[6], match[3] ?? match[5] ?? match[7]];
    return fromParts([...date, ...match.slice(8)], zone);
  }
  const basic = BASIC.exec(trimmed);
  if (basic) return fromParts(basic.slice(1), zone);
  const seconds = EPOCH_SECONDS.exec(trimmed);
  if (seconds) return zone.wallClock(Number(seconds[1]) * 1000 + milliseconds(seconds[2]));
  if (EPOCH_MILLISECONDS.test(trimmed)) return zone.wallClock(Number.parseInt(trimmed, 10));
  return null;
}

/** Year, month, day, hour, minute, second, fraction and zone as written; a missing part is undefined. */
type Parts = readonly (string | undefined)[];

function fromParts(
  [year, month, day, hour = '0', minute = '0', second = '0', fraction, written]: Parts,
  zone: TimeZone,
): number | null {
  const date = dateMs(Number(year), Number(month), Number(day));
  const clock = clockMs(Number(hour), Number(minute), Number(second));
  if (date === null || clock === null) return null;
  const shown = date + clock + milliseconds(fraction);
  if (written === undefined) return shown;
  const offset = offsetMs(written);
  return offset === null ? null : zone.wallClock(shown - offset);
}

function milliseconds(fraction: string | undefined): number {
  return fraction === undefined ? 0 : Number(fraction.slice(0, 3).padEnd(3, '0'));
}

/** Milliseconds of a UTC offset. Real offsets are between -12:00 and +14:00; beyond 18 hours it is a typing error. */
function offsetMs(text: string): number | null {
  if (text === 'Z' || text === 'z' || text === 'UTC') return 0;
  const hours = Number(text.slice(1, 3));
  const minutes = Number(text.slice(3).replace(':', '') || 0);
  if (hours > 18 || minutes > 59) return null;
  return (text.startsWith('-') ? -1 : 1) * (hours * 60 + minutes) * 60_000;
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

/** Midnight of a date as milliseconds; null for a date that does not exist. */
function dateMs(year: number, month: number, day: number): number | null {
  // Written so that NaN is refused too.
  if (!(year >= 1 && month >= 1 && month <= 12 && day >= 1 && day <= daysInMonth(year, month))) return null;
  return daysFromCivil(year, month, day) * DAY_MS;
}

function clockMs(hour: number, minute: number, second: number): number | null {
  if (!(hour >= 0 && hour <= 23 && minute >= 0 && minute <= 59 && second >= 0 && second <= 59)) return null;
  return ((hour * 60 + minute) * 60 + second) * 1000;
}

function daysInMonth(year: number, month: number): number {
  const leap = (year % 4 === 0 && year % 100 !== 0) || year % 400 === 0;
  return month === 2 && leap ? 29 : (DAYS_IN_MONTH[month - 1] ?? 0);
}

/** Days from the first day of the computation (0000-03-01) to 1970-01-01. */
const DAYS_BEFORE_EPOCH = 719_468;

/**
 * Days since 1970-01-01 of a date from the year 1 on (days_from_civil in howardhinnant.github.io/date_algorithms.html).
 * Computed for every row: Date.UTC would read the years 0 to 99 as 1900 to 1999, a Date object per row is slow, and a
 * cache of the last date is one more thing that can be wrong.
 */
function daysFromCivil(year: number, month: number, day: number): number {
  // Years begin in March here, so that a leap day is the last day of its year.
  const y = month > 2 ? year : year - 1;
  const dayOfYear = Math.floor((153 * (month > 2 ? month - 3 : month + 9) + 2) / 5) + day - 1;
  const leapDays = Math.floor(y / 4) - Math.floor(y / 100) + Math.floor(y / 400);
  return y * 365 + leapDays + dayOfYear - DAYS_BEFORE_EPOCH;
}

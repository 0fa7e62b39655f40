import type { TimeZone } from './time-zone.ts';

const DAY_MS = 86_400_000;
const DAYS_IN_MONTH = [31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31];

/** Date, then perhaps time, fraction and zone; `-` or `/` between the parts of the date, or 年月日. */
const WRITTEN =
  /^(\d{4})(?:-(\d{1,2})-(\d{1,2})|\/(\d{1,2})\/(\d{1,2})|年(\d{1,2})月(\d{1,2})日)(?:(?:[Tt]|\s+|(?<=日))(\d{1,2}):(\d{2})(?::(\d{2})(?:[.,](\d{1,9}))?)?(?:\s*([Zz]|UTC|[+-]\d{2}(?::?\d{2})?))?)?$/;
/** The basic form of ISO 8601. */
const BASIC =
  /^(\d{4})(\d{2})(\d{2})T(\d{2})(\d{2})(?:(\d{2})(?:[.,](\d{1,9}))?)?([Zz]|[+-]\d{2}(?::?\d{2})?)?$/;
const EPOCH_SECONDS = /^(\d{10})(?:\.(\d{1,9}))?$/;
const EPOCH_MILLISECONDS = /^\d{13}(?:\.0+)?$/;

/**
 * Reads a time as wall-clock milliseconds (the date and time as if UTC), or null when it is none. What is written
 * without a zone is taken as written; what has one, and an epoch number, is shown in `zone`.
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

/** Year, month, day, hour, minute, second, fraction and zone as written; what lacks is undefined. */
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

/** ISO 8601 offsets reach from -12:00 to +14:00; anything beyond a day's half and a bit is a typing error. */
function offsetMs(text: string): number | null {
  if (text === 'Z' || text === 'z' || text === 'UTC') return 0;
  const hours = Number(text.slice(1, 3));
  const minutes = Number(text.slice(3).replace(':', '') || 0);
  if (hours > 18 || minutes > 59) return null;
  return (text.startsWith('-') ? -1 : 1) * (hours * 60 + minutes) * 60_000;
}

/** `YYYY-MM-DD HH:mm[:ss]`, the form almost every row of a log has, without a regular expression; null for any other. */
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

/** Two digits as a number; NaN when they are none. */
function digits2(text: string, at: number): number {
  const tens = text.charCodeAt(at) - 48;
  const ones = text.charCodeAt(at + 1) - 48;
  return tens >= 0 && tens <= 9 && ones >= 0 && ones <= 9 ? tens * 10 + ones : Number.NaN;
}

let lastKey = -1;
let lastDate = 0;

/** Midnight of a date as milliseconds; null for a date that does not exist. */
function dateMs(year: number, month: number, day: number): number | null {
  const key = (year * 16 + month) * 32 + day;
  if (key === lastKey) return lastDate;
  // Written so that NaN is refused too.
  if (!(year >= 1 && month >= 1 && month <= 12 && day >= 1 && day <= daysInMonth(year, month))) return null;
  lastKey = key;
  lastDate = daysFromCivil(year, month, day) * DAY_MS;
  return lastDate;
}

function clockMs(hour: number, minute: number, second: number): number | null {
  if (!(hour >= 0 && hour <= 23 && minute >= 0 && minute <= 59 && second >= 0 && second <= 59)) return null;
  return ((hour * 60 + minute) * 60 + second) * 1000;
}

function daysInMonth(year: number, month: number): number {
  const leap = (year % 4 === 0 && year % 100 !== 0) || year % 400 === 0;
  return month === 2 && leap ? 29 : (DAYS_IN_MONTH[month - 1] ?? 0);
}

/** Days since 1970-01-01. Date.UTC would read the years 0 to 99 as 1900 to 1999. */
function daysFromCivil(year: number, month: number, day: number): number {
  const date = new Date(0);
  date.setUTCFullYear(year, month - 1, day);
  return date.getTime() / DAY_MS;
}

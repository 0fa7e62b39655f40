import type { DurationUnit } from '../../shared/import.ts';

const DAY = 86_400;
const NUMBER = /^[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?$/;
const THOUSANDS = /^[+-]?\d{1,3}(?:,\d{3})+(?:\.\d+)?$/;
const UNIT = /\s*(?:s|secs?|seconds?|秒)$/i;
/** Units in which durations are written, by how they are: `2分5秒`, `1h 2m 3s`, `250 ms`. */
const SECONDS_OF: readonly [RegExp, number][] = [
  [/^(?:d|days?|天|日)$/, 86_400],
  [/^(?:h|hrs?|hours?|小时|时)$/, 3600],
  [/^(?:m|mins?|minutes?|分钟?)$/, 60],
  [/^(?:s|secs?|seconds?|秒钟?)$/, 1],
  [/^(?:ms|msecs?|millis|milliseconds?|毫秒)$/, 1e-3],
  [/^(?:[uµμ]s|microseconds?|微秒)$/, 1e-6],
  [/^(?:ns|nanoseconds?|纳秒)$/, 1e-9],
];
/** A longer text is no duration: no pattern has to look through it. */
const LONGEST = 60;
const WORDED = /^(?:\d+(?:\.\d+)?\s*[a-zµμ\u4e00-\u9fff]+[\s,]*)+$/i;
const PIECE = /(\d+(?:\.\d+)?)\s*([a-zµμ\u4e00-\u9fff]+)/gi;
/** ISO 8601: `PT2M5S`; months have no length. */
const ISO = /^P((?:\d+D)?)(?:T(?=\d))?((?<=T)(?:\d+(?:\.\d+)?[HMS])*)$/;
/** As Python writes them: `1 day, 0:00:05`, `0 days 00:02:05`. */
const DAYS_AND_CLOCK = /^(\d+)\s*(?:days?|天),?\s*(\d+:[0-5]\d:[0-5]\d(?:\.\d+)?)$/;
/** `mm:ss` and `hh:mm:ss`, perhaps with a fraction. */
const CLOCK = /^(?:(\d+):([0-5]\d)|(\d+)):([0-5]\d(?:\.\d+)?)$/;

/**
 * Reads a duration as seconds: a number (`1,234.5`), perhaps with units (`12s`, `2分5秒`, `PT2M5S`), or a clock (`03:20`, `00:03:20`).
 * `hasDecimalCommas`: a comma is what a point is elsewhere, and points are between thousands. `unit`: that of numbers which name none.
 */
export function parseDuration(
  written: string,
  hasDecimalCommas = false,
  unit: DurationUnit = 'seconds',
): number | null {
  if (written.length > LONGEST) return null;
  const text = hasDecimalCommas ? written.replaceAll('.', '').replace(',', '.') : written;
  if (NUMBER.test(text)) return finite(inSeconds(Number(text), unit));
  const clock = CLOCK.exec(text);
  if (clock) {
    const minutes = Number(clock[1] ?? 0) * 60 + Number(clock[2] ?? clock[3]);
    return finite(minutes * 60 + Number(clock[4]));
  }
  const bare = text.replace(UNIT, '');
  const digits = THOUSANDS.test(bare) ? bare.replaceAll(',', '') : bare;
  if (!NUMBER.test(digits)) return worded(text);
  return finite(bare === text ? inSeconds(Number(digits), unit) : Number(digits));
}

/** A duration that names its units; null for anything else. */
function worded(text: string): number | null {
  const days = DAYS_AND_CLOCK.exec(text);
  if (days) return Number(days[1]) * DAY + (parseDuration(days[2] ?? '') ?? 0);
  const iso = ISO.exec(text);
  const pieces = iso ? `${iso[1] ?? ''}${iso[2] ?? ''}` : text;
  if (!WORDED.test(pieces)) return null;
  let seconds = 0;
  for (const [, number = '', unit = ''] of pieces.matchAll(PIECE)) {
    const factor = SECONDS_OF.find(([pattern]) => pattern.test(unit.toLowerCase()))?.[1];
    if (factor === undefined) return null;
    seconds += Number(number) * factor;
  }
  return finite(Math.round(seconds * 1e9) / 1e9);
}

function inSeconds(value: number, unit: DurationUnit): number {
  switch (unit) {
    case 'milliseconds':
      return value / 1000;
    case 'microseconds':
      return value / 1e6;
    case 'nanoseconds':
      return value / 1e9;
    case 'seconds':
      return value;
    case 'minutes':
      return value * 60;
    case 'hours':
      return value * 3600;
    case 'days':
      return value * DAY;
  }
}

function finite(value: number): number | null {
  return Number.isFinite(value) ? value : null;
}

/** What a response says about when to ask again: fields of its body by name, and its text. */
export interface WaitSources {
  /** Lower-case names, values as given. */
  fields: readonly (readonly [name: string, value: unknown])[];
  message: string;
  /** Offset of times that name no zone, minutes east of UTC. */
  zoneMinutes: number;
}

/** Longer waits are ignored as mistakes. */
const LONGEST_MS = 400 * 24 * 3_600_000;
/** Numbers from here on are times in seconds since the epoch, not durations. */
const EPOCH_SECONDS = 1e9;
const EPOCH_MILLISECONDS = 1e12;

const UNIT_MS: readonly (readonly [RegExp, number])[] = [
  [/^(ms|milli.*|毫秒)$/i, 1],
  [/^(d|day.*|天)$/i, 86_400_000],
  [/^(h|hr.*|hour.*|小时|个小时)$/i, 3_600_000],
  [/^(m|min.*|分钟|分)$/i, 60_000],
  [/^(s|sec.*|秒|秒钟)$/i, 1_000],
];
const UNIT =
  'milliseconds?|millis|ms|minutes?|mins?|m|seconds?|secs?|s|hours?|hrs?|h|days?|d|毫秒|秒钟?|分钟?|个?小时|天';
const DURATION = `(?:\\d+(?:\\.\\d+)?\\s*(?:${UNIT})(?![a-z])(?:\\s*(?:,|and)?\\s*)?)+`;
/** `try again in 6m0s`, `retry after 2 seconds`, `wait 43200 seconds`, `resets in 3 hours 20 minutes`. */
const WAIT_IN_TEXT = new RegExp(
  `(?:again|retry(?:ing)?|wait|resets?|refresh\\w*|available)\\D{0,24}?(${DURATION})`,
  'i',
);
/** `请在 30 秒后重试`. */
const WAIT_IN_CHINESE = new RegExp(`(${DURATION})\\s*(?:之?后|以后)`);
/** A date with or without a time of day: `2026-12-01 at 00:00 UTC`, `2026-12-15T15:00:00Z`, `2026年12月1日 00:00`. */
const MOMENT =
  /(20\d\d)[-/年](\d{1,2})[-/月](\d{1,2})日?(?:(?:\s+at\s+|[T\s]+)(\d{1,2}):(\d\d)(?::(\d\d)(?:\.\d+)?)?)?\s*(Z|UTC|GMT|[+-]\d\d:?\d\d)?/gi;
/** Words beside a date that make it the end of a limit. */
const ENDS = /reset|regain|refresh|renew|restor|resum|available|until|again|重置|恢复|刷新|解除|重试|再试/i;

/**
 * How long the provider asks to wait in its headers, in milliseconds from `now` (milliseconds since the epoch):
 * `retry-after-ms`, else `retry-after` in seconds or as a date, which is read by the clock of the server where its
 * `date` tells it. Null when it says nothing that makes sense.
 */
export function retryAfterMs(
  headers: Readonly<Record<string, string | undefined>>,
  now: number,
): number | null {
  const exact = amount(headers['retry-after-ms']);
  if (exact !== null) return sensible(Math.ceil(exact));
  const value = headers['retry-after'];
  const seconds = amount(value);
  if (seconds !== null) return sensible(Math.ceil(seconds * 1000));
  // `Date.parse` takes bare numbers such as "-5" for years.
  if (value === undefined || !/[a-z]{3}|^\d{4}-\d\d-\d\dT/i.test(value)) return null;
  const date = Date.parse(value);
  return Number.isNaN(date) ? null : sensible(Math.max(0, date - serverTime(headers, now)));
}

/** The time by the server's clock, from the `date` header; `now` without one. */
export function serverTime(headers: Readonly<Record<string, string | undefined>>, now: number): number {
  const date = headers['date'];
  // Date.parse takes bare numbers for years.
  const at = date !== undefined && /[a-z]{3}/i.test(date) ? Date.parse(date) : Number.NaN;
  return Number.isNaN(at) ? now : at;
}

/** The end of a limit in the headers of subscription plans and OpenRouter, in milliseconds from `now`; null for none. */
export function limitResetMs(
  headers: Readonly<Record<string, string | undefined>>,
  now: number,
): number | null {
  const value = headers['anthropic-ratelimit-unified-reset'] ?? headers['x-ratelimit-reset'];
  return value === undefined ? null : fieldMs('reset_at', value, serverTime(headers, now));
}

/** A window of hours or more in the name of a header. */
const LONG_WINDOW = /-(hour|day|week|month)$/;

/**
 * The end of a limit of which headers say that nothing is left, in milliseconds from `now`; null for none. `lasting`: of
 * those only whose name tells a window of hours or more (`x-ratelimit-remaining-requests-day`).
 */
export function exhaustedMs(
  headers: Readonly<Record<string, string | undefined>>,
  now: number,
  { lasting }: { lasting: boolean },
): number | null {
  const ends = Object.entries(headers).flatMap(([name, value]) => {
    if (!/ratelimit.*remaining/.test(name) || amount(value) !== 0) return [];
    if (lasting && !LONG_WINDOW.test(name)) return [];
    return fieldMs('reset_at', headers[name.replace('remaining', 'reset')], serverTime(headers, now)) ?? [];
  });
  return ends.length === 0 ? null : Math.max(...ends);
}

/**
 * How long the body of a response asks to wait, in milliseconds from `now`: Google's RetryInfo and fields like it, else
 * a duration or a moment in its text. Null when it says nothing, or names a moment that is over.
 */
export function waitInBody({ fields, message, zoneMinutes }: WaitSources, now: number): number | null {
  const waits = fields.map(([name, value]) => fieldMs(name, value, now)).filter((ms) => ms !== null);
  if (waits.length > 0) return Math.max(...waits);
  return momentMs(message, zoneMinutes, now) ?? durationInText(message);
}

/** Whether a field of a body, by its lower-case name, says when to ask again. */
export function isWaitField(name: string): boolean {
  return /^(retry[-_]?(delay|after|in)|resets?[-_]?(at|in|time|after)|next_flush_time|x-ratelimit-reset|regain_access_at)/.test(
    name,
  );
}

function fieldMs(name: string, value: unknown, now: number): number | null {
  if (typeof value === 'object' && value !== null && 'seconds' in value)
    return fieldMs('retry_after', value.seconds, now);
  if (typeof value !== 'number' && typeof value !== 'string') return null;
  const number = typeof value === 'number' ? value : amount(value);
  if (number !== null) {
    if (number >= EPOCH_MILLISECONDS) return ahead(number - now);
    if (number >= EPOCH_SECONDS) return ahead(number * 1000 - now);
    return sensible(Math.ceil(/(ms|millis\w*)$/.test(name) ? number : number * 1000));
  }
  const text = String(value);
  return (
    momentIn(text, 0, now) ?? (new RegExp(`^\\s*${DURATION}$`, 'i').test(text) ? durationMs(text) : null)
  );
}

function momentMs(text: string, zoneMinutes: number, now: number): number | null {
  return ENDS.test(text) ? momentIn(text, zoneMinutes, now) : null;
}

/** The latest time in the future that a text names. */
function momentIn(text: string, zoneMinutes: number, now: number): number | null {
  let latest: number | null = null;
  for (const [, year, month, day, hour = '0', minute = '0', second = '0', zone] of text.matchAll(MOMENT)) {
    const local = Date.UTC(
      Number(year),
      Number(month) - 1,
      Number(day),
      Number(hour),
      Number(minute),
      Number(second),
    );
    const ms = ahead(local - offsetMinutes(zone, zoneMinutes) * 60_000 - now);
    if (ms !== null) latest = Math.max(ms, latest ?? 0);
  }
  return latest;
}

function offsetMinutes(zone: string | undefined, missing: number): number {
  if (zone === undefined) return missing;
  const [, sign, hours, minutes] = /^([+-])(\d\d):?(\d\d)$/.exec(zone) ?? [];
  if (sign === undefined) return 0;
  return (sign === '-' ? -1 : 1) * (Number(hours) * 60 + Number(minutes));
}

function durationInText(text: string): number | null {
  const found = WAIT_IN_TEXT.exec(text)?.[1] ?? WAIT_IN_CHINESE.exec(text)?.[1];
  return found === undefined ? null : durationMs(found);
}

function durationMs(text: string): number | null {
  let ms = 0;
  for (const [, number, unit = ''] of text.matchAll(new RegExp(`(\\d+(?:\\.\\d+)?)\\s*(${UNIT})`, 'gi'))) {
    ms += Number(number) * (UNIT_MS.find(([name]) => name.test(unit))?.[1] ?? 0);
  }
  return sensible(Math.ceil(ms));
}

function ahead(ms: number): number | null {
  return ms > 0 ? sensible(Math.ceil(ms)) : null;
}

function sensible(ms: number): number | null {
  return ms <= LONGEST_MS ? ms : null;
}

function amount(value: string | undefined): number | null {
  return value !== undefined && /^\s*\d{1,15}(\.\d+)?\s*$/.test(value) ? Number(value) : null;
}

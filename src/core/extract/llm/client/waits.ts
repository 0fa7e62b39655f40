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
const MOST_SKEW_MS = 60_000;
const SOON_MS = 5_000;
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
/** `请在 30 秒后重试`, `请等待 20 秒`. */
const WAIT_IN_CHINESE = new RegExp(
  `(${DURATION})\\s*(?:之?后|以后)|(?:等待|稍等|等候|剩余)[^\\d。]{0,8}(${DURATION})`,
);
/** `replenished in 05:12:33`. */
const CLOCK_IN_TEXT = /(?:again|retry|replenish\w*|resets?|available) (?:in|after) (\d{1,3}):(\d\d):(\d\d)/i;
/** A date with or without a time of day: `2026-12-01 at 00:00 UTC`, `2026-12-15T15:00:00Z`, `2026年12月1日 00:00`. */
const MOMENT =
  /(20\d\d)[-/年](\d{1,2})[-/月](\d{1,2})日?(?:(?:,?\s+at\s+|[T\s,]+)(\d{1,2}):(\d\d)(?::(\d\d(?:\.\d{1,3})?)\d*)?)?\s*(Z|UTC|GMT|[+-]\d\d:?\d\d)?/gi;
const MONTHS = ['jan', 'feb', 'mar', 'apr', 'may', 'jun', 'jul', 'aug', 'sep', 'oct', 'nov', 'dec'];
const MONTH =
  '(jan(?:uary)?|feb(?:ruary)?|mar(?:ch)?|apr(?:il)?|may|june?|july?|aug(?:ust)?|sept?(?:ember)?|oct(?:ober)?|nov(?:ember)?|dec(?:ember)?)\\.?';
/** `December 1, 2026`, `Oct 9`. */
const MONTH_FIRST = new RegExp(`\\b${MONTH} (\\d{1,2})(?:st|nd|rd|th)?(?!\\d)(?:,? (20\\d\\d))?`, 'gi');
/** `1 December 2026`. */
const DAY_FIRST = new RegExp(`\\b(\\d{1,2}) ${MONTH},? (20\\d\\d)`, 'gi');
/** `12 月 1 日`, without a year. */
const CHINESE_DAY = /(?<![年\d]\s*)(\d{1,2})\s*月\s*(\d{1,2})\s*日/g;
/** `12:00 AM`, `10am`. */
const HALF_DAY = /\b(\d{1,2})(?::(\d\d))?\s*([ap])\.?m\b/gi;
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
  const exact = amount(headers['retry-after-ms'] ?? headers['x-ms-retry-after-ms']);
  if (exact !== null) return sensible(Math.ceil(exact));
  // Proxies repeat the header, and fetch joins both by a comma; so does a date have one.
  const value = headers['retry-after']
    ?.replace(/^(\s*"?\d+)"?\s*(?:,.*)?$/, '$1')
    .replace(/^\s*"|"\s*$/g, '');
  if (value === undefined) return null;
  const asked = fieldMs('retry_after', value, serverTime(headers, now));
  if (asked !== null) return asked;
  // `Date.parse` takes bare numbers such as "-5" for years.
  if (!/[a-z]{3}|^\d{4}-\d\d-\d\dT/i.test(value)) return null;
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
  const waits = fields
    .map(([name, value]) => fieldMs(name, value, now, zoneMinutes))
    .filter((ms) => ms !== null);
  if (waits.length > 0) return Math.max(...waits);
  return momentMs(message, zoneMinutes, now) ?? durationInText(message);
}

/** Whether a field of a body, by its lower-case name, says when to ask again. */
export function isWaitField(name: string): boolean {
  return /^(retry[-_]?(delay|after|in)|wait[-_]?(seconds|time|ms)|resets?[-_]?(at|in|time|after)|next_flush_time|x-ratelimit-reset|regain_access_at)/.test(
    name,
  );
}

/** `zoneMinutes`: as in WaitSources. */
function fieldMs(name: string, value: unknown, now: number, zoneMinutes = 0): number | null {
  if (typeof value === 'object' && value !== null && 'seconds' in value)
    return fieldMs('retry_after', value.seconds, now);
  if (typeof value !== 'number' && typeof value !== 'string') return null;
  const number = typeof value === 'number' ? value : amount(value);
  if (number !== null) {
    if (number < 0) return null;
    if (number >= EPOCH_MILLISECONDS) return ahead(number - now);
    if (number >= EPOCH_SECONDS) return ahead(number * 1000 - now);
    return sensible(Math.ceil(/(ms|millis\w*)$/.test(name) ? number : number * 1000));
  }
  const text = String(value);
  return (
    momentIn(text, zoneMinutes, now) ??
    (new RegExp(`^\\s*${DURATION}$`, 'i').test(text) ? durationMs(text) : null)
  );
}

function momentMs(text: string, zoneMinutes: number, now: number): number | null {
  return ENDS.test(text) ? momentIn(text, zoneMinutes, now) : null;
}

/** The latest time in the future that a text names. */
function momentIn(text: string, zoneMinutes: number, now: number): number | null {
  let latest: number | null = null;
  const plain = inDigits(text, zoneMinutes, now);
  for (const [, year, month, day, hour = '0', minute = '0', second = '0', zone] of plain.matchAll(MOMENT)) {
    const local = Date.UTC(
      Number(year),
      Number(month) - 1,
      Number(day),
      Number(hour),
      Number(minute),
      0,
      Math.ceil(Number(second) * 1000),
    );
    const ms = soonOrAhead(local - offsetMinutes(zone, zoneMinutes) * 60_000 - now);
    if (ms !== null) latest = Math.max(ms, latest ?? 0);
  }
  return latest;
}

/** A text with its dates and times of day in digits. A date without a year is the next one. */
function inDigits(text: string, zoneMinutes: number, now: number): string {
  const local = new Date(now + zoneMinutes * 60_000);
  const date = (year: string | undefined, month: number, day: string): string => {
    const isOver = Date.UTC(local.getUTCFullYear(), month - 1, Number(day) + 1) < local.getTime();
    return `${year ?? local.getUTCFullYear() + (isOver ? 1 : 0)}-${month}-${day}`;
  };
  const numberOf = (name: string): number => MONTHS.indexOf(name.slice(0, 3).toLowerCase()) + 1;
  return text
    .replace(DAY_FIRST, (_all, day: string, month: string, year: string) => date(year, numberOf(month), day))
    .replace(MONTH_FIRST, (_all, month: string, day: string, year?: string) =>
      date(year, numberOf(month), day),
    )
    .replace(CHINESE_DAY, (_all, month: string, day: string) => date(undefined, Number(month), day))
    .replace(HALF_DAY, (_all, hour: string, minute: string | undefined, half: string) => {
      const hours = (Number(hour) % 12) + (/p/i.test(half) ? 12 : 0);
      return `${hours}:${minute ?? '00'}`;
    });
}

function offsetMinutes(zone: string | undefined, missing: number): number {
  if (zone === undefined) return missing;
  const [, sign, hours, minutes] = /^([+-])(\d\d):?(\d\d)$/.exec(zone) ?? [];
  if (sign === undefined) return 0;
  return (sign === '-' ? -1 : 1) * (Number(hours) * 60 + Number(minutes));
}

function durationInText(text: string): number | null {
  const [, hours, minutes, seconds] = CLOCK_IN_TEXT.exec(text) ?? [];
  if (hours !== undefined) return durationMs(`${hours}h${minutes}m${seconds}s`);
  const [, before, after] = WAIT_IN_CHINESE.exec(text) ?? [];
  const found = WAIT_IN_TEXT.exec(text)?.[1] ?? before ?? after;
  return found === undefined ? null : durationMs(found);
}

function durationMs(text: string): number | null {
  let ms = 0;
  for (const [, number, unit = ''] of text.matchAll(new RegExp(`(\\d+(?:\\.\\d+)?)\\s*(${UNIT})`, 'gi'))) {
    ms += Number(number) * (UNIT_MS.find(([name]) => name.test(unit))?.[1] ?? 0);
  }
  return sensible(Math.ceil(ms));
}

/** An end that is over by less than a minute may not have come by the clock of the server. */
function soonOrAhead(ms: number): number | null {
  return ms > -MOST_SKEW_MS && ms <= 0 ? SOON_MS : ahead(ms);
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

import { retryAfterMs, serverTime } from '../client/waits.ts';

/** What a provider says of its limits with an answer. Times in milliseconds from now. */
export interface RateHints {
  requestsPerMinute?: number;
  tokensPerMinute?: number;
  remainingRequests?: number;
  resetRequestsMs?: number;
  remainingTokens?: number;
  resetTokensMs?: number;
  retryAfterMs?: number;
}

type Headers = Readonly<Record<string, string | undefined>>;

const MINUTE_MS = 60_000;
/** A limit that takes longer than this to be restored is a daily one (Groq, OpenAI's free tier). */
const DAILY_MS = 12 * 3_600_000;
/** A limit that is restored within this, and whose reset is at most a second away, is a limit per second. */
const SECONDS_MS = 5_000;
const SECOND_MS = 1_000;
/** Some providers give the reset as a time in seconds since the epoch, not as a duration. */
const EPOCH_SECONDS = 1e9;
const EPOCH_MILLISECONDS = 1e12;

const UNIT_MS: Record<string, number> = { ms: 1, s: 1_000, m: 60_000, h: 3_600_000, d: 86_400_000 };

/**
 * Reads the limits in the headers of an answer (names in lower case): OpenAI's `x-ratelimit-*`, Anthropic's
 * `anthropic-ratelimit-*`, `retry-after-ms` and `retry-after`. Untrusted: what makes no sense is left out.
 */
export function readRateHeaders(headers: Headers, now: number): RateHints {
  const requests = readLimit(headers, 'requests', now);
  const tokens = readLimit(headers, 'tokens', now);
  const waitMs = readRetryAfter(headers, now);
  const hints: RateHints = {};
  if (requests.perMinute !== null) hints.requestsPerMinute = requests.perMinute;
  if (tokens.perMinute !== null) hints.tokensPerMinute = tokens.perMinute;
  if (requests.remaining !== null) hints.remainingRequests = requests.remaining;
  if (tokens.remaining !== null) hints.remainingTokens = tokens.remaining;
  if (requests.resetMs !== null) hints.resetRequestsMs = requests.resetMs;
  if (tokens.resetMs !== null) hints.resetTokensMs = tokens.resetMs;
  if (waitMs !== null) hints.retryAfterMs = waitMs;
  return hints;
}

/** How long the provider asks to wait, in milliseconds; null when it does not say. A past date is no wait. */
export function readRetryAfter(headers: Headers, now: number): number | null {
  return retryAfterMs(headers, now);
}

interface Limit {
  perMinute: number | null;
  remaining: number | null;
  resetMs: number | null;
}

function readLimit(headers: Headers, of: 'requests' | 'tokens', now: number): Limit {
  const read = (what: 'limit' | 'remaining' | 'reset'): string | undefined =>
    headers[`x-ratelimit-${what}-${of}`] ?? headers[`anthropic-ratelimit-${of}-${what}`];
  const limit = readNumber(read('limit'));
  const remaining = readNumber(read('remaining'));
  const resetMs = readReset(read('reset'), serverTime(headers, now));
  const perSecond = readNumber(headers[`x-ratelimit-limit-${of}-second`]);
  const perMinute = readNumber(headers[`x-ratelimit-limit-${of}-minute`]);
  if (perSecond !== null && perSecond > 0) return { perMinute: perSecond * 60, remaining, resetMs };
  if (perMinute !== null && perMinute > 0) return { perMinute, remaining, resetMs };
  return {
    perMinute: limit !== null && limit > 0 ? ratePerMinute(limit, remaining, resetMs) : null,
    remaining,
    resetMs,
  };
}

/**
 * The requests or tokens per minute that a limit allows; null for daily limits, and if the window cannot be told. With
 * continuous refill, the used share and the time until it is restored give the length of the window. At the end of a
 * fixed window of a minute the same values look like a limit per second: this is assumed only while at most half of the
 * limit is used, when a mistake has no effect.
 */
function ratePerMinute(limit: number, remaining: number | null, resetMs: number | null): number | null {
  if (resetMs === null) return limit;
  if (remaining === null || remaining >= limit) return resetMs > DAILY_MS ? null : limit;
  const used = (limit - remaining) / limit;
  const wholeMs = resetMs / used;
  if (wholeMs > DAILY_MS) return null;
  if (wholeMs > SECONDS_MS || resetMs > SECOND_MS || resetMs <= 0) return limit;
  return used <= 0.5 ? (limit * MINUTE_MS) / SECOND_MS : null;
}

/** Milliseconds from `1s`, `6m0s`, `120ms`, `1h2m`, plain seconds, a date, or seconds since the epoch. */
function readReset(value: string | undefined, now: number): number | null {
  const text = value?.trim();
  if (!text) return null;
  const number = readNumber(text);
  if (number !== null) {
    if (number >= EPOCH_MILLISECONDS) return Math.max(0, number - now);
    return number >= EPOCH_SECONDS ? Math.max(0, number * 1_000 - now) : number * 1_000;
  }
  if (!/^(?:\d+(?:\.\d+)?(?:ms|[smhd]))+$/.test(text)) return readDate(text, now);
  let ms = 0;
  for (const [, amount, unit] of text.matchAll(/(\d+(?:\.\d+)?)(ms|[smhd])/g)) {
    ms += Number(amount) * (UNIT_MS[unit ?? ''] ?? 0);
  }
  return ms;
}

function readDate(text: string, now: number): number | null {
  // Date.parse takes fragments such as `-5` for a year.
  if (!/^[A-Za-z]{3},|^\d{4}-\d{2}-\d{2}T/.test(text)) return null;
  const at = Date.parse(text);
  return Number.isNaN(at) ? null : Math.max(0, at - now);
}

function readNumber(text: string | undefined): number | null {
  return text !== undefined && /^\d{1,15}(?:\.\d{1,9})?$/.test(text.trim()) ? Number(text) : null;
}

import { serverTime } from '../client/waits.ts';

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

const MAX_WAIT_MS = 24 * 3_600_000;

/** A limit that needs longer than this to be given back is one of a day, not of a minute (Groq, OpenAI's free tier). */
const DAILY_MS = 12 * 3_600_000;

const UNIT_MS: Record<string, number> = { ms: 1, s: 1_000, m: 60_000, h: 3_600_000, d: 86_400_000 };

/**
 * Reads the limits in the headers of an answer (names in lower case): OpenAI's `x-ratelimit-*`, Anthropic's
 * `anthropic-ratelimit-*`, `retry-after-ms` and `retry-after`. Untrusted: what makes no sense is left out.
 */
export function readRateHeaders(headers: Headers, now: number): RateHints {
  const requests = readLimit(headers, 'requests', now);
  const tokens = readLimit(headers, 'tokens', now);
  const retryAfterMs = readRetryAfter(headers, now);
  const hints: RateHints = {};
  if (requests.perMinute !== null) hints.requestsPerMinute = requests.perMinute;
  if (tokens.perMinute !== null) hints.tokensPerMinute = tokens.perMinute;
  if (requests.remaining !== null) hints.remainingRequests = requests.remaining;
  if (tokens.remaining !== null) hints.remainingTokens = tokens.remaining;
  if (requests.resetMs !== null) hints.resetRequestsMs = requests.resetMs;
  if (tokens.resetMs !== null) hints.resetTokensMs = tokens.resetMs;
  if (retryAfterMs !== null) hints.retryAfterMs = retryAfterMs;
  return hints;
}

/** How long the provider asks to wait, in milliseconds; null when it does not say. A past date is no wait. */
export function readRetryAfter(headers: Headers, now: number): number | null {
  const exact = readNumber(headers['retry-after-ms']);
  if (exact !== null) return Math.min(MAX_WAIT_MS, exact);
  const value = headers['retry-after']?.trim();
  if (!value) return null;
  const seconds = readNumber(value);
  if (seconds !== null) return Math.min(MAX_WAIT_MS, Math.ceil(seconds * 1_000));
  return readDate(value, serverTime(headers, now));
}

interface Limit {
  perMinute: number | null;
  remaining: number | null;
  resetMs: number | null;
}

function readLimit(headers: Headers, of: 'requests' | 'tokens', now: number): Limit {
  const limit =
    readNumber(headers[`x-ratelimit-limit-${of}`]) ?? readNumber(headers[`anthropic-ratelimit-${of}-limit`]);
  const remaining =
    readNumber(headers[`x-ratelimit-remaining-${of}`]) ??
    readNumber(headers[`anthropic-ratelimit-${of}-remaining`]);
  const at = serverTime(headers, now);
  const resetMs =
    readReset(headers[`x-ratelimit-reset-${of}`], at) ??
    readReset(headers[`anthropic-ratelimit-${of}-reset`], at);
  const usable = limit !== null && limit > 0 && !isDaily(limit, remaining, resetMs);
  return { perMinute: usable ? limit : null, remaining, resetMs };
}

/** With continuous refill, what is missing and the time until it is back tell how long the whole limit takes. */
function isDaily(limit: number, remaining: number | null, resetMs: number | null): boolean {
  if (resetMs === null) return false;
  if (remaining === null || remaining >= limit) return resetMs > DAILY_MS;
  return (resetMs * limit) / (limit - remaining) > DAILY_MS;
}

/** `1s`, `6m0s`, `120ms`, `1h2m`, plain seconds, or a date. */
function readReset(value: string | undefined, now: number): number | null {
  const text = value?.trim();
  if (!text) return null;
  const seconds = readNumber(text);
  if (seconds !== null) return Math.min(MAX_WAIT_MS, seconds * 1_000);
  if (!/^(?:\d+(?:\.\d+)?(?:ms|[smhd]))+$/.test(text)) return readDate(text, now);
  let ms = 0;
  for (const [, amount, unit] of text.matchAll(/(\d+(?:\.\d+)?)(ms|[smhd])/g)) {
    ms += Number(amount) * (UNIT_MS[unit ?? ''] ?? 0);
  }
  return Math.min(MAX_WAIT_MS, ms);
}

function readDate(text: string, now: number): number | null {
  // Date.parse takes fragments such as `-5` for a year.
  if (!/^[A-Za-z]{3},|^\d{4}-\d{2}-\d{2}T/.test(text)) return null;
  const at = Date.parse(text);
  return Number.isNaN(at) ? null : Math.min(MAX_WAIT_MS, Math.max(0, at - now));
}

function readNumber(text: string | undefined): number | null {
  return text !== undefined && /^\d{1,15}(?:\.\d{1,9})?$/.test(text.trim()) ? Number(text) : null;
}

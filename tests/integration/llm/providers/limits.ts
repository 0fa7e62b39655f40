import type { ProviderCase } from './cases.ts';
import { after, ant, anthropic, oai, only, says } from './cases.ts';

const RATE = oai('Rate limit reached', 'rate_limit_error', 'rate_limit_exceeded');
const lasts = { stops: 'model.usage_limit', requests: 12, seconds: 120 } as const;

const HOUR_MS = 3_600_000;
/** The times of the cases run ahead of the real one, but not by as much as these limits last. */
const inHours = (hours: number): Date => new Date(Date.now() + hours * HOUR_MS);
const inBeijing = (hours: number): string =>
  inHours(hours + 8)
    .toISOString()
    .slice(0, 19)
    .replace('T', ' ');
const dayInUtc = (days: number): string =>
  inHours(days * 24)
    .toISOString()
    .slice(0, 10);

/** Limits that pass in seconds, and limits that last. */
export const LIMITS: Record<string, ProviderCase> = {
  'a five-hour limit with its end, as HTTP 429': {
    face: after(
      4,
      says(
        429,
        ant(
          'rate_limit_error',
          `usage limit exceeded, 5-hour usage limit reached, resets at ${inHours(5).toISOString()} (2056)`,
        ),
      ),
    ),
    settings: anthropic,
    expect: { ...lasts, words: /5-hour usage limit/, hasEnd: true },
  },
  'a five-hour limit in Chinese': {
    face: after(
      4,
      says(429, {
        error: { code: '1308', message: `已达到 5 小时的使用上限。您的限额将在 ${inBeijing(5)} 重置。` },
      }),
    ),
    expect: { ...lasts, words: /使用上限/, hasEnd: true },
  },
  'a weekly limit': {
    face: after(
      4,
      says(429, {
        error: { code: '1310', message: `已达到每周/每月使用上限，您的限额将在 ${inBeijing(80)} 重置。` },
      }),
    ),
    expect: { ...lasts, words: /每周/, hasEnd: true },
  },
  'a spend limit, as HTTP 400': {
    face: after(
      4,
      says(
        400,
        ant(
          'invalid_request_error',
          `You have reached your specified API usage limits. You will regain access on ${dayInUtc(10)} at 00:00 UTC.`,
        ),
      ),
    ),
    settings: anthropic,
    expect: { ...lasts, words: /regain access/, hasEnd: true },
  },
  'a spend limit at the start': {
    face: says(
      400,
      ant(
        'invalid_request_error',
        `You have reached your specified API usage limits. You will regain access on ${dayInUtc(10)} at 00:00 UTC.`,
      ),
    ),
    settings: anthropic,
    expect: { ...lasts, requests: 2, hasEnd: true },
  },
  'Retry-After of a day': {
    face: after(4, says(429, RATE, { 'retry-after': '86400' })),
    expect: { ...lasts, hasEnd: true },
  },
  'Retry-After as a date': {
    face: (h) => {
      if (h.n === 3) h.provider.memory.set('until', h.provider.clock.now() + 9_000);
      const until = h.provider.memory.get('until') ?? 0;
      if (h.provider.clock.now() >= until - 1_000) return h.ok();
      return h.send(429, RATE, { 'retry-after': new Date(until).toUTCString() });
    },
    expect: { requests: 16, seconds: 60, waitsFor: 'rate_limited' },
  },
  'Retry-After: 0 with HTTP 429': {
    face: (h) => (h.n > 2 && h.elapsedMs < 15_000 ? h.send(429, RATE, { 'retry-after': '0' }) : h.ok()),
    expect: { requests: 45, seconds: 90, waitsFor: 'rate_limited' },
  },
  'Retry-After: 0 with HTTP 503': {
    face: (h) =>
      h.n > 2 && h.elapsedMs < 15_000 ? h.send(503, oai('overloaded'), { 'retry-after': '0' }) : h.ok(),
    expect: { requests: 45, seconds: 90 },
  },
  'a wait that only the body names': {
    face: (h) => {
      if (h.n === 4) h.provider.memory.set('until', h.provider.clock.now() + 17_000);
      const until = h.provider.memory.get('until') ?? 0;
      if (h.n < 4 || h.provider.clock.now() >= until) return h.ok();
      const retryInfo = { '@type': 'type.googleapis.com/google.rpc.RetryInfo', retryDelay: '17s' };
      return h.send(429, [
        {
          error: {
            code: 429,
            message: 'Resource has been exhausted.',
            status: 'RESOURCE_EXHAUSTED',
            details: [retryInfo],
          },
        },
      ]);
    },
    expect: { requests: 14, seconds: 60, waitsFor: 'rate_limited' },
  },
  'milliseconds in retry-after-ms': {
    face: only(
      (n) => n >= 3 && n <= 5,
      says(
        429,
        { error: { code: '429', message: 'Please retry after 2 seconds.' } },
        { 'retry-after-ms': '2000' },
      ),
    ),
    expect: { requests: 16, seconds: 60 },
  },
  'so many at once': {
    face: async (h) => {
      if (h.provider.inFlight > 3)
        return h.send(
          429,
          oai('max organization concurrency: 3, try again after 1 seconds', 'rate_limit_reached_error'),
        );
      await h.sleep(400);
      await h.ok();
    },
    settings: { maxConcurrency: 12 },
    expect: { requests: 40, seconds: 60 },
  },
  'an engine that is overloaded': {
    face: only(
      (n) => n >= 3 && n <= 9,
      says(429, oai('The engine is currently overloaded', 'engine_overloaded_error')),
    ),
    expect: { requests: 24, seconds: 90 },
  },
  'a rate limit inside HTTP 200': {
    face: only(
      (n) => n >= 3 && n <= 6,
      says(200, {
        id: 'x',
        choices: null,
        base_resp: { status_code: 1002, status_msg: 'rate limit exceeded(RPM)' },
      }),
    ),
    expect: { requests: 24, seconds: 90 },
  },
  'refusals inside HTTP 200 under a cap': {
    face: only(
      (n) => n <= 8,
      says(200, { error: { message: 'Rate limit exceeded: free models per minute', code: 429 } }),
    ),
    maxCost: 20,
    expect: { requests: 24, seconds: 120 },
  },
  'a limit of two in a second': {
    face: (h) =>
      h.ok({
        headers: {
          'x-ratelimit-limit-requests': '2',
          'x-ratelimit-remaining-requests': '1',
          'x-ratelimit-reset-requests': '1s',
        },
      }),
    expect: { requests: 12, seconds: 20 },
  },
  'a limit of a day in the headers': {
    face: (h) =>
      h.ok({
        headers: {
          'x-ratelimit-limit-requests': '1000',
          'x-ratelimit-remaining-requests': '999',
          'x-ratelimit-reset-requests': '1m26.4s',
        },
      }),
    expect: { requests: 12, seconds: 30 },
  },
  'no end of HTTP 429 without a word': {
    face: after(4, says(429, RATE)),
    expect: { stops: 'model.usage_limit', requests: 120, seconds: 7_200, waitsFor: 'rate_limited' },
  },
  'a limit of tokens per minute that one request breaks, in the words of a limit that passes': {
    face: (h) => {
      if (h.answer().usage.prompt + h.outputLimit <= 1700) return h.ok();
      const words =
        'Your requests to m have exceeded token rate limit of your current pricing tier. Please retry after 60 seconds.';
      return h.send(429, { error: { code: '429', message: words } }, { 'retry-after': '60' });
    },
    expect: { requests: 40, seconds: 900, waitsFor: 'rate_limited' },
  },
};

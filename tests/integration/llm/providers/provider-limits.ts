import type { ProviderCase } from './cases.ts';
import { after, downFor, MINUTE_MS, oai, only, page, says } from './cases.ts';

/** Limits and balances in the words, fields and headers of single providers. */
export const PROVIDER_LIMITS: Record<string, ProviderCase> = {
  'tokens of a day, without an end': {
    face: after(4, says(429, { message: 'Too many tokens per day, please wait before trying again.' })),
    expect: { stops: 'model.usage_limit', requests: 16, seconds: 4000, waitsFor: 'usage_limit' },
  },
  'tokens of a day, free again in minutes': {
    face: downFor(
      7 * MINUTE_MS,
      says(
        429,
        oai(
          'Rate limit reached for model `m` in organization `o` on tokens per day (TPD): Limit 500000, Used 499000, Requested 2000. Please try again in 7m12s. Need more tokens? Upgrade to Dev Tier today at https://console.groq.com/settings/billing',
          'tokens',
          'rate_limit_exceeded',
        ),
      ),
    ),
    expect: { requests: 20, seconds: 700, waitsFor: 'usage_limit' },
  },
  'free requests of a day, with its end in the body': {
    face: after(4, (h) =>
      h.send(429, {
        error: {
          message:
            'Rate limit exceeded: free-models-per-day. Add 10 credits to unlock 1000 free model requests per day',
          code: 429,
          metadata: {
            headers: {
              'X-RateLimit-Limit': '50',
              'X-RateLimit-Remaining': '0',
              'X-RateLimit-Reset': String(Date.now() + 8 * 3_600_000),
            },
          },
        },
      }),
    ),
    expect: { stops: 'model.usage_limit', requests: 12, seconds: 60, hasEnd: true },
  },
  'requests of a day that only the name of the quota tells': {
    face: after(
      4,
      says(429, [
        {
          error: {
            code: 429,
            status: 'RESOURCE_EXHAUSTED',
            message:
              'You exceeded your current quota, please check your plan and billing details. * Quota exceeded for metric: generate_content_free_tier_requests, limit: 250\nPlease retry in 43.2s.',
            details: [
              {
                '@type': 'type.googleapis.com/google.rpc.QuotaFailure',
                violations: [
                  {
                    quotaMetric: 'x/generate_content_free_tier_requests',
                    quotaId: 'GenerateRequestsPerDayPerProjectPerModel-FreeTier',
                    quotaValue: '250',
                  },
                ],
              },
              { '@type': 'type.googleapis.com/google.rpc.RetryInfo', retryDelay: '43s' },
            ],
          },
        },
      ]),
    ),
    expect: { stops: 'model.usage_limit', requests: 24, seconds: 4000, waitsFor: 'usage_limit' },
  },
  'a trial key of so many calls in a month': {
    face: after(
      4,
      says(429, {
        message:
          "You are using a Trial key, which is limited to 1000 API calls / month. You can continue to use the Trial key for free or upgrade to a Production key with higher rate limits at 'https://dashboard.cohere.com/api-keys'.",
      }),
    ),
    expect: { stops: 'model.usage_limit', requests: 16, seconds: 4000, waitsFor: 'usage_limit' },
  },
  'credits used up, or a spending limit reached, as HTTP 403': {
    face: after(
      4,
      says(403, {
        code: 'The caller does not have permission to execute the specified operation',
        error:
          'Your team t has either used all available credits or reached its monthly spending limit. To continue making API requests, please purchase more credits or raise your spending limit.',
      }),
    ),
    expect: { stops: 'model.quota', requests: 12, seconds: 60 },
  },
  'requests of a day, with its end in a header of its own': {
    face: after(
      4,
      says(
        429,
        {
          message: 'Requests per day limit exceeded - too many requests sent.',
          type: 'too_many_requests_error',
          param: 'quota',
          code: 'request_quota_exceeded',
        },
        {
          'x-ratelimit-limit-requests-day': '14400',
          'x-ratelimit-remaining-requests-day': '0',
          'x-ratelimit-reset-requests-day': '33011.382867',
        },
      ),
    ),
    expect: { stops: 'model.usage_limit', requests: 12, seconds: 60, hasEnd: true },
  },
  'a wait of a day in the words': {
    face: after(
      4,
      says(429, {
        error: {
          code: '429',
          message:
            'Your requests to m have exceeded token rate limit of your current pricing tier. Please retry after 86400 seconds.',
        },
      }),
    ),
    expect: { stops: 'model.usage_limit', requests: 12, seconds: 60, hasEnd: true },
  },
  'a quota that is replenished in hours, as HTTP 403': {
    face: after(
      4,
      says(403, {
        statusCode: 403,
        message: 'Out of call volume quota. Quota will be replenished in 05:12:33.',
      }),
    ),
    expect: { stops: 'model.usage_limit', words: /replenished/, requests: 12, seconds: 60, hasEnd: true },
  },
  'a limit of the month with a date in words': {
    face: after(4, (h) => {
      const end = new Date(h.provider.clock.now() + 9 * 86_400_000);
      const date = end.toLocaleString('en-US', { dateStyle: 'long', timeZone: 'UTC' });
      return h.send(429, { error: { message: `You have reached your monthly limit. It resets on ${date}` } });
    }),
    expect: { stops: 'model.usage_limit', requests: 12, seconds: 60, hasEnd: true },
  },
  'requests of 86,400 seconds': {
    face: after(
      4,
      says(429, {
        error: {
          code: 'RateLimitReached',
          message:
            'Rate limit of 50 per 86400s exceeded for UserByModelByDay. Please wait 43200 seconds before retrying.',
        },
      }),
    ),
    expect: { stops: 'model.usage_limit', requests: 12, seconds: 60, hasEnd: true },
  },
  'included credits of a month, as HTTP 402': {
    face: after(
      4,
      says(402, {
        error:
          'You have exceeded your monthly included credits for Inference Providers. Subscribe to PRO to get 20x more monthly included credits.',
      }),
    ),
    expect: { stops: 'model.usage_limit', requests: 16, seconds: 4000 },
  },
  'the limit of a key, inside HTTP 200': {
    face: after(
      4,
      says(200, {
        error: {
          message: 'Key limit exceeded (total limit). Manage it using https://openrouter.ai/settings/keys',
          code: 403,
        },
      }),
    ),
    expect: { stops: 'model.quota', requests: 12, seconds: 60 },
  },
  'a used-up resource pack, inside HTTP 200': {
    face: after(
      4,
      says(200, {
        error: {
          code: 'FailedOperation.ResourcePackExhausted',
          message: '资源包余量已用尽,请购买资源包或开启后付费。',
        },
      }),
    ),
    expect: { stops: 'model.quota', requests: 12, seconds: 60 },
  },
  'a flow of a day in Chinese, inside HTTP 200': {
    face: after(4, says(200, { code: 11201, message: 'AppIdNoAuthError:licc failed, 日流控超限', sid: 'x' })),
    expect: { stops: 'model.usage_limit', requests: 16, seconds: 4000, waitsFor: 'usage_limit' },
  },
  'a frequency in Chinese, inside HTTP 200': {
    face: only(
      (n) => n >= 3 && n <= 6,
      says(200, { error: { message: '请求限频, 请稍后重试', type: 'runtime_error', code: '2003' } }),
    ),
    expect: { requests: 24, seconds: 60 },
  },
  'requests of a second, inside HTTP 200': {
    face: only(
      (n) => n >= 3 && n <= 6,
      says(200, { error_code: 18, error_msg: 'Open api qps request limit reached' }),
    ),
    expect: { requests: 24, seconds: 60, waitsFor: 'rate_limited' },
  },
  'requests of a day, inside HTTP 200': {
    face: after(4, says(200, { error_code: 17, error_msg: 'Open api daily request limit reached' })),
    expect: { stops: 'model.usage_limit', requests: 16, seconds: 4000, waitsFor: 'usage_limit' },
  },
  'Retry-After with a page of HTTP 503': {
    face: downFor(30_000, says(503, page('Service Unavailable'), { 'retry-after': '30' })),
    expect: { requests: 20, seconds: 90, waitsFor: 'rate_limited' },
  },
  'Retry-After of two hours with HTTP 503': {
    face: after(4, says(503, page('Down for maintenance'), { 'retry-after': '7200' })),
    expect: { stops: 'model.usage_limit', requests: 12, seconds: 60, hasEnd: true },
  },
  'Retry-After with a unit': {
    face: downFor(20_000, says(429, oai('Rate limited'), { 'retry-after': '20s' })),
    expect: { requests: 18, seconds: 90, waitsFor: 'rate_limited' },
  },
  'a page that says so': {
    face: downFor(20_000, says(429, page('Error 1015: You are being rate limited'))),
    expect: { requests: 24, seconds: 90, waitsFor: 'rate_limited' },
  },
  'an account suspended for what it owes, as HTTP 412': {
    face: after(
      4,
      says(412, {
        error: {
          object: 'error',
          type: 'invalid_request_error',
          code: 'invalid_request_error',
          message:
            'Account x is suspended, possibly due to reaching the monthly spending limit or failure to pay past invoices. Please go to https://fireworks.ai/account/billing for more information.',
        },
      }),
    ),
    expect: { stops: 'model.quota', words: /suspended/, requests: 12, seconds: 60 },
  },
};

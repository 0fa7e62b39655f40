import { describe, expect, it } from 'vitest';
import { readRateHeaders, readRetryAfter } from '../../../../src/core/extract/llm/pacing/rate-headers.ts';

const NOW = Date.UTC(2026, 0, 1, 12);

describe('the limits in the headers of an answer', () => {
  it('are read as OpenAI writes them', () => {
    const headers = {
      'x-ratelimit-limit-requests': '500',
      'x-ratelimit-remaining-requests': '499',
      'x-ratelimit-reset-requests': '120ms',
      'x-ratelimit-limit-tokens': '30000',
      'x-ratelimit-remaining-tokens': '0',
      'x-ratelimit-reset-tokens': '1m0.5s',
    };
    expect(readRateHeaders(headers, NOW)).toEqual({
      requestsPerMinute: 500,
      remainingRequests: 499,
      resetRequestsMs: 120,
      tokensPerMinute: 30_000,
      remainingTokens: 0,
      resetTokensMs: 60_500,
    });
  });

  it('are read as Anthropic writes them', () => {
    const headers = {
      'anthropic-ratelimit-requests-limit': '50',
      'anthropic-ratelimit-requests-remaining': '49',
      'anthropic-ratelimit-requests-reset': '2026-01-01T12:00:02Z',
    };
    expect(readRateHeaders(headers, NOW)).toEqual({
      requestsPerMinute: 50,
      remainingRequests: 49,
      resetRequestsMs: 2_000,
    });
  });

  it('are not taken for those of a minute when they are those of a day', () => {
    const headers = {
      'x-ratelimit-limit-requests': '14400',
      'x-ratelimit-remaining-requests': '14370',
      'x-ratelimit-reset-requests': '2m59.56s',
    };
    expect(readRateHeaders(headers, NOW).requestsPerMinute).toBeUndefined();
  });

  it.each([
    ['1s', '2', '1', 120],
    ['1', '2', '1', 120],
    ['500ms', '10', '5', 600],
    // At the end of a minute that is counted as a whole, most of it used: there is no telling.
    ['1s', '60', '5', undefined],
    ['30s', '2', '1', 2],
    ['59s', '1000', '990', 1_000],
  ])(
    'with a reset of %s, a limit of %s and %s left they allow %s in a minute',
    (reset, limit, left, expected) => {
      const headers = {
        'x-ratelimit-limit-requests': limit,
        'x-ratelimit-remaining-requests': left,
        'x-ratelimit-reset-requests': reset,
      };
      expect(readRateHeaders(headers, NOW).requestsPerMinute).toBe(expected);
    },
  );

  it('are read where their names say what they count', () => {
    expect(
      readRateHeaders(
        { 'x-ratelimit-limit-requests-second': '3', 'x-ratelimit-limit-tokens-minute': '900' },
        NOW,
      ),
    ).toEqual({ requestsPerMinute: 180, tokensPerMinute: 900 });
  });

  it('understand a reset that is a moment', () => {
    const headers = {
      'x-ratelimit-limit-requests': '600',
      'x-ratelimit-remaining-requests': '599',
      'x-ratelimit-reset-requests': String(NOW / 1_000 + 60),
    };
    expect(readRateHeaders(headers, NOW)).toMatchObject({ requestsPerMinute: 600, resetRequestsMs: 60_000 });
  });

  it.each(['-5', '0', 'many', '', '1e9', 'NaN', '99999999999999999999'])(
    'are ignored when they make no sense: %j',
    (value) => {
      expect(readRateHeaders({ 'x-ratelimit-limit-requests': value }, NOW)).not.toHaveProperty(
        'requestsPerMinute',
      );
    },
  );
});

describe('Retry-After', () => {
  it.each([
    [{ 'retry-after': '37' }, 37_000],
    [{ 'retry-after': '0.5' }, 500],
    [{ 'retry-after': '259200' }, 259_200_000],
    [{ 'retry-after-ms': '1500', 'retry-after': '2' }, 1_500],
    [{ 'retry-after': 'Thu, 01 Jan 2026 12:00:30 GMT' }, 30_000],
    [{ 'retry-after': 'Thu, 01 Jan 2026 11:00:00 GMT' }, 0],
    [{ 'retry-after': '-5' }, null],
    [{ 'retry-after': 'soon' }, null],
    [{}, null],
  ])('%j is %j ms', (headers: Record<string, string>, ms) => {
    expect(readRetryAfter(headers, NOW)).toBe(ms);
  });
});

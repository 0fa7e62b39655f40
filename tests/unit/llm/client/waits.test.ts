import { describe, expect, it } from 'vitest';
import { readErrorBody } from '../../../../src/core/extract/llm/client/error-body.ts';
import {
  exhaustedMs,
  limitResetMs,
  retryAfterMs,
  waitInBody,
} from '../../../../src/core/extract/llm/client/waits.ts';

const NOW = Date.UTC(2026, 10, 30, 12);
const HOUR = 3_600_000;

const inMessage = (message: string, zoneMinutes = 0): number | null =>
  waitInBody({ fields: [], message, zoneMinutes }, NOW);

const inBody = (body: unknown): number | null => {
  const { waits, message } = readErrorBody(JSON.stringify(body));
  return waitInBody({ fields: waits, message, zoneMinutes: 0 }, NOW);
};

describe('the wait in a message', () => {
  it.each([
    ['Please try again in 6m0s.', 360_000],
    ['Please try again in 1.5s', 1_500],
    ['please try again in 20 ms', 20],
    ['Please try again in 1h34m52.896s. Need more?', 5_692_896],
    ['Please retry after 2 seconds.', 2_000],
    ['Please retry in 38.962214405s.', 38_963],
    ['please try again after 1 seconds', 1_000],
    ['Please wait 43200 seconds before retrying.', 12 * HOUR],
    ['or try again in 5 days 22 hours 11 minutes.', 142 * HOUR + 660_000],
    ['请在 30 秒后重试', 30_000],
    ['请求过多，请 2 分钟后再试', 120_000],
    ['请等待 20 秒', 20_000],
    ['剩余等待时间：45秒', 45_000],
    ['Quota will be replenished in 05:12:33.', 5 * HOUR + 753_000],
    ['limited to 60 requests per minute', null],
    ['The model was retired 30 days ago', null],
    ['', null],
  ])('%j is %s ms', (message, expected) => {
    expect(inMessage(message)).toBe(expected);
  });
});

describe('the end of a limit in a message', () => {
  it.each([
    ['usage limit reached, resets at 2026-11-30T15:00:00Z (2056)', 0, 3 * HOUR],
    ['You will regain access on 2026-12-01 at 00:00 UTC.', 0, 12 * HOUR],
    ['It will reset at 2026-11-30 21:30:00 +0800 CST', 0, 1.5 * HOUR],
    ['Your limit will reset at 2026-11-30 13:00:00', 0, HOUR],
    ['您的限额将在 2026-12-01 00:00:00 重置。', 480, 4 * HOUR],
    ['将于2026年12月1日 00:00恢复', 480, 4 * HOUR],
    ['You will regain access on 2026-12-02', 0, 36 * HOUR],
    // By less than a minute it may not be over by the clock of the server.
    ['resets at 2026-11-30T11:59:40Z', 0, 5_000],
    ['resets at 2026-11-30T12:00:01.250Z', 0, 1_250],
    ['Your allowance resets on December 1, 2026', 0, 12 * HOUR],
    ['resets Dec 1, 2026 at 12:30 AM UTC', 0, 12.5 * HOUR],
    ['resets on 1 December 2026', 0, 12 * HOUR],
    ['将于 12 月 1 日 00:00 重置', 480, 4 * HOUR],
    // A date without a year is the next one.
    ['resets on January 2', 0, 32 * 24 * HOUR + 12 * HOUR],
    ['Decrease 10 requests and try again', 0, null],
    // What is over is no wait, and not every date is the end of a limit.
    ['resets at 2026-11-30T11:00:00Z', 0, null],
    ['the API version 2027-01-01 is not known', 0, null],
  ])('%j (zone %s) is %s ms away', (message, zone, expected) => {
    expect(inMessage(message, zone)).toBe(expected);
  });
});

describe('the wait in a field', () => {
  it.each([
    [{ error: { details: [{ '@type': 'RetryInfo', retryDelay: '17s' }], message: 'no' } }, 17_000],
    [[{ error: { code: 429, message: 'no', details: [{ retryDelay: '1.5s' }] } }], 1_500],
    [{ error: { message: 'no', retry_after: 9 } }, 9_000],
    [{ error: { message: 'no', retry_after_ms: 9 } }, 9],
    [{ error: { message: 'no', resets_in_seconds: 7200 } }, 2 * HOUR],
    [{ error: { message: 'no', resets_at: NOW / 1000 + 60 } }, 60_000],
    [{ error: { message: 'no', metadata: { headers: { 'X-RateLimit-Reset': String(NOW + HOUR) } } } }, HOUR],
    [{ error: { message: 'no', reset_at: '2026-11-30T13:00:00Z' } }, HOUR],
    [{ error: { message: 'no', retry_after: 'soon' } }, null],
    [{ error: { message: 'no', retry_after: -3 } }, null],
    [{ error: { message: 'no', wait_seconds: 30 } }, 30_000],
    // Longer than any limit: a mistake.
    [{ error: { message: 'no', retry_after: 9e8 } }, null],
  ])('of %j is %s ms', (body, expected) => {
    expect(inBody(body)).toBe(expected);
  });
});

describe('the wait in headers', () => {
  it('is not cut off at a day', () => {
    expect(retryAfterMs({ 'retry-after': '259200' }, NOW)).toBe(72 * HOUR);
  });

  it.each([
    ['20s', 20_000],
    ['1m30s', 90_000],
    ['30 seconds', 30_000],
    ['60, 60', 60_000],
    ['"30"', 30_000],
    [String(NOW / 1000 + 60), 60_000],
    ['Mon, 30 Nov 2026 12:00:30 GMT', 30_000],
    ['Mon, 30 Nov 2026 11:00:00 GMT', 0],
    ['-1', null],
    ['soon', null],
    ['99999999999', null],
  ])('of Retry-After %j is %s ms', (value, expected) => {
    expect(retryAfterMs({ 'retry-after': value }, NOW)).toBe(expected);
  });

  it('is read from the reset of a plan', () => {
    expect(limitResetMs({ 'anthropic-ratelimit-unified-reset': String(NOW / 1000 + 3600) }, NOW)).toBe(HOUR);
    expect(limitResetMs({ 'x-ratelimit-reset': String(NOW + 5_000) }, NOW)).toBe(5_000);
    expect(limitResetMs({}, NOW)).toBeNull();
  });

  it('is read from the reset of a limit of which nothing is left', () => {
    const headers = {
      'x-ratelimit-remaining-requests-day': '0',
      'x-ratelimit-reset-requests-day': '3600.4',
      'x-ratelimit-remaining-tokens': '0',
      'x-ratelimit-reset-tokens': '6m0s',
      'anthropic-ratelimit-requests-remaining': '1',
      'anthropic-ratelimit-requests-reset': '2099-01-01T00:00:00Z',
    };
    expect(exhaustedMs(headers, NOW, { lasting: false })).toBe(HOUR + 400);
    expect(exhaustedMs(headers, NOW, { lasting: true })).toBe(HOUR + 400);
    expect(
      exhaustedMs({ ...headers, 'x-ratelimit-remaining-requests-day': '5' }, NOW, { lasting: true }),
    ).toBeNull();
  });
});

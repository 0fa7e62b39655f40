import { describe, expect, it } from 'vitest';
import { Limiter } from '../../../../tools/fault-server/limiter.ts';
import { goDuration, rateHeaders } from '../../../../tools/fault-server/rate-headers.ts';
import { RequestGuard } from '../../../../tools/fault-server/request-guard.ts';

const KINDS = ['bucket', 'window'] as const;
const START = 1_000_000;

function limiter(kind: 'bucket' | 'window', rpm: number | null, tpm: number | null = null): Limiter {
  return new Limiter({ kind, rpm, tpm, countRefused: false }, START);
}

/** Requests admitted in minutes `from` to `to`, when one comes every 100 ms. */
function admitted(limits: Limiter, from: number, to: number, tokens = 1, answer = 0): number {
  let count = 0;
  for (let ms = 0; ms < to * 60_000; ms += 100) {
    if (!limits.admit(START + ms, tokens).admitted) continue;
    limits.settle(START + ms, answer);
    if (ms >= from * 60_000) count++;
  }
  return count;
}

describe.each(KINDS)('a %s', (kind) => {
  it('lets the allowed number of requests pass, minute for minute', () => {
    expect(admitted(limiter(kind, 120), 1, 6)).toBe(600);
  });

  it('counts the tokens of prompts and answers', () => {
    expect(admitted(limiter(kind, null, 6000), 1, 6, 70, 30)).toBeCloseTo(300, -1);
  });

  it('says how long to wait: after that, and not a second before, the request is admitted', () => {
    const limits = limiter(kind, 7, 1000);
    let now = START;
    let refusals = 0;
    for (let request = 0; request < 200; request++) {
      const admission = limits.admit(now, 90);
      if (admission.admitted) {
        limits.settle(now, 40);
        now += 37;
        continue;
      }
      refusals++;
      expect(admission.retryAfterSeconds).toBeGreaterThanOrEqual(1);
      const wait = admission.retryAfterSeconds * 1000;
      if (wait > 1000) expect(limits.admit(now + wait - 1001, 90).admitted).toBe(false);
      now += wait;
      expect(limits.admit(now, 90).admitted).toBe(true);
      limits.settle(now, 40);
    }
    expect(refusals).toBeGreaterThan(10);
  });

  it('admits a request larger than the whole allowance when that is untouched', () => {
    const limits = limiter(kind, null, 100);
    expect(limits.admit(START, 500).admitted).toBe(true);
    expect(limits.admit(START + 1, 500).admitted).toBe(false);
  });
});

it('a bucket counts refused requests if it is told to', () => {
  const waits = [true, false].map((countRefused) => {
    const limits = new Limiter({ kind: 'bucket', rpm: 60, tpm: null, countRefused }, START);
    for (let request = 0; request < 70; request++) limits.admit(START, 1);
    return limits.state(START).requests?.resetMs;
  });
  expect(waits).toEqual([70_000, 60_000]);
});

describe('the limits in headers', () => {
  it('are told the way of OpenAI', () => {
    const limits = limiter('bucket', 60, 6000);
    limits.admit(START, 1000);
    expect(rateHeaders(limits, 'openai', START)).toEqual({
      'x-ratelimit-limit-requests': '60',
      'x-ratelimit-remaining-requests': '59',
      'x-ratelimit-reset-requests': '1s',
      'x-ratelimit-limit-tokens': '6000',
      'x-ratelimit-remaining-tokens': '5000',
      'x-ratelimit-reset-tokens': '10s',
    });
  });

  it('are told the way of Anthropic', () => {
    const limits = limiter('window', 60);
    limits.admit(START, 1000);
    expect(rateHeaders(limits, 'anthropic', START)).toEqual({
      'anthropic-ratelimit-requests-limit': '60',
      'anthropic-ratelimit-requests-remaining': '59',
      'anthropic-ratelimit-requests-reset': new Date(START + 60_000).toISOString(),
    });
  });

  it.each([
    [0, '0ms'],
    [119.5, '120ms'],
    [1000, '1s'],
    [59_999, '1m0s'],
    [366_000, '6m6s'],
  ])('%d ms is %s', (ms, text) => {
    expect(goDuration(ms)).toBe(text);
  });
});

describe('who did not wait', () => {
  it('is who sent a request after he knew, and before the time was over', () => {
    const guard = new RequestGuard();
    guard.refused(START, 5000);
    expect(guard.isEarly(START + 101)).toBe(true);
    expect(guard.isEarly(START + 4900)).toBe(true);
  });

  it('is not who had sent it before he could know, or waited', () => {
    const guard = new RequestGuard();
    guard.refused(START, 5000);
    expect(guard.isEarly(START - 1)).toBe(false);
    expect(guard.isEarly(START + 50)).toBe(false);
    expect(guard.isEarly(START + 5000)).toBe(false);
  });

  it('is held to the longest wait, even when a shorter one was asked for later', () => {
    const guard = new RequestGuard();
    guard.refused(START, 60_000);
    guard.refused(START + 1000, 1000);
    expect(guard.isEarly(START + 3000)).toBe(true);
  });
});

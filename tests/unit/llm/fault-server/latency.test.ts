import { describe, expect, it } from 'vitest';
import { Random } from '../../../../src/core/sample/random.ts';
import { drawTiming, parseLatency } from '../../../../tools/fault-server/latency.ts';
import type { Latency, Slowdown } from '../../../../tools/fault-server/latency.ts';

function total(latency: Latency, slowdown: Slowdown | null = null, arrival = 1, sinceStartMs = 0): number {
  const request = { outputTokens: 100, arrival, sinceStartMs };
  return drawTiming(latency, slowdown, request, new Random(1, arrival)).totalMs;
}

const FIXED: Latency = { kind: 'fixed', ms: 500 };

describe('latency', () => {
  it('is the same for each request when it is fixed', () => {
    expect([total(FIXED), total(FIXED, null, 2)]).toEqual([500, 500]);
  });

  it('has the median and the spread asked for when it is lognormal, and the same draws for the same seed', () => {
    const latency: Latency = { kind: 'lognormal', medianMs: 2000, sigma: 0.4 };
    const draws = (): number[] => Array.from({ length: 4001 }, (_, at) => total(latency, null, at + 1));
    const sorted = draws().toSorted((one, other) => one - other);
    expect((sorted[2000] ?? 0) / 2000).toBeCloseTo(1, 1);
    // 84 % of a lognormal distribution lie below median · e^sigma.
    expect((sorted[3366] ?? 0) / (2000 * Math.exp(0.4))).toBeCloseTo(1, 1);
    expect(draws()).toEqual(draws());
  });

  it('grows with the length of the answer, after a first piece that does not', () => {
    const latency: Latency = { kind: 'tokens', baseMs: 300, perOutputTokenMs: 5 };
    const request = { outputTokens: 100, arrival: 1, sinceStartMs: 0 };
    expect(drawTiming(latency, null, request, new Random(1, 1))).toEqual({ totalMs: 800, firstMs: 300 });
  });

  it('is longer from a request on', () => {
    const slowdown = { factor: 2, atArrival: 10 };
    expect([total(FIXED, slowdown, 9), total(FIXED, slowdown, 10)]).toEqual([500, 1000]);
  });

  it('is longer from a moment on', () => {
    const slowdown = { factor: 2, atMs: 60_000 };
    expect([total(FIXED, slowdown, 1, 59_999), total(FIXED, slowdown, 1, 60_000)]).toEqual([500, 1000]);
  });

  it.each([
    ['500', { kind: 'fixed', ms: 500 }],
    ['500:10', { kind: 'fixed', ms: 500, firstMs: 10 }],
    ['500:10:1', null],
    ['lognormal:2000:0.4', { kind: 'lognormal', medianMs: 2000, sigma: 0.4 }],
    ['tokens:300:5', { kind: 'tokens', baseMs: 300, perOutputTokenMs: 5 }],
    ['soon', null],
    ['-5', null],
    ['fixed:1:2', null],
    ['lognormal:2000', null],
    ['tokens:a:b', null],
  ])('%s is read as it is meant', (text, latency) => {
    expect(parseLatency(text)).toEqual(latency);
  });
});

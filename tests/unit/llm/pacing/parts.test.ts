import { describe, expect, it } from 'vitest';
import { CircuitBreaker } from '../../../../src/core/extract/llm/pacing/circuit-breaker.ts';
import type { Hold } from '../../../../src/core/extract/llm/pacing/circuit-breaker.ts';
import { ConcurrencyLimit } from '../../../../src/core/extract/llm/pacing/concurrency-limit.ts';
import { fitLine } from '../../../../src/core/extract/llm/pacing/latency-model.ts';
import { SlidingWindow, TokenBucket } from '../../../../src/core/extract/llm/pacing/rate-gate.ts';
import { SteadyClock } from '../../../../src/core/extract/llm/pacing/steady-clock.ts';
import type { FailureClass } from '../../../../src/shared/failure-classes.ts';
import { seeded } from './support/random.ts';
import { SimClock } from '../../../support/sim-clock.ts';

/** When each of so many could be taken, one after the other. */
function takeAll(bucket: TokenBucket, amounts: readonly number[]): number[] {
  let now = 0;
  return amounts.map((amount) => {
    now += bucket.timeUntil(amount, now);
    bucket.take(amount, now);
    return now;
  });
}

const hold = (cause: FailureClass): Hold => ({ cause, detail: '' });

function mostInAMinute(times: readonly number[]): number {
  return Math.max(...times.map((from) => times.filter((at) => at >= from && at < from + 60_000).length));
}

describe('a token bucket', () => {
  it.each([1, 3, 10, 49, 60, 120, 500, 3_000])(
    'never gives more than %i in any minute, and nearly as many',
    (perMinute) => {
      const times = takeAll(
        new TokenBucket(perMinute, 0),
        Array.from({ length: perMinute * 4 }, () => 1),
      );
      expect(mostInAMinute(times)).toBeLessThanOrEqual(perMinute);
      expect(times.at(-1)).toBeLessThanOrEqual((4 * 60_000) / 0.95);
    },
  );

  it('lets a request larger than itself through, and the next ones wait for it', () => {
    const bucket = new TokenBucket(60_000, 0);
    const [first, second] = takeAll(bucket, [30_000, 1_000]);
    expect(first).toBe(0);
    expect(second).toBeGreaterThan(28_000);
  });

  it('follows a new rate at once', () => {
    const bucket = new TokenBucket(60, 0);
    bucket.take(1, 0);
    bucket.setRate(600, 0);
    expect(bucket.timeUntil(1, 0)).toBeLessThan(110);
  });
});

describe('a sliding window', () => {
  it('never lets more than the limit into any minute, whatever the sizes', () => {
    const random = seeded(2);
    const window = new SlidingWindow();
    const taken: { at: number; amount: number }[] = [];
    let now = 0;
    for (let index = 0; index < 300; index++) {
      const amount = Math.ceil(random() * 3_000);
      now += window.timeUntil(amount, 10_000, now);
      window.add(amount, now);
      taken.push({ at: now, amount });
    }
    for (const { at: from } of taken) {
      const within = taken.filter(({ at }) => at >= from && at < from + 60_000);
      expect(within.reduce((sum, { amount }) => sum + amount, 0)).toBeLessThanOrEqual(10_000);
    }
    expect(now).toBeLessThan(300 * 60_000 * 0.2);
  });
});

describe('the circuit breaker', () => {
  it('takes over a later end of a request that was in flight, but not an earlier one', () => {
    const breaker = new CircuitBreaker(() => 1);
    const [a, b, c] = [breaker.pass(0), breaker.pass(1), breaker.pass(2)];
    breaker.throttled(a, hold('rate_limited'), 10_000, 0);
    breaker.throttled(b, hold('rate_limited'), 30_000, 1_000);
    breaker.throttled(c, hold('rate_limited'), 2_000, 2_000);
    expect(breaker.state(2_000).until).toBe(31_000);
    expect(breaker.waitMs(31_000, 0)).toBe(1);
    expect(breaker.waitMs(31_001, 0)).toBe(0);
  });

  it('lets one request try after nothing was taken, and the others when it was', () => {
    const breaker = new CircuitBreaker(() => 1);
    breaker.throttled(breaker.pass(0), hold('rate_limited'), 1_000, 0);
    const probe = breaker.pass(0);
    expect(probe.probe).toBe(true);
    expect(breaker.waitMs(2_000, 1)).toBeNull();
    breaker.succeeded(probe);
    expect(breaker.waitMs(2_000, 1)).toBe(0);
  });

  it('stays shut for failures that are the quickest outcomes of a burst, and opens when most of it failed', () => {
    const breaker = new CircuitBreaker(() => 1);
    const burst = Array.from({ length: 16 }, (_, index) => breaker.pass(index));
    burst.slice(0, 8).forEach((passage) => breaker.faulted(passage, hold('server_error'), 10));
    expect(breaker.waitMs(10, 8)).toBe(0);
    burst.slice(8, 9).forEach((passage) => breaker.faulted(passage, hold('server_error'), 10));
    expect(breaker.waitMs(10, 7)).toBeGreaterThan(0);
  });

  it('opens for an outage that announces answers and gives none', () => {
    const breaker = new CircuitBreaker(() => 1);
    for (let index = 0; index < 5; index++) {
      const passage = breaker.pass(0);
      breaker.accepted(passage);
      breaker.faulted(passage, hold('timeout'), index);
    }
    expect(breaker.state(5)).toMatchObject({ hold: { cause: 'timeout' } });
  });

  it('lets go at once when what it waits for is lifted', () => {
    const breaker = new CircuitBreaker(() => 1);
    breaker.throttled(breaker.pass(0), hold('rate_limited'), 60_000, 0);
    breaker.lift();
    expect(breaker.waitMs(1, 0)).toBe(0);
    expect(breaker.state(1)).toEqual({ until: null, hold: null });
    expect(breaker.pass(0).probe).toBe(false);
  });

  it('does not wait longer for a burst of failures than for one', () => {
    const breaker = new CircuitBreaker(() => 1);
    const passages = Array.from({ length: 32 }, (_, index) => breaker.pass(index));
    for (const passage of passages) breaker.faulted(passage, hold('network'), 0);
    expect(breaker.state(0).until).toBe(1_000);
  });
});

describe('the concurrency limit', () => {
  it('doubles while nothing is refused, and cuts once for a burst', () => {
    const limit = new ConcurrencyLimit(64);
    limit.admit(1, 0);
    expect(limit.value(0)).toBe(2);
    expect(limit.value(50)).toBe(8);
    const burst = Array.from({ length: 8 }, (_, index) => limit.admit(index + 1, 50));
    const cuts = burst.filter((admission) => limit.refused(admission, 60));
    expect(cuts).toHaveLength(1);
    expect(limit.value(1_000)).toBe(5);
  });

  it('is not cut by refusals that have nothing to do with it', () => {
    const limit = new ConcurrencyLimit(16, 16);
    const random = seeded(4);
    for (let index = 0; index < 1_000; index++) {
      const admission = limit.admit(limit.value(index), index);
      if (random() < 0.15) limit.refused(admission, index);
      else limit.accepted(admission, index);
    }
    expect(limit.value(1_000)).toBeGreaterThanOrEqual(12);
  });

  it('is not cut by the refusals of a burst whose answers take longer to come', () => {
    const limit = new ConcurrencyLimit(32, 32);
    const burst = Array.from({ length: 32 }, (_, index) => limit.admit(index + 1, 0));
    burst
      .filter((_, index) => index % 4 === 0)
      .reverse()
      .forEach((admission) => limit.refused(admission, 10));
    expect(limit.value(10)).toBe(32);
  });

  it('goes on from where it was when a refusal strikes as it opens', () => {
    const limit = new ConcurrencyLimit(32);
    const first = limit.admit(1, 0);
    limit.refused(first, 55);
    expect(limit.value(2_000)).toBe(8);
    limit.admit(1, 2_000);
    expect(limit.value(2_025)).toBe(16);
  });

  it('is never below one', () => {
    const limit = new ConcurrencyLimit(4);
    for (let index = 0; index < 50; index++) {
      limit.refused(limit.admit(2, index), index);
      limit.accepted(limit.admit(1, index), index);
    }
    expect(limit.value(50)).toBeGreaterThanOrEqual(1);
  });
});

describe('a robust line', () => {
  it('is not bent by a few that are far off', () => {
    const points = Array.from({ length: 40 }, (_, index) => ({ x: index * 100, y: 500 + index * 1_000 }));
    const bent = points.map((point, index) => (index % 8 === 0 ? { ...point, y: 500_000 } : point));
    const { base, slope } = fitLine(bent);
    expect(slope).toBeCloseTo(10, 1);
    expect(base).toBeCloseTo(500, -2);
  });
});

describe('a steady clock', () => {
  it('stands still when the clock is set back, and goes on from there', () => {
    const clock = new SimClock(1_000_000);
    const steady = new SteadyClock(clock);
    clock.jump(-3_600_000);
    expect(steady.now()).toBe(1_000_000);
    clock.jump(500);
    expect(steady.now()).toBe(1_000_500);
    expect(steady.wallTime(steady.now())).toBe(clock.now());
  });
});

import { describe, expect, it } from 'vitest';
import { RoundBalance } from '../../../../src/core/extract/llm/planning/round-balance.ts';

const UNIT = 50;

/** Sizes of the requests of a run in which every answer comes and `size` units fit one. */
function sizesOf(
  units: number,
  concurrency: number,
  most: number,
  perMinute: number | null = null,
): number[] {
  const balance = new RoundBalance();
  const sizes: number[] = [];
  const inFlight: number[] = [];
  let [waiting, left] = [units, units];
  while (left > 0) {
    while (waiting > 0 && inFlight.length < concurrency) {
      const allowed = balance.units({ most: () => most, weightLeft: left * UNIT, concurrency, perMinute });
      const size = Math.min(waiting, most, allowed);
      balance.sent(size, size * UNIT);
      sizes.push(size);
      inFlight.push(size);
      waiting -= size;
    }
    const size = inFlight.shift() ?? 0;
    balance.ended(size * UNIT);
    left -= size;
  }
  return sizes;
}

describe('RoundBalance', () => {
  it('fills whole rounds, eight of them when there are few users', () => {
    for (const most of [12, 4]) {
      const requests = sizesOf(500, 16, most).length;
      expect(requests).toBeLessThanOrEqual(128);
      expect(requests).toBeGreaterThan(120);
    }
  });

  it('makes requests large where they are scarce', () => {
    expect(sizesOf(500, 32, 12, 60).length).toBeLessThanOrEqual(64);
    expect(sizesOf(500, 32, 12, 600).length).toBeGreaterThan(100);
  });

  it('makes no request smaller than a quarter of what it may hold', () => {
    const sizes = sizesOf(60, 32, 12);
    expect(sizes.length).toBeLessThanOrEqual(20);
    expect(sizes.length).toBeGreaterThan(14);
  });

  it('leaves the requests of a long run as large as they may be', () => {
    const sizes = sizesOf(3_200, 8, 10);
    expect(sizes).toHaveLength(320);
    expect(Math.max(...sizes)).toBe(10);
  });

  it('spreads a last round that would hold a few requests only', () => {
    // 33 full requests would take nine rounds of the longest answers there are.
    const sizes = sizesOf(33 * 8, 4, 8);
    expect(sizes).toHaveLength(36);
    expect(sizes.filter((size) => size < 8).length).toBeGreaterThan(20);
  });

  it('makes requests larger again when users come back, and ends with all of them sent', () => {
    const balance = new RoundBalance();
    const next = (left: number): number =>
      balance.units({ most: () => 8, weightLeft: left * UNIT, concurrency: 1, perMinute: null });
    expect(next(100)).toBe(Infinity);
    for (let sent = 0; sent < 100; sent += 5) balance.sent(5, 5 * UNIT);
    for (let ended = 0; ended < 100; ended += 5) balance.ended(5 * UNIT);
    expect(next(40)).toBe(8);
    expect(next(0)).toBe(1);
  });

  it('tells how many requests there will be', () => {
    const balance = new RoundBalance();
    expect(balance.total(3, 0, 400)).toBe(3);
    balance.sent(4, 200);
    expect(balance.total(3, 1, 400)).toBe(5);
  });
});

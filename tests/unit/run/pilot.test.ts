import { describe, expect, it } from 'vitest';
import { shareUntilWait } from '../../../src/core/run/model-figures.ts';

/** A run of 100 users with a pilot. */
const run = (
  processedUsers: number,
  pilotUsers: number | null,
  pilotReleased = false,
): Parameters<typeof shareUntilWait>[0] => ({
  totalUsers: 100,
  processedUsers,
  model: {
    name: 'm',
    currency: 'CNY',
    priced: true,
    maxCost: null,
    maxTokens: null,
    pilotUsers,
    pilotReleased,
    pilotDetail: null,
    fresh: false,
    cachedUsers: 0,
    guardrailEvents: 0,
    regroupedEvents: 0,
    unsupportedEvents: 0,
    lowCoverageUsers: 0,
  },
});

describe('shareUntilWait', () => {
  it('is what is left of the pilot while it goes on', () => {
    expect(shareUntilWait(run(0, 20))).toBeCloseTo(0.2);
    expect(shareUntilWait(run(10, 20))).toBeCloseTo(10 / 90);
  });

  it('is all when there is no pilot, when it is done, or when it is everybody', () => {
    expect(shareUntilWait(run(10, null))).toBe(1);
    expect(shareUntilWait(run(20, 20))).toBe(1);
    expect(shareUntilWait(run(30, 20, true))).toBe(1);
    expect(shareUntilWait(run(10, 100))).toBe(1);
    expect(shareUntilWait({ ...run(10, null), model: null })).toBe(1);
  });
});

import { describe, expect, it } from 'vitest';
import { RunEstimator } from '../../../src/core/run/estimate.ts';

describe('RunEstimator', () => {
  it('says nothing before it has measured', () => {
    const estimator = new RunEstimator();
    estimator.reset({ activeMs: 0, weight: 0, users: 0 });
    estimator.record({ activeMs: 900, weight: 50, users: 1 });
    expect(estimator.remainingSeconds(100)).toBeNull();
    expect(estimator.usersPerMinute()).toBeNull();
  });

  it('divides the work left by the speed of work', () => {
    const estimator = new RunEstimator();
    estimator.reset({ activeMs: 0, weight: 0, users: 0 });
    estimator.record({ activeMs: 10_000, weight: 100, users: 5 });
    expect(estimator.remainingSeconds(55)).toBe(6);
    expect(estimator.usersPerMinute()).toBe(30);
    expect(estimator.remainingSeconds(0)).toBe(0);
  });

  it('notices a slowdown: within two windows the old speed is forgotten', () => {
    const estimator = new RunEstimator();
    estimator.reset({ activeMs: 0, weight: 0, users: 0 });
    let weight = 0;
    for (let second = 1; second <= 120; second += 1) {
      weight += second <= 60 ? 20 : 10;
      estimator.record({ activeMs: second * 1000, weight, users: second });
    }
    expect(estimator.remainingSeconds(1000)).toBeGreaterThanOrEqual(98);
    expect(estimator.remainingSeconds(1000)).toBeLessThanOrEqual(100);
  });

  it('measures exactly although it keeps few samples', () => {
    const estimator = new RunEstimator();
    estimator.reset({ activeMs: 0, weight: 0, users: 0 });
    for (let commit = 1; commit <= 5000; commit += 1)
      estimator.record({ activeMs: commit, weight: commit * 3, users: commit });
    expect(estimator.remainingSeconds(3000 * 7)).toBe(7);
  });
});

import { describe, expect, it } from 'vitest';
import { RunEstimator } from '../../../src/core/run/estimate.ts';

type Totals = Parameters<RunEstimator['record']>[0];

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

  /** So many commits of ten behaviours each, this far apart. */
  function work(estimator: RunEstimator, from: Totals, commits: number, everyMs: number): Totals {
    let totals = from;
    for (let commit = 0; commit < commits; commit += 1) {
      const { activeMs, weight, users } = totals;
      totals = { activeMs: activeMs + everyMs, weight: weight + 10, users: users + 1 };
      estimator.record(totals);
    }
    return totals;
  }
  const START: Totals = { activeMs: 0, weight: 0, users: 0 };

  it('of a service that becomes half as fast, forgets the old speed after some answers', () => {
    const estimator = new RunEstimator();
    estimator.reset(START, true);
    const before = work(estimator, START, 300, 200);
    expect(estimator.remainingSeconds(1000)).toBe(20);
    work(estimator, before, 20, 400);
    expect(estimator.remainingSeconds(1000)).toBeGreaterThanOrEqual(36);
    expect(estimator.remainingSeconds(1000)).toBeLessThanOrEqual(40);
  });

  it('of a service that was still for once, keeps the speed it had', () => {
    const estimator = new RunEstimator();
    estimator.reset(START, true);
    const before = work(estimator, START, 300, 200);
    const after = work(estimator, before, 1, 10_000);
    work(estimator, after, 40, 200);
    expect(estimator.remainingSeconds(1000)).toBeLessThanOrEqual(24);
  });

  it('of a slow service, measures over more than a minute', () => {
    const estimator = new RunEstimator();
    estimator.reset(START, true);
    const odd = work(estimator, START, 20, 8_000);
    work(estimator, odd, 10, 6_000);
    expect(estimator.remainingSeconds(220)).toBe(162);
  });

  it('knows that the last round of requests takes longer than its work', () => {
    const estimator = new RunEstimator();
    estimator.reset(START, true);
    work(estimator, START, 100, 200);
    // Eight in flight and five answers a second: an answer takes 1.6 seconds.
    expect(estimator.remainingSeconds(1010, 8)).toBe(21);
    expect(estimator.remainingSeconds(0, 8)).toBe(0);
  });
});

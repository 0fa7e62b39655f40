import { describe, expect, it } from 'vitest';
import { MOST_TRIES } from '../../../../src/core/extract/llm/failure-policy.ts';
import type { RunSnapshot } from '../../../../src/shared/run.ts';
import { eventProblems, expectSameBooks } from '../../../support/model-books.ts';
import { ModelHarness } from '../../../support/model-harness.ts';
import { QuickClock } from '../../../support/quick-clock.ts';

const USERS = 90;

describe('a service that is away for a while', () => {
  it.each([
    ['refuse', 'network', 10],
    ['429', 'rate_limited', 5],
    ['500', 'server_error', 10],
  ] as const)('with %s is waited for, visibly, and costs no user', async (outage, cause, seconds) => {
    const clock = new QuickClock(10);
    const harness = await ModelHarness.open({
      users: USERS,
      clock,
      server: { latency: 300 },
      settings: { maxConcurrency: 3 },
    });
    await harness.start();
    await harness.until(({ processedUsers }) => processedUsers > 0);
    const awayAt = clock.now();
    await harness.server.control({ outage, outageSeconds: seconds });
    const isThrottled = ({ model }: RunSnapshot): boolean => (model?.throttledUntil ?? null) !== null;
    const waiting = await harness.until(isThrottled);
    expect(waiting).toMatchObject({ status: 'running', failedCount: 0 });
    expect(waiting.model?.throttledBy).toBe(cause);
    expect(waiting.model?.throttledUntil).toBeGreaterThan(awayAt);
    const last = await harness.ended();
    expect(last).toMatchObject({ status: 'completed', successCount: USERS, failedCount: 0 });
    expect(last.model).toMatchObject({ throttledUntil: null, throttledBy: null });
    expect(clock.now() - awayAt).toBeGreaterThanOrEqual(seconds * 1000);
    expect(eventProblems(harness.users, harness.events())).toEqual([]);
    expectSameBooks(harness.ledger(), harness.server.journal.entries);
    expect(harness.problems).toEqual([]);
  });

  it('is asked nothing before the time that it named', async () => {
    const harness = await ModelHarness.open({
      users: 40,
      server: { latency: 20, outage: '429', outageSeconds: 1.5, retryAfterSeconds: 1 },
    });
    expect(await harness.run()).toMatchObject({ status: 'completed', successCount: 40 });
    const { early, byRefusal } = harness.server.journal.totals();
    expect(early).toBe(0);
    // At once and a second later; on a machine that is busy the first request comes late, and one may be enough.
    expect(byRefusal.outage).toBeGreaterThanOrEqual(1);
    expect(byRefusal.outage).toBeLessThanOrEqual(2);
  });

  it('from the very start, and for longer than any user has tries, is waited for, too', async () => {
    const harness = await ModelHarness.open({
      users: 1,
      clock: new QuickClock(100),
      server: { outage: 'refuse', outageSeconds: 280, stream: false },
      settings: { timeoutSeconds: 600 },
    });
    const last = await harness.run();
    expect(last).toMatchObject({ status: 'completed', successCount: 1, failedCount: 0 });
    expect(last.model?.retriesByReason.network).toBeGreaterThan(MOST_TRIES);
  });
});

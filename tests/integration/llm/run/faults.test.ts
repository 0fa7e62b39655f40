import { describe, expect, it } from 'vitest';
import { FAILURE_CLASSES } from '../../../../src/shared/failure-classes.ts';
import { eventProblems, expectSameBooks, priceOf } from '../../../support/model-books.ts';
import { figuresOf, ModelHarness } from '../../../support/model-harness.ts';
import { QuickClock } from '../../../support/quick-clock.ts';

const USERS = 300;

describe.each(['F', 'hostile8'] as const)('a run through the faults of %s', (mix) => {
  it(
    'ends with every user complete, its snapshots sound and its books those of the server',
    { timeout: 60_000 },
    async () => {
      const harness = await ModelHarness.open({
        users: USERS,
        clock: new QuickClock(10),
        server: { mix, seed: 11, latency: 100, retryAfterSeconds: 0 },
        settings: { maxConcurrency: 8, timeoutSeconds: 15 },
      });
      const last = await harness.run();
      expect(last).toMatchObject({ status: 'completed', totalUsers: USERS, processedUsers: USERS });
      expect(last.successCount / USERS).toBeGreaterThanOrEqual(0.999);
      const failures = await harness.engine.runFailures(last.runId ?? 0);
      expect(failures.reduce((sum, { users }) => sum + users, 0)).toBe(last.failedCount);
      for (const { error } of failures)
        expect(FAILURE_CLASSES.map((name) => `model.${name}`)).toContain(error.code);
      expect(eventProblems(harness.users, harness.events())).toEqual([]);
      expect(harness.problems).toEqual([]);

      const ledger = harness.ledger();
      // One that was given up as overdue may have been on its way.
      expectSameBooks(ledger, harness.server.journal.entries, ['failed']);
      const figures = figuresOf(last);
      const retries = ledger.filter(({ cause }) => cause !== null);
      expect(figures.requests).toBe(ledger.length);
      expect(figures.retries).toBe(retries.length);
      expect(Object.values(figures.retriesByReason).reduce((sum, count) => sum + count, 0)).toBe(
        retries.length,
      );
      expect(figures.cost).toBeCloseTo(priceOf(ledger, harness.settings), 9);
      expect(
        ledger.map(({ state }) => state).filter((state) => state !== 'answered' && state !== 'failed'),
      ).toEqual([]);
    },
  );
});

import { describe, expect, it } from 'vitest';
import { eventProblems, expectSameBooks } from '../../../support/model-books.ts';
import { figuresOf, ModelHarness } from '../../../support/model-harness.ts';
import { QuickClock } from '../../../support/quick-clock.ts';
import { shoppers } from '../../../support/shoppers.ts';
import type { TestUser } from '../../../support/shoppers.ts';

const MARK = '毒药_X9';

/** Shoppers of whom one has something in his behaviours that the provider cannot stand. */
function withPoison(count: number): TestUser[] {
  return shoppers(count).map((user, index) =>
    index === 3
      ? { ...user, id: 'poisoned', behaviours: user.behaviours.map((each) => ({ ...each, item: MARK })) }
      : user,
  );
}

describe('answers longer than the model may give', () => {
  it.each([
    ['of a model that is verbose, in the output of a small local one', 40, 90, 4_000, 128_000],
    ['of users longer than any answer', 6, 450, 2_000, 64_000],
  ])(
    '%s are asked for in parts that fit',
    { timeout: 60_000 },
    async (_, count, behaviours, maxOutputTokens, contextTokens) => {
      const users = shoppers(count, { behaviours });
      const harness = await ModelHarness.open({
        users,
        server: { form: 'object' },
        settings: { maxOutputTokens, contextTokens, maxConcurrency: 4 },
      });
      expect(await harness.run()).toMatchObject({ status: 'completed', successCount: count, failedCount: 0 });
      expect(eventProblems(users, harness.events())).toEqual([]);
      const { outputTokens } = figuresOf(await harness.engine.runSnapshot());
      const needed = harness.ledger().filter(({ cause }) => cause === null);
      expect(needed.length).toBeGreaterThan(0);
      // Fewer than half of what was paid for was cut, while it was learned how much fits.
      const taken = (
        await Promise.all(
          (await harness.engine.listRequests(1000)).map(({ id }) => harness.engine.getRequest(id)),
        )
      )
        .filter((request) => request?.verdicts.some(({ accepted }) => accepted))
        .reduce((sum, request) => sum + (request?.outputTokens ?? 0), 0);
      expect(taken / outputTokens).toBeGreaterThan(0.5);
    },
  );

  it('are not asked for again in full when the run is interrupted', async () => {
    const users = shoppers(2, { behaviours: 300 });
    const harness = await ModelHarness.open({
      users,
      server: { form: 'object', latency: 150 },
      settings: { maxOutputTokens: 2_000, maxConcurrency: 1 },
    });
    await harness.start();
    await harness.until(({ processedUsers }) => processedUsers === 1);
    await harness.reopen('resume');
    expect(await harness.untilStatus('completed')).toMatchObject({ successCount: 2, failedCount: 0 });
    expect(eventProblems(users, harness.events())).toEqual([]);
    await harness.engine.clearWorkspace('events');
    expect(figuresOf(await harness.run())).toMatchObject({ cachedUsers: 2, requests: 0 });
  });
});

describe('a context that leaves little room', () => {
  it.each([
    ['is kept to when the settings say so', 8_192, 0],
    ['is found when the settings say too much', 64_000, 12],
  ])('%s', async (_, contextTokens, refused) => {
    const users = shoppers(30, { behaviours: 60 });
    const harness = await ModelHarness.open({
      users,
      server: { contextTokens: 8_192, form: 'object' },
      settings: { contextTokens, maxConcurrency: 4 },
    });
    expect(await harness.run()).toMatchObject({ status: 'completed', successCount: 30, failedCount: 0 });
    expect(eventProblems(users, harness.events())).toEqual([]);
    expect(harness.server.journal.totals().byRefusal.too_long ?? 0).toBeLessThanOrEqual(refused);
  });
});

describe('a user that the provider cannot stand', () => {
  it.each([
    ['server_error', 'model.server_error'],
    ['reset', 'model.network'],
    ['hang', 'model.timeout'],
    ['bad_request', 'model.bad_request'],
  ] as const)(
    'by %s, fails alone, with a reason, and lets the run end',
    { timeout: 60_000 },
    async (fate, code) => {
      const harness = await ModelHarness.open({
        users: withPoison(30),
        // No faster than answers of a few milliseconds stay far from a time-out.
        clock: new QuickClock(fate === 'hang' ? 200 : 40),
        server: { poison: { text: MARK, fate }, stream: false },
        settings: { maxConcurrency: 4, timeoutSeconds: 5 },
      });
      const last = await harness.run();
      expect(last).toMatchObject({ status: 'completed', successCount: 29, failedCount: 1 });
      const [failure] = await harness.engine.runFailures(last.runId ?? 0);
      expect(failure?.error.code).toBe(code);
      expect((await harness.engine.getUser('poisoned')).events).toEqual([]);
      expect(harness.problems).toEqual([]);
    },
  );

  it('stops the run, resumably, only where nothing at all is taken', async () => {
    const harness = await ModelHarness.open({
      users: 30,
      server: { poison: { text: '#1', fate: 'bad_request' } },
    });
    const last = await harness.run();
    expect(last).toMatchObject({ status: 'failed', resumable: true, processedUsers: 0, failedCount: 0 });
    expect(last.error?.code).toBe('model.bad_request');
    expect(harness.server.journal.entries.length).toBeLessThan(10);
  });
});

describe('a model of which nothing can be used', () => {
  it('stops the run before everybody was asked about many times', async () => {
    const harness = await ModelHarness.open({ users: 200, server: { mix: { thought_only: 100 } } });
    const last = await harness.run();
    expect(last).toMatchObject({ status: 'failed', resumable: true, failedCount: 0 });
    expect(last.error?.code).toBe('model.useless');
    expect(harness.server.journal.entries.length).toBeLessThan(100);
  });

  it('is no reason to stop when it is so for a few users only', async () => {
    const harness = await ModelHarness.open({
      users: withPoison(40),
      server: { poison: { text: MARK, fate: 'thought_only' } },
    });
    const last = await harness.run();
    expect(last).toMatchObject({ status: 'completed', successCount: 39, failedCount: 1 });
  });
});

describe('a stop while answers are on their way', () => {
  it('keeps what is paid for', async () => {
    const harness = await ModelHarness.open({
      users: 120,
      server: { latency: 150 },
      settings: { maxConcurrency: 6 },
    });
    await harness.start();
    await harness.until(({ processedUsers }) => processedUsers > 0);
    await harness.server.control({ outage: '402' });
    expect((await harness.ended()).error?.code).toBe('model.quota');
    expect(harness.ledger().filter(({ state }) => state === 'aborted' || state === 'sending')).toEqual([]);
    expectSameBooks(harness.ledger(), harness.server.journal.entries);

    await harness.server.control({ outage: null, latency: 10 });
    await harness.engine.resumeRun();
    expect(await harness.untilStatus('completed')).toMatchObject({ successCount: 120 });
    expect(harness.server.journal.totals().billedAgain).toBe(0);
  });
});

import { describe, expect, it } from 'vitest';
import { eventProblems } from '../../../support/model-books.ts';
import type { StoredEvent } from '../../../support/model-books.ts';
import { figuresOf, ModelHarness } from '../../../support/model-harness.ts';
import { shoppers } from '../../../support/shoppers.ts';
import type { TestUser } from '../../../support/shoppers.ts';

/** One user with so many behaviours that no request of the small context could hold them, among short ones. */
function users(): TestUser[] {
  const [long, ...others] = shoppers(5, { seed: 8, behaviours: 400 });
  return [
    ...others.map((user) => ({ ...user, behaviours: user.behaviours.slice(0, 6) })),
    ...(long ? [{ ...long, id: 'long' }] : []),
  ];
}

const SMALL = { contextTokens: 8_000, maxOutputTokens: 2_000 };

const comparable = (events: StoredEvent[]): unknown[] =>
  events.map(({ userId, type, category, startTime, endTime, evidence }) => [
    userId,
    type,
    category,
    startTime,
    endTime,
    evidence,
  ]);

async function whole(): Promise<StoredEvent[]> {
  const harness = await ModelHarness.open({
    users: users(),
    settings: { contextTokens: 128_000, maxOutputTokens: 32_000 },
  });
  await harness.run();
  expect(partsOf(harness)).toBe(1);
  return harness.events();
}

/** Into how many parts the long user was cut. */
function partsOf(harness: ModelHarness): number {
  return harness.read((db) =>
    Number(
      db.prepare('SELECT max(j.value ->> 2) AS parts FROM requests r, json_each(r.asked) j').get()?.['parts'],
    ),
  );
}

describe('a user too long for one request', () => {
  it('is cut, and his parts are joined in order to the events of the whole', async () => {
    const harness = await ModelHarness.open({ users: users(), settings: SMALL });
    expect(await harness.run()).toMatchObject({ status: 'completed', successCount: 5 });
    expect(partsOf(harness)).toBeGreaterThan(3);
    expect(eventProblems(harness.users, harness.events())).toEqual([]);
    expect(comparable(harness.events())).toEqual(comparable(await whole()));
    const { events } = await harness.engine.getUser('long');
    expect(events.map(({ startTime }) => startTime)).toEqual(
      events.map(({ startTime }) => startTime).toSorted((a, b) => a - b),
    );
  });

  it('keeps the parts that are answered when the run is interrupted', async () => {
    const harness = await ModelHarness.open({
      users: users(),
      settings: { ...SMALL, maxConcurrency: 1 },
      // Several times the interval of snapshots, so that one tells of each moment that is waited for.
      server: { latency: 300 },
    });
    await harness.start();
    // The short ones are done, and the long one is being asked about.
    await harness.until(({ processedUsers }) => processedUsers === 4);
    const answered = harness.server.journal.entries.length;
    await harness.until(({ model }) => (model?.requests ?? 0) >= answered + 2);
    await harness.reopen('resume');
    const last = await harness.untilStatus('completed');
    expect(last).toMatchObject({ successCount: 5 });
    const { billedAgain, billedRequests } = harness.server.journal.totals();
    expect(billedAgain).toBe(0);
    expect(billedRequests).toBe(harness.ledger().filter(({ state }) => state === 'answered').length);
    expect(comparable(harness.events())).toEqual(comparable(await whole()));
  });

  it('is asked again about just the parts that the answer left out', async () => {
    const harness = await ModelHarness.open({
      users: users(),
      settings: SMALL,
      server: { mix: { omit: 40, cut: 10 }, seed: 5 },
    });
    expect(await harness.run()).toMatchObject({ status: 'completed', successCount: 5, failedCount: 0 });
    expect(eventProblems(harness.users, harness.events())).toEqual([]);
    expect(comparable(harness.events())).toEqual(comparable(await whole()));
  });

  it('with all parts answered is one cached user', async () => {
    const harness = await ModelHarness.open({ users: users(), settings: SMALL });
    await harness.run();
    await harness.engine.clearWorkspace('events');
    expect(figuresOf(await harness.run())).toMatchObject({ cachedUsers: 5, requests: 0 });
  });
});

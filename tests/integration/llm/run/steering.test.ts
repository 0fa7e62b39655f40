import { describe, expect, it, vi } from 'vitest';
import type { RunSnapshot } from '../../../../src/shared/run.ts';
import { eventProblems, expectSameBooks } from '../../../support/model-books.ts';
import { figuresOf, ModelHarness } from '../../../support/model-harness.ts';
import type { ModelHarnessOptions } from '../../../support/model-harness.ts';

const USERS = 90;
/** A model that takes long enough to be interrupted, asked by few at a time. */
const SLOW: ModelHarnessOptions = {
  users: USERS,
  server: { latency: 150, writes: 5 },
  settings: { maxConcurrency: 3 },
};

/** A run with some users done and requests in flight. */
async function underWay(options = SLOW): Promise<ModelHarness> {
  const harness = await ModelHarness.open(options);
  await harness.start();
  await harness.until(({ processedUsers, model }) => processedUsers > 0 && (model?.inFlight ?? 0) > 1);
  return harness;
}

/** Paused, and what was in flight is judged and committed. */
function isIdle({ status, currentUserCount }: RunSnapshot): boolean {
  return status === 'paused' && currentUserCount === 0;
}

describe('a pause', () => {
  it('sends nothing more, keeps what was in flight, and ends when it is told to', async () => {
    // One more waits for one of these to end, which is later than a request may still come.
    const harness = await underWay({ ...SLOW, server: { latency: 900 } });
    const isFull = (): void => expect(harness.server.journal.totals().inFlight).toBe(3);
    await vi.waitFor(isFull, 10_000);
    const pausedAt = Date.now();
    const paused = await harness.engine.pauseRun();
    expect(paused.status).toBe('paused');
    const idle = await harness.until(isIdle);
    expect(idle.processedUsers).toBeGreaterThan(paused.processedUsers);
    expect(idle.processedUsers).toBeLessThan(USERS);
    const { entries } = harness.server.journal;
    expect(Math.max(...entries.map(({ time }) => time)) - pausedAt).toBeLessThanOrEqual(200);
    expect(entries.every(({ endTime }) => endTime !== null)).toBe(true);
    expect(idle.successCount).toBe((await harness.engine.workspaceInfo()).sequences.succeeded);

    await harness.server.control({ latency: 20 });
    await harness.engine.resumeRun();
    expect(await harness.untilStatus('completed')).toMatchObject({
      runId: paused.runId,
      successCount: USERS,
    });
    expect(eventProblems(harness.users, harness.events())).toEqual([]);
    expectSameBooks(harness.ledger(), harness.server.journal.entries);
    expect(harness.problems).toEqual([]);
  });

  it('is the moment to change the model: what is asked afterwards is asked of the new one', async () => {
    const harness = await underWay();
    await harness.engine.pauseRun();
    const before = (await harness.until(isIdle)).model?.requests ?? 0;
    await harness.use({ model: 'another', maxConcurrency: 2 });
    await harness.engine.resumeRun();
    expect((await harness.untilStatus('completed')).model).toMatchObject({ model: 'another' });
    const later = harness.server.journal.entries.slice(before);
    expect(later.length).toBeGreaterThan(0);
    expect(harness.server.journal.totals().maxInFlight).toBe(3);
    expect(harness.problems).toEqual([]);
  });

  it('outlasts a restart, and nothing is asked until it ends', async () => {
    const harness = await underWay();
    await harness.engine.pauseRun();
    const { processedUsers } = await harness.until(isIdle);
    await harness.reopen('resume');
    const requests = harness.server.journal.entries.length;
    expect(await harness.engine.runSnapshot()).toMatchObject({ status: 'paused', processedUsers });
    expect(harness.server.journal.entries).toHaveLength(requests);
    await harness.engine.resumeRun();
    expect(await harness.untilStatus('completed')).toMatchObject({ successCount: USERS });
    expect(eventProblems(harness.users, harness.events())).toEqual([]);
  });
});

describe('a cancel', () => {
  it('ends what is in flight within a second, and nothing comes of it any more', async () => {
    const harness = await underWay({ ...SLOW, server: { latency: 60 } });
    // From here on no answer would come for a minute.
    await harness.server.control({ latency: 60_000 });
    await vi.waitFor(() => {
      const { entries } = harness.server.journal;
      expect(entries.filter(({ endTime }) => endTime === null).length).toBe(3);
    }, 10_000);
    await harness.until(({ model }) => model?.inFlight === 3);
    const cancelledAt = Date.now();
    const cancelled = await harness.engine.cancelRun();
    expect(cancelled).toMatchObject({ status: 'cancelled', resumable: false });
    const { entries } = harness.server.journal;
    await expect.poll(() => entries.every(({ endTime }) => endTime !== null)).toBe(true);
    expect(Math.max(...entries.map(({ endTime }) => endTime ?? 0)) - cancelledAt).toBeLessThanOrEqual(1000);
    await vi.waitFor(() => {
      const states = harness.ledger().map(({ state }) => state);
      expect(states.filter((state) => state === 'aborted')).toHaveLength(3);
      expect(states.filter((state) => state === 'sending')).toEqual([]);
    }, 10_000);
    await expect(harness.engine.resumeRun()).rejects.toMatchObject({ code: 'run.not_resumable' });
    const requests = entries.length;
    await harness.reopen('resume');
    expect(await harness.engine.runSnapshot()).toMatchObject({
      status: 'cancelled',
      processedUsers: cancelled.processedUsers,
    });
    expect(entries).toHaveLength(requests);
  });

  it('leaves no request looking as if it were still under way, even when the window is closed at once', async () => {
    const harness = await underWay();
    void harness.engine.cancelRun();
    await harness.reopen();
    const states = (await harness.engine.listRequests(50)).map(({ state }) => state);
    expect(states.filter((state) => state === 'sending' || state === 'streaming')).toEqual([]);
  });
});

describe('a restart', () => {
  it('goes on by itself where the run was, and asks again at most what was in flight', async () => {
    const harness = await underWay();
    const inFlight = harness.snapshots.at(-1)?.model?.inFlight ?? 0;
    const before = harness.snapshots.at(-1)?.processedUsers ?? 0;
    await harness.reopen('resume');
    const last = await harness.untilStatus('completed');
    expect(last).toMatchObject({ successCount: USERS, resumedAutomatically: true });
    expect(before).toBeGreaterThan(0);
    expect(harness.server.journal.totals().billedAgain).toBeLessThanOrEqual(inFlight);
    expect(eventProblems(harness.users, harness.events())).toEqual([]);
    expectSameBooks(harness.ledger(), harness.server.journal.entries, ['aborted']);
    expect(figuresOf(last).requests).toBe(harness.ledger().length);
    expect(harness.problems).toEqual([]);
  });
});

describe('a pilot', () => {
  const PILOT = 20;

  async function afterPilot(): Promise<ModelHarness> {
    const harness = await ModelHarness.open({ users: USERS });
    await harness.start({ pilotUsers: PILOT });
    const paused = await harness.untilStatus('paused');
    expect(paused).toMatchObject({ processedUsers: PILOT, successCount: PILOT, resumable: true });
    expect(figuresOf(paused)).toMatchObject({ pilotUsers: PILOT, pilotDone: true });
    return harness;
  }

  it('asks about its users and nobody else, then waits; the rest follows when it is released', async () => {
    const harness = await afterPilot();
    const { entries } = harness.server.journal;
    expect(entries.reduce((sum, { units }) => sum + units, 0)).toBe(PILOT);
    expect((await harness.engine.workspaceInfo()).sequences).toEqual({
      pending: USERS - PILOT,
      succeeded: PILOT,
      failed: 0,
    });
    await harness.engine.resumeRun();
    const last = await harness.untilStatus('completed');
    expect(last).toMatchObject({ successCount: USERS });
    expect(figuresOf(last).pilotDone).toBe(false);
    expect(entries.reduce((sum, { units }) => sum + units, 0)).toBe(USERS);
    expect(eventProblems(harness.users, harness.events())).toEqual([]);
    expect(harness.problems).toEqual([]);
  });

  it('still waits after a restart', async () => {
    const harness = await afterPilot();
    await harness.reopen('resume');
    const found = await harness.engine.runSnapshot();
    expect(found).toMatchObject({ status: 'paused', processedUsers: PILOT });
    expect(figuresOf(found).pilotDone).toBe(true);
    await harness.engine.resumeRun();
    expect(await harness.untilStatus('completed')).toMatchObject({ successCount: USERS });
  });

  it('is as large as it was meant to be when a restart or a pause falls into it', async () => {
    const harness = await ModelHarness.open({ ...SLOW, server: { latency: 100 } });
    await harness.start({ pilotUsers: 50 });
    await harness.until(({ processedUsers }) => processedUsers > 0);
    await harness.reopen('resume');
    await harness.engine.pauseRun();
    expect(figuresOf(await harness.engine.runSnapshot()).pilotDone).toBe(false);
    await harness.engine.resumeRun();
    const paused = await harness.until(({ model }) => model?.pilotDone === true);
    expect(paused).toMatchObject({ status: 'paused', processedUsers: 50 });
  });

  it('of more users than there are is the whole run', async () => {
    const harness = await ModelHarness.open({ users: 10 });
    expect(await harness.run({ pilotUsers: 50 })).toMatchObject({ status: 'completed', successCount: 10 });
  });
});

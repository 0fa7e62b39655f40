import { describe, expect, it, onTestFinished } from 'vitest';
import type { AnyExtractor } from '../../../src/core/run/drive.ts';
import { delayedStore } from '../../support/delayed-store.ts';
import { RunHarness } from '../../support/run-harness.ts';
import { ScriptedExtractor, succeed } from '../../support/scripted-extractor.ts';
import { ScriptedStream } from '../../support/scripted-stream.ts';
import { tempFolder } from '../../support/temp.ts';

const ALL = { kind: 'remaining' } as const;

async function harness<X extends AnyExtractor>(users: number, extractor: X): Promise<RunHarness<X>> {
  const made = await RunHarness.open({
    folder: tempFolder(),
    users,
    behavioursEach: 3,
    extractor,
    wrapStore: delayedStore,
  });
  onTestFinished(async () => {
    await made.engine.suspend();
    made.workspace.file.close();
  });
  return made;
}

const settle = (): Promise<void> => new Promise((resolve) => setTimeout(resolve, 20));

describe('a run on a store that answers later', () => {
  it('processes every user once, however many batches are in work', async () => {
    const extractor = new ScriptedExtractor({ concurrency: 4 });
    const run = await harness(21, extractor);
    await run.engine.start(ALL);
    expect(await run.until('completed')).toMatchObject({ processedUsers: 21, currentUserCount: 0 });
    const asked = extractor.asked.flat();
    expect(asked).toHaveLength(21);
    expect(new Set(asked).size).toBe(21);
  });

  it('is started once, whatever is asked for at the same time', async () => {
    const extractor = new ScriptedExtractor();
    extractor.hold();
    const run = await harness(4, extractor);
    const starts = await Promise.allSettled([run.engine.start(ALL), run.engine.start(ALL)]);
    expect(run.engine.active).toBe(true);
    expect(starts.map(({ status }) => status)).toEqual(['fulfilled', 'rejected']);
    expect(starts[1]).toMatchObject({ reason: { code: 'run.already_active' } });
    extractor.release();
    expect(await run.until('completed')).toMatchObject({ runId: 1, processedUsers: 4 });
  });

  it('is active from the moment in which it is asked for', async () => {
    const extractor = new ScriptedExtractor();
    const run = await harness(2, extractor);
    const started = run.engine.start(ALL);
    expect(run.engine.active).toBe(true);
    await started;
    await run.until('completed');
  });

  it('shows what is on disk when it is cancelled while a commit is on its way', async () => {
    const extractor = new ScriptedExtractor();
    const run = await harness(6, extractor);
    extractor.hold();
    await run.engine.start(ALL);
    await expect.poll(() => extractor.asked).toHaveLength(1);
    extractor.step();
    const cancelled = await run.engine.cancel();
    expect(cancelled.status).toBe('cancelled');
    extractor.release();
    await run.engine.settled();
    const shown = await run.engine.snapshot();
    const stored = run.workspace.runs.latest();
    expect(stored?.status).toBe('cancelled');
    expect(shown).toMatchObject({ status: 'cancelled', processedUsers: stored?.processedUsers });
    expect(run.workspace.contents.figures().sequences.succeeded).toBe(stored?.processedUsers);
  });

  it('stays completed when a pause comes while its last commit is on its way', async () => {
    const extractor = new ScriptedExtractor({ maxUsers: 2 });
    const run = await harness(2, extractor);
    extractor.hold();
    await run.engine.start(ALL);
    await expect.poll(() => extractor.asked).toHaveLength(1);
    extractor.release();
    // The commit takes a turn of the event loop, and so does the pause behind it.
    await Promise.resolve();
    await Promise.resolve();
    await run.engine.pause().catch((error: { code: string }) => expect(error.code).toBe('run.not_running'));
    await settle();
    const stored = run.workspace.runs.latest();
    expect(stored).toMatchObject({ status: 'completed', processedUsers: 2 });
    expect(await run.engine.snapshot()).toMatchObject({ status: 'completed', processedUsers: 2 });
  });

  it('stops when the run was ended behind its back', async () => {
    const extractor = new ScriptedExtractor();
    const run = await harness(6, extractor);
    extractor.hold();
    await run.engine.start(ALL);
    await expect.poll(() => extractor.asked).toHaveLength(1);
    run.workspace.runs.setState(1, { status: 'cancelled', endTime: 1, error: null });
    extractor.release();
    expect(await run.until('cancelled')).toMatchObject({ processedUsers: 0 });
    await run.engine.settled();
    expect(extractor.asked).toHaveLength(1);
  });

  it('pauses at the end of its pilot and goes on when it is released', async () => {
    const stream = new ScriptedStream(async (desk) => {
      for (;;) {
        await desk.whileRunning();
        if (desk.signal.aborted) return;
        const users = await desk.takeUsers(2);
        if (users === null) return;
        await desk.commit({
          outcomes: users.map((user) => ({ user, outcome: succeed(user.input) })),
          tally: {
            cachedUsers: 0,
            guardrailEvents: 0,
            regroupedEvents: 0,
            unsupportedEvents: 0,
            lowCoverageUsers: 0,
          },
          batchesDone: 1,
          totalBatches: 3,
        });
      }
    });
    const run = await harness(6, stream);
    await run.engine.start(ALL, { pilotUsers: 4 });
    expect(await run.until('paused')).toMatchObject({ processedUsers: 4, model: { pilotDone: true } });
    await run.engine.resume();
    expect(await run.until('completed')).toMatchObject({ processedUsers: 6 });
  });

  it('is found by the next process and goes on', async () => {
    const extractor = new ScriptedExtractor();
    const run = await harness(6, extractor);
    extractor.hold();
    await run.engine.start(ALL);
    await expect.poll(() => extractor.asked).toHaveLength(1);
    extractor.step();
    await expect.poll(() => extractor.asked).toHaveLength(2);
    await run.engine.suspend();
    expect(run.workspace.runs.latest()).toMatchObject({ status: 'interrupted', processedUsers: 2 });
    await run.reopenAfterDeath();
    extractor.release();
    await run.engine.recover('resume');
    expect(await run.until('completed')).toMatchObject({ processedUsers: 6, resumedAutomatically: true });
  });
});

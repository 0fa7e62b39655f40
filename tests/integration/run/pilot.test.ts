import { DatabaseSync } from 'node:sqlite';
import { expect, it, onTestFinished } from 'vitest';
import type { RunDesk, RunUser } from '../../../src/core/extract/extractor.ts';
import { RunHarness } from '../../support/run-harness.ts';
import { succeed } from '../../support/scripted-extractor.ts';
import { ScriptedStream } from '../../support/scripted-stream.ts';
import { tempFolder } from '../../support/temp.ts';

async function harness(
  users: number,
  drive: (desk: RunDesk) => Promise<void>,
): Promise<RunHarness<ScriptedStream>> {
  const extractor = new ScriptedStream(drive);
  const made = await RunHarness.open({ folder: tempFolder(), users, behavioursEach: 3, extractor });
  onTestFinished(() => made.workspace.file.close());
  return made;
}

async function commit(desk: RunDesk, users: RunUser[]): Promise<void> {
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
    totalBatches: 1,
  });
}

/** What a process that was killed now would leave on disk. */
function statusOnDisk(path: string): unknown {
  const db = new DatabaseSync(path, { readOnly: true });
  try {
    return db.prepare('SELECT status FROM runs').get()?.['status'];
  } finally {
    db.close();
  }
}

it('the commit of the last user of a pilot pauses the run in the same transaction', async () => {
  const onDisk: unknown[] = [];
  const run = await harness(6, async (desk) => {
    for (;;) {
      await desk.whileRunning();
      if (desk.signal.aborted) return;
      const users = await desk.takeUsers(2);
      if (users === null) return;
      await commit(desk, users);
      onDisk.push(statusOnDisk(run.path));
    }
  });
  // Whoever changes the state of a run apart from a commit is heard here.
  let stateWrites = 0;
  const { runs } = run.workspace;
  const setState = runs.setState.bind(runs);
  runs.setState = (...state) => {
    stateWrites += 1;
    return setState(...state);
  };
  await run.engine.start({ kind: 'remaining' }, { pilotUsers: 4 });
  expect(await run.until('paused')).toMatchObject({ processedUsers: 4, resumable: true });
  expect(onDisk).toEqual(['running', 'paused']);
  expect(stateWrites).toBe(0);
  await run.engine.resume();
  expect(await run.until('completed')).toMatchObject({ processedUsers: 6 });
  expect(onDisk).toEqual(['running', 'paused', 'completed']);
});

it('users that are committed without being handed out count towards the pilot', async () => {
  const run = await harness(10, async (desk) => {
    // As an extractor does that judges the answers which an earlier process had stored.
    const load = { runId: desk.runId, batchNo: 1, afterUserNo: 0, count: 1, maxBehaviours: 100 };
    const [stored] = run.workspace.runStore.loadUsers(load) ?? [];
    if (!stored) throw new Error('no user');
    await commit(desk, [stored]);
    const handedOut: RunUser[] = [];
    for (;;) {
      const users = await desk.takeUsers(3);
      if (users === null || users.length === 0) break;
      handedOut.push(...users);
    }
    await commit(desk, handedOut);
    await desk.whileRunning();
  });
  await run.engine.start({ kind: 'remaining' }, { pilotUsers: 5 });
  expect(await run.until('paused')).toMatchObject({ processedUsers: 5 });
});

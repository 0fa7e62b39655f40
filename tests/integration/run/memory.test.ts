import { describe, expect, it, onTestFinished } from 'vitest';
import { planBatches } from '../../../src/core/run/plan.ts';
import { LONGEST_BEHAVIOUR } from '../../../src/core/store/behaviour-loader.ts';
import { RunHarness } from '../../support/run-harness.ts';
import { ScriptedExtractor } from '../../support/scripted-extractor.ts';
import { tempFolder } from '../../support/temp.ts';

/** Memory in half of which two users of ten behaviours have room, each of which is counted with some hundred bytes. */
const TWO_USERS = 30_000;

async function harness(users: number, loadBytes: number, concurrency = 1): Promise<RunHarness> {
  const extractor = new ScriptedExtractor({ concurrency, maxUsers: 5 });
  const made = await RunHarness.open({
    folder: tempFolder(),
    users,
    behavioursEach: 10,
    extractor,
    loadBytes,
  });
  onTestFinished(() => made.workspace.file.close());
  made.workspace.file.db.prepare('INSERT INTO meta (key, value) VALUES (?, ?)').run(LONGEST_BEHAVIOUR, '20');
  return made;
}

describe('a batch whose users do not fit into memory together', () => {
  it.each([1, 3])('is run in parts, each user once (%i batches at once)', async (concurrency) => {
    const run = await harness(12, TWO_USERS, concurrency);
    await run.engine.start({ kind: 'remaining' });
    expect(await run.until('completed')).toMatchObject({
      successCount: 12,
      totalBatches: 3,
      currentBatch: 3,
    });
    expect(run.extractor.asked.every((users) => users.length <= 2)).toBe(true);
    expect(run.extractor.asked.flat().sort()).toEqual(
      Array.from({ length: 12 }, (_, index) => `u${index + 1}`).sort(),
    );
  });

  it('goes on with the rest of the batch after the process died between its parts', async () => {
    const run = await harness(5, TWO_USERS);
    run.extractor.hold();
    await run.engine.start({ kind: 'remaining' });
    await expect.poll(() => run.extractor.asked).toHaveLength(1);
    run.extractor.step();
    await expect.poll(() => run.extractor.asked).toHaveLength(2);
    expect(run.workspace.runs.latest()).toMatchObject({ processedUsers: 2, doneBatches: 0, totalBatches: 1 });
    await run.reopenAfterDeath();
    run.extractor.asked.length = 0;
    run.extractor.release();
    await run.engine.recover('resume');
    expect(await run.until('completed')).toMatchObject({ successCount: 5, processedUsers: 5 });
    expect(run.extractor.asked.flat()).toEqual(['u3', 'u4', 'u5']);
  });

  it('fails a user who is too long alone, and only them', async () => {
    const run = await harness(5, TWO_USERS);
    run.workspace.file.db.exec("UPDATE behaviours SET text = printf('%.*c', 2000, 'x') WHERE user_no = 3");
    run.workspace.file.db.exec(`UPDATE meta SET value = '2020' WHERE key = '${LONGEST_BEHAVIOUR}'`);
    await run.engine.start({ kind: 'remaining' });
    expect(await run.until('completed')).toMatchObject({ successCount: 4, failedCount: 1 });
    expect(run.workspace.users.get('u3').user.failure).toMatchObject({ code: 'extract.user_too_long' });
    expect(run.extractor.asked.flat()).toEqual(['u1', 'u2', 'u4', 'u5']);
  });
});

it('plans a run without holding its users', () => {
  let read = 0;
  function* users() {
    for (;;) yield { userNo: ++read, behaviourCount: 1 };
  }
  const batches = planBatches(users(), { maxUsers: 3, maxBehaviours: 10 });
  expect(batches.next().value).toHaveLength(3);
  expect(read).toBeLessThanOrEqual(4);
});

it('records the plan of a run that was read user by user', async () => {
  const run = await harness(12, 1_000_000);
  run.extractor.hold();
  const snapshot = await run.engine.start({ kind: 'remaining' });
  expect(snapshot).toMatchObject({ totalUsers: 12, totalBatches: 3, processedUsers: 0 });
  expect(run.workspace.runs.latest()).toMatchObject({ totalUsers: 12, totalBatches: 3, totalWeight: 132 });
  run.extractor.release();
  await run.until('completed');
});

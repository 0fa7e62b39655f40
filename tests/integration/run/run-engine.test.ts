import { renameSync, rmSync } from 'node:fs';
import { DatabaseSync } from 'node:sqlite';
import { describe, expect, it, onTestFinished } from 'vitest';
import type { UserInput, UserOutcome } from '../../../src/core/extract/extractor.ts';
import { LOCK_PATIENCE_MS } from '../../../src/core/run/while-locked.ts';
import { PUBLISH_INTERVAL_MS } from '../../../src/core/publisher.ts';
import { RunHarness } from '../../support/run-harness.ts';
import { fail, ScriptedExtractor, succeed } from '../../support/scripted-extractor.ts';
import { tempFolder } from '../../support/temp.ts';

async function harness(
  users: number,
  behavioursEach = 3,
  extractor = new ScriptedExtractor(),
): Promise<RunHarness> {
  const made = await RunHarness.open({ folder: tempFolder(), users, behavioursEach, extractor });
  onTestFinished(() => made.workspace.file.close());
  return made;
}

const codeOf = async (action: () => unknown): Promise<string> => {
  try {
    await action();
  } catch (error) {
    return (error as { code: string }).code;
  }
  return 'nothing was thrown';
};

async function runOneBatchAndHoldTheNext(run: RunHarness): Promise<void> {
  run.extractor.hold();
  await run.engine.start({ kind: 'remaining' });
  await expect.poll(() => run.extractor.asked).toHaveLength(1);
  run.extractor.step();
  await expect.poll(() => run.extractor.asked).toHaveLength(2);
  expect(await run.engine.snapshot()).toMatchObject({ processedUsers: 2, currentUserCount: 2 });
}

describe('a run', () => {
  it('processes every user once and ends completed', async () => {
    const run = await harness(7);
    await run.engine.start({ kind: 'remaining' });
    const last = await run.until('completed');
    expect(last).toMatchObject({
      totalUsers: 7,
      processedUsers: 7,
      successCount: 7,
      failedCount: 0,
      progressPercent: 100,
    });
    expect(last).toMatchObject({
      totalBatches: 4,
      currentBatch: 4,
      currentUserIds: [],
      currentUserCount: 0,
      error: null,
    });
    expect(run.extractor.asked.flat()).toEqual(['u1', 'u2', 'u3', 'u4', 'u5', 'u6', 'u7']);
    expect(run.workspace.users.get('u4').events).toMatchObject([{ type: '浏览', evidence: [10, 11, 12] }]);
  });

  it('is shown only as far as it is safe from a power cut', async () => {
    let unsafe = 0;
    const run = await RunHarness.open({
      ...{ folder: tempFolder(), users: 7, behavioursEach: 3, extractor: new ScriptedExtractor() },
      wrapStore: (store) =>
        new Proxy(store, {
          get(target, name) {
            const member: unknown = Reflect.get(target, name, target);
            if (typeof member !== 'function') return member;
            return (...args: unknown[]): unknown => {
              if (name === 'commit') unsafe += 1;
              if (name === 'sync') unsafe = 0;
              return Reflect.apply(member, target, args);
            };
          },
        }),
    });
    onTestFinished(() => run.workspace.file.close());
    await runOneBatchAndHoldTheNext(run);
    expect(unsafe).toBe(0);
    run.extractor.release();
    await run.until('completed');
    expect(unsafe).toBe(0);
  });

  it('lets a user without behaviours succeed with no events', async () => {
    const run = await harness(2, 0);
    await run.engine.start({ kind: 'remaining' });
    expect(await run.until('completed')).toMatchObject({ successCount: 2, failedCount: 0 });
    expect(run.workspace.users.get('u1')).toMatchObject({
      user: { status: 'succeeded', eventCount: 0 },
      events: [],
    });
  });

  it('is not failed by a user that fails, and retries only him', async () => {
    const run = await harness(5);
    run.extractor.answer = (user) => (user.userId === 'u3' ? fail(user) : succeed(user));
    await run.engine.start({ kind: 'remaining' });
    const first = await run.until('completed');
    expect(first).toMatchObject({ successCount: 4, failedCount: 1 });
    expect(run.workspace.users.get('u3').user).toMatchObject({
      status: 'failed',
      failure: { code: 'extract.user_too_large' },
    });
    expect(run.workspace.runs.failures(first.runId ?? 0)).toMatchObject([
      { users: 1, stillFailed: 1, sampleUserIds: ['u3'], error: { code: 'extract.user_too_large' } },
    ]);

    run.extractor.answer = succeed;
    await run.engine.start({ kind: 'failed', code: 'extract.user_too_large' });
    expect(await run.until('completed')).toMatchObject({ totalUsers: 1, successCount: 1 });
    expect(run.extractor.asked.at(-1)).toEqual(['u3']);
    expect(run.statusOf('u3')).toBe('succeeded');
    expect(run.workspace.runs.failures(first.runId ?? 0)).toMatchObject([{ users: 1, stillFailed: 0 }]);
  });

  it('keeps the events of an earlier success when a second try fails', async () => {
    const run = await harness(1);
    await run.engine.start({ kind: 'remaining' });
    await run.until('completed');
    run.extractor.answer = fail;
    await run.engine.start({ kind: 'users', userIds: ['u1'] });
    await run.until('completed');
    expect(run.workspace.users.get('u1')).toMatchObject({
      user: { status: 'failed' },
      events: [{ type: '浏览' }],
    });
  });

  it('fails a user with too many behaviours without loading him', async () => {
    const run = await harness(2, 1001);
    await run.engine.start({ kind: 'users', userIds: ['u2'] });
    expect(await run.until('completed')).toMatchObject({ failedCount: 1 });
    expect(run.extractor.asked).toEqual([]);
    expect(run.workspace.users.get('u2').user.failure).toEqual({
      code: 'extract.user_too_large',
      params: { count: 1001, limit: 1000 },
    });
  });

  it('refuses a second run, an empty one, and unknown users', async () => {
    const run = await harness(2);
    expect(await codeOf(() => run.engine.start({ kind: 'users', userIds: ['u1', 'nobody'] }))).toBe(
      'run.unknown_user',
    );
    run.extractor.hold();
    await run.engine.start({ kind: 'remaining' });
    expect(await codeOf(() => run.engine.start({ kind: 'remaining' }))).toBe('run.already_active');
    await run.engine.pause();
    expect(await codeOf(() => run.engine.start({ kind: 'remaining' }))).toBe('run.already_active');
    await run.engine.resume();
    run.extractor.release();
    await run.until('completed');
    expect(await codeOf(() => run.engine.start({ kind: 'remaining' }))).toBe('run.nothing_to_do');
  });

  it('asks for nothing more while paused, and commits what was in work', async () => {
    const run = await harness(6);
    run.extractor.hold();
    await run.engine.start({ kind: 'remaining' });
    await expect.poll(() => run.extractor.asked).toHaveLength(1);
    await run.engine.pause();
    run.extractor.release();
    await expect.poll(async () => (await run.engine.snapshot()).processedUsers).toBe(2);
    expect(await run.engine.snapshot()).toMatchObject({ status: 'paused', currentUserCount: 0 });
    expect(run.extractor.asked).toHaveLength(1);
    await run.engine.resume();
    expect(await run.until('completed')).toMatchObject({ processedUsers: 6 });
    expect(run.extractor.asked.flat()).toHaveLength(6);
  });

  it('cancels at once, drops what is in work and keeps what is done', async () => {
    const run = await harness(6);
    await runOneBatchAndHoldTheNext(run);
    expect(await run.engine.cancel()).toMatchObject({
      status: 'cancelled',
      processedUsers: 2,
      currentUserCount: 0,
      resumable: false,
    });
    run.extractor.release();
    await new Promise((resolve) => setImmediate(resolve));
    expect(run.workspace.contents.figures().sequences).toEqual({ pending: 4, succeeded: 2, failed: 0 });
    await run.engine.start({ kind: 'remaining' });
    expect(await run.until('completed')).toMatchObject({ totalUsers: 4 });
  });

  it('keeps several batches in work at once', async () => {
    const extractor = new ScriptedExtractor({ concurrency: 3 });
    const run = await harness(8, 3, extractor);
    extractor.hold();
    await run.engine.start({ kind: 'remaining' });
    await expect.poll(() => extractor.asked).toHaveLength(3);
    expect(await run.engine.snapshot()).toMatchObject({
      currentBatch: 3,
      currentUserCount: 6,
      currentUserIds: ['u1', 'u2', 'u3', 'u4', 'u5'],
    });
    extractor.release();
    expect(await run.until('completed')).toMatchObject({ processedUsers: 8 });
  });

  it('builds a snapshot when it is sent and not at every change', async () => {
    const run = await harness(40, 3, new ScriptedExtractor({ maxUsers: 1 }));
    const first = (await run.engine.snapshot()).revision;
    run.extractor.hold();
    await run.engine.start({ kind: 'remaining' });
    await expect.poll(() => run.extractor.asked).toHaveLength(1);
    for (let batch = 2; batch <= 40; batch += 1) {
      run.extractor.step();
      await expect.poll(() => run.extractor.asked).toHaveLength(batch);
      if (batch === 20) run.clock.advance(PUBLISH_INTERVAL_MS);
    }
    run.extractor.release();
    const last = await run.until('completed');
    // The start, the progress of the one interval that went by, and the end.
    expect(run.snapshots.map(({ processedUsers }) => processedUsers)).toEqual([0, 19, 40]);
    expect(last.revision).toBe(first + 3);
  });

  it('tells the remaining time by work and not by heads, leaving pauses out', async () => {
    const run = await harness(4, 3, new ScriptedExtractor({ maxUsers: 1 }));
    run.extractor.hold();
    await run.engine.start({ kind: 'remaining' });
    for (let batch = 1; batch <= 2; batch += 1) {
      await expect.poll(() => run.extractor.asked).toHaveLength(batch);
      run.clock.advance(10_000);
      run.extractor.step();
    }
    await expect.poll(async () => (await run.engine.snapshot()).processedUsers).toBe(2);
    expect(await run.engine.snapshot()).toMatchObject({ estimatedRemainingSeconds: 20, usersPerMinute: 6 });
    await run.engine.pause();
    run.clock.advance(3_600_000);
    await run.engine.resume();
    expect((await run.engine.snapshot()).estimatedRemainingSeconds).toBeNull();
    run.extractor.release();
    await run.until('completed');
    expect(run.workspace.runs.latest()?.activeMs).toBe(20_000);
  });
});

describe('a machine that sleeps under a run', () => {
  it('does not count as time in which the run ran, and its speed is measured anew', async () => {
    const run = await harness(4, 3, new ScriptedExtractor({ maxUsers: 1 }));
    run.extractor.hold();
    await run.engine.start({ kind: 'remaining' });
    for (let batch = 1; batch <= 2; batch += 1) {
      await expect.poll(() => run.extractor.asked).toHaveLength(batch);
      run.clock.advance(10_000);
      run.extractor.step();
    }
    await expect.poll(async () => (await run.engine.snapshot()).processedUsers).toBe(2);
    run.clock.advance(3_600_000);
    run.engine.machineSlept(3_600_000);
    const awake = await run.engine.snapshot();
    expect(awake).toMatchObject({ activeMs: 20_000, estimatedRemainingSeconds: null });
    run.clock.advance(10_000);
    run.extractor.step();
    await expect.poll(async () => (await run.engine.snapshot()).processedUsers).toBe(3);
    expect((await run.engine.snapshot()).usersPerMinute).toBe(6);
    run.extractor.release();
    expect((await run.until('completed')).activeMs).toBe(30_000);
  });
});

describe('a run whose process died', () => {
  it('goes on as the same run, with nothing lost or done again', async () => {
    const run = await harness(6);
    await runOneBatchAndHoldTheNext(run);
    const before = run.snapshots.at(-1);
    await run.reopenAfterDeath();
    run.extractor.release();
    const recovered = await run.engine.recover('resume');
    expect(recovered).toMatchObject({ status: 'running', runId: before?.runId, resumedAutomatically: true });
    expect(await run.until('completed')).toMatchObject({ processedUsers: 6, successCount: 6 });
    const asked = run.extractor.asked.flat();
    expect(new Set(asked).size).toBe(6);
    expect(asked.length).toBeLessThanOrEqual(8);
  });

  it('waits when the policy says so, and can be given up or resumed', async () => {
    const run = await harness(4);
    run.extractor.hold();
    await run.engine.start({ kind: 'remaining' });
    await run.reopenAfterDeath();
    expect(await run.engine.recover('ask')).toMatchObject({
      status: 'interrupted',
      resumable: true,
      processedUsers: 0,
    });
    run.extractor.release();
    expect(await run.engine.resume()).toMatchObject({ status: 'running', resumedAutomatically: false });
    await run.until('completed');
  });

  it('waits for the user after three deaths within ten minutes, and not after three in a day', async () => {
    const run = await harness(4);
    run.extractor.hold();
    await run.engine.start({ kind: 'remaining' });
    for (let death = 1; death <= 2; death += 1) {
      run.clock.advance(60_000);
      await run.reopenAfterDeath();
      expect((await run.engine.recover('resume')).status).toBe('running');
    }
    run.clock.advance(60_000);
    await run.reopenAfterDeath();
    expect(await run.engine.recover('resume')).toMatchObject({
      status: 'interrupted',
      resumable: true,
      error: { code: 'run.kept_dying', params: { count: 3 } },
    });
    await run.reopenAfterDeath();
    expect((await run.engine.recover('resume')).status).toBe('interrupted');
    expect((await run.engine.resume()).status).toBe('running');
    run.clock.advance(3_600_000);
    await run.reopenAfterDeath();
    expect((await run.engine.recover('resume')).status).toBe('running');
  });

  it('names both versions when the rules changed while it was down', async () => {
    const run = await harness(4);
    run.extractor.hold();
    await run.engine.start({ kind: 'remaining' });
    await run.reopenAfterDeath();
    run.extractor.version = 'scripted 2';
    run.extractor.release();
    await run.engine.recover('resume');
    await run.until('completed');
    expect(run.workspace.runs.latest()?.extractorVersion).toBe('scripted 1 → scripted 2');
  });

  it('stays paused when it was paused', async () => {
    const run = await harness(4);
    run.extractor.hold();
    await run.engine.start({ kind: 'remaining' });
    await run.engine.pause();
    await run.reopenAfterDeath();
    expect(await run.engine.recover('resume')).toMatchObject({ status: 'paused', resumable: true });
  });
});

/** An answer that needs pages which the file does not have yet. */
function succeedWithALot(user: UserInput): UserOutcome {
  const outcome = succeed(user);
  if (outcome.status !== 'succeeded') return outcome;
  return {
    ...outcome,
    events: outcome.events.map((event) => ({ ...event, context: { note: 'x'.repeat(50_000) } })),
  };
}

describe('what no user can escape', () => {
  async function runUntilFailed(run: RunHarness, breakIt: () => void): Promise<string | undefined> {
    run.extractor.hold();
    await run.engine.start({ kind: 'remaining' });
    await expect.poll(() => run.extractor.asked).toHaveLength(1);
    breakIt();
    run.extractor.release();
    const failed = await run.until('failed');
    expect(failed).toMatchObject({ resumable: true, processedUsers: 0, failedCount: 0 });
    expect(run.extractor.asked).toHaveLength(1);
    return failed.error?.code;
  }

  async function resumeToTheEnd(run: RunHarness): Promise<void> {
    expect((await run.engine.resume()).status).toBe('running');
    expect(await run.until('completed')).toMatchObject({ successCount: 6, failedCount: 0 });
  }

  it('a full disk stops the run, and it finishes once there is room', async () => {
    const run = await harness(6);
    const { db } = run.workspace.file;
    run.extractor.answer = succeedWithALot;
    // SQLite's own limit gives the very error of a full disk.
    expect(
      await runUntilFailed(run, () => db.exec('PRAGMA wal_checkpoint(TRUNCATE); PRAGMA max_page_count = 1')),
    ).toBe('workspace.disk_full');
    db.exec('PRAGMA max_page_count = 1000000');
    await resumeToTheEnd(run);
  });

  it('a run that the disk never let be marked as failed does not stand in the way of the next', async () => {
    const run = await harness(6);
    const { db } = run.workspace.file;
    expect(await runUntilFailed(run, () => db.exec('PRAGMA query_only = ON'))).toBe('workspace.read_only');
    db.exec('PRAGMA query_only = OFF');
    expect(run.workspace.runs.latest()?.status).toBe('running');
    await run.engine.start({ kind: 'remaining' });
    expect(await run.until('completed')).toMatchObject({ totalUsers: 6, successCount: 6 });
    expect(run.workspace.runs.history(10).map((row) => row.status)).toEqual(['completed', 'cancelled']);
  });

  it('a deleted workspace is written back when a run starts', async () => {
    const run = await harness(6);
    rmSync(run.path);
    await run.engine.start({ kind: 'remaining' });
    await run.until('completed');
    await run.reopenAfterDeath();
    expect(run.workspace.contents.figures()).toMatchObject({ users: 6, behaviours: 18, events: 6 });
  });

  it('a workspace that became read-only stops the run', async () => {
    const run = await harness(6);
    const { db } = run.workspace.file;
    expect(await runUntilFailed(run, () => db.exec('PRAGMA query_only = ON'))).toBe('workspace.read_only');
    db.exec('PRAGMA query_only = OFF');
    await resumeToTheEnd(run);
  });

  it('a workspace locked by another program stops the run', async () => {
    const run = await harness(6);
    const other = new DatabaseSync(run.path);
    onTestFinished(() => other.close());
    const failed = runUntilFailed(run, () => other.exec('BEGIN IMMEDIATE'));
    await expect.poll(async () => (await run.engine.snapshot()).waitsForLock).toBe(true);
    run.clock.advance(LOCK_PATIENCE_MS);
    expect(await failed).toBe('workspace.locked');
    expect((await run.engine.snapshot()).waitsForLock).toBe(false);
    other.exec('ROLLBACK');
    await resumeToTheEnd(run);
  });

  it('a lock that is gone in time is waited for, with a word of it, and costs nothing else', async () => {
    const run = await harness(6);
    const other = new DatabaseSync(run.path);
    onTestFinished(() => other.close());
    run.extractor.hold();
    await run.engine.start({ kind: 'remaining' });
    await expect.poll(() => run.extractor.asked).toHaveLength(1);
    other.exec('BEGIN IMMEDIATE');
    run.extractor.release();
    await expect.poll(async () => (await run.engine.snapshot()).waitsForLock).toBe(true);
    expect(await run.engine.snapshot()).toMatchObject({ status: 'running', error: null });
    other.exec('ROLLBACK');
    run.clock.advance(1000);
    expect(await run.until('completed')).toMatchObject({ successCount: 6, waitsForLock: false });
  });

  it('a workspace that was moved away stops the run, and it finishes once it is back', async () => {
    const run = await harness(6);
    const away = `${run.path}.away`;
    expect(await runUntilFailed(run, () => renameSync(run.path, away))).toBe('workspace.gone');
    renameSync(away, run.path);
    await resumeToTheEnd(run);
  });

  it('a deleted workspace is written back from the open connection', async () => {
    const run = await harness(6);
    expect(await runUntilFailed(run, () => rmSync(run.path))).toBe('workspace.gone');
    await resumeToTheEnd(run);
    await run.reopenAfterDeath();
    expect(run.workspace.contents.figures()).toMatchObject({ users: 6, behaviours: 18, events: 6 });
  });

  it('an extractor that throws stops the run', async () => {
    const run = await harness(6);
    run.extractor.answer = () => {
      throw new Error('broken rule');
    };
    await run.engine.start({ kind: 'remaining' });
    expect(await run.until('failed')).toMatchObject({
      error: { code: 'app.internal', params: { detail: 'broken rule' } },
    });
    run.extractor.answer = succeed;
    await resumeToTheEnd(run);
  });
});

describe('the notice of an ended run', () => {
  it('stays until it is dismissed, over restarts', async () => {
    const run = await harness(2);
    await run.engine.start({ kind: 'remaining' });
    expect(await run.until('completed')).toMatchObject({ dismissed: false });
    await run.reopenAfterDeath();
    expect(await run.engine.recover('resume')).toMatchObject({ status: 'completed', dismissed: false });
    expect((await run.engine.dismiss()).dismissed).toBe(true);
    await run.reopenAfterDeath();
    expect((await run.engine.recover('resume')).dismissed).toBe(true);
  });
});

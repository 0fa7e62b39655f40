import { afterAll, describe, expect, test } from 'vitest';
import type { RunSnapshot } from '../../../src/shared/run.ts';
import { disposeAll } from '../support/launch.ts';
import {
  ask,
  card,
  expectQuiet,
  fill,
  go,
  listUsers,
  openDesk,
  runIs,
  sampleLog,
  standsStill,
} from './desk.ts';

declare global {
  interface Window {
    /** Snapshots as they were pushed, with the time of their arrival in milliseconds. */
    pushed: { at: number; snapshot: RunSnapshot }[];
  }
}

afterAll(disposeAll);

describe('what main pushes to a window', () => {
  test('is at most ten snapshots a second, never older than the last, and the end at once', async () => {
    // Four times as many batches a second as there may be pushes.
    const { app, page } = await openDesk({ slowMs: 25 });
    await fill(page, await sampleLog(1200, 4));
    await go(page, 'extract');
    const started = await page.evaluate(async () => {
      window.pushed = [];
      window.eventloom.on('run.snapshot', (snapshot) => {
        window.pushed.push({ at: performance.now(), snapshot });
      });
      const now = performance.now();
      await window.eventloom.request('run.start', { scope: { kind: 'remaining' } });
      return now;
    });
    const end = await runIs(page, 'completed');
    await expect.poll(() => page.evaluate(() => window.pushed.at(-1)?.snapshot.status)).toBe('completed');
    const pushed = await page.evaluate(() => window.pushed);
    const own = pushed.filter(({ snapshot }) => snapshot.runId === end.runId);
    const progress = own.filter(
      ({ snapshot }, index) => index > 0 && snapshot.status === own[index - 1]?.snapshot.status,
    );
    expect(progress.length).toBeGreaterThan(20);
    // By any moment no more than ten for each second since the start. A page that is busy takes several at once, so
    // single gaps and single seconds tell of the machine; main that sends too many is found out all the same.
    for (const [index, { at }] of progress.entries()) {
      expect(index).toBeLessThanOrEqual((at - started) / 100);
    }

    for (const [index, { snapshot }] of own.entries()) {
      const before = own[index - 1]?.snapshot;
      expect(snapshot.successCount + snapshot.failedCount).toBe(snapshot.processedUsers);
      expect(snapshot.revision).toBeGreaterThan(before?.revision ?? -1);
      expect(snapshot.progressPercent).toBeGreaterThanOrEqual(before?.progressPercent ?? 0);
      expect(snapshot.processedUsers).toBeGreaterThanOrEqual(before?.processedUsers ?? 0);
    }
    expect(own.at(-1)?.snapshot).toMatchObject({
      status: 'completed',
      processedUsers: 1200,
      progressPercent: 100,
    });
    expect(own.filter(({ snapshot }) => snapshot.status === 'completed')).toHaveLength(1);
    await expectQuiet(page);

    // A window that nobody sees is sent nothing, and what it missed when it is seen again.
    const userIds = (await listUsers(page, { pageSize: 100 })).rows.map(({ userId }) => userId);
    await ask(page, 'run.start', { scope: { kind: 'users', userIds } });
    await ask(page, 'run.pause');
    await card(page, 'paused').waitFor();
    await app.act(page, 'minimize');
    await standsStill(page);
    await page.evaluate(() => {
      window.pushed = [];
    });
    await ask(page, 'run.resume');
    await runIs(page, 'completed');
    expect(await page.evaluate(() => window.pushed)).toEqual([]);
    await app.act(page, 'restore');
    await expect
      .poll(() => page.evaluate(() => window.pushed.map(({ snapshot }) => snapshot.status)))
      .toEqual(['completed']);
  });
});

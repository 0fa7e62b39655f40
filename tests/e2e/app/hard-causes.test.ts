import { existsSync, rmSync } from 'node:fs';
import { DatabaseSync } from 'node:sqlite';
import { afterEach, describe, expect, test } from 'vitest';
import { disposeAll, temporaryFolder } from '../support/launch.ts';
import {
  ask,
  expectQuiet,
  fill,
  notice,
  openDesk,
  processed,
  rowsWith,
  sampleLog,
  startRun,
  tableShows,
  workspaceOf,
} from './desk.ts';
import type { Desk } from './desk.ts';
import { readWorkspace } from './events.ts';

afterEach(disposeAll);

const USERS = 60;

/** A run that is under way. */
async function running(): Promise<Desk & { path: string }> {
  const desk = await openDesk({ slowMs: 250, userData: temporaryFolder() });
  await fill(desk.page, await sampleLog(USERS));
  await startRun(desk.page);
  await processed(desk.page, 10);
  return { ...desk, path: workspaceOf(desk.userData) };
}

/** The run stops as failed and says why; some users are done, none has failed. */
async function expectStopped({ page }: Desk, code: string, words: string): Promise<void> {
  await notice(page, 'failed').waitFor();
  const error = page.getByTestId('run-error');
  expect(await error.getAttribute('data-code')).toBe(code);
  expect(await error.textContent()).toContain(words);
  const stopped = await ask(page, 'run.attach');
  expect(stopped).toMatchObject({ failedCount: 0, resumable: true, totalUsers: USERS });
  expect(stopped.processedUsers).toBeGreaterThanOrEqual(10);
  expect(stopped.processedUsers).toBeLessThan(USERS);
}

/** 继续 finishes the same run. */
async function expectResumed(desk: Desk & { path: string }): Promise<void> {
  await desk.page.getByTestId('resume').click();
  await expectComplete(desk);
}

/** The run ends with everybody done, once, and it is on disk. */
async function expectComplete({ app, page, path }: Desk & { path: string }): Promise<void> {
  await notice(page, 'completed').waitFor();
  await tableShows(page, USERS);
  expect(await rowsWith(page, 'succeeded').count()).toBe(20);
  await expectQuiet(page);
  await app.quit();
  expect(await app.exited).toBe(0);
  const { runs, sequences, evidence } = readWorkspace(path);
  expect(runs).toEqual([
    { id: 1, status: 'completed', total: USERS, processed: USERS, success: USERS, failed: 0 },
  ]);
  expect(sequences).toEqual({ succeeded: USERS });
  expect(evidence).toEqual({ behaviours: USERS * 12, inEvidence: USERS * 12, different: USERS * 12 });
}

describe('a run whose workspace', () => {
  // Windows does not let go of a file that is open.
  test.skipIf(process.platform === 'win32')('is deleted stops, puts it back and goes on', async () => {
    const desk = await running();
    const { app, page } = desk;
    // Nobody looks at the window, so the system says it.
    await app.act(page, 'blur');
    rmSync(desk.path);
    await expectStopped(desk, 'workspace.gone', `工作区文件 ${desk.path} 在使用中被移走或删除`);
    await expect.poll(async () => (await app.windowState(page)).progressMode).toBe('error');
    expect(await app.badge()).toBe(1);
    const titles = async (): Promise<string[]> => (await app.notifications()).map(({ title }) => title);
    expect(await titles()).toEqual(['批量抽象已停止']);
    // Whoever does not want to be told of an end is not.
    await ask(page, 'settings.set', { notifyCompleted: false });
    await app.act(page, 'blur');
    expect(existsSync(desk.path)).toBe(false);
    await expectResumed(desk);
  });

  test('is locked by another program waits, says so, and goes on once that program lets go', async () => {
    const desk = await running();
    const other = new DatabaseSync(desk.path, { timeout: 5000 });
    other.exec('BEGIN EXCLUSIVE');
    await desk.page.locator('[data-testid=run-throttle][data-kind=locked]').waitFor();
    const { processedUsers } = await ask(desk.page, 'run.attach');
    // The engine answers meanwhile.
    expect(await ask(desk.page, 'run.attach')).toMatchObject({
      status: 'running',
      processedUsers,
      failedCount: 0,
    });
    other.exec('ROLLBACK');
    other.close();
    await desk.page.locator('[data-testid=run-throttle][data-kind=locked]').waitFor({ state: 'hidden' });
    await expectComplete(desk);
  });
});

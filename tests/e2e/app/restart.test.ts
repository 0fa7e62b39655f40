import type { Page } from 'playwright-core';
import { afterEach, beforeAll, describe, expect, test } from 'vitest';
import type { RunSnapshot } from '../../../src/shared/run.ts';
import { until } from '../support/app-under-test.ts';
import type { AppUnderTest } from '../support/app-under-test.ts';
import { disposeAll, temporaryFolder } from '../support/launch.ts';
import {
  ask,
  card,
  expectQuiet,
  fill,
  notice,
  openDesk,
  processed,
  runIs,
  sampleLog,
  startRun,
  tableShows,
  workspaceOf,
} from './desk.ts';
import type { Desk } from './desk.ts';
import { readWorkspace } from './events.ts';
import type { Contents } from './events.ts';

const USERS = 100;
/** Milliseconds of a batch where nobody waits for the end: a start on a busy machine must not take longer than the run. */
const CRAWL_MS = 1000;
const WALK_MS = 350;

let undisturbed: Contents;

/** A run that is under way. */
async function running(slowMs: number): Promise<Desk> {
  const desk = await openDesk({ slowMs, userData: temporaryFolder() });
  await fill(desk.page, await sampleLog(USERS));
  await startRun(desk.page);
  await processed(desk.page, 10);
  return desk;
}

/** What main says of the run, checked against what must always hold. */
async function state(page: Page): Promise<RunSnapshot> {
  const now = await ask(page, 'run.attach');
  expect(now.successCount + now.failedCount).toBe(now.processedUsers);
  expect(now.processedUsers).toBeLessThanOrEqual(now.totalUsers);
  return now;
}

/** The finished workspace is the one of a run that nothing happened to. */
function expectUndisturbed(userData: string): void {
  const contents = readWorkspace(workspaceOf(userData));
  expect(contents.events).toEqual(undisturbed.events);
  expect(contents.evidence).toEqual(undisturbed.evidence);
  expect(contents.sequences).toEqual({ succeeded: USERS });
  expect(contents.runs).toEqual([
    { id: 1, status: 'completed', total: USERS, processed: USERS, success: USERS, failed: 0 },
  ]);
}

const answerQuit = async (app: AppUnderTest, answer: string): Promise<void> => {
  const box = await app.openDialog('messageBox');
  expect(box.options.message).toBe('批量抽象任务正在进行，要退出吗？');
  expect(box.options.buttons).toEqual(['继续运行于后台', '退出并下次继续', '取消']);
  await app.answerDialog('messageBox', answer);
};

/** What a run leaves that nothing happens to. */
beforeAll(async () => {
  const { app, page, userData } = await openDesk();
  await fill(page, await sampleLog(USERS));
  await startRun(page);
  await notice(page, 'completed').waitFor();
  await app.quit();
  await app.exited;
  undisturbed = readWorkspace(workspaceOf(userData));
  await disposeAll();
});
afterEach(disposeAll);

test('a run that nothing happens to has every behaviour in the evidence of exactly one event', () => {
  expect(undisturbed.events.length).toBeGreaterThan(USERS);
  const behaviours = USERS * 12;
  expect(undisturbed.evidence).toEqual({ behaviours, inEvidence: behaviours, different: behaviours });
});

describe('quitting in the middle of a run', () => {
  test('asks; the next start goes on with it by itself and finishes it', async () => {
    const { app, page, userData } = await running(CRAWL_MS);
    const { runId } = await ask(page, 'run.attach');
    const before = await processed(page, 10);
    await app.quit();
    await answerQuit(app, '退出并下次继续');
    expect(await app.exited).toBe(0);

    const next = await openDesk({ slowMs: CRAWL_MS, userData });
    await card(next.page, 'running').waitFor();
    expect(await next.page.getByTestId('run-resumed').textContent()).toContain('已自动恢复');
    const now = await state(next.page);
    expect(now.runId).toBe(runId);
    expect(now.progressPercent).toBeGreaterThanOrEqual(before.percent);
    expect(now.processedUsers).toBeGreaterThanOrEqual(before.processed);
    await expectQuiet(next.page);
    await next.app.quit();
    await answerQuit(next.app, '退出并下次继续');
    expect(await next.app.exited).toBe(0);

    const last = await openDesk({ userData });
    await notice(last.page, 'completed').waitFor();
    await tableShows(last.page, USERS);
    expect((await state(last.page)).runId).toBe(runId);
    await last.app.quit();
    expect(await last.app.exited).toBe(0);
    expectUndisturbed(userData);
  });

  test('can be thought better of, and can mean going on in the background', async () => {
    const { app, page, userData } = await running(WALK_MS);
    await app.quit();
    await answerQuit(app, '取消');
    const before = await processed(page, 10);
    await processed(page, before.processed + 5);
    expect(await app.windows()).toEqual([page]);

    // By the tray this time; asking twice opens no second question.
    await app.clickTray('退出');
    await app.openDialog('messageBox');
    await app.quit();
    await answerQuit(app, '继续运行于后台');
    await expect.poll(async () => (await app.windows()).length).toBe(0);
    const questions = (await app.dialogs()).filter(({ kind }) => kind === 'messageBox');
    expect(questions.map(({ answered }) => answered)).toEqual([true, true]);
    expect((await app.notifications()).map(({ title }) => title)).toEqual(['任务仍在后台运行']);
    const back = await app.newWindow(() => app.clickTray());
    await notice(back, 'completed').waitFor();
    await expectQuiet(back);
    // Nothing is going on: the tray's 退出 asks nothing now.
    await app.clickTray('退出');
    expect(await app.exited).toBe(0);
    expectUndisturbed(userData);
  });

  test('by a shutdown of the system asks nothing and loses nothing', async () => {
    const { app, page, userData } = await running(WALK_MS);
    const before = await processed(page, 15);
    await app.powerEvent('shutdown');
    expect(await app.exited).toBe(0);
    const next = await openDesk({ userData });
    await runIs(next.page, 'completed');
    expect((await state(next.page)).processedUsers).toBeGreaterThan(before.processed);
    await next.app.quit();
    await next.app.exited;
    expectUndisturbed(userData);
  });
});

describe('kill -9 in the middle of a run', () => {
  test('goes on with the same run, loses nothing and doubles nothing; after three deaths it waits for the user', async () => {
    let { app, page, userData } = await running(CRAWL_MS);
    const { runId } = await ask(page, 'run.attach');
    for (const death of [1, 2, 3]) {
      const before = await processed(page, 10 + death * 5);
      await app.kill9();
      ({ app, page, userData } = await openDesk({ slowMs: death === 3 ? 0 : CRAWL_MS, userData }));
      const now = await state(page);
      expect(now.runId).toBe(runId);
      expect(now.progressPercent).toBeGreaterThanOrEqual(before.percent);
      expect(now.processedUsers).toBeGreaterThanOrEqual(before.processed);
      expect(now.revision).toBeGreaterThan(before.revision);
      if (death === 3) break;
      await card(page, 'running').waitFor();
      expect(await page.getByTestId('run-resumed').textContent()).toContain('已自动恢复');
    }
    await card(page, 'interrupted').waitFor();
    expect(await page.getByTestId('run-error').textContent()).toContain('任务在十分钟内异常中断了 3 次');
    await until('a tray that wants attention', async () =>
      (await app.tray())?.image.startsWith('attention-') ? true : undefined,
    );
    expect(await app.badge()).toBe(1);
    expect((await app.windowState(page)).progressMode).toBe('paused');
    await page.getByTestId('resume').click();
    await notice(page, 'completed').waitFor();
    expect(await app.badge()).toBe(0);
    await expectQuiet(page);
    await app.quit();
    expect(await app.exited).toBe(0);
    expectUndisturbed(userData);
  });

  test('at the very moment of the completion notice leaves a completed run and its notice', async () => {
    const { app, page, userData } = await openDesk({ userData: temporaryFolder() });
    await fill(page, await sampleLog(USERS));
    await startRun(page);
    await notice(page, 'completed').waitFor();
    await app.kill9();
    const next = await openDesk({ userData });
    await notice(next.page, 'completed').waitFor();
    await tableShows(next.page, USERS);
    await next.page.getByTestId('dismiss-run').click();
    await next.page.getByTestId('run-notice').waitFor({ state: 'hidden' });
    await next.app.quit();
    await next.app.exited;
    expectUndisturbed(userData);
  });
});

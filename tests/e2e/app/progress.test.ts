import type { Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { disposeAll } from '../support/launch.ts';
import {
  ask,
  card,
  expectQuiet,
  figures,
  fill,
  go,
  notice,
  openDesk,
  processed,
  rowsWith,
  sampleLog,
  standsStill,
  tableShows,
} from './desk.ts';
import type { Desk } from './desk.ts';

const USERS = 400;

let desk: Desk;
let page: Page;

/** Twenty users a second: long enough to look around, short enough to wait for. */
const SLOW_MS = 250;

beforeAll(async () => {
  desk = await openDesk({ slowMs: SLOW_MS });
  page = desk.page;
  await fill(page, await sampleLog(USERS));
});
afterAll(disposeAll);

// Between two tests the run waits, so that a busy machine does not finish it behind their backs.
beforeEach(async () => {
  if ((await ask(page, 'run.attach')).status === 'paused') await ask(page, 'run.resume');
});
afterEach(async () => {
  if ((await ask(page, 'run.attach')).status === 'running') await ask(page, 'run.pause');
});

// One application and one run, looked at in turn from everywhere: that it is one and the same run is the point.
describe('a run, seen from the windows', () => {
  test('starts after a confirmation that says how much there is to do, and shows its progress live', async () => {
    await go(page, 'extract');
    await tableShows(page, USERS);
    await page.getByTestId('start-run').click();
    expect(await page.getByTestId('preflight-users').getAttribute('data-value')).toBe(String(USERS));
    expect(await page.getByTestId('preflight-behaviours').getAttribute('data-value')).toBe(
      String(USERS * 12),
    );
    await page.getByTestId('confirm-start').click();

    await card(page, 'running').waitFor();
    expect(await page.getByTestId('run-status').textContent()).toBe('批量抽象进行中');
    expect(await page.getByTestId('run-hint').textContent()).toContain(
      '任务在后台运行中，您可以切换到其他页面，回来时会自动恢复进度显示',
    );
    const first = await processed(page, 5);
    const second = await processed(page, first.processed + 5);
    expect(second.percent).toBeGreaterThan(first.percent);
    expect(second.revision).toBeGreaterThan(first.revision);
    for (const shown of [first, second]) {
      expect(shown.total).toBe(USERS);
      expect(shown.success + shown.failed).toBe(shown.processed);
    }
    expect(await page.getByTestId('run-batch').textContent()).toMatch(/第 \d+ \/ 80 批/);
    expect(await page.getByTestId('run-percent').textContent()).toMatch(/^\d+\.\d%$/);
    expect(await page.locator('[data-testid=run-current] .chip').count()).toBe(5);
    await expect.poll(() => page.getByTestId('run-remaining').textContent()).toMatch(/约|几秒/);
    expect(await page.getByTestId('run-speed').textContent()).toMatch(/用户\/分钟/);
    // The table follows while the run goes on.
    await rowsWith(page, 'succeeded').first().waitFor();
  });

  test('refuses a second run while it is active', async () => {
    expect(await page.getByTestId('start-run').isDisabled()).toBe(true);
    expect(await page.getByTestId('start-run').getAttribute('title')).toBe('已有批量抽象任务正在运行');
    await expect(ask(page, 'run.start', { scope: { kind: 'remaining' } })).rejects.toThrow(
      'run.already_active',
    );
  });

  test('is still there after a change of page, and the other pages show it too', async () => {
    const before = await processed(page, 1);
    for (const name of ['data', 'history', 'settings'] as const) {
      await go(page, name);
      await page.locator('[data-testid=run-indicator][data-status=running]').waitFor();
    }
    expect(await figures(page)).toBeUndefined();
    await go(page, 'extract');
    const after = await processed(page, before.processed);
    expect(after.percent).toBeGreaterThanOrEqual(before.percent);
    await card(page, 'running').waitFor();
  });

  test('is attached to again after a reload of the window', async () => {
    const before = await processed(page, 1);
    const { runId } = await ask(page, 'run.attach');
    await page.reload();
    const after = await processed(page, before.processed);
    expect(after.revision).toBeGreaterThan(before.revision);
    expect((await ask(page, 'run.attach')).runId).toBe(runId);
    await processed(page, after.processed + 5);
  });

  test('shows the same in a second window, whichever pauses it', async () => {
    const second = await desk.app.newWindow(() => desk.app.clickMenu('文件', '新建窗口'));
    await card(second, 'running').waitFor();
    await second.getByTestId('pause').click();
    await Promise.all([card(page, 'paused').waitFor(), card(second, 'paused').waitFor()]);
    const main = await standsStill(page);
    const expected = {
      processed: main.processedUsers,
      success: main.successCount,
      percent: main.progressPercent,
    };
    for (const window of [page, second]) {
      await expect.poll(() => figures(window)).toMatchObject(expected);
    }
    await page.getByTestId('resume').click();
    await Promise.all([card(page, 'running').waitFor(), card(second, 'running').waitFor()]);
    await processed(second, main.processedUsers + 5);
    await expectQuiet(second);
    await desk.app.closeWindow(second);
    await expect.poll(async () => (await desk.app.windows()).length).toBe(1);
    // One of two windows: closing it neither quits nor tells of a tray.
    expect(await desk.app.notifications()).toEqual([]);
  });

  test('is attached to again after a crash of the renderer', async () => {
    const before = await processed(page, 1);
    await expectQuiet(page);
    page = await desk.app.crashRenderer(page);
    const after = await processed(page, before.processed);
    expect(after.percent).toBeGreaterThanOrEqual(before.percent);
    await processed(page, after.processed + 5);
  });

  test('is attached to again when a window that hangs is reloaded, and left alone when the user waits', async () => {
    // The run waits: on a busy machine it would end behind the two questions.
    await ask(page, 'run.pause');
    const { processedUsers } = await standsStill(page);
    await desk.app.act(page, 'hang');
    const question = await desk.app.openDialog('messageBox');
    expect(question.options.message).toBe('窗口没有响应');
    await desk.app.answerDialog('messageBox', '继续等待');
    await expect.poll(() => figures(page)).toMatchObject({ processed: processedUsers });
    page = await desk.app.afterCrash(page, async () => {
      await desk.app.act(page, 'hang');
      await desk.app.openDialog('messageBox');
      await desk.app.answerDialog('messageBox', '重新载入');
    });
    await expect.poll(() => figures(page)).toMatchObject({ processed: processedUsers });
    await ask(page, 'run.resume');
    await processed(page, processedUsers + 1);
  });

  test('ends with a notice, a table that is up to date, and stays noticed until dismissed', async () => {
    await notice(page, 'completed').waitFor({ timeout: 60_000 });
    expect(await figures(page)).toBeUndefined();
    expect(await page.getByTestId('run-figures').textContent()).toContain(
      `共 ${USERS} 个用户：成功 ${USERS}，失败 0`,
    );
    await expect.poll(() => page.getByTestId('filter-succeeded').textContent()).toContain(String(USERS));
    await expect.poll(() => rowsWith(page, 'succeeded').count()).toBe(20);
    await page.reload();
    await notice(page, 'completed').waitFor();
    await go(page, 'history');
    await page.locator('[data-testid^=run-][data-status=completed]').first().waitFor();
    await go(page, 'extract');
    await page.getByTestId('dismiss-run').click();
    await page.getByTestId('run-notice').waitFor({ state: 'hidden' });
    await page.reload();
    await tableShows(page, USERS);
    expect(await page.getByTestId('run-notice').count()).toBe(0);
    await expectQuiet(page);
  });
});

describe('the run of everyone again', () => {
  test('has nothing left to do', async () => {
    await go(page, 'extract');
    await page.getByTestId('start-run').click();
    await page.getByTestId('start-dialog').waitFor();
    await expect.poll(() => page.getByTestId('confirm-start').isDisabled()).toBe(true);
    await page.getByTestId('cancel-start').click();
    await page.getByTestId('start-dialog').waitFor({ state: 'hidden' });
    await expect(ask(page, 'run.start', { scope: { kind: 'remaining' } })).rejects.toThrow(
      'run.nothing_to_do',
    );
  });
});

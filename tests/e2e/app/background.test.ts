import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, describe, expect, test } from 'vitest';
import { until } from '../support/app-under-test.ts';
import type { AppUnderTest, TrayState } from '../support/app-under-test.ts';
import { disposeAll, temporaryFolder } from '../support/launch.ts';
import {
  ask,
  card,
  expectQuiet,
  figures,
  fill,
  go,
  listUsers,
  notice,
  openDesk,
  processed,
  sampleLog,
  standsStill,
  startRun,
  tableShows,
  workspaceOf,
} from './desk.ts';
import type { Desk } from './desk.ts';

afterEach(disposeAll);

const HINT = '任务仍在后台运行';

/** A run that is under way, slow enough to close windows under it. */
async function running(users: number, env: Record<string, string> = {}): Promise<Desk> {
  const desk = await openDesk({ slowMs: 250, env });
  await fill(desk.page, await sampleLog(users));
  await startRun(desk.page);
  await processed(desk.page, 5);
  return desk;
}

/** Waits until the tray shows a state, whatever the colour of the panel, and text. */
function trayShows(app: AppUnderTest, state: string, text: RegExp): Promise<TrayState> {
  return until(`a tray that is ${state} and says ${text}`, async () => {
    const tray = await app.tray();
    return tray?.image.startsWith(`${state}-`) && text.test(tray.tooltip) ? tray : undefined;
  });
}

/** A desktop that says whether it shows trays; on Linux only, elsewhere there is always one. */
function fakePanel(): { env: Record<string, string>; show(tray: boolean): void; asked(): Promise<void> } {
  const folder = temporaryFolder();
  const [answer, calls] = [join(folder, 'answer'), join(folder, 'calls')];
  const lines = (): number => readFileSync(calls, 'utf8').split('\n').length;
  const show = (tray: boolean): void => writeFileSync(answer, `   boolean ${tray}\n`);
  writeFileSync(calls, '');
  show(true);
  const program = `#!/bin/sh\ncat '${answer}'\necho >> '${calls}'\n`;
  writeFileSync(join(folder, 'dbus-send'), program, { mode: 0o755 });
  let before = 0;
  return {
    env: { PATH: `${folder}:${process.env['PATH'] ?? ''}` },
    show: (tray) => {
      before = lines();
      show(tray);
    },
    asked: () =>
      until('the question for a tray', async () => (lines() > before ? true : undefined)).then(
        () => undefined,
      ),
  };
}

/** Waits until the menu has a recent workspace. */
async function recentShows(app: AppUnderTest, label: string): Promise<void> {
  await until(`${label} in the menu`, async () => {
    const file = (await app.menu()).find((menu) => menu.label === '文件');
    const recent = file?.submenu.find((entry) => entry.label === '最近的工作区');
    return recent?.submenu.some((entry) => entry.label === label) ? true : undefined;
  });
}

async function noWindows(app: AppUnderTest): Promise<void> {
  await expect.poll(async () => (await app.windows()).length).toBe(0);
}

const labels = (tray: TrayState): string[] => tray.menu.map((entry) => entry.label).filter(Boolean);

describe('closing the window', () => {
  test('keeps the run in the tray, says so once, and the tray and a second start bring it back', async () => {
    const panel = fakePanel();
    const { app, page } = await running(300, panel.env);
    const { runId } = await ask(page, 'run.attach');
    const before = await processed(page, 5);
    await app.closeWindow(page);
    await noWindows(app);
    expect((await app.notifications()).map(({ title }) => title)).toEqual([HINT]);
    expect(await app.powerBlockers()).toEqual(['prevent-app-suspension']);
    // It really goes on: the numbers of the tray grow without a window.
    const seen = (tray: TrayState): number => Number(/（(\d+)\/300/.exec(tray.tooltip)?.[1]);
    const now = await trayShows(app, 'running', /批量抽象进行中 \d+\.\d %（\d+\/300，失败 0/);
    // With a ring of progress around it.
    expect(now.image).toMatch(/^running-\d+-/);
    const first = seen(now);
    await until('more users in the tray', async () => {
      const tray = await app.tray();
      return tray && seen(tray) > first ? true : undefined;
    });

    const back = await app.newWindow(() => app.clickTray('打开'));
    const after = await processed(back, before.processed);
    expect(after.percent).toBeGreaterThanOrEqual(before.percent);
    expect((await ask(back, 'run.attach')).runId).toBe(runId);
    await processed(back, after.processed + 5);

    await app.closeWindow(back);
    await noWindows(app);
    const again = await app.newWindow(async () => {
      expect(await app.secondStart()).toBe(0);
    });
    await card(again, 'running').waitFor();
    expect((await ask(again, 'run.attach')).runId).toBe(runId);
    expect(await app.notifications()).toHaveLength(1);

    // The tray goes away (an extension of the desktop was turned off): closing the last window asks instead.
    panel.show(false);
    const other = await app.newWindow(() => app.clickMenu('文件', '新建窗口'));
    await panel.asked();
    for (let turn = 0; turn < 5; turn += 1) await ask(other, 'run.history');
    await app.closeWindow(other);
    await expect.poll(async () => (await app.windows()).length).toBe(1);
    await app.closeWindow(again);
    const question = await app.openDialog('messageBox');
    expect(question.options.detail).toContain('这里没有托盘图标');
    await app.answerDialog('messageBox', '取消');
    await processed(again, after.processed + 10);
    await expectQuiet(again);
  });

  test('lets the run complete without a window; the notice waits for whoever comes back', async () => {
    const { app, page } = await running(40);
    // Who wants no machine that stays awake has none, at once.
    await ask(page, 'settings.set', { keepAwake: false });
    expect(await app.powerBlockers()).toEqual([]);
    await ask(page, 'settings.set', { keepAwake: true });
    expect(await app.powerBlockers()).toEqual(['prevent-app-suspension']);
    await app.closeWindow(page);
    await noWindows(app);
    await expect
      .poll(async () => (await app.notifications()).map(({ title }) => title))
      .toEqual([HINT, '批量抽象已完成']);
    await trayShows(app, 'idle', /没有正在进行的任务/);
    const { body } = (await app.notifications())[1] ?? { body: '' };
    expect(body).toContain('共 40 个用户：成功 40，失败 0');
    // Each type of conversion by itself.
    expect(body).toMatch(/转化：.*购买 \d+/);
    expect(await app.powerBlockers()).toEqual([]);
    const back = await app.newWindow(() => app.clickNotification());
    await notice(back, 'completed').waitFor();
    await tableShows(back, 40);
    await expectQuiet(back);
    // Nothing is going on any more, so closing is the end.
    await app.closeWindow(back);
    expect(await app.exited).toBe(0);
  });
});

describe('a second start', () => {
  test('ends at once and brings the window to the front', async () => {
    const { app, page } = await openDesk();
    await app.act(page, 'minimize');
    expect((await app.windowState(page)).minimized).toBe(true);
    expect(await app.secondStart()).toBe(0);
    await expect
      .poll(() => app.windowState(page))
      .toMatchObject({ minimized: false, focused: true, visible: true });
    expect(await app.windows()).toHaveLength(1);
  });

  test('finds the application menu, whose commands are those of the window', async () => {
    // Settings that do not read are put aside, which is said once.
    const folder = temporaryFolder();
    writeFileSync(join(folder, 'settings.json'), '{ broken');
    const { app, page, userData } = await openDesk({ userData: folder });
    await page.getByText('设置文件无法读取').waitFor();
    expect(readdirSync(folder).some((name) => name.startsWith('settings.json.corrupt-'))).toBe(true);
    await app.clickMenu('帮助', '检查更新');
    await page.waitForURL(/#\/settings\?section=update$/);
    await page.getByTestId('update-panel').waitFor();
    await app.clickMenu('帮助', '打开日志文件夹');
    expect(await app.shellCalls()).toEqual([{ call: 'openPath', target: join(userData, 'logs') }]);

    await app.clickMenu('文件', '导入数据');
    await app.openDialog('openDialog');
    await app.answerDialog('openDialog', await sampleLog(3));
    await page.getByTestId('import-preview').waitFor();
    expect(page.url()).toMatch(/#\/data$/);
    await page.keyboard.press('Escape');

    const fresh = join(userData, '另一个 & 工作区.db');
    await app.clickMenu('文件', '新建工作区');
    await app.openDialog('saveDialog');
    await app.answerDialog('saveDialog', fresh);
    await expect.poll(async () => (await ask(page, 'workspace.state')).path).toBe(fresh);
    await recentShows(app, 'default.eventloom');
    await app.clickMenu('文件', '最近的工作区', 'default.eventloom');
    await expect.poll(async () => (await ask(page, 'workspace.state')).path).toBe(workspaceOf(userData));
    await recentShows(app, '另一个 && 工作区.db');
    await app.clickMenu('文件', '最近的工作区', '另一个 && 工作区.db');
    await expect.poll(async () => (await ask(page, 'workspace.state')).path).toBe(fresh);
    await go(page, 'settings');
    await expectQuiet(page);

    // A backup is made and restored; what was there before is kept.
    await page.getByTestId('backup-now').click();
    await page.locator('[data-testid=backups][data-total="1"]').waitFor();
    await page.getByTestId('backup-restore').click();
    await page.locator('.confirm-yes').click();
    await until('the workspace of before beside the restored one', async () =>
      readdirSync(userData).some((name) => name.includes('.replaced-')) ? true : undefined,
    );
    await expect.poll(async () => (await ask(page, 'workspace.state')).open).toBe(true);
    await expect(ask(page, 'workspace.restore', { path: join(userData, 'settings.json') })).rejects.toThrow(
      'workspace.backup_unknown',
    );

    // A start from the jump list of Windows opens one more window.
    await app.newWindow(() => app.secondStart('--new-window'));
    await app.secondStart(`--recent-workspace=${workspaceOf(userData)}`);
    await expect.poll(async () => (await ask(page, 'workspace.state')).path).toBe(workspaceOf(userData));
    // What is no recent workspace is not opened.
    await app.secondStart(`--recent-workspace=${join(userData, 'settings.json')}`);
    expect((await ask(page, 'workspace.state')).path).toBe(workspaceOf(userData));
  });
});

describe('pause, resume and cancel', () => {
  test('from the window and from the tray; every state shows in both, and in the taskbar', async () => {
    const { app, page, userData } = await running(200);
    const runs = await trayShows(app, 'running', /批量抽象进行中/);
    expect(labels(runs).slice(1)).toEqual(['打开 EventLoom', '暂停', '退出']);
    expect(`EventLoom 事织 · ${labels(runs)[0]}`).toBe(runs.tooltip);
    await until('progress in the taskbar', async () =>
      (await app.windowState(page)).progress > 0 ? true : undefined,
    );
    expect((await app.windowState(page)).progressMode).toBe('normal');
    expect(await app.badge()).toBe(0);
    // A sleep of the machine is no time in which the run ran.
    const { activeMs } = await ask(page, 'run.attach');
    await app.powerEvent('suspend');
    await app.powerEvent('resume');
    await until('the sleep in the log', async () =>
      readFileSync(join(userData, 'logs', 'main.log'), 'utf8').includes('the machine slept for')
        ? true
        : undefined,
    );
    expect((await ask(page, 'run.attach')).activeMs).toBeGreaterThanOrEqual(activeMs);

    await page.getByTestId('pause').click();
    await card(page, 'paused').waitFor();
    const still = await standsStill(page);
    const numbers = `${still.progressPercent.toFixed(1)} %（${still.processedUsers}/200，失败 0）`;
    const paused = await trayShows(app, 'paused', new RegExp(`批量抽象已暂停 ${numbers}`));
    expect(labels(paused).slice(1)).toEqual(['打开 EventLoom', '继续', '退出']);
    await expect
      .poll(() => figures(page))
      .toMatchObject({ processed: still.processedUsers, percent: still.progressPercent });
    expect(await app.powerBlockers()).toEqual([]);
    expect((await app.windowState(page)).progressMode).toBe('paused');

    await app.clickTray('继续');
    await card(page, 'running').waitFor();
    await processed(page, still.processedUsers + 5);
    await trayShows(app, 'running', /批量抽象进行中/);
    await app.clickTray('暂停');
    await card(page, 'paused').waitFor();
    // Paused means paused: what is shown now is what is shown after the application has answered a good deal more.
    const held = await standsStill(page);
    for (let i = 0; i < 20; i += 1) await ask(page, 'run.history');
    expect((await ask(page, 'run.attach')).processedUsers).toBe(held.processedUsers);
    await page.getByTestId('resume').click();
    await processed(page, held.processedUsers + 5);

    // The question can be answered with no, and then nothing has happened.
    await page.getByTestId('cancel-run').click();
    await page.locator('.confirm-no').click();
    await card(page, 'running').waitFor();
    await page.getByTestId('cancel-run').click();
    await page.locator('.confirm-yes').click();
    await notice(page, 'cancelled').waitFor();
    const end = await ask(page, 'run.attach');
    expect(end.processedUsers).toBeGreaterThanOrEqual(held.processedUsers + 5);
    expect(end.processedUsers).toBeLessThan(200);
    const list = await listUsers(page);
    expect(list.counts).toMatchObject({
      succeeded: end.successCount,
      failed: 0,
      pending: 200 - end.successCount,
    });
    await trayShows(app, 'idle', /没有正在进行的任务/);
    await expect.poll(async () => (await app.windowState(page)).progress).toBe(-1);

    // What was kept is not done again.
    await page.getByTestId('start-run').click();
    expect(await page.getByTestId('preflight-users').getAttribute('data-value')).toBe(
      String(200 - end.successCount),
    );
    await page.getByTestId('cancel-start').click();
    await expectQuiet(page);
  });
});

import { copyFileSync, existsSync, mkdirSync, readFileSync, readdirSync, renameSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { afterEach, describe, expect, test } from 'vitest';
import { Workspace } from '../../../src/core/store/workspace.ts';
import { damagePage, damagePages } from '../../support/damage-page.ts';
import { BEFORE_FORMAT_13 } from '../../support/before-format-13.ts';
import { fillWorkspace } from '../../support/fill-workspace.ts';
import { disposeAll, launchApp, temporaryFolder } from '../support/launch.ts';
import { until } from '../support/app-under-test.ts';
import {
  ask,
  expectQuiet,
  fill,
  go,
  notice,
  openDesk,
  sampleLog,
  startRun,
  tableShows,
  workspaceOf,
} from './desk.ts';

afterEach(disposeAll);

/** A workspace with abstracted users, as a closed application leaves it. */
async function finishedWorkspace(users: number): Promise<{ userData: string; path: string; events: number }> {
  const { app, page, userData } = await openDesk({ userData: temporaryFolder() });
  await fill(page, await sampleLog(users, 40));
  await startRun(page);
  await notice(page, 'completed').waitFor();
  const { events } = await ask(page, 'workspace.info');
  await app.quit();
  await app.exited;
  return { userData, path: workspaceOf(userData), events };
}

/** A workspace of so many users with 50 behaviours each, which takes seconds to rescue. */
function largeWorkspace(users: number): { userData: string; path: string } {
  const userData = temporaryFolder();
  const path = workspaceOf(userData);
  mkdirSync(dirname(path), { recursive: true });
  const workspace = Workspace.open(path, true);
  fillWorkspace(workspace.db, users, 50);
  workspace.close();
  return { userData, path };
}

describe('a workspace of an older format', () => {
  test('is opened without a window at login; the next window says where it was kept as it was', async () => {
    const { userData, path } = await finishedWorkspace(5);
    const db = new DatabaseSync(path);
    db.exec(`${BEFORE_FORMAT_13} PRAGMA user_version = 12;`);
    db.close();
    const app = await launchApp({ userData, args: ['--hidden'] });
    const backup = path.replace('default.', 'default.format-12.');
    await until('the backup', async () => (existsSync(backup) ? true : undefined));
    await until('the workspace', async () =>
      (await app.tray())?.tooltip.includes('没有正在进行的任务') ? true : undefined,
    );
    const page = await app.newWindow(() => app.secondStart());
    await page.getByText(`升级前的备份在 ${backup}`).first().waitFor();
    expect((await ask(page, 'workspace.state')).open).toBe(true);
  });
});

describe('a workspace that opens slowly', () => {
  test('is told, and the page that is chosen meanwhile is shown once it is open', async () => {
    const { userData, path } = await finishedWorkspace(5);
    const other = new DatabaseSync(path);
    other.exec('PRAGMA locking_mode = EXCLUSIVE; BEGIN EXCLUSIVE; UPDATE meta SET value = value');
    const app = await launchApp({ userData });
    const page = await app.firstWindow();
    // The window needs one script and one style sheet for its menu, without the library that main checks data with.
    const needed = await page.evaluate(async () => {
      const scripts = [...document.querySelectorAll('script, link[rel=modulepreload]')];
      const [script] = scripts.map((element) => element.getAttribute('src') ?? '');
      return {
        scripts: scripts.length,
        styles: document.querySelectorAll('link[rel=stylesheet]').length,
        checks: (await (await fetch(script ?? '')).text()).includes('ZodError'),
      };
    });
    expect(needed).toEqual({ scripts: 1, styles: 1, checks: false });
    await page.getByTestId('nav-history').click();
    const closed = page.getByTestId('workspace-closed');
    await closed.waitFor();
    expect(await closed.textContent()).toContain(path);
    expect(await page.getByTestId('workspace-error').count()).toBe(0);
    other.close();
    await page.getByTestId('run-history').waitFor();
    expect(await closed.count()).toBe(0);
    await expectQuiet(page);
  });
});

describe('a damaged workspace', () => {
  test('is told at the start, and rescued through the window with everything that still reads', async () => {
    const { userData, path } = await finishedWorkspace(60);
    damagePage(path, 'events');
    const damaged = readFileSync(path);

    const { app, page } = await openDesk({ userData });
    await page.getByTestId('workspace-closed').waitFor();
    expect(await page.getByTestId('workspace-error').textContent()).toContain(`工作区 ${path} 已损坏`);
    await until('a tray that wants attention', async () =>
      (await app.tray())?.tooltip.includes('工作区无法打开，需要您处理') ? true : undefined,
    );
    await page.getByTestId('workspace-rescue').click();
    await page.locator('.confirm-no').click();
    expect(readFileSync(path).equals(damaged)).toBe(true);
    await page.getByTestId('workspace-rescue').click();
    await page.locator('.confirm-yes').click();
    const report = page.getByTestId('rescue-report');
    await report.waitFor();
    expect(await report.textContent()).toContain('2,400');
    expect(await report.textContent()).toMatch(/没有能完整读出：.*事件/);
    const backup = readdirSync(dirname(path)).find((name) =>
      /^default\.damaged-\d{8}-\d{6}\.eventloom$/.test(name),
    );
    expect(await report.textContent()).toContain(backup);
    expect(readFileSync(join(dirname(path), String(backup))).equals(damaged)).toBe(true);
    await report.getByRole('button', { name: '知道了' }).click();

    // Users whose events are lost are to be done again, and can be.
    const info = await ask(page, 'workspace.info');
    expect(info).toMatchObject({ users: 60, behaviours: 2400 });
    expect(info.sequences.pending).toBeGreaterThan(0);
    expect(info.sequences.succeeded).toBeGreaterThan(0);
    await startRun(page);
    await expect
      .poll(async () => (await ask(page, 'workspace.info')).sequences)
      .toMatchObject({ succeeded: 60 });
    await tableShows(page, 60);
    await expectQuiet(page);
  });

  test('that takes long to rescue: every window sees how far it is, one cancels it, and quitting ends it', async () => {
    const { userData, path } = largeWorkspace(12_000);
    damagePage(path, 'behaviours');
    const damaged = readFileSync(path);
    const names = (): string[] => readdirSync(dirname(path)).filter((name) => !/-(lock|damaged)$/.test(name));

    const { app, page } = await openDesk({ userData });
    const other = await app.newWindow(() => app.clickMenu('文件', '新建窗口'));
    const rescue = async (): Promise<void> => {
      await page.getByTestId('workspace-rescue').click();
      await page.locator('.confirm-yes').click();
      await other.getByTestId('file-task-percent').waitFor();
    };
    await other.getByTestId('workspace-closed').waitFor();
    const before = names();
    await rescue();
    await page.getByTestId('file-task-percent').waitFor();
    await other.getByTestId('file-task-cancel').click();
    for (const window of [page, other]) await window.getByText('抢救已取消').first().waitFor();
    expect(await page.getByText('抢救已取消').count()).toBe(1);
    await expect.poll(() => page.getByTestId('workspace-rescue').isEnabled()).toBe(true);
    expect(names()).toEqual(before);
    expect(readFileSync(path).equals(damaged)).toBe(true);

    await rescue();
    await app.quit();
    expect((await app.openDialog('messageBox')).options.message).toBe('正在抢救工作区，要退出吗？');
    await app.answerDialog('messageBox', '取消抢救并退出');
    await app.exited;
    expect(names()).toEqual(before);
    expect(readFileSync(path).equals(damaged)).toBe(true);
  });

  test('is told when the damage is met by a run, and rescued; reopening does not hide it', async () => {
    const { app, page, userData } = await openDesk({ userData: temporaryFolder() });
    await fill(page, await sampleLog(200, 40));
    const path = workspaceOf(userData);
    // What measures the log would meet the damage first.
    await expect.poll(async () => (await ask(page, 'rhythm.get')).status).toBe('measured');
    damagePage(path, 'behaviours');
    // Without the start dialog, whose preview would meet the damage first.
    await ask(page, 'run.start', { scope: { kind: 'remaining' } });
    await page.getByTestId('workspace-closed').waitFor();
    expect(await page.getByTestId('workspace-error').textContent()).toContain(`工作区 ${path} 已损坏`);
    await until('a tray that wants attention', async () =>
      (await app.tray())?.tooltip.includes('工作区无法打开，需要您处理') ? true : undefined,
    );
    await page.getByTestId('workspace-retry').click();
    await expect.poll(() => page.getByTestId('workspace-retry').isEnabled()).toBe(true);
    expect(await page.getByTestId('workspace-error').textContent()).toContain('已损坏');

    await page.getByTestId('workspace-rescue').click();
    await page.locator('.confirm-yes').click();
    await page.getByTestId('rescue-report').getByRole('button', { name: '知道了' }).click();
    expect(await ask(page, 'workspace.info')).toMatchObject({ users: 200 });
    expect(await ask(page, 'run.attach')).toMatchObject({ status: 'cancelled', resumable: false });
    await startRun(page);
    await notice(page, 'completed').waitFor();
    await expectQuiet(page);
  });

  test('is told when the damage is met by the preview of a run', async () => {
    const { page, userData } = await openDesk({ userData: temporaryFolder() });
    await fill(page, await sampleLog(200, 40));
    // What measures the log would meet the damage first.
    await expect.poll(async () => (await ask(page, 'rhythm.get')).status).toBe('measured');
    await go(page, 'extract');
    await tableShows(page, 200);
    // The preview reads all behaviours of a few users, wherever they lie.
    damagePages(workspaceOf(userData), 'behaviours');
    await page.getByTestId('start-run').click();
    await page.getByTestId('workspace-rescue').waitFor();
    expect(await page.getByTestId('start-dialog').count()).toBe(0);
    await expectQuiet(page);
  });

  test('is told when the damage is met by a look at a user', async () => {
    const { page, userData } = await openDesk({ userData: temporaryFolder() });
    await fill(page, await sampleLog(20, 400));
    await go(page, 'extract');
    await tableShows(page, 20);
    for (const where of [0, 0.25, 0.5, 0.75, 1])
      damagePage(workspaceOf(userData), 'behaviours_by_user', where);
    await page.locator('[data-testid^=view-]').first().click();
    await page.getByTestId('workspace-rescue').waitFor();
    await expectQuiet(page);
  });
});

describe('a workspace of a newer version', () => {
  test('is refused and left untouched; another one can be made, and the old one comes back when it can be read', async () => {
    const { userData, path, events } = await finishedWorkspace(20);
    const db = new DatabaseSync(path);
    const version = Number(db.prepare('PRAGMA user_version').get()?.['user_version']);
    db.exec('PRAGMA user_version = 99');
    db.close();
    const before = readFileSync(path);

    const { app, page } = await openDesk({ userData });
    await page.getByTestId('workspace-error').waitFor();
    expect(await page.getByTestId('workspace-error').textContent()).toContain(
      '由更新版本的 EventLoom 创建（格式 99',
    );
    expect(await page.getByTestId('workspace-rescue').count()).toBe(0);
    await page.getByTestId('workspace-retry').click();
    await expect.poll(() => page.getByTestId('workspace-retry').isEnabled()).toBe(true);
    expect(readFileSync(path).equals(before)).toBe(true);
    expect(readdirSync(dirname(path)).filter((name) => /-wal|-shm|damaged/.test(name))).toEqual([]);

    const other = join(dirname(path), 'other.db');
    await page.getByTestId('workspace-create').click();
    await app.openDialog('saveDialog');
    await app.answerDialog('saveDialog', other);
    await page.getByTestId('workspace-name').waitFor();
    expect(await page.getByTestId('workspace-name').textContent()).toContain('other.db');
    await fill(page, await sampleLog(10));
    await go(page, 'extract');
    await tableShows(page, 10);
    expect(readFileSync(path).equals(before)).toBe(true);

    // A version that knows the format opens it from the list of those used before.
    const newer = new DatabaseSync(path);
    newer.exec(`PRAGMA user_version = ${version}`);
    newer.close();
    await go(page, 'settings');
    await page.getByRole('button', { name: `打开 ${path}` }).click();
    await expect.poll(() => page.getByTestId('settings-workspace-path').textContent()).toBe(path);
    await go(page, 'extract');
    await tableShows(page, 20);
    expect((await ask(page, 'workspace.info')).events).toBe(events);
    await expectQuiet(page);
  });
});

describe('a file that is no workspace', () => {
  test('is refused in words, and the workspace that is open stays', async () => {
    const { app, page, userData } = await openDesk({ userData: temporaryFolder() });
    const log = await sampleLog(5);
    await fill(page, log);
    await go(page, 'settings');
    await page.getByTestId('settings-workspace-open').click();
    await app.openDialog('openDialog');
    await app.answerDialog('openDialog', [log]);
    const message = page.locator('.el-message--error');
    await message.waitFor();
    expect(await message.textContent()).toContain(`${log} 不是 EventLoom 工作区`);
    expect(await page.getByTestId('settings-workspace-path').textContent()).toBe(workspaceOf(userData));
    await startRun(page);
    await notice(page, 'completed').waitFor();
    await tableShows(page, 5);
    await expectQuiet(page);
  });
});

describe('a workspace that has gone', () => {
  test('is a loss to report, never a reason to make an empty one', async () => {
    const { userData, path } = await finishedWorkspace(5);
    const elsewhere = join(temporaryFolder(), 'moved.db');
    const second = join(dirname(elsewhere), '第二 2.eventloom');
    copyFileSync(path, second);
    renameSync(path, elsewhere);
    const { app, page } = await openDesk({ userData });
    expect(await page.getByTestId('workspace-error').textContent()).toContain(`找不到工作区文件 ${path}`);
    expect(existsSync(path)).toBe(false);
    await page.getByTestId('workspace-open').click();
    await app.openDialog('openDialog');
    await app.answerDialog('openDialog', [elsewhere]);
    await notice(page, 'completed').waitFor();
    await tableShows(page, 5);

    // A double click on a file, or a link, starts the application again.
    const opened = (): Promise<string> => ask(page, 'workspace.state').then((state) => state.path);
    expect(await app.secondStart(second)).toBe(0);
    await expect.poll(opened).toBe(second);
    const link = (to: string): string => `eventloom://open?path=${encodeURIComponent(to)}`;
    expect(await app.secondStart(link(elsewhere))).toBe(0);
    await expect.poll(opened).toBe(elsewhere);
    await tableShows(page, 5);
    // A stranger's link leads nowhere, whatever lies there.
    const stranger = join(dirname(elsewhere), 'stranger.eventloom');
    copyFileSync(second, stranger);
    expect(await app.secondStart(link(stranger))).toBe(0);
    await page.locator('.el-message', { hasText: '此链接未被打开' }).waitFor();
    expect(await opened()).toBe(elsewhere);
  });
});

import type { Page } from 'playwright-core';
import { afterEach, describe, expect, test } from 'vitest';
import { until } from '../support/app-under-test.ts';
import { disposeAll, temporaryFolder } from '../support/launch.ts';
import {
  ask,
  card,
  expectQuiet,
  fill,
  go,
  notice,
  openDesk,
  processed,
  sampleLog,
  startImport,
  startRun,
  workspaceOf,
} from './desk.ts';
import { readWorkspace } from './events.ts';

afterEach(disposeAll);

/** Large enough that there is time to look at it and to stop it. */
const largeLog = (): Promise<string> => sampleLog(4000, 200);

async function beginImport(page: Page, path: string): Promise<void> {
  await go(page, 'data');
  await startImport(page, path);
  await page.getByTestId('import-card').waitFor();
}

describe('an import that is under way', () => {
  test('shows everywhere, keeps a run from starting, and leaves the workspace as it was when cancelled', async () => {
    const { app, page } = await openDesk();
    await fill(page, await sampleLog(10));
    const before = await ask(page, 'workspace.info');
    await beginImport(page, await largeLog());
    await until('progress', async () => ((await ask(page, 'import.attach')).rowsRead > 0 ? true : undefined));
    await expect(ask(page, 'run.start', { scope: { kind: 'remaining' } })).rejects.toThrow(
      'run.import_active',
    );
    await go(page, 'extract');
    await page.getByTestId('import-indicator').waitFor();
    expect(await page.getByTestId('start-run').isDisabled()).toBe(true);
    await until('the tray to tell of it', async () =>
      /正在导入 behaviors\.csv：\d+\.\d %/.test((await app.tray())?.tooltip ?? '') ? true : undefined,
    );
    await expect
      .poll(() => app.windowState(page))
      .toMatchObject({ progress: expect.any(Number) as number, progressMode: 'normal' });
    expect((await app.windowState(page)).progress).toBeGreaterThanOrEqual(0);
    expect(await app.powerBlockers()).toEqual(['prevent-app-suspension']);
    await page.reload();
    await page.getByTestId('import-indicator').click();
    await page.getByTestId('cancel-import').click();
    await page.locator('.confirm-yes').click();
    await page.locator('[data-testid=import-report][data-status=cancelled]').waitFor();
    const after = await ask(page, 'workspace.info');
    expect({ ...after, sizeBytes: 0 }).toEqual({ ...before, sizeBytes: 0 });
    await expectQuiet(page);
  });

  test('holds the buttons of an interrupted run and says why; the notice of an ended one can be put away', async () => {
    const first = await openDesk({ slowMs: 500, userData: temporaryFolder() });
    await fill(first.page, await sampleLog(100));
    await ask(first.page, 'settings.set', { resumePolicy: 'leave' });
    await startRun(first.page);
    await processed(first.page, 5);
    await first.app.quit();
    await first.app.openDialog('messageBox');
    await first.app.answerDialog('messageBox', '退出并下次继续');
    await first.app.exited;

    const { page } = await openDesk({ userData: first.userData });
    await card(page, 'interrupted').waitFor();
    const log = await largeLog();
    await beginImport(page, log);
    await go(page, 'extract');
    for (const button of ['resume', 'cancel-run']) {
      await expect.poll(() => page.getByTestId(button).isDisabled()).toBe(true);
      expect(await page.getByTestId(button).getAttribute('title')).toBe(
        '正在导入数据或撤销导入，完成后再操作',
      );
    }
    await ask(page, 'import.cancel');
    await page.getByTestId('cancel-run').click();
    await page.locator('.confirm-yes').click();
    await notice(page, 'cancelled').waitFor();

    await beginImport(page, log);
    await go(page, 'extract');
    await page.getByTestId('dismiss-run').click();
    await notice(page, 'cancelled').waitFor({ state: 'hidden', timeout: 2000 });
    expect((await ask(page, 'import.cancel')).status).toBe('cancelled');
    await page.reload();
    await page.getByTestId('start-run').waitFor();
    expect(await ask(page, 'run.attach')).toMatchObject({ status: 'cancelled', dismissed: true });
    await expectQuiet(page);
  });

  test('is asked about when quitting; quitting cancels it', async () => {
    const { app, page, userData } = await openDesk({ userData: temporaryFolder() });
    await beginImport(page, await largeLog());
    await app.quit();
    const question = await app.openDialog('messageBox');
    expect(question.options.message).toBe('正在导入数据，要退出吗？');
    await app.answerDialog('messageBox', '取消导入并退出');
    expect(await app.exited).toBe(0);
    expect(readWorkspace(workspaceOf(userData)).evidence.behaviours).toBe(0);
  });
});

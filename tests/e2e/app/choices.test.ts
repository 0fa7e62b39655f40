import { afterEach, describe, expect, test } from 'vitest';
import { disposeAll, temporaryFolder } from '../support/launch.ts';
import {
  card,
  expectQuiet,
  fill,
  go,
  listUsers,
  notice,
  openDesk,
  processed,
  sampleLog,
  startRun,
  tableShows,
} from './desk.ts';

afterEach(disposeAll);

describe('closing the window', () => {
  test('with "always in the tray" keeps the application; a finished run is noticed when a window is there again', async () => {
    const { app, page } = await openDesk();
    await fill(page, await sampleLog(20));
    await startRun(page);
    await notice(page, 'completed').waitFor();
    await go(page, 'settings');
    await page.getByTestId('setting-closeBehaviour-always-tray').click();
    await page.locator('[data-testid=setting-closeBehaviour] .is-selected').getByText('总是').waitFor();
    await app.closeWindow(page);
    await expect.poll(async () => (await app.windows()).length).toBe(0);
    // Nothing runs, so there is nothing to tell.
    expect(await app.notifications()).toEqual([]);
    const back = await app.newWindow(() => app.clickTray());
    await notice(back, 'completed').waitFor();
    await tableShows(back, 20);
    await expectQuiet(back);
  });

  test('with "quit" asks while a run is active, and keeps the window when it is thought better of', async () => {
    const { app, page } = await openDesk({ slowMs: 500 });
    await fill(page, await sampleLog(100));
    await go(page, 'settings');
    await page.getByTestId('setting-closeBehaviour-quit').click();
    await page.locator('[data-testid=setting-closeBehaviour] .is-selected').getByText('退出').waitFor();
    await startRun(page);
    const before = await processed(page, 5);
    await app.closeWindow(page);
    await app.openDialog('messageBox');
    await app.answerDialog('messageBox', '取消');
    await processed(page, before.processed + 5);
    await app.closeWindow(page);
    await app.openDialog('messageBox');
    await app.answerDialog('messageBox', '退出并下次继续');
    expect(await app.exited).toBe(0);
  });
});

describe('an unfinished run at the start', () => {
  test('is asked about when she wants to be asked; later gives it up and keeps what is done', async () => {
    const userData = temporaryFolder();
    const { app, page } = await openDesk({ slowMs: 1000, userData });
    await go(page, 'settings');
    await page.getByTestId('setting-resumePolicy-ask').click();
    await page.locator('[data-testid=setting-resumePolicy] .is-selected').getByText('询问').waitFor();
    await fill(page, await sampleLog(100));
    await startRun(page);
    const before = await processed(page, 10);
    await app.kill9();

    const asked = await openDesk({ userData, slowMs: 1000 });
    const question = await asked.app.openDialog('messageBox');
    expect(question.options.message).toMatch(/上次的批量抽象没有完成（\d+\.\d %，\d+\/100），现在继续吗？/);
    await card(asked.page, 'interrupted').waitFor();
    await asked.app.answerDialog('messageBox', '继续');
    await card(asked.page, 'running').waitFor();
    const further = await processed(asked.page, before.processed + 5);
    await asked.app.kill9();

    const next = await openDesk({ userData });
    await next.app.openDialog('messageBox');
    await next.app.answerDialog('messageBox', '以后再说');
    await card(next.page, 'interrupted').waitFor();
    expect((await processed(next.page, further.processed)).processed).toBeLessThan(100);
    expect(await next.page.getByTestId('start-run').isDisabled()).toBe(true);
    const kept = (await listUsers(next.page)).counts.succeeded;
    await next.page.getByTestId('cancel-run').click();
    await next.page.locator('.confirm-yes').click();
    await notice(next.page, 'cancelled').waitFor();
    expect((await listUsers(next.page)).counts).toMatchObject({ succeeded: kept, pending: 100 - kept });
    await expectQuiet(next.page);
  });
});

describe('where the window was', () => {
  test('is remembered', async () => {
    const userData = temporaryFolder();
    const { app, page } = await openDesk({ userData });
    await app.setBounds(page, { width: 1111, height: 777 });
    await expect.poll(() => page.evaluate(() => window.outerWidth)).toBe(1111);
    await app.quit();
    expect(await app.exited).toBe(0);
    const next = await openDesk({ userData });
    expect((await next.app.windowState(next.page)).bounds).toMatchObject({ width: 1111, height: 777 });
  });
});

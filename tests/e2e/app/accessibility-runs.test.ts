import { afterEach, describe, expect, test } from 'vitest';
import { check, checkQuestion, close } from './accessible.ts';
import { card, fill, go, listUsers, notice, openDesk, processed, sampleLog, startRun } from './desk.ts';
import { confirmStart, disposeModelDesks, openModelDesk, openStart } from './model-desk.ts';

afterEach(disposeModelDesks);

describe('axe finds nothing wrong', () => {
  test('on the page of events and of runs, with a run by rules', async () => {
    // Slow enough not to end while it is looked at.
    const { page } = await openDesk({ slowMs: 1000 });
    await fill(page, await sampleLog(300));
    await go(page, 'extract');
    await check(page, 'the users');
    await page.getByTestId('start-run').click();
    await page.getByTestId('preflight-users').waitFor();
    await check(page, 'the start of a run');
    await close(page, 'start-dialog');
    await startRun(page);
    const { processed: first } = await processed(page, 5);
    expect(first).toBeLessThan(300);
    await check(page, 'a run');
    await page.getByTestId('pause').click();
    await card(page, 'paused').waitFor();
    await check(page, 'a paused run');
    await checkQuestion(page, 'cancel-run');
    await page.getByTestId('cancel-run').click();
    await page.locator('.confirm-yes').click();
    await notice(page, 'cancelled').waitFor();
    await check(page, 'a cancelled run');
    const [user] = (await listUsers(page, { status: 'succeeded' })).rows;
    await page.getByTestId('user-search').fill(String(user?.userId));
    await page.getByTestId(`view-${user?.userId}`).click();
    await page.getByTestId('event-list').waitFor();
    await page.locator('[data-testid=behaviour-list] [role=option]').first().click();
    await check(page, 'one user');
    await close(page, 'user-drawer');
    await go(page, 'history');
    await page.getByTestId('run-toggle-1').click();
    await page.locator('.details').waitFor();
    await check(page, 'the history');
  });

  test('on a run by a model, with its requests and failures', async () => {
    const { page } = await openModelDesk({
      users: 40,
      server: { latency: 60, mix: { omit: 60 } },
    });
    await openStart(page);
    await page.getByTestId('start-pilot').click();
    await check(page, 'the start of a run with a model');
    await confirmStart(page);
    await card(page, 'paused').waitFor();
    await check(page, 'a finished trial');
    await page.getByTestId('compare-details').click();
    await page.getByTestId('pilot-details').getByTestId('detail-preview').waitFor();
    await check(page, 'the details of a trial');
    await close(page, 'pilot-details');
    await page.getByTestId('resume').click();
    await notice(page, 'completed').waitFor();
    await check(page, 'a finished run with a model');
    await page.getByTestId('open-requests').click();
    await page.getByTestId('request-view').waitFor();
    await check(page, 'the requests');
    await close(page, 'requests-drawer');
    await go(page, 'history');
    await page.getByTestId('run-toggle-1').click();
    await page.locator('.details').waitFor();
    await check(page, 'the history of a run with a model');
  });
});

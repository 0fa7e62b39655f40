import { afterAll, describe, expect, test } from 'vitest';
import type { Page } from 'playwright-core';
import { disposeAll, temporaryFolder } from '../support/launch.ts';
import { ask, dropFile, expectQuiet, listUsers, notice, openDesk, runIs, sampleLog } from './desk.ts';

afterAll(disposeAll);

/** Counts what a person clicks from now on; reads the count when called. */
async function countClicks(page: Page): Promise<() => Promise<number>> {
  await page.evaluate(() => {
    const counted = window as unknown as { clicks: number };
    counted.clicks = 0;
    window.addEventListener('click', ({ isTrusted }) => (counted.clicks += Number(isTrusted)), true);
  });
  return () => page.evaluate(() => (window as unknown as { clicks: number }).clicks);
}

/** The funnel that is shown says the same as the store. */
async function expectFunnel(page: Page): Promise<void> {
  await page.getByTestId('funnel').waitFor();
  const { users } = await ask(page, 'workspace.info');
  const titles = await page.locator('[data-testid^=funnel-users-] > title').allTextContents();
  const figures = titles.map((title) => Number(/([\d,]+) 个用户/.exec(title)?.[1]?.replaceAll(',', '')));
  expect(figures.length).toBeGreaterThanOrEqual(2);
  expect(figures[0]).toBeLessThanOrEqual(users);
  expect(figures.at(-1)).toBeLessThan(figures[0] ?? 0);
  expect(figures[1]).toBeGreaterThan(0);
}

describe('the first minute of a new user', () => {
  test('takes one click from an empty workspace to the suggested funnel, within a minute', async () => {
    const { page } = await openDesk();
    await page.getByTestId('next-steps').waitFor();
    const clicks = await countClicks(page);
    const begun = Date.now();
    await page.getByTestId('quick-start-button').click();
    await page.getByTestId('quick-start').waitFor();
    await page.waitForURL(/#\/insight$/, { timeout: 60_000 });
    await expectFunnel(page);
    expect(Date.now() - begun).toBeLessThan(60_000);
    expect(await clicks()).toBe(1);
    expect((await ask(page, 'run.attach')).status).toBe('completed');
    // All three steps are done: they are not told again, also not in another window.
    await page.getByTestId('next-steps').waitFor({ state: 'detached' });
    await expect.poll(async () => (await ask(page, 'settings.get')).onboarding).toBe(false);
    await expectQuiet(page);
  });

  test('can cancel on the way, and the next steps can be closed for good', async () => {
    const userData = temporaryFolder();
    const { page, app } = await openDesk({ userData, slowMs: 1000 });
    await page.getByTestId('quick-start-button').click();
    await page.locator('[data-testid=quick-start][data-status=run]').waitFor({ timeout: 60_000 });
    await page.getByTestId('quick-cancel').click();
    await page.getByTestId('quick-start').waitFor({ state: 'detached' });
    await runIs(page, 'cancelled');
    expect(page.url()).toMatch(/#\/data$/);
    await page.getByTestId('next-steps-close').click();
    await page.getByTestId('next-steps').waitFor({ state: 'detached' });
    await app.quit();
    await app.exited;
    const again = await openDesk({ userData });
    await again.page.getByTestId('workspace-name').waitFor();
    expect(await again.page.getByTestId('next-steps').count()).toBe(0);
  });

  test('takes at most eight clicks from a dropped log to a funnel', async () => {
    const { page } = await openDesk();
    const log = await sampleLog(60, 40);
    const clicks = await countClicks(page);
    await dropFile(page, 'drop-behaviours', log);
    await page.getByTestId('confirm-import').click();
    await page.locator('[data-testid=import-report][data-status=completed]').waitFor();
    await page.getByTestId('go-extract').click();
    await page.getByTestId('start-run').click();
    await page.getByTestId('confirm-start').click();
    await notice(page, 'completed').waitFor();
    await page.getByTestId('go-funnel').click();
    await expectFunnel(page);
    expect(await clicks()).toBeLessThanOrEqual(6);

    // The notice leads to the overview whatever the page showed last, and from there a link to the funnel.
    const shown = page.getByTestId('insight-answer').getByRole('heading', { level: 2 });
    await page.getByTestId('insight-tabs').getByText('报告').click();
    await page.getByTestId('report').waitFor();
    await page.getByTestId('nav-extract').click();
    await page.getByTestId('go-insight').click();
    await page.getByTestId('overview-funnel').waitFor();
    expect(await shown.textContent()).toBe('总览');
    await page.getByTestId('insight-tabs').getByText('变体').click();
    await page.getByTestId('nav-extract').click();
    await page.getByTestId('go-funnel').click();
    await expectFunnel(page);
    await page.getByTestId('insight-tabs').getByText('总览').click();
    await page.getByTestId('overview-funnel').click();
    await expectFunnel(page);
  });

  test('leads from an empty window over sample data to events and their evidence', async () => {
    const { page } = await openDesk();
    // An empty workspace begins with its data, and says on the page of events where to go.
    await page.getByTestId('welcome').waitFor();
    await page.getByTestId('nav-extract').click();
    await page.getByTestId('users-empty').waitFor();
    expect(await page.getByTestId('start-run').isDisabled()).toBe(true);
    await page.getByTestId('go-data').click();

    await page.getByTestId('import-sample').click();
    await page.locator('[data-testid=import-report][data-status=completed]').waitFor();
    const info = await ask(page, 'workspace.info');
    expect(info.users).toBeGreaterThan(50);
    expect(info.profiles).toBe(info.users);
    expect(await page.getByTestId('info-behaviours').getAttribute('data-value')).toBe(
      String(info.behaviours),
    );
    await page.getByTestId('go-extract').click();

    await page.getByTestId('start-run').click();
    expect(await page.getByTestId('start-extractor-rules').getAttribute('aria-checked')).toBe('true');
    expect(await page.getByTestId('preflight-users').getAttribute('data-value')).toBe(String(info.users));
    await page.getByTestId('confirm-start').click();
    await notice(page, 'completed').waitFor();
    expect(await page.getByTestId('run-figures').textContent()).toContain(`成功 ${info.users}，失败 0`);
    const done = await ask(page, 'workspace.info');
    expect(done.events).toBeGreaterThan(info.users);
    expect(done.conversions).toBeGreaterThan(0);

    // The notice leads to the figures, and the funnel is there already.
    await page.getByTestId('go-insight').click();
    await page.getByTestId('insight-sentence').waitFor();
    expect(await page.getByTestId('insight-sentence').innerText()).toContain(`${info.users} 个用户`);
    await page.getByTestId('insight-tabs').getByText('漏斗').click();
    await page.getByTestId('funnel').waitFor();
    const last = page.locator('[data-testid^=funnel-users-]').last();
    const reached = Number(/(\d+) 个用户/.exec((await last.locator('title').textContent()) ?? '')?.[1]);
    expect(reached).toBeGreaterThan(0);
    await last.click();
    const users = page.getByTestId('insight-users');
    await expect.poll(() => users.getByTestId('insight-users-total').innerText()).toBe(`${reached} 个用户`);
    await users.getByRole('option').first().click();
    const read = page.getByTestId('user-drawer').filter({ visible: true });
    await read.getByTestId('event-list').waitFor();
    await page.keyboard.press('Escape');
    await expect.poll(() => read.count()).toBe(0);
    await page.keyboard.press('Escape');
    await users.waitFor({ state: 'hidden' });
    for (const tab of ['路径', '流程图', '变体', '频繁序列', '前后', '画像', '事理图谱', '总览']) {
      await page.getByTestId('insight-tabs').getByText(tab, { exact: true }).click();
      await page
        .locator('[data-testid=insight-answer]:not([data-loading]) [data-testid=insight-table]')
        .waitFor();
    }
    await page.getByTestId('nav-extract').click();

    const userId =
      (await listUsers(page, { sortBy: 'conversionCount', sortOrder: 'desc' })).rows[0]?.userId ?? '';
    await page.getByTestId('user-search').fill(userId);
    await page.getByTestId(`view-${userId}`).click();
    const drawer = page.getByTestId('user-drawer');
    await drawer.getByTestId('event-list').waitFor();
    expect(await drawer.getByTestId('drawer-title').textContent()).toContain(userId);
    expect(await drawer.getByTestId('profile').count()).toBe(1);
    expect(await drawer.getByTestId('drawer-agent').innerText()).toMatch(/^\d0–\d9 · /);
    const user = await ask(page, 'users.get', { userId });
    expect(await drawer.getByTestId('behaviour-total').textContent()).toBe(String(user.user.behaviourCount));

    const event = user.events.find(({ category }) => category === 'conversion');
    expect(event).toBeDefined();
    // Only what is in view is drawn: the conversions are, once they are all that is looked for.
    await drawer.getByTestId('event-search').fill('转化');
    const item = drawer.getByTestId(`event-${event?.ordinal}`);
    expect(await item.textContent()).toContain('转化');
    await item.click();
    await expect.poll(() => item.getAttribute('aria-selected')).toBe('true');
    expect(await drawer.getByTestId('highlighted-count').getAttribute('data-value')).toBe(
      String(event?.evidence.length),
    );
    // Its first piece of evidence is in view, and marked.
    await expect.poll(() => drawer.locator('.lit').count()).toBeGreaterThan(0);
    expect(await drawer.locator('.lit').count()).toBeLessThanOrEqual(event?.evidence.length ?? 0);
    // The other way round: a behaviour leads to its event.
    await drawer.getByTestId('clear-highlight').click();
    await expect.poll(() => drawer.locator('.lit').count()).toBe(0);
    await drawer.locator('[data-testid=behaviour-list] [role=option]').first().click();
    await drawer.locator('[data-testid^=event-][aria-selected=true]').waitFor();
    await expectQuiet(page);
  });
});

import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Page } from 'playwright-core';
import { disposeAll } from '../support/launch.ts';
import {
  ask,
  card,
  expectQuiet,
  fill,
  go,
  listUsers,
  openDesk,
  processed,
  rowsWith,
  runIs,
  sampleLog,
  startRun,
  tableShows,
} from './desk.ts';

let page: Page;

beforeAll(async () => {
  ({ page } = await openDesk({ slowMs: 400 }));
  await fill(page, await sampleLog(100));
});
afterAll(disposeAll);

const shownIds = (): Promise<string[]> =>
  page
    .locator('[data-testid^=user-row-]')
    .evaluateAll((cells) => cells.map((cell) => cell.textContent?.trim() ?? ''));

const scrolled = (): Promise<number> =>
  page.locator('[data-testid=user-table] .el-scrollbar__wrap').evaluate((element) => element.scrollTop);

describe('the table of users', () => {
  test('follows a run live without losing page, order, selection or scroll', async () => {
    await go(page, 'extract');
    await tableShows(page, 100);
    const first = await shownIds();
    await page.locator('[data-testid=user-pages] li.number').filter({ hasText: /^2$/ }).click();
    await expect.poll(shownIds).not.toEqual(first);
    const second = await shownIds();
    expect(second).toHaveLength(20);
    await page.getByTestId(`select-${second[0]}`).check();
    await page.getByTestId(`select-${second[2]}`).check();
    await startRun(page);
    await page
      .locator('[data-testid=user-table] .el-scrollbar__wrap')
      .evaluate((element) => (element.scrollTop = 150));
    // The second page is users 21 to 40: they are done in the order of the table.
    await processed(page, 30);
    await expect.poll(() => rowsWith(page, 'succeeded').count()).toBeGreaterThanOrEqual(5);
    expect(await shownIds()).toEqual(second);
    expect(await page.getByTestId(`select-${second[0]}`).isChecked()).toBe(true);
    expect(await page.getByTestId('start-selected').textContent()).toContain('(2)');
    expect(await page.getByTestId('start-selected').isDisabled()).toBe(true);
    expect(await scrolled()).toBe(150);
    // To another page of the application and back.
    await go(page, 'settings');
    await go(page, 'extract');
    expect(await shownIds()).toEqual(second);
    expect(await page.getByTestId(`select-${second[2]}`).isChecked()).toBe(true);
    await expect.poll(scrolled).toBe(150);
  });

  test('filters and searches while the run goes on', async () => {
    await card(page, 'running').waitFor();
    await page.getByTestId('pause').click();
    await card(page, 'paused').waitFor();
    await expect.poll(async () => (await ask(page, 'run.attach')).currentUserCount).toBe(0);
    const { successCount } = await ask(page, 'run.attach');
    await page.getByTestId('filter-succeeded').click();
    await tableShows(page, successCount);
    await page.getByTestId('filter-pending').click();
    await tableShows(page, 100 - successCount);
    await page.getByTestId('filter-all').click();
    await tableShows(page, 100);
    const [id = ''] = await shownIds();
    await page.getByTestId('user-search').fill(id.toUpperCase());
    await tableShows(page, 1);
    expect(await shownIds()).toEqual([id]);
    await page.getByTestId('user-search').fill('nobody-has-this-id');
    await page.getByTestId('reset-filter').click();
    await tableShows(page, 100);
    const before = await shownIds();
    await page.locator('[data-testid=user-table] th', { hasText: '用户 ID' }).first().click();
    await expect.poll(async () => (await shownIds())[0]).not.toBe(before[0]);
    const all = (await listUsers(page, { pageSize: 100 })).rows.map(({ userId }) => userId);
    expect(await shownIds()).toEqual(all.reverse().slice(0, 20));
    await ask(page, 'run.cancel');
    await runIs(page, 'cancelled');
    await expectQuiet(page);
  });
});

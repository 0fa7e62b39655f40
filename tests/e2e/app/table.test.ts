import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Page } from 'playwright-core';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { AppUnderTest } from '../support/app-under-test.ts';
import { disposeAll, temporaryFolder } from '../support/launch.ts';
import {
  ask,
  box,
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
  shrink,
  startRun,
  tableShows,
} from './desk.ts';

let app: AppUnderTest;
let page: Page;

beforeAll(async () => {
  ({ app, page } = await openDesk({ slowMs: 400 }));
  await fill(page, await sampleLog(100));
});
afterAll(disposeAll);

const shownIds = (): Promise<string[]> =>
  page
    .locator('[data-testid^=user-row-]')
    .evaluateAll((cells) => cells.map((cell) => cell.textContent?.trim() ?? ''));

/** A log of users whose ids differ far from their beginning. */
function longIds(users: number): string {
  const path = join(temporaryFolder(), 'long-ids.csv');
  const rows = Array.from({ length: users }, (_, index) => {
    const user = `customer-with-a-very-long-identifier-${String(index).padStart(4, '0')}@example.com`;
    return `${user},2025-01-10 10:00:00,浏览了汽车详情页`;
  });
  writeFileSync(path, ['user_id,timestamp,behavior_text', ...rows].join('\n'));
  return path;
}

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

  test('has room for ids of any length and for the status in the smallest window', async () => {
    await fill(page, longIds(40));
    await shrink(app, page);
    await page.getByTestId('user-search').fill('customer');
    await tableShows(page, 40);
    await startRun(page);
    await card(page, 'running').waitFor();
    const [id = ''] = await shownIds();
    const shown = page.getByTestId(`user-row-${id}`);
    expect(await shown.getAttribute('title')).toBe(id);
    expect(await shown.getAttribute('data-short')).toMatch(/^cust.*….*com$/);
    const frame = page.locator('[data-testid=user-table] .el-scrollbar__wrap');
    const spare = await frame.evaluate(({ scrollWidth, clientWidth }) => scrollWidth - clientWidth);
    expect(spare).toBe(0);
    const status = await box(page.getByTestId(`user-status-${id}`));
    expect(status.right).toBeLessThan((await box(page.getByTestId(`view-${id}`))).left);
    // All who are in work have their place on the line.
    const current = page.getByTestId('run-current');
    expect(await current.locator('.chip').count()).toBe(5);
    expect((await box(current.locator('> :last-child'))).right).toBeLessThanOrEqual(
      (await box(current)).right,
    );
    // With room again, the id takes it and the times come back.
    await app.setBounds(page, { width: 1280, height: 800 });
    await expect.poll(() => page.locator('[data-testid=user-table] th').count()).toBe(9);
    expect((await box(shown)).width).toBeGreaterThan(status.width);
    await ask(page, 'run.cancel');
    await runIs(page, 'cancelled');
    await shrink(app, page);
    await go(page, 'history');
    const entry = page.locator('[data-testid^=run-toggle-]').first();
    const pill = await box(entry.locator('.status'));
    expect(pill.right + 4).toBeLessThanOrEqual((await box(entry.locator('.figure').first())).left);
    await expectQuiet(page);
  });
});

import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Locator, Page } from 'playwright-core';
import { afterEach, expect, test } from 'vitest';
import { disposeAll, temporaryFolder } from '../support/launch.ts';
import { ask, expectQuiet, fill, go, openDesk, runIs, tableShows } from './desk.ts';

afterEach(disposeAll);

/** Opens the page of events on a log whose users are abstracted at the detail “standard”. A row: user, time, action, item. */
async function deskWith(rows: string[]): Promise<Page> {
  const path = join(temporaryFolder(), 'log.csv');
  writeFileSync(path, ['user_id,timestamp,action,item,app', ...rows].join('\n'));
  const { page } = await openDesk();
  await fill(page, path);
  await ask(page, 'run.start', { scope: { kind: 'remaining' }, detail: 'standard' });
  await runIs(page, 'completed');
  await ask(page, 'run.dismiss');
  await go(page, 'extract');
  return page;
}

const rowsOf = (page: Page): Locator => page.locator('[data-testid=event-list] [role=treeitem]');
/** The first lines of the rows that are drawn, or what they are where they have none. */
const titles = (page: Page): Promise<string[]> =>
  rowsOf(page).evaluateAll((rows) =>
    rows.map((row) => (row.querySelector('.title, .head strong, .content') ?? row).textContent.trim()),
  );
const current = (page: Page): Promise<string | null> =>
  page.evaluate(() => {
    const list = document.querySelector('[data-testid=event-list]');
    const id = list?.getAttribute('aria-activedescendant') ?? '';
    return document.getElementById(id)?.dataset['testid'] ?? null;
  });

const LOG = [
  'a,2025-12-01 10:00:00,browse,大众,汽车之家',
  ...[
    '01 10:00:00,browse,大众,汽车之家',
    '01 10:05:00,search,大众,汽车之家',
    '02 09:00:00,browse,大众,懂车帝',
    '02 09:10:00,use_app,,微信',
    '03 20:00:00,add_cart,大众,汽车之家',
    '04 21:00:00,browse,本田,懂车帝',
  ].map((row) => `b,2025-12-${row}`),
  'c,2025-12-01 10:00:00,browse,大众,汽车之家',
  'c,2025-12-05 10:00:00,browse,大众,汽车之家',
];

test('a user is read from stages to events to behaviours, and from user to user, with the keyboard alone', async () => {
  const page = await deskWith(LOG);
  await tableShows(page, 3);
  await page.getByTestId('view-b').click();
  const list = page.getByTestId('event-list');
  await list.waitFor();
  // The list has the focus at once.
  await expect.poll(() => list.evaluate((element) => element === document.activeElement)).toBe(true);
  const events = ['了解 大众 (浏览 2 · 搜索 1), 2 天', '使用微信', '加购 大众 转化', '了解 本田 (浏览)'];
  await expect.poll(() => titles(page)).toEqual(events);
  expect(await page.locator('[data-testid=event-list] [data-testid=day]').allInnerTexts()).toEqual([
    '2025-12-01 周一',
    '2025-12-02 周二',
    '2025-12-03 周三',
    '2025-12-04 周四',
  ]);
  // A rule is certain: that is not said with each event.
  expect(await list.innerText()).not.toContain('置信度');
  expect(await page.getByTestId('event-1').getByTestId('scene').innerText()).toBe('工作日早晨');

  await page.keyboard.press('ArrowDown');
  await expect.poll(() => current(page)).toBe('event-1');
  await expect.poll(() => page.locator('.lit').count()).toBe(3);
  await page.keyboard.press('Enter');
  await expect.poll(() => page.getByTestId('behaviour').count()).toBe(3);
  await page.keyboard.press('ArrowDown');
  await expect.poll(() => current(page)).toBe('behaviour');
  expect(await page.locator('.lit').count()).toBe(1);
  await page.keyboard.press('ArrowLeft');
  await page.keyboard.press('ArrowLeft');
  await expect.poll(() => titles(page)).toEqual(events);
  await page.keyboard.press('End');
  await expect.poll(() => current(page)).toBe('event-4');

  await page.getByTestId('view-stages').click();
  await expect.poll(() => titles(page)).toEqual(['阶段 1', '加购 大众 转化', '阶段 2']);
  expect(await page.getByTestId('stage-1').innerText()).toContain('2 个事件 · 4 条行为');
  // A behaviour leads to its event, also into a stage that is folded.
  await page.locator('[data-testid=behaviour-list] [role=option]').last().click();
  await expect.poll(() => titles(page)).toEqual(['阶段 1', '加购 大众 转化', '阶段 2', '了解 本田 (浏览)']);
  expect(await page.getByTestId('event-4').getAttribute('aria-selected')).toBe('true');

  // The next user is read as stages, too; the order is that of the table.
  expect(await page.getByTestId('user-position').innerText()).toBe('2 / 3');
  await page.keyboard.press('j');
  await expect.poll(() => page.getByTestId('drawer-title').innerText()).toBe('用户 c');
  await expect.poll(() => titles(page)).toContain('阶段 1');
  expect(await page.getByTestId('next-user').isDisabled()).toBe(true);
  await page.keyboard.press('k');
  await page.keyboard.press('k');
  await expect.poll(() => page.getByTestId('drawer-title').innerText()).toBe('用户 a');
  await page.getByTestId('next-user').click();
  await page.getByTestId('stage-2').waitFor();

  // In the field, J is a letter. Escape first shows all events again, then closes.
  await page.getByTestId('event-search').fill('');
  await page.getByTestId('event-search').press('j');
  expect(await page.getByTestId('events-shown').getAttribute('data-value')).toBe('0');
  await page.getByTestId('event-search').fill('大众 浏览');
  await expect.poll(() => page.getByTestId('events-shown').getAttribute('data-value')).toBe('1');
  await expect.poll(() => titles(page)).toEqual(['阶段 1', events[0]]);
  await page.keyboard.press('Escape');
  await expect.poll(() => titles(page)).toEqual(['阶段 1', '加购 大众 转化', '阶段 2']);
  await page.getByTestId('event-filter').click();
  await page.getByRole('option', { name: '只看转化' }).click();
  await expect.poll(() => titles(page)).toEqual(['加购 大众 转化']);
  await page.getByTestId('clear-event-filter').click();
  await page.getByTestId('view-events').click();
  await expect.poll(() => titles(page)).toEqual(events);
  await page.keyboard.press('Escape');
  await page.getByTestId('user-drawer').waitFor({ state: 'hidden' });
  await expectQuiet(page);
});

test('of a user with many behaviours only what is in view is drawn, and all of it can be read', async () => {
  const start = Date.UTC(2025, 0, 1);
  const time = (index: number): string =>
    new Date(start + index * 1_800_000).toISOString().slice(0, 19).replace('T', ' ');
  const page = await deskWith(
    Array.from({ length: 6000 }, (_, index) => {
      const action = index % 5 === 4 ? 'add_cart' : 'browse';
      return `big,${time(index)},${action},大众_${index % 7},汽车之家`;
    }),
  );
  await tableShows(page, 1);
  await page.getByTestId('view-big').click();
  await page.getByTestId('event-1').waitFor();
  const { user } = await ask(page, 'users.get', { userId: 'big' });
  expect(user.eventCount).toBeGreaterThan(2000);
  // All events come, without a click.
  await expect.poll(() => page.locator('[data-testid=user-drawer] .loading').count()).toBe(0);
  await page.keyboard.press('End');
  await expect.poll(() => current(page)).toBe(`event-${user.eventCount}`);
  await expect.poll(() => page.locator('.lit').count()).toBeGreaterThan(0);
  expect(await page.getByTestId('behaviour-6000').count()).toBe(1);
  expect(await rowsOf(page).count()).toBeLessThan(60);
  expect(await page.locator('[data-testid=behaviour-list] [role=option]').count()).toBeLessThan(90);
  await page.getByTestId('event-search').fill('加购');
  await expect.poll(() => page.getByTestId('events-shown').getAttribute('data-value')).toBe('1200');
  await expectQuiet(page);
});

test('days begin where the log is quietest, in the drawer as in figures by day, and what is of another date tells it', async () => {
  // From 9 in the morning to half past 1 at night, on ten days.
  const rows = Array.from({ length: 10 }, (_, day) =>
    Array.from({ length: 34 }, (_, half) => {
      const at = new Date(Date.UTC(2025, 11, 1 + day, 9, half * 30));
      const action = half === 33 ? 'add_cart' : 'browse';
      return `a,${at.toISOString().slice(0, 19).replace('T', ' ')},${action},大众,汽车之家`;
    }),
  );
  const page = await deskWith(rows.flat());
  await tableShows(page, 1);
  await page.getByTestId('view-a').click();
  const days = page.locator('[data-testid=event-list] [data-testid=day]');
  await days.first().waitFor();
  const { dayStartMs } = await ask(page, 'users.get', { userId: 'a' });
  expect(dayStartMs / 3_600_000).toBeGreaterThanOrEqual(2);
  expect(dayStartMs / 3_600_000).toBeLessThanOrEqual(9);
  const begins = `一天从 0${dayStartMs / 3_600_000}:00 开始`;
  expect(await page.getByTestId('user-drawer').innerText()).toContain(begins);
  expect(await days.first().getAttribute('title')).toContain(begins);
  expect((await days.allInnerTexts()).slice(0, 2)).toEqual(['2025-12-01 周一', '2025-12-02 周二']);
  // What was added to the cart in the night after a day stands below that day.
  const second = page.getByTestId('event-2');
  expect(await second.innerText()).toContain('2025-12-02 01:30');
  const lines = page.locator('[data-testid=behaviour-list] .line');
  expect(await lines.nth(0).innerText()).toContain('09:00:00');
  expect(await lines.nth(0).innerText()).not.toContain('12-01');
  await second.click();
  await page.getByTestId('behaviour-34').waitFor();
  expect(await page.getByTestId('behaviour-34').innerText()).toContain('12-02 01:30:00');
  expect(await ask(page, 'insight.ask', { analysis: 'overview', bin: 'day' })).toMatchObject({ dayStartMs });
  await expectQuiet(page);
});

import { afterEach, expect, test } from 'vitest';
import type { Locator, Page } from 'playwright-core';
import { violations } from '../support/axe.ts';
import { disposeAll } from '../support/launch.ts';
import { expectQuiet, fill, go, notice, openDesk, sampleLog, startRun } from './desk.ts';

afterEach(disposeAll);

async function show(page: Page, tab: string): Promise<void> {
  await page.getByTestId('insight-tabs').getByText(tab, { exact: true }).click();
  await page
    .locator('[data-testid=insight-answer]:not([data-loading]) [data-testid=insight-table]')
    .waitFor();
}

/** Opens the users of a figure of the second side: as many as it says, under its name. */
async function expectUsers(page: Page, figure: Locator, users: number): Promise<void> {
  await expect
    .poll(() => page.getByTestId('insight-users-total').innerText())
    .toMatch(new RegExp(`(^|\\D)${users}(\\D|$)`, 'u'));
  expect(await page.getByTestId('insight-users').innerText()).toContain('没有：购买');
  await page.keyboard.press('Escape');
  await page.getByTestId('insight-users').waitFor({ state: 'hidden' });
  expect(await figure.isVisible()).toBe(true);
}

/** The number in the tip of a figure: 了解 · 12 个用户. */
const usersIn = async (figure: Locator): Promise<number> =>
  Number(/(\d[\d,]*) 个用户/u.exec((await figure.locator('title').first().textContent()) ?? '')?.[1]);

test('every picture of a comparison shows both sides, and each figure lists the users of its side', async () => {
  const { page } = await openDesk();
  // Long enough for pairs that are more than chance on each side.
  await fill(page, await sampleLog(60, 60));
  await startRun(page);
  await notice(page, 'completed').waitFor();
  await go(page, 'insight');
  await show(page, '总览');
  await page.getByTestId('compare-mode').click();
  await page.getByRole('option', { name: '有与没有某个事件' }).click();
  await page.getByTestId('comparison').waitFor();

  // Times and the hours of a week say both in words, too.
  for (const name of ['picture-time', 'picture-week-hours']) {
    const table = await page.getByTestId(name).locator('table').textContent();
    expect(table).toContain('有：购买');
    expect(table).toContain('没有：购买');
  }
  const size = page
    .getByTestId(/^sizes-other-/u)
    .and(page.getByRole('button'))
    .first();
  const ofSize = await usersIn(size);
  await size.click();
  await expectUsers(page, size, ofSize);
  expect(await violations(page)).toEqual([]);

  // The arrow keys lead from one time to the next, because the tab key would take too long.
  for (const [name, key, figure] of [
    ['picture-time', 'ArrowRight', /^time-(own|other)-/u],
    ['picture-week-hours', 'ArrowRight', /^hour-own-/u],
  ] as const) {
    const stop = page.getByTestId(name).locator('[role=button][tabindex="0"]');
    expect(await stop.count()).toBe(1);
    await stop.focus();
    const before = await stop.getAttribute('data-key');
    await page.keyboard.press(key);
    expect(await stop.getAttribute('data-testid')).toMatch(figure);
    expect(await stop.getAttribute('data-key')).not.toBe(before);
    await page.keyboard.press('Enter');
    await expect.poll(() => page.getByTestId('insight-users-total').innerText()).toMatch(/[1-9]/u);
    await page.keyboard.press('Escape');
    await page.getByTestId('insight-users').waitFor({ state: 'hidden' });
    expect(await stop.evaluate((element) => element === document.activeElement)).toBe(true);
  }

  await show(page, '路径');
  const node = page.getByTestId('picture-paths-other').getByRole('button').last();
  const ofNode = await usersIn(node);
  await node.click();
  await page.getByTestId('path-users').click();
  await expectUsers(page, node, ofNode);
  expect(await page.getByTestId('path-ways').count()).toBe(2);
  expect(await violations(page)).toEqual([]);

  await show(page, '流程图');
  const number = page
    .getByTestId(/^edge-.*-other$/u)
    .and(page.getByRole('button'))
    .first();
  await number.waitFor();
  const tip = (await number.locator('title').textContent()) ?? '';
  const ofEdge = Number(/没有：购买: .* · (\d+) 个用户/u.exec(tip)?.[1]);
  await number.press('Enter');
  await expectUsers(page, number, ofEdge);
  expect(await page.getByTestId('process-graph').textContent()).toContain('在“没有：购买”中占比更高');
  expect(await violations(page)).toEqual([]);

  await show(page, '事理图谱');
  const pair = page
    .getByTestId(/^edge-.*-other$/u)
    .and(page.getByRole('button'))
    .first();
  await pair.waitFor();
  const pairTip = (await pair.locator('title').textContent()) ?? '';
  const ofPair = Number(/没有：购买：.*人中的 (\d+) 人/u.exec(pairTip)?.[1]);
  await pair.press('Enter');
  await expectUsers(page, pair, ofPair);
  expect(await violations(page)).toEqual([]);

  await show(page, '频繁序列');
  const sequence = page.getByTestId('picture-sequences-other').getByRole('button').last();
  const ofSequence = await usersIn(sequence);
  await sequence.click();
  await expectUsers(page, sequence, ofSequence);
  expect(await page.getByTestId('comparison').count()).toBe(1);

  await show(page, '前后');
  await page.getByTestId('around-event').click();
  await page.getByRole('option', { name: /到店/u }).first().click();
  const near = page.getByTestId('picture-around-other').getByRole('button').first();
  await near.waitFor();
  const ofNear = await usersIn(near);
  await near.click();
  await expectUsers(page, near, ofNear);
  expect(await violations(page)).toEqual([]);

  // Two periods that do not overlap begin side by side. The hours after midnight are those of the day before in this log.
  await show(page, '总览');
  await page.getByTestId('insight-select-toggle').click();
  await page.getByTestId('insight-from').fill('2026-01-20');
  await page.getByTestId('compare-mode').click();
  await page.getByRole('option', { name: '另一段时间' }).click();
  await page.getByTestId('compare-to').fill('2026-01-18');
  await expect.poll(() => page.getByTestId('picture-time').innerText()).toContain('两边的时间不重叠');
  await expectQuiet(page);
});

import type { Page } from 'playwright-core';
import { afterAll, describe, expect, test } from 'vitest';
import { violations } from '../support/axe.ts';
import { disposeAll } from '../support/launch.ts';
import { expectQuiet, fill, go, notice, openDesk, sampleLog, startRun } from './desk.ts';

afterAll(disposeAll);

/** Shows an analysis, with its answer. */
async function show(page: Page, tab: string): Promise<void> {
  await page.getByTestId('insight-tabs').getByText(tab, { exact: true }).click();
  await answered(page);
}

async function answered(page: Page): Promise<void> {
  await page
    .locator('[data-testid=insight-answer]:not([data-loading]) [data-testid=insight-table]')
    .waitFor();
}

/** The users of the last step of the funnel that is shown. */
async function lastStep(page: Page): Promise<string> {
  await page.getByTestId('funnel').waitFor();
  await answered(page);
  const title = await page.locator('[data-testid^=funnel-users-] > title').last().textContent();
  return /([\d,]+) 个用户/.exec(title ?? '')?.[1] ?? '';
}

describe('funnels', () => {
  test('come from paths, sequences and variants with the same numbers, and are told apart by object and time', async () => {
    const { page } = await openDesk();
    await fill(page, await sampleLog(60, 40));
    await startRun(page);
    await notice(page, 'completed').waitFor();
    await go(page, 'insight');

    await show(page, '路径');
    const way = page.getByTestId('path-ways').locator('li').nth(3);
    const users = await way.getByTestId('way-users').innerText();
    await way.getByTestId('way-funnel').click();
    expect(await lastStep(page)).toBe(users);
    expect(Number(users)).toBeGreaterThan(0);

    // A link of the picture offers the way through it, a node its users; the keyboard reaches both.
    await show(page, '路径');
    const flow = page.getByTestId('paths-flow');
    await flow.locator('g:has(> path)').first().focus();
    await page.keyboard.press('Enter');
    await page.getByTestId('path-menu').waitFor();
    await page.keyboard.press('ArrowDown');
    const offer = page.getByTestId('path-funnel').first();
    expect(await offer.evaluate((element) => element === document.activeElement)).toBe(true);
    const told = /（([\d,]+) 个用户）/.exec(await offer.innerText())?.[1];
    await page.keyboard.press('Enter');
    expect(await lastStep(page)).toBe(told);
    await show(page, '路径');
    await flow.locator('g > rect').first().click();
    await page.getByTestId('path-users').click();
    const total = parseInt(await page.getByTestId('insight-users-total').innerText());
    // The users of a figure are read one after the other, in the order of the list, which goes on at the last of them.
    const list = page.getByTestId('insight-users').getByRole('option');
    await list.first().locator('.id').click();
    const drawer = page.getByRole('dialog').filter({ has: page.getByTestId('user-position') });
    await expect.poll(() => drawer.getByTestId('user-position').innerText()).toBe(`1 / ${total}`);
    await drawer.getByTestId('event-list').waitFor();
    await page.keyboard.press('j');
    await expect.poll(() => drawer.getByTestId('user-position').innerText()).toBe(`2 / ${total}`);
    expect(await drawer.innerText()).toContain(await list.nth(1).innerText());
    await page.keyboard.press('Escape');
    await drawer.waitFor({ state: 'hidden' });
    expect(await list.nth(1).getAttribute('class')).toContain('current');
    await page.keyboard.press('Escape');
    await page.getByTestId('insight-users').waitFor({ state: 'hidden' });

    // The same of those that lead to the last event of all.
    await show(page, '路径');
    await page.getByTestId('insight-answer').getByText('到它为止').click();
    const back = page.getByTestId('path-ways').locator('li').filter({ hasText: ' ← ' }).nth(2);
    const those = await back.getByTestId('way-users').innerText();
    await back.getByTestId('way-funnel').click();
    expect(await lastStep(page)).toBe(those);

    await show(page, '频繁序列');
    const row = page.getByTestId('insight-table').locator('tbody tr').filter({ hasText: ' > ' }).first();
    const support = await row.getByRole('button').first().innerText();
    await row.getByTestId('sequence-funnel').click();
    expect(await lastStep(page)).toBe(support);

    // By what a step is about, and by week: some of the periods are open.
    const by = page.getByTestId('funnel-by');
    await by.click();
    await page.getByRole('option', { name: '第 1 步关于什么' }).click();
    await page.getByTestId('funnel-groups').waitFor();
    await by.click();
    await page.getByRole('option', { name: '按周' }).click();
    await page.getByTestId('picture-trend').waitFor();
    await page.getByTestId('picture-trend').getByTestId('picture-note').waitFor();
    await page.getByTestId('picture-trend').getByRole('button').first().click();
    await page.getByTestId('insight-users-total').waitFor();
    await page.keyboard.press('Escape');
    await page.getByTestId('insight-users').waitFor({ state: 'hidden' });

    await show(page, '变体');
    const variant = page.getByTestId('insight-table').locator('tbody tr').first();
    const same = await variant.getByRole('button').first().innerText();
    await variant.getByTestId('variant-filter').click();
    await page.getByTestId('selection-variant').waitFor();
    await expect
      .poll(() => page.getByTestId('insight-sentence').innerText())
      .toMatch(new RegExp(`^${same} 个用户有 1 种`));
    await page.getByTestId('selection-variant').getByRole('button').click();
    await page.getByTestId('selection-variant').waitFor({ state: 'detached' });

    // A step of several types, or about one thing.
    await show(page, '漏斗');
    const sentence = page.getByTestId('insight-sentence');
    await page.getByTestId('funnel-step-0-more').click();
    await page.getByTestId('funnel-step-0-object').click();
    const object = page.getByTestId('event-conditions').getByRole('option').first();
    const [name = '', users2 = ''] = (await object.innerText()).split('\n');
    await object.click();
    await object.waitFor({ state: 'hidden' });
    await expect.poll(() => sentence.innerText()).toContain(` · ${name}”的 ${users2} 个用户中`);
    expect(await violations(page)).toEqual([]);
    await page.keyboard.press('Escape');

    // In order, and on the level of stages, where only conversions are events of their own.
    await page.getByTestId('insight-select-toggle').click();
    await page.getByTestId('insight-ordered-add').click();
    await page.getByRole('option', { name: /到店/u }).filter({ visible: true }).click();
    await page.getByTestId('selection-ordered').waitFor();
    await page.getByTestId('insight-level').getByText('阶段').click();
    await show(page, '变体');
    await expect
      .poll(() => page.getByTestId('insight-table').locator('tbody td').first().innerText())
      .toMatch(/^阶段 > 到店/u);
    await expectQuiet(page);
  });
});

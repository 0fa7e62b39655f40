import type { Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { disposeAll } from '../support/launch.ts';
import { check, close } from './accessible.ts';
import { ask, go, openDesk } from './desk.ts';

afterAll(disposeAll);

describe('axe finds nothing wrong', () => {
  let page: Page;
  beforeAll(async () => {
    ({ page } = await openDesk({ slowMs: 1000 }));
  });

  test('on what is reached by hand: palette, shortcuts, menus of rows, and the way to a first funnel', async () => {
    await page.getByTestId('quick-start-button').click();
    await page.locator('[data-testid=quick-start][data-status=run]').waitFor({ timeout: 60_000 });
    await check(page, 'the way to a first funnel');
    // What is asked of the events needs some.
    await expect.poll(async () => (await ask(page, 'run.attach')).eventCount).toBeGreaterThan(0);
    await page.getByTestId('quick-cancel').click();
    await page.getByTestId('quick-start').waitFor({ state: 'detached' });
    await page.getByTestId('nav-extract').click();
    await page.getByTestId('choose-columns').click();
    await page.getByTestId('column-eventCount').waitFor();
    await check(page, 'the choice of columns');
    await page.getByTestId('choose-columns').press('Escape');
    await page.locator('[data-testid^=view-]').first().focus();
    await page.keyboard.press('Shift+F10');
    await page.getByTestId('row-menu').waitFor();
    await check(page, 'the menu of a row');
    await close(page, 'row-menu');
    await page.keyboard.press('Control+k');
    await page.getByTestId('palette-page.data').waitFor();
    await check(page, 'the palette');
    await close(page, 'palette');
    await page.keyboard.press('?');
    await page.getByTestId('shortcuts').waitFor();
    await check(page, 'the shortcuts');
    await close(page, 'shortcuts');
    await ask(page, 'settings.set', { density: 'comfortable' });
    await check(page, 'the users with more room');
    await page.getByTestId('start-run').hover();
    await check(page, 'a filled button under the pointer');
    await page.mouse.move(0, 0);
  });

  test('on what is asked by hand of the events so far: by time, side by side, of a node, and of a sequence', async () => {
    await go(page, 'insight');
    await page.getByTestId('insight-tabs').getByText('漏斗').click();
    await page.getByTestId('funnel-by').click();
    await page.getByRole('option', { name: '按周' }).click();
    await page.getByTestId('picture-trend').waitFor();
    await check(page, 'a funnel by time');
    await page.getByTestId('compare-mode').click();
    await page.locator('.el-select-dropdown__item:visible').nth(1).click();
    await page.getByTestId('picture-comparison').waitFor();
    await check(page, 'two selections side by side');
    await page.getByTestId('report-add').click();
    await page.getByTestId('insight-tabs').getByText('路径').click();
    await page.getByTestId('paths-flow').locator('g > rect').first().click();
    await page.getByTestId('path-menu').waitFor();
    await check(page, 'the menu of a node');
    await close(page, 'path-menu');
    await page.getByTestId('insight-tabs').getByText('报告').click();
    await page.getByTestId('report-fold').click();
    await check(page, 'a report with its picture and table');
    await page.getByTestId('insight-tabs').getByText('频繁序列').click();
    await page.getByTestId('sequence-filter').first().click();
    await page.getByTestId('selection-ordered').waitFor();
    await check(page, 'a filter by a sequence');
  });
});

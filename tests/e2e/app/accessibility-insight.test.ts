import type { Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { disposeAll } from '../support/launch.ts';
import { check } from './accessible.ts';
import { ask, fill, go, notice, openDesk, sampleWithProfiles, startRun } from './desk.ts';

afterAll(disposeAll);

describe('axe finds nothing wrong', () => {
  let page: Page;
  beforeAll(async () => {
    ({ page } = await openDesk());
    const { log, profiles } = await sampleWithProfiles(20);
    await fill(page, log);
    await fill(page, profiles, 'profiles');
    await go(page, 'extract');
    await startRun(page);
    await notice(page, 'completed').waitFor();
    await page.getByTestId('go-insight').click();
    await page.getByTestId('insight-select-toggle').click();
  });

  test('on the page of insights, whatever is asked', async () => {
    for (const tab of ['总览', '漏斗', '路径', '流程图', '变体', '频繁序列', '前后', '画像', '事理图谱']) {
      await page.getByTestId('insight-tabs').getByText(tab, { exact: true }).click();
      await page
        .locator('[data-testid=insight-answer]:not([data-loading]) [data-testid=insight-table]')
        .waitFor();
      await check(page, `the insight ${tab}`);
    }
  });

  test('on what opens on the page of insights, and on its report', async () => {
    await page.getByTestId('insight-tabs').getByText('漏斗', { exact: true }).click();
    await page.getByTestId('insight-tables').getByText('流失后做了什么').click();
    await check(page, 'another table of an answer');
    await page.getByTestId('insight-table').getByRole('button').first().click();
    await page.getByTestId('insight-users-total').waitFor();
    await check(page, 'the users behind a figure');
    await page.keyboard.press('Escape');
    await page.getByTestId('insight-users').waitFor({ state: 'hidden' });
    await page.getByTestId('insight-tabs').getByText('总览', { exact: true }).click();
    await page.getByTestId('compare-mode').click();
    await page.getByRole('option', { name: '有与没有某个事件' }).click();
    await page.getByTestId('comparison').waitFor();
    await check(page, 'a comparison');
    await page.getByTestId('report-add').click();
    await expect.poll(async () => (await ask(page, 'insight.report')).items.length).toBe(1);
    await page.getByTestId('insight-tabs').getByText('报告', { exact: true }).click();
    await page.getByTestId('report-item').waitFor();
    await check(page, 'the report');
    await page.getByTestId('insight-tabs').getByText('总览', { exact: true }).click();
    await page.getByTestId('saved-open').click();
    await page.getByTestId('saved-import').waitFor();
    await check(page, 'what is saved');
  });
});

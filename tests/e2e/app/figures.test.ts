import { join } from 'node:path';
import type { Page } from 'playwright-core';
import { afterEach, expect, test } from 'vitest';
import { generateSample } from '../../../src/core/sample/generate-sample.ts';
import { disposeAll, temporaryFolder } from '../support/launch.ts';
import { until } from '../support/app-under-test.ts';
import { ask, expectQuiet, fill, go, notice, openDesk, startRun } from './desk.ts';
import type { Desk } from './desk.ts';

afterEach(disposeAll);

/** The application with the events of a small log and the profiles of its users. */
async function openAnswers(): Promise<Desk> {
  const desk = await openDesk();
  const { app, page } = desk;
  const folder = temporaryFolder();
  const [behaviorsPath, profilesPath] = [join(folder, 'log.csv'), join(folder, 'people.csv')];
  await generateSample({ users: 80, rowsPerUser: 30, seed: 7, behaviorsPath, profilesPath });
  await fill(page, behaviorsPath);
  await app.answerDialog('openDialog', [profilesPath]);
  await ask(page, 'import.chooseFiles', { kind: 'profiles' });
  await ask(page, 'import.start', { path: profilesPath, kind: 'profiles' });
  await until('the end of the import of profiles', async () => {
    const { status } = await ask(page, 'import.attach');
    return status === 'completed' ? status : undefined;
  });
  await ask(page, 'import.dismiss');
  await startRun(page);
  await notice(page, 'completed').waitFor();
  await go(page, 'insight');
  return desk;
}

async function show(page: Page, tab: string): Promise<void> {
  await page.getByTestId('insight-tabs').getByText(tab, { exact: true }).click();
  await answered(page);
}

const answered = (page: Page): Promise<void> =>
  page.locator('[data-testid=insight-answer]:not([data-loading]) [data-testid=insight-table]').waitFor();

/** The users of a figure that was clicked are as many as it says. */
async function expectUsers(page: Page, users: string): Promise<void> {
  const said = new RegExp(`(^|\\D)${users}(\\D|$)`, 'u');
  await expect.poll(() => page.getByTestId('insight-users-total').innerText()).toMatch(said);
  await page.keyboard.press('Escape');
  await page.getByTestId('insight-users').waitFor({ state: 'hidden' });
}

test('what can be set of a picture changes it, and figures that stand beside others open their users', async () => {
  const { page } = await openAnswers();

  await show(page, '总览');
  const time = page.getByTestId('picture-time');
  expect(await time.locator('table tr').first().textContent()).toContain('了解');
  await page.getByTestId('overview-series').getByText('按类别').click();
  await expect.poll(() => time.locator('table tr').first().textContent()).toBe('时间互动转化');
  await page.getByTestId('overview-bin').getByText('周', { exact: true }).click();
  await time.locator('figcaption', { hasText: '每周的事件' }).waitFor();

  await show(page, '漏斗');
  expect(await page.getByTestId('funnel').textContent()).toMatch(/中位 .+（四分位 .+ – .+）/u);
  expect(await page.getByTestId('insight-sentence').innerText()).toMatch(
    /用时中位数 .+（四分位 .+ – .+）。/u,
  );

  await show(page, '流程图');
  const graph = page.getByTestId('process-graph');
  for (const end of ['START', 'END']) {
    await graph.getByTestId(`node-${end}`).click();
    await expectUsers(page, '80');
  }
  await page.getByTestId('insight-answer').getByText('中位时间', { exact: true }).click();
  await graph.getByTestId('picture-note').getByText('没有时间').waitFor();
  expect(
    await graph
      .getByTestId(/^edge-edge:/u)
      .first()
      .textContent(),
  ).toContain('间隔中位数');

  await show(page, '变体');
  expect(await page.getByTestId('picture-variants').textContent()).toContain('累计');

  await show(page, '前后');
  const usual = await page.getByTestId('insight-table').textContent();
  await page.getByRole('combobox', { name: '范围' }).press('Enter');
  await page.getByRole('option', { name: '5 个事件', exact: true }).click();
  await expect.poll(() => page.getByTestId('insight-table').textContent()).not.toBe(usual);
  await expect.poll(() => page.getByTestId('insight-sentence').innerText()).toContain('5 个事件里');

  await show(page, '画像');
  // It is small, and differs little.
  await page.getByTestId('insight-answer').getByRole('button', { name: '再显示' }).click();
  const rest = page.getByTestId('insight-table').locator('tbody tr').filter({ hasText: '其他取值 (2)' });
  const [own, other] = [rest.getByRole('button').nth(0), rest.getByRole('button').nth(1)];
  for (const figure of [own, other]) {
    const users = await figure.innerText();
    if (users === '0') continue;
    await figure.click();
    await expectUsers(page, users);
  }
  expect(await rest.getByRole('button').count()).toBe(2);
  await expectQuiet(page);
});

import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { Page } from 'playwright-core';
import { afterAll, expect, test } from 'vitest';
import { until } from '../support/app-under-test.ts';
import { disposeAll, temporaryFolder } from '../support/launch.ts';
import { ask, expectQuiet, fill, go, notice, openDesk, sampleWithProfiles, startRun } from './desk.ts';

afterAll(disposeAll);

const answered = (page: Page): Promise<void> =>
  page.locator('[data-testid=insight-answer]:not([data-loading]) [data-testid=insight-table]').waitFor();

test('a question is saved, opened in another window, compared, reported and exported', async () => {
  const { app, page } = await openDesk();
  await ask(page, 'settings.set', { language: 'zh-CN' });
  const { log, profiles } = await sampleWithProfiles(40);
  await fill(page, log);
  await fill(page, profiles, 'profiles');
  await startRun(page, 'standard');
  await notice(page, 'completed').waitFor();
  await go(page, 'insight');
  await page.getByTestId('insight-tabs').getByText('漏斗', { exact: true }).click();
  await answered(page);

  // Beside the users without the conversion, each side lists its users.
  await page.getByTestId('compare-mode').click();
  await page.getByRole('option', { name: '有与没有某个事件' }).click();
  await page.getByTestId('comparison').waitFor();
  await page.getByTestId('comparison').getByRole('button').first().click();
  await page.getByTestId('insight-users-total').waitFor();
  await page.keyboard.press('Escape');
  await page.getByTestId('insight-users').waitFor({ state: 'hidden' });
  const table = await page.getByTestId('insight-table').innerText();

  await page.getByTestId('saved-save-as').click();
  await page.getByRole('dialog').getByRole('textbox').fill('<b>每周漏斗</b>');
  await page.getByRole('dialog').getByRole('button', { name: '确定' }).click();
  await expect.poll(() => page.getByTestId('saved-name').innerText()).toBe('<b>每周漏斗</b>');

  // The other window has it at once, with the same numbers.
  const other = await app.newWindow(() => app.secondStart('--new-window'));
  await go(other, 'insight');
  await other.getByTestId('saved-open').click();
  await other.getByTestId('saved-questions').getByText('<b>每周漏斗</b>').click();
  await answered(other);
  await other.getByTestId('comparison').waitFor();
  expect(await other.getByTestId('insight-table').innerText()).toBe(table);
  expect(await other.getByTestId('saved-state').count()).toBe(0);

  // A deletion is taken back; the first window follows.
  await other.getByTestId('saved-open').click();
  await other.getByTestId('saved-delete').click();
  await expect.poll(() => page.getByTestId('saved-name').count()).toBe(0);
  await other.getByTestId('saved-undo').click();
  await expect.poll(() => page.getByTestId('saved-open').innerText()).toContain('（1）');
  await other.keyboard.press('Escape');

  // The palette finds it by its name, from any page.
  await go(other, 'data');
  await other.keyboard.press('Control+k');
  await other.getByTestId('palette-field').fill('每周');
  await other.locator('[data-testid^="palette-question."][aria-selected=true]').waitFor();
  await other.keyboard.press('Enter');
  await answered(other);
  expect(await other.getByTestId('saved-name').innerText()).toBe('<b>每周漏斗</b>');

  // Each analysis goes into the report.
  for (const tab of ['总览', '漏斗', '路径', '流程图', '变体', '频繁序列', '前后', '画像', '事理图谱']) {
    await page.getByTestId('insight-tabs').getByText(tab, { exact: true }).click();
    await answered(page);
    const { items } = await ask(page, 'insight.report');
    await page.getByTestId('report-add').click();
    await expect.poll(async () => (await ask(page, 'insight.report')).items.length).toBe(items.length + 1);
  }
  await page.getByTestId('insight-tabs').getByText('报告', { exact: true }).click();
  // Each has its pictures, which open nothing, and its table below them when it is wanted.
  const cards = page.getByTestId('report-item');
  expect(await cards.count()).toBe(9);
  for (const card of await cards.all()) {
    await card.getByTestId('report-pictures').locator('svg').first().waitFor();
    expect(await card.getByTestId('report-pictures').getByRole('button').count()).toBe(0);
  }
  expect(await page.getByTestId('insight-table').count()).toBe(0);
  // Both selections in each, here and in the file.
  expect(await page.getByTestId('report').getByTestId('picture-comparison').count()).toBe(9);
  await page.getByTestId('report-fold').first().click();
  await cards.first().getByTestId('insight-table').waitFor();
  await page.getByTestId('report-title').fill('周会');
  await page.getByTestId('report-note').first().fill('注意 <i>第一条</i>');
  await page.getByTestId('report-title').click();
  await page.getByTestId('report-down').first().click();
  await expect
    .poll(async () => (await ask(page, 'insight.report')).items.map(({ title }) => title).slice(0, 2))
    .toEqual(['漏斗', '总览']);
  const seen = await ask(other, 'insight.report');
  expect([seen.title, seen.items[1]?.note]).toEqual(['周会', '注意 <i>第一条</i>']);

  const folder = temporaryFolder();
  const files: Record<string, string> = {};
  for (const format of ['html', 'pdf', 'xlsx'] as const) {
    const path = join(folder, `report.${format}`);
    files[format] = path;
    await app.answerDialog('saveDialog', path);
    await page.getByTestId(`report-${format}`).click();
    await until(`the ${format}`, async () => (existsSync(path) ? true : undefined));
  }

  // Without a network, the page shows every chart, and asks for nothing.
  const browser = page.context().browser();
  if (!browser) throw new Error('there is no browser');
  const context = await browser.newContext({ offline: true });
  const report = await context.newPage();
  const asked: string[] = [];
  report.on('request', (request) => asked.push(request.url()));
  await report.goto(pathToFileURL(files['html'] ?? '').href);
  expect(asked).toEqual([pathToFileURL(files['html'] ?? '').href]);
  expect(await report.locator('section').count()).toBe(9);
  // What profiles say of both sides.
  expect(await report.locator('th', { hasText: '画像字段' }).count()).toBe(1);
  for (const box of await report.locator('figure svg').all()) {
    const size = await box.boundingBox();
    expect(size?.width).toBeGreaterThan(100);
    expect(size?.height).toBeGreaterThan(30);
  }
  expect(await report.locator('figure svg').count()).toBeGreaterThanOrEqual(9);
  expect(await report.locator('h3', { hasText: '两边对比' }).count()).toBe(9);
  expect(await report.locator('figure text', { hasText: '没有：' }).count()).toBeGreaterThanOrEqual(5);
  expect(await report.locator('script').count()).toBe(0);
  expect(await report.locator('.note').innerText()).toBe('注意 <i>第一条</i>');
  await context.close();

  // The fonts of the text are in the file, and the text can be read.
  const pdf = readFileSync(files['pdf'] ?? '').toString('latin1');
  expect(pdf.slice(0, 5)).toBe('%PDF-');
  expect(pdf).toMatch(/\/FontFile[23]?\b/);
  expect(pdf).toContain('/ToUnicode');
  expect(pdf.match(/\/Type\s*\/Page\b/g)?.length).toBeGreaterThanOrEqual(8);
  for (const window of [page, other]) await expectQuiet(window);
});

import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Page } from 'playwright-core';
import { afterEach, expect, test } from 'vitest';
import type { ExportReport } from '../../../src/shared/export.ts';
import { temporaryFolder } from '../support/launch.ts';
import { ask, expectQuiet, fill, go, notice, openDesk, sampleLog, startRun } from './desk.ts';
import type { Desk } from './desk.ts';
import { confirmStart, disposeModelDesks, openModelDesk, openStart } from './model-desk.ts';

afterEach(disposeModelDesks);

/** Exports what the open dialog says, to a place; what came of it. */
async function exportTo({ app, page }: Desk, path: string): Promise<ExportReport> {
  await page.getByTestId('export-start').click();
  await app.openDialog('saveDialog');
  await app.answerDialog('saveDialog', path);
  await page.locator('[data-testid=export-outcome][data-status=completed]').waitFor();
  const { report } = await ask(page, 'export.attach');
  if (!report) throw new Error('a completed export has a report');
  return report;
}

const isChosen = (page: Page, format: string): Promise<string | null> =>
  page.getByTestId(`export-format-${format}`).getAttribute('aria-checked');

test('events leave for other tools from the notice of a run, the pages and the menu', async () => {
  const desk = await openDesk();
  const { app, page } = desk;
  const folder = temporaryFolder();
  await fill(page, await sampleLog(12));
  await startRun(page, 'fine');
  await notice(page, 'completed').waitFor();

  // From the notice of the run, for a spreadsheet.
  await notice(page, 'completed').getByTestId('open-export').click();
  await page.getByTestId('export-format-xlsx').click();
  const first = join(folder, '事件.xlsx');
  const events = (await ask(page, 'workspace.info')).events;
  expect(await exportTo(desk, first)).toMatchObject({ rows: events, what: 'events', path: first });
  expect(readFileSync(first).subarray(0, 2).toString()).toBe('PK');
  expect(existsSync(`${first}.manifest.json`)).toBe(true);
  await page.getByTestId('export-reveal').click();
  await expect.poll(() => app.shellCalls()).toEqual([{ call: 'showItemInFolder', target: first }]);

  // Main owns it: a page that is loaded anew finds how it ended.
  await page.reload();
  await page.getByTestId('export-indicator').click();
  await page.getByTestId('export-path').waitFor();
  await page.getByTestId('export-again').click();
  // The choice is remembered; a format that cannot carry users gives way, and cannot be chosen.
  expect(await isChosen(page, 'xlsx')).toBe('true');
  await page.getByTestId('export-format-xes').click();
  await page.getByTestId('export-what').getByText('用户', { exact: true }).click();
  expect(await isChosen(page, 'csv')).toBe('true');
  expect(await page.getByTestId('export-format-xes').isDisabled()).toBe(true);
  const users = join(folder, 'users.csv');
  expect(await exportTo(desk, users)).toMatchObject({ rows: 12, what: 'users' });
  expect(readFileSync(users, 'utf8')).toMatch(/^\uFEFFuser_id,status,/);
  await page.getByTestId('export-finish').click();
  await page.getByTestId('export-indicator').waitFor({ state: 'hidden' });

  // The page of data offers behaviours, and the menu what was exported last.
  await go(page, 'data');
  await page.getByTestId('open-export').click();
  await page.getByTestId('export-format-jsonl').click();
  const rows = await exportTo(desk, join(folder, 'rows.jsonl.gz'));
  expect(rows).toMatchObject({ rows: 144, what: 'behaviours' });
  await page.getByTestId('export-finish').click();
  await app.clickMenu('文件', '导出', '事件、行为与用户');
  await page.getByTestId('export-dialog').waitFor();
  expect(await isChosen(page, 'jsonl')).toBe('true');
  // Closing the system's dialog starts nothing.
  await page.getByTestId('export-start').click();
  await app.openDialog('saveDialog');
  await app.answerDialog('saveDialog', null);
  await expect.poll(async () => (await ask(page, 'export.attach')).status).toBe('idle');
  await expectQuiet(page);
});

test('events of a model are joined to a coarser detail; for a finer one all is done again first', async () => {
  const desk = await openModelDesk({ users: 6 });
  const { page } = desk;
  await openStart(page);
  await confirmStart(page);
  await notice(page, 'completed').waitFor();
  const { detail, eventCount } = await ask(page, 'run.attach');
  expect(detail).toBe('standard');
  await page.getByTestId('open-export').first().click();
  const choose = (name: string): Promise<void> =>
    page.getByTestId('export-detail').getByText(name, { exact: true }).click();

  await choose('细');
  expect(await page.getByTestId('export-other-detail').textContent()).toMatch(/6 个用户.*模型.*标准/s);
  expect(await page.getByTestId('export-start').isDisabled()).toBe(true);
  await choose('概括');
  expect(await page.getByTestId('export-other-detail').count()).toBe(0);
  expect(await page.getByTestId('export-computed').textContent()).toMatch(
    /6 个用户由模型抽象的事件合并到“概括”/,
  );
  const { rows, details } = await exportTo(desk, join(temporaryFolder(), '事件.csv'));
  expect(rows).toBeLessThan(eventCount);
  expect(details).toEqual([{ detail: 'brief', users: 6 }]);

  await page.getByTestId('export-again').click();
  await choose('细');
  await page.getByTestId('export-redo').click();
  await page.getByTestId('start-dialog').waitFor();
  await expect.poll(() => page.getByTestId('start-detail-fine').getAttribute('aria-checked')).toBe('true');
  await expectQuiet(page);
});

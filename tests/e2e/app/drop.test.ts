import { afterEach, expect, test } from 'vitest';
import { disposeAll } from '../support/launch.ts';
import { card, dropFile, expectQuiet, fill, go, openDesk, sampleLog, startRun } from './desk.ts';

afterEach(disposeAll);

test('a log dropped on its zone is previewed and imported', async () => {
  const { page } = await openDesk();
  await dropFile(page, 'drop-behaviours', await sampleLog(12));
  await page.getByTestId('import-preview').waitFor();
  await page.getByTestId('confirm-import').click();
  await page.getByTestId('import-report').waitFor();
  await expect.poll(() => page.getByTestId('info-users').getAttribute('data-value')).toBe('12');
  await expectQuiet(page);
});

test('a file can be dropped on any page: its preview opens on the page of data', async () => {
  const { page } = await openDesk();
  const log = await sampleLog(12);
  for (const name of ['extract', 'history', 'settings'] as const) {
    await go(page, name);
    await dropFile(page, `nav-${name}`, log);
    await page.waitForURL(/#\/data$/);
    await page.getByTestId('preview-rows').waitFor();
    expect(await page.getByTestId('drop-frame').count()).toBe(0);
    await page.getByTestId('cancel-preview').click();
    await page.getByTestId('import-preview').waitFor({ state: 'hidden' });
  }
  await expectQuiet(page);
});

test('a file dropped on the zone of profiles is read as profiles', async () => {
  const { page } = await openDesk();
  await dropFile(page, 'drop-profiles', await sampleLog(12));
  await page.getByTestId('import-preview').waitFor();
  await expect.poll(() => page.getByTestId('import-preview').textContent()).toContain('导入用户画像');
});

test('a file dropped while a run is under way is refused with the reason, and nothing else happens', async () => {
  const { page } = await openDesk({ slowMs: 1000 });
  const log = await sampleLog(60);
  await fill(page, log);
  await startRun(page);
  await card(page, 'running').waitFor();
  await dropFile(page, 'run-card', log);
  await page.getByText('批量抽象任务进行中，不能导入').waitFor();
  expect(page.url()).toMatch(/#\/extract$/);
  expect(await page.getByTestId('import-preview').count()).toBe(0);
  await card(page, 'running').waitFor();
  await expectQuiet(page);
});

import { afterEach, expect, test } from 'vitest';
import { disposeAll } from '../support/launch.ts';
import { ask, expectQuiet, fill, go, listUsers, notice, openDesk, sampleLog } from './desk.ts';

afterEach(disposeAll);

test('the detail of a run is chosen with its outcome in sight, and is told afterwards', async () => {
  const { page } = await openDesk();
  await fill(page, await sampleLog(30, 40));
  await go(page, 'extract');
  await page.getByTestId('start-run').click();
  // The figures of all three come with the dialog.
  const figure = (detail: string): Promise<number> =>
    page
      .getByTestId(`start-detail-${detail}`)
      .innerText()
      .then((text) => Number(/约 ([\d,]+) 个事件/.exec(text)?.[1]?.replace(',', '')));
  await page
    .getByText(/约 [\d,]+ 个事件/)
    .first()
    .waitFor();
  const [fine, standard, brief] = [await figure('fine'), await figure('standard'), await figure('brief')];
  expect(fine).toBeGreaterThan(standard);
  expect(standard).toBeGreaterThan(brief);

  await page.getByTestId('start-detail-standard').click();
  await page.getByTestId('start-detail-preview').click();
  const preview = page.getByTestId('detail-preview');
  await preview.getByText('了解').first().waitFor();
  const users = await preview.getByRole('radio').count();
  expect(users).toBe(3);

  await page.getByTestId('confirm-start').click();
  await notice(page, 'completed').waitFor();
  const { rows } = await listUsers(page, { pageSize: 50 });
  // The sample of the preview is the whole of so small a log.
  expect(rows.reduce((sum, { eventCount }) => sum + eventCount, 0)).toBe(standard);
  const [user] = rows;
  await page.getByTestId(`view-${user?.userId}`).click();
  await page.getByTestId('event-list').waitFor();
  const { events } = await ask(page, 'users.get', { userId: user?.userId ?? '' });
  const explored = events.find(({ type }) => type === '了解');
  await page.getByTestId('event-search').fill('了解');
  await page
    .getByTestId(`event-${explored?.ordinal}`)
    .getByText(/^了解 \S/)
    .waitFor();
  await page.keyboard.press('Escape');
  await page.keyboard.press('Escape');

  await go(page, 'history');
  await page.getByTestId('run-toggle-1').click();
  await page.getByText('粒度').waitFor();
  await page.getByText('标准', { exact: true }).waitFor();
  await expectQuiet(page);
});

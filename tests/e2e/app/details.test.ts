import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, expect, test } from 'vitest';
import { disposeAll, temporaryFolder } from '../support/launch.ts';
import { ask, expectQuiet, fill, go, listUsers, notice, openDesk, sampleLog, startRun } from './desk.ts';

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
  // The history tells each type of conversion of the run.
  const converted = rows.flatMap(({ conversions }) => conversions).filter(({ type }) => type === '购买');
  const purchases = converted.reduce((sum, each) => sum + each.events, 0);
  await page.getByTestId('run-made').getByText(`购买 ${purchases} 次，${converted.length} 个用户`).waitFor();
  await expectQuiet(page);
});

test('what hardly joins at the coarsest detail is said, too; types and the rest are those of the run', async () => {
  const { page } = await openDesk();
  const path = join(temporaryFolder(), 'log.csv');
  const texts = ['浏览 大众', '哼着歌走路', '购买 大众'];
  const rows = ['a', 'b'].flatMap((user) =>
    texts.map((text, hour) => `${user},2026-03-02 1${hour}:00:00,${text}`),
  );
  writeFileSync(path, `user_id,timestamp,behavior_text\n${rows.join('\n')}\n`);
  await fill(page, path);
  await startRun(page, 'brief');
  await notice(page, 'completed').waitFor();
  const outcome = (): Promise<string> => page.getByTestId('run-outcome').innerText();
  const coarsest = '事件数是行为数的 100%，几乎没有合并。 已是最粗的粒度';
  await expect
    .poll(outcome)
    .toMatch(/^6 条行为 → 6 个事件（100%） · 3 个类型，其他 33\.3%\s+购买 2 次，2 个用户/);
  expect(await outcome()).toContain(coarsest);
  expect(await page.getByTestId('outcome-redo').count()).toBe(0);

  // One user is done once more: the run of before tells of the other one, and says so.
  await ask(page, 'run.start', { scope: { kind: 'users', userIds: ['a'] }, detail: 'brief' });
  await expect
    .poll(outcome)
    .toMatch(/^3 条行为 → 3 个事件（100%） · 3 个类型，其他 33\.3%\s+购买 1 次，1 个用户/);
  await go(page, 'history');
  await page.getByTestId('run-toggle-1').click();
  const made = page.getByTestId('run-made');
  await made.getByText('购买 1 次，1 个用户').waitFor();
  expect(await made.innerText()).toContain('另有 1 个用户的事件已由后来的任务重做');
  await expectQuiet(page);
});

test('all users are done again, those that the filter shows, or all that are selected', async () => {
  const { page } = await openDesk();
  await fill(page, await sampleLog(30, 40));
  await startRun(page, 'fine');
  await notice(page, 'completed').waitFor();
  const events = async (): Promise<number> => (await ask(page, 'workspace.info')).events;
  const fine = await events();
  // The notice tells what came of it, and offers more where hardly anything was joined.
  const outcome = page.getByTestId('run-outcome');
  expect(await outcome.innerText()).toContain('1,200 条行为 → ');
  await page.getByTestId('outcome-购买').waitFor();
  await page.getByTestId('outcome-redo').click();
  await page.locator('[data-testid=start-detail-standard][aria-checked=true]').waitFor();
  await page.getByTestId('cancel-start').click();
  const scope = page.getByTestId('start-scope');
  const users = (): Promise<string> => page.getByTestId('preflight-users').innerText();

  // Of what is done already nothing is left.
  await page.getByTestId('start-run').click();
  await expect.poll(users).toContain('0');
  expect(await page.getByTestId('confirm-start').isDisabled()).toBe(true);
  expect(await scope.innerText()).not.toContain('当前筛选');
  await scope.getByText('全部重做').click();
  await expect.poll(users).toContain('30');
  await page.getByTestId('start-note').getByText('30').waitFor();
  await page.getByTestId('start-detail-brief').click();
  await page.getByTestId('confirm-start').click();
  await page.getByTestId('start-dialog').waitFor({ state: 'hidden' });
  await expect.poll(async () => (await ask(page, 'run.attach')).runId).toBe(2);
  await notice(page, 'completed').waitFor();
  expect(await events()).toBeLessThan(fine / 2);

  const [first] = (await listUsers(page)).rows;
  await page.getByTestId('user-search').fill(first?.userId ?? '');
  await expect.poll(() => page.getByTestId('user-table').getAttribute('data-total')).toBe('1');
  await page.getByTestId('start-run').click();
  await scope.getByText('当前筛选').click();
  await expect.poll(users).toMatch(/^\D*1\D*$/);
  await page.getByTestId('cancel-start').click();

  await page.getByTestId('user-search').fill('');
  await expect.poll(() => page.getByTestId('user-table').getAttribute('data-total')).toBe('30');
  await page.getByTestId('select-page').check();
  await page.getByTestId('choose-all').click();
  await page.getByTestId('start-run').click();
  await scope.getByText('已选 30 个').click();
  await expect.poll(users).toContain('30');
  await expectQuiet(page);
});

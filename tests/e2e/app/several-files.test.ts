import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { ask, expectQuiet, go, notice, startRun } from './desk.ts';
import { choose, report, figure, log, eachAtImportDesk } from './import-desk.ts';
import type { ImportDesk } from './import-desk.ts';

let desk: ImportDesk;
let { app, page, folder } = {} as ImportDesk;
eachAtImportDesk((each) => {
  desk = each;
  ({ app, page, folder } = each);
});

test('of several files one that cannot be used says why, and the others are imported', async () => {
  await go(page, 'data');
  const bad = join(folder, 'b.csv');
  writeFileSync(bad, 'user_id,timestamp,action\nx,soon,浏览\ny,later,浏览\n');
  await choose(desk, [log(desk, 'a.csv', ['a', 'b']), bad, log(desk, 'c.csv', ['a', 'e'])]);
  await page.getByTestId('confirm-import').click();
  // It is not taken in as the first was without being shown.
  await expect.poll(() => page.getByTestId('preview-place').textContent()).toMatch(/2.*3.*十分之一/);
  await page.getByTestId('confirm-import').click();
  const rows = page.getByTestId('import-files').locator('tbody tr');
  await expect
    .poll(() => rows.evaluateAll((all) => all.map((row) => row.getAttribute('data-status'))))
    .toEqual(['completed', 'failed', 'completed']);
  expect(await rows.nth(1).locator('.reason').textContent()).toContain('时间');
  await page.getByTestId('dismiss-import').click();
  expect([await figure(desk, 'info-users'), await figure(desk, 'info-behaviours')]).toEqual([3, 4]);
  expect(await page.getByTestId('import-list').textContent()).not.toContain('b.csv');
  await expectQuiet(page);
});

test('of several files each that would lose many rows is asked about, and its rows can be seen', async () => {
  await go(page, 'data');
  const partly = join(folder, 'partly.csv');
  writeFileSync(
    partly,
    'user_id,timestamp,action,duration\np,2026-02-03 09:05:00,浏览,长\np,2026-02-03 09:06:00,浏览,1\np,soon,浏览,1\n',
  );
  await choose(desk, [log(desk, 'a.csv', ['a', 'b']), partly]);
  await page.getByTestId('confirm-import').click();
  await expect.poll(() => page.getByTestId('preview-place').textContent()).toMatch(/2.*2.*列/);
  await page.getByTestId('confirm-import').click();
  await report(desk, 'completed');
  expect(await figure(desk, 'info-behaviours')).toBe(2);
  const rows = page.getByTestId('import-files').locator('tr[data-status]');
  expect(await rows.nth(1).textContent()).toContain('等待确认');
  await page.getByTestId('import-notes-1').click();
  expect(await page.getByTestId('import-notes').textContent()).toContain('soon');
  await page.getByTestId('accept-rejects-1').click();
  await expect.poll(() => rows.nth(1).getAttribute('data-status')).toBe('completed');
  await expect.poll(() => figure(desk, 'info-behaviours')).toBe(4);
  await page.getByTestId('dismiss-import').click();
  // What was said of it stays with its import.
  const { imports } = await ask(page, 'workspace.info');
  const id = imports.find(({ fileName }) => fileName === 'partly.csv')?.importId ?? 0;
  await page.getByTestId(`import-details-${id}`).click();
  await expect.poll(() => page.getByTestId('import-notes').textContent()).toMatch(/时长.*soon/s);
  await expectQuiet(page);
});

test('several files are imported at once, and one of them is taken out again', async () => {
  await go(page, 'data');
  const paths = [
    log(desk, 'a.csv', ['a', 'b']),
    log(desk, 'b.csv', ['b', 'c', 'd']),
    log(desk, 'c.csv', ['a', 'e']),
  ];
  await choose(desk, paths);
  expect(await page.getByTestId('preview-place').textContent()).toMatch(/1.*3/);
  // The others have the same columns, and are read as the first.
  await page.getByTestId('confirm-import').click();
  await report(desk, 'completed');
  const files = page.getByTestId('import-files');
  for (const name of ['a.csv', 'b.csv', 'c.csv']) expect(await files.textContent()).toContain(name);
  await page.getByTestId('dismiss-import').click();
  expect([await figure(desk, 'info-users'), await figure(desk, 'info-behaviours')]).toEqual([5, 7]);
  await startRun(page, 'fine');
  await notice(page, 'completed').waitFor();
  const events = (await ask(page, 'workspace.info')).events;
  await go(page, 'data');

  const { imports } = await ask(page, 'workspace.info');
  const second = imports.find(({ fileName }) => fileName === 'b.csv')?.importId ?? 0;
  await page.getByTestId(`undo-import-${second}`).click();
  const box = page.locator('.el-message-box');
  // What goes with it is said before: c and d, and the events of all who lose rows.
  await expect.poll(() => box.textContent()).toMatch(/3.*2.*其 \d+ 个事件也会删除/s);
  await page.locator('.confirm-no').click();
  await box.waitFor({ state: 'hidden' });
  expect(await figure(desk, 'info-behaviours')).toBe(7);
  await page.getByTestId(`undo-import-${second}`).click();
  await page.locator('.confirm-yes').click();
  await expect.poll(() => figure(desk, 'info-behaviours')).toBe(4);
  // The result stays until it is dismissed, in this window and in one that is loaded anew.
  await report(desk, 'completed');
  await page.reload();
  await report(desk, 'completed');
  expect(await page.locator('#import-report-title').textContent()).toBe('已撤销导入 b.csv');
  await page.getByTestId('dismiss-import').click();
  expect(await figure(desk, 'info-users')).toBe(3);
  expect(await page.getByTestId('import-list').textContent()).not.toContain('b.csv');
  const left = await ask(page, 'workspace.info');
  expect(left.events).toBeLessThan(events);
  expect(left.sequences).toMatchObject({ pending: 1, succeeded: 2 });

  // Profiles replace each other; undone, the later import gives way to what the earlier one says, which is said beforehand.
  for (const city of ['北京', '上海']) {
    const path = join(folder, `${city}.csv`);
    writeFileSync(path, `user_id,city\na,${city}\n`);
    await app.answerDialog('openDialog', [path]);
    await ask(page, 'import.chooseFiles', { kind: 'profiles' });
    await ask(page, 'import.start', { path, kind: 'profiles' });
    await report(desk, 'completed');
    await page.getByTestId('dismiss-import').click();
  }
  const profile = async () => (await ask(page, 'users.get', { userId: 'a' })).profile;
  expect(await profile()).toEqual([{ name: 'city', value: '上海' }]);
  const last = (await ask(page, 'workspace.info')).imports.find(({ fileName }) => fileName === '上海.csv');
  await page.getByTestId(`undo-import-${last?.importId}`).click();
  await expect.poll(() => box.textContent()).toContain('1 个用户将恢复为先前导入的画像');
  await page.locator('.confirm-yes').click();
  await expect.poll(profile).toEqual([{ name: 'city', value: '北京' }]);
  await expectQuiet(page);
});

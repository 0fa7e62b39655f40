import { randomBytes } from 'node:crypto';
import { appendFileSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { gzipSync } from 'node:zlib';
import { writeXlsx } from 'hucre/xlsx';
import { parquetWriteBuffer } from 'hyparquet-writer';
import { expect, test } from 'vitest';
import { ask, expectQuiet, fill, go, notice, sampleLog, startRun } from './desk.ts';
import { choose, report, figure, log, eachAtImportDesk } from './import-desk.ts';
import type { ImportDesk } from './import-desk.ts';

let desk: ImportDesk;
let { app, page, folder } = {} as ImportDesk;
eachAtImportDesk((each) => {
  desk = each;
  ({ app, page, folder } = each);
});

test('the sheet of a workbook is chosen in the preview, and is what is imported', async () => {
  const rows = (user: string, count: number): (string | null)[][] => [
    ['用户ID', '时间', '行为'],
    ...Array.from({ length: count }, (_, at) => [user, `2026-02-03 09:0${at}:00`, '浏览']),
  ];
  const path = join(folder, '门店.xlsx');
  writeFileSync(
    path,
    await writeXlsx({
      sheets: [
        { name: '说明', rows: [['导出人', '李雷']] },
        { name: '一月', rows: rows('甲', 3) },
        { name: '二月', rows: rows('乙', 5) },
      ],
    }),
  );
  await go(page, 'data');
  await choose(desk, [path]);
  const dialog = page.getByTestId('import-preview');
  // Two sheets could be meant: the first is shown, and it is said.
  expect(await dialog.getByTestId('preview-doubts').textContent()).toContain('一月');
  await dialog.getByTestId('preview-part').click();
  await page.getByRole('option', { name: '二月' }).click();
  await expect.poll(() => dialog.getByTestId('preview-rows').textContent()).toContain('乙');
  await page.getByTestId('confirm-import').click();
  await report(desk, 'completed');
  await page.getByTestId('dismiss-import').click();
  expect([await figure(desk, 'info-users'), await figure(desk, 'info-behaviours')]).toEqual([1, 5]);
  expect(await page.getByTestId('import-list').textContent()).toContain('二月');
  await expectQuiet(page);
});

test('the table of a database is chosen in the preview; XES and Parquet are read without a choice', async () => {
  const path = join(folder, 'shop.db');
  const db = new DatabaseSync(path);
  for (const [table, users] of Object.entries({ clicks: ['a', 'b'], orders: ['c', 'd', 'e'] })) {
    db.exec(`CREATE TABLE ${table} (user_id TEXT, timestamp TEXT, action TEXT)`);
    const insert = db.prepare(`INSERT INTO ${table} VALUES (?, ?, '浏览')`);
    for (const [at, user] of users.entries()) insert.run(user, `2026-02-03 09:0${at}:00`);
  }
  db.close();
  await go(page, 'data');
  await choose(desk, [path]);
  const dialog = page.getByTestId('import-preview');
  expect(await dialog.getByTestId('preview-doubts').textContent()).toContain('clicks');
  await dialog.getByTestId('preview-part').click();
  await page.getByRole('option', { name: 'orders' }).click();
  await expect.poll(() => dialog.getByTestId('preview-rows').textContent()).toContain('d');
  await page.getByTestId('confirm-import').click();
  await report(desk, 'completed');
  await page.getByTestId('dismiss-import').click();
  expect([await figure(desk, 'info-users'), await figure(desk, 'info-behaviours')]).toEqual([3, 3]);

  const event = (name: string, minute: number): string =>
    `<event><string key="concept:name" value="${name}"/><date key="time:timestamp" value="2026-02-03T10:0${minute}:00+08:00"/></event>`;
  const xes = join(folder, 'process.xes');
  writeFileSync(
    xes,
    `<?xml version="1.0" encoding="UTF-8"?><log xes.version="1.0" xmlns="http://www.xes-standard.org/"><trace><string key="concept:name" value="case-7"/>${event('提交', 1)}${event('审核', 2)}</trace></log>`,
  );
  await choose(desk, [xes]);
  await page.getByTestId('confirm-import').click();
  await report(desk, 'completed');
  await page.getByTestId('dismiss-import').click();
  expect([await figure(desk, 'info-users'), await figure(desk, 'info-behaviours')]).toEqual([4, 5]);

  const parquet = join(folder, 'log.parquet');
  const columnData = [
    { name: 'user_id', data: ['p', 'q'], type: 'STRING' as const },
    { name: 'timestamp', data: ['2026-02-03 11:00:00', '2026-02-03 11:01:00'], type: 'STRING' as const },
    { name: 'action', data: ['浏览', '购买'], type: 'STRING' as const },
  ];
  writeFileSync(parquet, new Uint8Array(parquetWriteBuffer({ columnData })));
  await choose(desk, [parquet]);
  await page.getByTestId('confirm-import').click();
  await report(desk, 'completed');
  await page.getByTestId('dismiss-import').click();
  expect([await figure(desk, 'info-users'), await figure(desk, 'info-behaviours')]).toEqual([6, 7]);
  await expectQuiet(page);
});

test('the encoding of JSON is asked where its bytes do not tell it, and can be chosen', async () => {
  const path = join(folder, 'log.jsonl');
  const line = JSON.stringify({ user_id: 'u1', time: '2026-02-03 09:05', text: '@@' });
  // 구매 in EUC-KR, which is text in Chinese encodings, too.
  const [before = '', behind = ''] = line.split('@@');
  writeFileSync(
    path,
    Buffer.concat([Buffer.from(before), Buffer.of(0xb1, 0xb8, 0xb8, 0xc5), Buffer.from(behind)]),
  );
  await go(page, 'data');
  await choose(desk, [path]);
  const dialog = page.getByTestId('import-preview');
  expect(await dialog.getByTestId('encoding-ask').textContent()).toContain('구매');
  expect(await page.getByTestId('confirm-import').isDisabled()).toBe(true);
  await dialog.getByTestId('encoding-ask').getByText('구매').click();
  await expect.poll(() => dialog.getByTestId('preview-rows').textContent()).toContain('구매');
  expect(await dialog.getByTestId('preview-encoding').textContent()).toContain('EUC-KR');
  await page.getByTestId('confirm-import').click();
  await report(desk, 'completed');
  await expectQuiet(page);
});

test('an export has the zone and the detail that are chosen, without a run', async () => {
  await fill(page, await sampleLog(6));
  await startRun(page, 'fine');
  await notice(page, 'completed').waitFor();
  await page.getByTestId('open-export').first().click();
  await page.getByTestId('export-format-jsonl').click();
  const isChosen = async (name: string): Promise<boolean> =>
    page.getByTestId('export-detail').getByRole('radio', { name }).isChecked();
  expect(await isChosen('细')).toBe(true);
  expect(await page.getByTestId('export-computed').count()).toBe(0);
  await page.getByTestId('export-zone').click();
  await page.keyboard.type('Tokyo');
  await page.getByRole('option', { name: 'Asia/Tokyo' }).click();

  // It is said what is computed, and that nothing of it is stored.
  await page.getByTestId('export-detail').getByText('概括', { exact: true }).click();
  expect(await page.getByTestId('export-computed').textContent()).toMatch(/6 个用户.*概括.*不变/s);
  const path = join(folder, '事件.jsonl');
  await page.getByTestId('export-start').click();
  await app.openDialog('saveDialog');
  await app.answerDialog('saveDialog', path);
  await page.locator('[data-testid=export-outcome][data-status=completed]').waitFor();
  expect(await page.getByTestId('export-figures').textContent()).toMatch(/Asia\/Tokyo.*概括/s);
  expect(await page.getByTestId('export-notes').textContent()).toContain('6 个用户的事件是为这次导出');
  const written = readFileSync(path, 'utf8');
  expect(written).toContain('+09:00"');
  expect(written).toContain('了解');
  const run = await ask(page, 'run.attach');
  expect(run.detail).toBe('fine');
  expect(written.trimEnd().split('\n').length).toBeLessThan(run.eventCount);
  await expectQuiet(page);
});

test('the dialog shows how much of a packed file is unpacked, and closing it ends that', async () => {
  const path = join(folder, 'log.db.gz');
  // Members of a gzip file follow each other: the database unpacks to 400 MB, which are never read.
  const first = Buffer.concat([Buffer.from('SQLite format 3\0'), randomBytes(8_000_000)]);
  const member = gzipSync(randomBytes(8_000_000), { level: 0 });
  writeFileSync(path, gzipSync(first, { level: 0 }));
  for (let at = 0; at < 50; at++) appendFileSync(path, member);
  await go(page, 'data');
  await page.getByTestId('choose-behaviours').click();
  await app.openDialog('openDialog');
  await app.answerDialog('openDialog', [path]);
  const unpacking = page.getByTestId('preview-unpacking');
  await unpacking.waitFor();
  expect(await unpacking.textContent()).toMatch(/解压.*%/);
  await page.getByTestId('cancel-preview').click();
  await page.getByTestId('import-preview').waitFor({ state: 'hidden' });
  // Another file is read at once: the thread of the first one has ended.
  await choose(desk, [log(desk, 'a.csv', ['u1', 'u2'])]);
  expect(await unpacking.count()).toBe(0);
  expect(await page.getByTestId('preview-file').textContent()).toBe('a.csv');
});

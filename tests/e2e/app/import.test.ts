import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { encodeGb18030 } from '../../integration/import/support.ts';
import type { AppUnderTest } from '../support/app-under-test.ts';
import { disposeAll, temporaryFolder } from '../support/launch.ts';
import { ask, box, expectQuiet, go, openDesk, sampleLog, shrink } from './desk.ts';

let app: AppUnderTest;
let page: Page;
let folder: string;

const HEADER = 'user_id,action,timestamp,item_id,app_id,media_id,poi_id,duration';

beforeAll(async () => {
  ({ app, page } = await openDesk());
  folder = temporaryFolder();
});
afterAll(disposeAll);

// Whatever the test before has left open.
beforeEach(async () => {
  await ask(page, 'import.dismiss');
  await ask(page, 'settings.set', { language: 'zh-CN' });
  await app.setBounds(page, { width: 1280, height: 800 });
  await page.reload();
  await go(page, 'data');
});

function file(name: string, content: string | Buffer): string {
  const path = join(folder, name);
  writeFileSync(path, content);
  return path;
}

/** Chooses a file in the system's dialog; leaves the preview open, with its rows or with what is wrong. */
async function choose(
  path: string,
  kind: 'behaviours' | 'profiles' = 'behaviours',
  shows: 'preview-rows' | 'error-panel' = 'preview-rows',
): Promise<void> {
  await page.getByTestId(`choose-${kind}`).click();
  await app.openDialog('openDialog');
  await app.answerDialog('openDialog', [path]);
  await page.getByTestId('import-preview').getByTestId(shows).waitFor();
}

async function confirm(): Promise<void> {
  await page.getByTestId('confirm-import').click();
  await page.getByTestId('import-preview').waitFor({ state: 'hidden' });
  await page.locator('[data-testid=import-report][data-status=completed]').waitFor();
}

async function dismiss(): Promise<void> {
  await page.getByTestId('dismiss-import').click();
  await page.getByTestId('import-report').waitFor({ state: 'hidden' });
}

/** The number that a figure shows. */
async function figure(id: string): Promise<number> {
  return Number(await page.getByTestId(id).getAttribute('data-value'));
}

/** Agrees that the rows that can be used are imported alone. */
async function acceptRejects(): Promise<void> {
  await page.getByTestId('accept-rejects').click();
  await page.locator('[data-testid=import-report][data-status=completed]').waitFor();
}

/** Saves rejected rows by a button; returns the lines of the file. */
async function saveRows(button: string, name: string): Promise<string[]> {
  const path = join(folder, name);
  await page.getByTestId(button).click();
  await app.openDialog('saveDialog');
  await app.answerDialog('saveDialog', path);
  await page.getByText(`已保存到 ${path}`).waitFor();
  return readFileSync(path, 'utf8').split('\r\n');
}

/** Gives a column another meaning. */
async function setRole(index: number, column: string, label: string): Promise<void> {
  await page.getByTestId(`role-${index}`).click();
  const offered = page.getByRole('listbox', { name: `${column}: 含义` });
  await offered.getByRole('option', { name: label, exact: true }).click();
}

/** What is in the workspace, without the size of its file, which its log adds to. */
async function contents(): Promise<object> {
  return { ...(await ask(page, 'workspace.info')), sizeBytes: null };
}

test('the preview of a file shows some of its rows in the smallest window', async () => {
  await shrink(app, page);
  await choose(await sampleLog(5));
  const buttons = await box(page.getByTestId('confirm-import'));
  expect(buttons.bottom).toBeLessThan(600);
  const rows = page.getByTestId('preview-rows').locator('tbody tr');
  expect((await box(rows.nth(2))).bottom).toBeLessThan(buttons.top);
  await page.getByTestId('cancel-preview').click();
});

describe('a file with bad rows', () => {
  const good = [
    'u1,browse,2025-12-26 10:00,,,汽车之家,,30',
    'u2,purchase,2025-12-26 11:00:00,比亚迪_海鸥,,,,',
  ];
  const bad = [',browse,2025-12-26 10:00,,,汽车之家,,30', 'u3,browse,上周五,,,汽车之家,,30', 'u4,browse'];
  const odd = 'u5,purchase,2025-12-26 10:00,,,汽车之家,,很久';
  const lines = [HEADER, good[0], bad[0], bad[1], good[1], bad[2], odd];

  test('is imported without them; the report names their lines and reasons, and saves them as CSV', async () => {
    await choose(file('bad-rows.csv', lines.join('\r\n')));
    expect(await page.getByTestId('preview-file').textContent()).toBe('bad-rows.csv');
    // With more than a tenth of them nothing is stored before the user agrees.
    const before = await contents();
    await page.getByTestId('confirm-import').click();
    await page.locator('[data-testid=import-report][data-status=failed]').waitFor();
    expect(await page.getByTestId('import-error').textContent()).toContain('6 行中有 3 行不能导入');
    expect(await contents()).toEqual(before);
    await acceptRejects();
    expect(await figure('report-read')).toBe(6);
    expect(await figure('report-added')).toBe(3);
    expect(await figure('report-rejected')).toBe(3);
    expect(await figure('report-users')).toBe(3);
    // An unreadable duration costs no purchase, and is told.
    expect(await page.getByTestId('import-warning').textContent()).toMatch(
      /1 行的时长无法识别.*第 7 行：“很久”（列“duration”）/,
    );
    const shown = await page
      .locator('[data-testid=bad-rows] tbody tr')
      .evaluateAll((rows) =>
        rows.map((row) => [...row.querySelectorAll('td')].map((cell) => cell.textContent)),
      );
    expect(shown).toEqual([
      ['3', '缺少用户 ID（列“user_id”）', bad[0]],
      ['4', '无法识别时间“上周五”（列“timestamp”）', bad[1]],
      ['6', '应有 8 列，实际 2 列', bad[2]],
    ]);

    const saved = await saveRows('save-bad-rows', 'rejected.csv');
    expect(saved[0]).toBe('\uFEFF行号,原因,代码,原始行');
    expect(saved.slice(1, 4).map((line) => line.split(',')[0])).toEqual(['3', '4', '6']);
    expect(saved[2]).toContain('import.row.bad_time');
    await page.reload();
    await page.locator('[data-testid=import-report][data-status=completed]').waitFor();
    await dismiss();
  });

  test('gives them long after its report, from the list of imports', async () => {
    const record = (await ask(page, 'workspace.info')).imports.find((one) => one.badRowCount === 3);
    const saved = await saveRows(`save-bad-rows-${record?.importId}`, 'rejected-later.csv');
    expect(saved.slice(1, 4).map((line) => line.split(',')[0])).toEqual(['3', '4', '6']);
  });

  test('tells and saves them when it has no other', async () => {
    const before = await contents();
    await choose(file('all-bad.csv', [HEADER, ...bad].join('\n')));
    await page.getByTestId('confirm-import').click();
    await page.locator('[data-testid=import-report][data-status=failed]').waitFor();
    expect(await page.getByTestId('import-error').textContent()).toContain('3 行全部被拒绝');
    expect(await page.locator('[data-testid=bad-rows] tbody tr').count()).toBe(3);
    // A window that opens later has the same.
    await page.reload();
    const saved = await saveRows('save-bad-rows', 'all-rejected.csv');
    expect(saved.slice(1, 4).map((line) => line.split(',')[0])).toEqual(['2', '3', '4']);
    await dismiss();
    expect(await contents()).toEqual(before);
  });

  test('saves them in the language of the window', async () => {
    await ask(page, 'settings.set', { language: 'en' });
    await choose(file('more-bad-rows.csv', [HEADER, good[0], bad[1]].join('\n')));
    await page.getByTestId('confirm-import').click();
    await acceptRejects();
    expect(await page.getByTestId('bad-rows').textContent()).toContain('The time “上周五” cannot be read');
    const path = join(folder, 'rejected-en.csv');
    await app.answerDialog('saveDialog', path);
    await page.getByTestId('save-bad-rows').click();
    await page.getByText(path).waitFor();
    const saved = readFileSync(path, 'utf8');
    expect(saved).toContain('line,reason,code,row');
    expect(saved).toContain('cannot be read');
  });
});

describe('a file that is not as expected', () => {
  test('in GB18030, as a Chinese Excel writes it, reads as written', async () => {
    const text = `用户ID,行为,时间,地点\n张三,visit_poi,2025-12-27 09:30,长城4S店\n李四,browse,2025-12-27 10:00,\n`;
    await choose(file('excel.csv', encodeGb18030(text)));
    expect(await page.getByTestId('preview-encoding').textContent()).toContain('GB18030');
    expect(await page.getByTestId('preview-rows').textContent()).toContain('长城4S店');
    await confirm();
    expect(await figure('report-added')).toBe(2);
    expect(await figure('report-rejected')).toBe(0);
    const behaviours = await ask(page, 'users.behaviours', { userId: '张三', offset: 0, limit: 10 });
    expect(behaviours.rows).toMatchObject([
      { action: 'visit_poi', poi: '长城4S店', time: Date.UTC(2025, 11, 27, 9, 30) },
    ]);
    await dismiss();
  });

  test('in GB18030 only after its first mebibyte, is imported as a whole', async () => {
    const plain = Array.from(
      { length: 30_000 },
      (_, n) => `late-${n % 50},browse,2025-12-27 10:00,item-number-${n}\n`,
    );
    const late = Array.from(
      { length: 100 },
      (_, n) => `王五,visit_poi,2025-12-28 09:${10 + (n % 50)},长城4S店\n`,
    );
    const text = `user_id,action,timestamp,poi\n${plain.join('')}`;
    expect(text.length).toBeGreaterThan(2 ** 20);
    await choose(file('late.csv', Buffer.concat([Buffer.from(text), encodeGb18030(late.join(''))])));
    // The preview cannot know.
    expect(await page.getByTestId('preview-encoding').textContent()).toContain('UTF-8');
    await confirm();
    expect(await figure('report-added')).toBe(30_100);
    expect(await figure('report-rejected')).toBe(0);
    const { rows } = await ask(page, 'users.behaviours', { userId: '王五', offset: 0, limit: 1 });
    expect(rows).toMatchObject([{ poi: '长城4S店' }]);
    await dismiss();
  });

  test('but half a workbook under the name of a log, is refused with what to do', async () => {
    const workbook = Buffer.from('PK\x03\x04\x14\0\x06\0\x08\0[Content_Types].xml', 'latin1');
    await choose(file('工作簿.csv', workbook), 'behaviours', 'error-panel');
    const said = await page.getByTestId('import-preview').textContent();
    expect(said).toMatch(/工作簿\.csv 无法按 ZIP 读取：.*请重新导出或取得该文件/);
    expect(said).not.toContain('Content_Types');
    expect(await page.getByTestId('confirm-import').isDisabled()).toBe(true);
    await page.getByTestId('cancel-preview').click();
    await page.getByTestId('import-preview').waitFor({ state: 'hidden' });
  });

  test('says which column is missing and what was found, and is imported once that is corrected', async () => {
    const text = 'who;when;what\nu9;2025-12-28T08:00:00Z;看了看\nu9;1766912400;走了\n';
    await choose(file('odd.csv', text));
    expect(await page.getByTestId('preview-delimiter').textContent()).toContain('分号');
    const problem = page.getByTestId('preview-problem');
    expect(await problem.textContent()).toMatch(/缺少必需的列：.*文件中的列有：who.*when.*what/);
    expect(await page.getByTestId('confirm-import').isDisabled()).toBe(true);
    await setRole(0, 'who', '用户 ID');
    await expect.poll(() => problem.textContent()).not.toContain('user_id');
    await setRole(1, 'when', '时间');
    await setRole(2, 'what', '行为描述（文字）');
    await problem.waitFor({ state: 'hidden' });
    await confirm();
    expect(await figure('report-added')).toBe(2);
    const behaviours = await ask(page, 'users.behaviours', { userId: 'u9', offset: 0, limit: 10 });
    expect(behaviours.rows.map(({ text }) => text).sort()).toEqual(['看了看', '走了'].sort());
    await dismiss();
  });
});

test('a file whose dates can be read in two ways is imported once the user has said which', async () => {
  const lines = [
    'user_id,action,timestamp,duration',
    'dates1,browse,3/2/2026 09:05,65000',
    'dates1,browse,4/2/2026 09:05,soon',
    ',browse,4/2/2026,1',
  ];
  await choose(file('dates.csv', lines.join('\n')));
  const dialog = page.getByTestId('import-preview');
  expect(await dialog.getByTestId('confirm-import').isDisabled()).toBe(true);
  const question = dialog.getByTestId('date-order');
  expect(await question.textContent()).toContain('3/2/2026 09:05');
  const rows = dialog.getByTestId('preview-rows');
  expect(await rows.textContent()).toContain('日期的读法还没有选定');
  // The answer stays in sight and can be changed.
  await question.getByText('月在前').click();
  await rows.getByText('2026-03-02 09:05:00').first().waitFor();
  await question.getByText('日在前').click();
  await rows.getByText('2026-02-03 09:05:00').first().waitFor();
  expect(await question.getByRole('radio', { name: '日在前' }).isChecked()).toBe(true);
  expect(await dialog.getByTestId('preview-doubts').textContent()).toContain('单位可能是毫秒');
  expect(await dialog.getByTestId('preview-refused').textContent()).toContain('1 行：缺少用户 ID');
  await dialog.getByTestId('duration-unit').getByText('毫秒').click();
  await expect.poll(() => dialog.getByTestId('preview-doubts').count()).toBe(0);
  await page.getByTestId('confirm-import').click();
  await acceptRejects();
  await dismiss();
  const { rows: stored } = await ask(page, 'users.behaviours', { userId: 'dates1', offset: 0, limit: 10 });
  expect(stored.map(({ time }) => time)).toEqual([Date.UTC(2026, 1, 3, 9, 5), Date.UTC(2026, 1, 4, 9, 5)]);
});

test('a file without a header is read by its values, and the next of its shape as the user corrected it', async () => {
  const rows = (user: string): string =>
    `${user},browse,2025-12-29 10:00,1\n${user},buy,2025-12-29 11:00,2\n`;
  await choose(file('plain-1.csv', rows('plain1')));
  const dialog = page.getByTestId('import-preview');
  expect(await dialog.getByTestId('preview-header').textContent()).toContain('没有');
  expect(await dialog.getByTestId('preview-doubts').textContent()).toContain('第 1 行就是数据');
  expect(await dialog.getByTestId('preview-as-before').count()).toBe(0);
  await setRole(3, '#4', '时长');
  await confirm();
  expect(await figure('report-added')).toBe(2);
  await dismiss();

  await choose(file('plain-2.csv', rows('plain2')));
  await dialog.getByTestId('preview-as-before').waitFor();
  expect(await dialog.getByTestId('role-3').textContent()).toContain('时长');
  await confirm();
  const { rows: stored } = await ask(page, 'users.behaviours', { userId: 'plain2', offset: 0, limit: 10 });
  expect(stored.map(({ duration }) => duration)).toEqual([1, 2]);
  await dismiss();

  await choose(file('plain-3.csv', rows('plain3')));
  await dialog.getByTestId('read-anew').click();
  await dialog.getByTestId('preview-as-before').waitFor({ state: 'hidden' });
  await expect.poll(() => dialog.getByTestId('role-3').textContent()).not.toContain('时长');
  await page.getByTestId('cancel-preview').click();
});

describe('the workspace', () => {
  test('gets nothing twice from the same file, and lists its imports', async () => {
    const path = await sampleLog(30);
    await choose(path);
    await confirm();
    expect(await figure('report-added')).toBe(30 * 12);
    await dismiss();
    const before = await figure('info-behaviours');
    await choose(path);
    await confirm();
    await page.getByTestId('import-same-file').waitFor();
    await dismiss();
    // With a correction it is no repetition, which is said instead of nothing being done.
    await choose(path);
    await setRole(3, 'item_id', '忽略');
    await page.getByTestId('confirm-import').click();
    await page.locator('[data-testid=import-report][data-status=failed]').waitFor();
    expect(await page.getByTestId('import-error').textContent()).toMatch(
      /不同之处：列的含义。.*撤销以前的那次导入/,
    );
    await dismiss();
    expect(await figure('info-behaviours')).toBe(before);
    expect(await page.getByTestId('import-list').textContent()).toContain('bad-rows.csv');
  });

  test('gets profiles from a second file, which the drawer shows', async () => {
    await choose(file('profiles.csv', 'user_id,city,age\nu1,保定,33\n'), 'profiles');
    await confirm();
    await dismiss();
    expect(await figure('info-profiles')).toBe(1);
    await go(page, 'extract');
    await page.getByTestId('user-search').fill('u1');
    await page.getByTestId('view-u1').click();
    await expect.poll(() => page.getByTestId('profile').textContent()).toContain('保定');
    await page.keyboard.press('Escape');
    await page.getByTestId('user-drawer').waitFor({ state: 'hidden' });
  });

  test('is emptied only by someone who types the word for it', async () => {
    await page.getByTestId('clear-all').click();
    await page.locator('.el-message-box input').fill('清');
    await page.locator('.confirm-yes').click();
    await page.getByText('输入的内容不一致').waitFor();
    await page.locator('.el-message-box input').fill('清空');
    await page.locator('.confirm-yes').click();
    await page.getByTestId('welcome').waitFor();
    expect((await ask(page, 'workspace.info')).users).toBe(0);
    await expectQuiet(page);
  });
});

import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Page } from 'playwright-core';
import { afterEach, expect, test } from 'vitest';
import type { ThemesPage } from '../../../src/shared/themes.ts';
import type { AppUnderTest } from '../support/app-under-test.ts';
import { startScriptedModel } from '../../support/scripted-model.ts';
import { disposeAll, temporaryFolder } from '../support/launch.ts';
import { check } from './accessible.ts';
import { ask, expectQuiet, fill, go, notice, openDesk, startRun } from './desk.ts';

afterEach(disposeAll);

const ITEMS = ['大众_途观', '大众_迈腾', '大众_朗逸', '汽车之家', '懂车帝'];

function logFile(items = ITEMS): string {
  const path = join(temporaryFolder(), 'log.csv');
  const rows = ['a', 'b', 'c'].flatMap((user) =>
    items.map((item, n) => `${user},2026-03-01 09:${String(n % 60).padStart(2, '0')}:00,browse,${item}`),
  );
  writeFileSync(path, `user_id,timestamp,action,item\n${rows.join('\n')}\n`);
  return path;
}

async function openThemes(items = ITEMS): Promise<{ app: AppUnderTest; page: Page }> {
  const { app, page } = await openDesk();
  await fill(page, logFile(items));
  await go(page, 'themes');
  await page.getByTestId('themes-list').waitFor();
  return { app, page };
}

/** The name of each theme on the page with its behaviours and things. */
function shown(page: Page): Promise<string[]> {
  return page.evaluate(() =>
    [...document.querySelectorAll('[data-testid=themes-list] [data-heads] > li')].map((row) =>
      ['strong', '[data-testid^=usage-]:not([data-testid^=usage-words-])', '[data-testid^=usage-words-]']
        .map((part) => row.querySelector(part)?.textContent.trim())
        .join(' '),
    ),
  );
}

async function name(page: Page, theme: string): Promise<void> {
  await page.getByTestId('theme-name').fill(theme);
  await page.getByTestId('theme-save').click();
  await page.getByTestId('theme-dialog').waitFor({ state: 'detached' });
}

const COMPUTED = ['大众 9 3 个对象', '懂车帝 3 1 个对象', '汽车之家 3 1 个对象'];

test('themes are joined, renamed, split off and reset, and every step is undone', async () => {
  const { page } = await openThemes();
  await expect.poll(() => shown(page)).toEqual(COMPUTED);
  expect(await page.getByTestId('themes-undo').isDisabled()).toBe(true);

  await page.getByTestId('theme-select-汽车之家').check();
  await page.getByTestId('theme-select-懂车帝').check();
  await check(page, 'themes, with two that are selected');
  await page.getByTestId('themes-join').click();
  await page.getByTestId('theme-name').waitFor();
  await check(page, 'the dialog of a theme');
  await name(page, '汽车媒体');
  const joined = ['大众 9 3 个对象', '汽车媒体 6 2 个对象'];
  await expect.poll(() => shown(page)).toEqual(joined);

  await page.getByTestId('theme-rename-大众').click();
  await name(page, '大众汽车');
  await page.getByTestId('theme-大众汽车').waitFor();

  await page.getByTestId('theme-open-大众汽车').click();
  await page.getByTestId('thing-大众_朗逸').click();
  await page.getByTestId('things-move').click();
  // The name of a theme that there is, is told before things are moved into it.
  await page.getByTestId('theme-name').fill('汽车媒体');
  await page.getByText('已有主题“汽车媒体”（2 个对象），将并入其中。').waitFor();
  await name(page, '朗逸');
  const split = ['大众汽车 6 2 个对象', '汽车媒体 6 2 个对象', '朗逸 3 1 个对象'];
  await expect.poll(() => shown(page)).toEqual(split);

  // A thing goes back to where the log puts it, by itself or with its theme.
  await page.getByTestId('theme-open-朗逸').click();
  await page.getByTestId('thing-大众_朗逸').click();
  await page.getByTestId('things-reset').click();
  await page.getByTestId('theme-朗逸').waitFor({ state: 'detached' });
  await page.getByTestId('themes-undo').click();
  await expect.poll(() => shown(page)).toEqual(split);
  await page.getByTestId('theme-reset-朗逸').click();
  await page.getByTestId('theme-朗逸').waitFor({ state: 'detached' });
  for (const expected of [split, ['大众汽车 9 3 个对象', '汽车媒体 6 2 个对象'], joined, COMPUTED]) {
    await page.getByTestId('themes-undo').click();
    await expect.poll(() => shown(page)).toEqual(expected);
  }
  expect(await page.getByTestId('themes-undo').isDisabled()).toBe(true);
  await page.getByTestId('themes-redo').click();
  await expect.poll(() => shown(page)).toEqual(joined);

  await page.getByTestId('themes-reset-all').click();
  await page.locator('.confirm-no').click();
  expect(await shown(page)).toEqual(joined);
  await page.getByTestId('themes-reset-all').click();
  await page.locator('.confirm-yes').click();
  await expect.poll(() => shown(page)).toEqual(COMPUTED);
  await expectQuiet(page);
});

test('stored events keep their themes until their users are abstracted again, which the page offers', async () => {
  const { page } = await openThemes();
  await startRun(page);
  await notice(page, 'completed').waitFor();
  const objects = async (): Promise<unknown[]> =>
    (await ask(page, 'users.get', { userId: 'a' })).events.map(({ context }) => context['object']);
  expect(await objects()).toEqual(['大众', '汽车之家', '懂车帝']);
  await go(page, 'themes');
  await page.getByTestId('theme-rename-大众').click();
  await name(page, 'VW');
  await page.getByTestId('themes-stale').getByText('3 个用户').waitFor();
  expect(await objects()).toEqual(['大众', '汽车之家', '懂车帝']);
  await page.getByTestId('themes-redo-users').click();
  await page.getByTestId('confirm-start').click();
  await page.getByTestId('themes-stale').waitFor({ state: 'detached' });
  expect(await objects()).toEqual(['VW', '汽车之家', '懂车帝']);
});

test('themes go out as a rules file that the settings accept, and come in from one; a mistake is told with its line', async () => {
  const { app, page } = await openThemes();
  await page.getByTestId('theme-rename-大众').click();
  await name(page, 'VW');
  const path = join(temporaryFolder(), 'themes.yaml');
  await page.getByTestId('themes-export').click();
  await app.openDialog('saveDialog');
  await app.answerDialog('saveDialog', path);
  await page.getByText(`已导出到 ${path}`).waitFor();
  const text = readFileSync(path, 'utf8');
  expect(text).toContain('extends: general');

  writeFileSync(path, text.replace('name: VW', 'name: 德系'));
  const read = async (): Promise<void> => {
    await page.getByTestId('themes-import').click();
    await app.openDialog('openDialog');
    await app.answerDialog('openDialog', [path]);
  };
  await read();
  await page.getByTestId('theme-德系').waitFor();
  writeFileSync(path, text.replace('replaces:', 'replace:'));
  await read();
  await page.getByText(/第 \d+ 行有未知字段 themes\[0\]\.replace/).waitFor();
  await page.getByTestId('theme-德系').waitFor();
  await page.getByTestId('themes-undo').click();
  await page.getByTestId('theme-VW').waitFor();

  // Chosen as the rules, the file says the same without the analyst.
  writeFileSync(path, text);
  await page.getByTestId('themes-reset-all').click();
  await page.locator('.confirm-yes').click();
  await page.getByTestId('theme-大众').waitFor();
  await go(page, 'settings');
  await page.getByTestId('section-link-rules').click();
  await page.getByTestId('rules-choose').click();
  await app.openDialog('openDialog');
  await app.answerDialog('openDialog', [path]);
  await page.getByText('general-themes').first().waitFor();
  await go(page, 'themes');
  await page.getByTestId('theme-VW').getByText('规则').waitFor();
});

test('without a log the page says so; a long list is searched and turned page by page', async () => {
  const { page } = await openDesk();
  await go(page, 'themes');
  await page.getByTestId('themes-empty').waitFor();
  const items = Array.from({ length: 60 }, (_, n) => `${String.fromCodePoint(0x5000 + 7 * n)}物`);
  await fill(page, logFile(items));
  await page.getByTestId('themes-pages').waitFor();
  const view = (await ask(page, 'themes.list', { sortBy: 'name', limit: 200 })) as ThemesPage;
  expect(view.all).toEqual({ themes: 60, things: 60 });
  expect(await shown(page)).toHaveLength(50);
  await page.getByTestId('themes-pages').getByText('2', { exact: true }).click();
  await expect.poll(() => shown(page)).toHaveLength(10);
  await page.getByTestId('themes-search').fill(items[7] ?? '');
  await expect.poll(() => shown(page)).toEqual([`${items[7]} 3 1 个对象`]);
  await page.getByTestId('themes-search').fill('没有');
  await page.getByTestId('themes-none').getByText('没有符合的主题').waitFor();
  await expectQuiet(page);
});

test('a column that says the theme is proposed at the import, and decides', async () => {
  const { app, page } = await openDesk();
  const path = join(temporaryFolder(), 'shop.csv');
  writeFileSync(
    path,
    `user_id,timestamp,action,item,brand
u1,2026-03-01 09:00:00,view,1001,acme
u1,2026-03-01 09:01:00,view,1002,acme
u1,2026-03-01 09:02:00,view,1003,other
`,
  );
  await app.answerDialog('openDialog', path);
  await page.getByTestId('choose-behaviours').click();
  await page.locator('.column', { hasText: 'brand' }).getByText('主题（品牌、品类）').waitFor();
  await page.getByTestId('confirm-import').click();
  await page.getByTestId('import-report').waitFor();
  await go(page, 'themes');
  await expect.poll(() => shown(page)).toEqual(['acme 2 2 个对象', 'other 1 1 个对象']);
  await page.getByTestId('theme-acme').getByText('列', { exact: true }).waitFor();
});

test('things of which nothing is known are classified by a model, and have their themes once that is taken over', async () => {
  const { page } = await openThemes(['大众_途观', '大众_迈腾', '大众_朗逸', '拿铁', '美式', '乌龙']);
  expect(await page.getByTestId('induce-themes').isDisabled()).toBe(true);
  const model = await startScriptedModel((_units, number) => {
    const listed = [...(model.received[number - 1]?.user ?? '').matchAll(/^(\d+)\. (.+)$/gm)];
    const things = listed.map(([, n, thing]) => ({ n: Number(n), theme: thing === '乌龙' ? '茶' : '咖啡' }));
    return { text: JSON.stringify({ things }) };
  });
  await ask(page, 'model.set', { preset: 'custom', baseUrl: model.baseUrl, model: 'scripted' });
  await ask(page, 'model.setKey', { key: 'sk-test', keep: 'session' });
  await page.getByTestId('induce-themes').click();
  await expect.poll(() => page.getByTestId('induction-estimate-names').getAttribute('data-value')).toBe('3');
  await page.getByTestId('induction-start').click();
  await page.getByTestId('classified-咖啡').waitFor();
  await check(page, 'themes that a model gives to things');
  await page.getByTestId('classified-咖啡').getByRole('textbox').fill('咖啡饮品');
  await page.getByTestId('classified-茶').getByRole('checkbox').uncheck();
  await page.getByTestId('classified-accept').click();
  await page.getByTestId('classified').waitFor({ state: 'detached' });
  await expect.poll(() => shown(page)).toEqual(['大众 9 3 个对象', '咖啡饮品 6 2 个对象', '乌龙 3 1 个对象']);
  await page.getByTestId('themes-undo').click();
  await expect.poll(() => shown(page)).toHaveLength(4);
  await expectQuiet(page);
});

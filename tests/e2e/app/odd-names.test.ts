import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Page } from 'playwright-core';
import { afterAll, expect, test } from 'vitest';
import { HOSTILE_TEXTS } from '../../support/hostile-texts.ts';
import { startScriptedModel } from '../../support/scripted-model.ts';
import { disposeAll, temporaryFolder } from '../support/launch.ts';
import { ask, expectQuiet, fill, go, openDesk, runIs, startImport, tableShows } from './desk.ts';

afterAll(disposeAll);

/** What every JavaScript object inherits, and so must not be taken for what a log says. */
const NAMES = ['__proto__', 'constructor', 'hasOwnProperty', 'toString', 'valueOf'];

test('users, values and columns may have the names of what objects inherit', async () => {
  const path = join(temporaryFolder(), 'odd-names.csv');
  const rows = NAMES.map((name) => `${name},2025-01-10 10:00:00,${name},${name},x,y`);
  writeFileSync(path, ['user_id,timestamp,action,item,__proto__,constructor', ...rows].join('\n'));
  const { page } = await openDesk();
  await fill(page, path);
  await go(page, 'extract');
  await tableShows(page, NAMES.length);
  await ask(page, 'run.start', { scope: { kind: 'remaining' } });
  expect(await runIs(page, 'completed')).toMatchObject({ successCount: NAMES.length });
  const shown = page.locator('[data-testid^=user-row-]');
  await expect.poll(() => shown.allTextContents()).toHaveLength(NAMES.length);
  expect((await shown.allTextContents()).map((text) => text.trim()).sort()).toEqual([...NAMES].sort());
  for (const name of NAMES) {
    const detail = await ask(page, 'users.get', { userId: name });
    expect(detail).toMatchObject({ user: { userId: name, status: 'succeeded' } });
    const [behaviour] = (await ask(page, 'users.behaviours', { userId: name, offset: 0, limit: 10 })).rows;
    expect(behaviour).toMatchObject({ action: name, item: name });
    await page.getByTestId(`user-row-${name}`).dblclick();
    await page.getByTestId('user-drawer').waitFor();
    await page.keyboard.press('Escape');
    await page.getByTestId('user-drawer').waitFor({ state: 'hidden' });
  }
  await expectQuiet(page);
});

/** A log has no NUL: a file with one is no text. */
const TEXTS = HOSTILE_TEXTS.filter((text) => !text.includes('\0'));
/** What names of files can hold differs. */
const FILE_NAME =
  process.platform === 'win32'
    ? '{{ 7 * 7 }} ${x} %s.csv'
    : '<img src=x onerror="window.injected=true">{{ 7 * 7 }}.csv';

/** Nothing of what the page shows became an element, a script or a value. */
async function expectInert(page: Page): Promise<void> {
  const found = await page.evaluate(() => ({
    injected: 'injected' in window,
    elements: document.querySelectorAll(
      'img[src="x"], img[onerror], svg[onload], body script:not([src]), iframe, object, embed, a[href^="javascript:"], a[href^="http"]',
    ).length,
    title: document.title,
  }));
  expect(found).toMatchObject({ injected: false, elements: 0 });
  expect(found.title).not.toContain('49');
}

test('texts of a log, of a file name and of a model are shown as they are, and are nothing else', async () => {
  const cell = (text: string): string => `"${text.replaceAll('"', '""')}"`;
  const path = join(temporaryFolder(), FILE_NAME);
  const rows = TEXTS.map((text, index) =>
    // The id is unique whatever is trimmed of the text.
    [`${index} ${text}`, '2025-01-10 10:00:00', text, text, text, text].map(cell).join(','),
  );
  const header = ['user_id', 'timestamp', 'action', 'item', '<b>{{ 7 * 7 }}</b>', '=1+1'].map(cell).join(',');
  writeFileSync(path, [header, ...rows].join('\n'));
  const { app, page } = await openDesk();

  // The preview shows the file, its columns and cells.
  await app.answerDialog('openDialog', [path]);
  await go(page, 'data');
  await page.getByTestId('choose-behaviours').click();
  await page.getByTestId('preview-file').waitFor();
  expect(await page.getByTestId('import-preview').textContent()).toContain('<b>{{ 7 * 7 }}</b>');
  expect(await page.getByTestId('preview-file').textContent()).toContain(FILE_NAME);
  await expectInert(page);
  await page.getByTestId('cancel-preview').click();
  await startImport(page, path);
  await page.locator('[data-testid=import-report]').waitFor();
  await expectInert(page);
  await ask(page, 'import.dismiss');

  // A model that answers with the same texts: types, objects, and words around the answer.
  const model = await startScriptedModel((units) => ({
    text: JSON.stringify({
      users: units.map(({ alias, behaviours }, index) => ({
        user_id: alias,
        events: [
          {
            event_type: HOSTILE_TEXTS[index % HOSTILE_TEXTS.length],
            category: 'engagement',
            behavior_ids: behaviours.map(({ number }) => number),
            context: { object: HOSTILE_TEXTS[(index + 1) % HOSTILE_TEXTS.length] },
          },
        ],
      })),
      note: HOSTILE_TEXTS.join(' '),
    }),
  }));
  await ask(page, 'model.set', { preset: 'custom', baseUrl: model.baseUrl, model: '<i>{{ 7 * 7 }}</i>' });
  await ask(page, 'model.setKey', { key: 'sk-test', keep: 'session' });
  await ask(page, 'run.start', { scope: { kind: 'remaining' }, extractor: 'llm' });
  const { totalUsers } = await runIs(page, 'completed');
  expect(totalUsers).toBeGreaterThan(TEXTS.length - 4);

  await go(page, 'extract');
  await tableShows(page, totalUsers);
  const ids = await page.locator('[data-testid^=user-row-]').allTextContents();
  expect(ids.some((id) => id.includes('<script>window.injected = true</script>'))).toBe(true);
  await expectInert(page);
  await page.getByTestId('open-requests').first().click();
  await page.getByTestId('request-view').waitFor();
  await expect.poll(() => page.getByTestId('request-answer').textContent()).toContain('<script>');
  await expectInert(page);
  await page.keyboard.press('Escape');
  await page.getByTestId('requests-drawer').waitFor({ state: 'hidden' });

  for (let row = 0; row < 12; row += 1) {
    await page.locator('[data-testid^=user-row-]').nth(row).dblclick();
    await page.getByTestId('user-drawer').waitFor();
    await expectInert(page);
    await page.keyboard.press('Escape');
    await page.getByTestId('user-drawer').waitFor({ state: 'hidden' });
  }
  for (const name of ['types', 'themes', 'history', 'settings', 'data'] as const) {
    await go(page, name);
    await page.locator('[aria-busy=true]').first().waitFor({ state: 'detached' });
    await expectInert(page);
  }
  // The page of questions has the same names in its pictures, its tables and its filter.
  await go(page, 'insight');
  for (const tab of ['总览', '漏斗', '路径', '流程图', '变体', '画像']) {
    await page.getByTestId('insight-tabs').getByText(tab, { exact: true }).click();
    await page.locator('[data-testid=insight-answer]:not([data-loading])').first().waitFor();
    await expectInert(page);
  }
  await page.getByTestId('insight-tabs').getByText('总览', { exact: true }).click();
  await page.getByTestId('insight-select-toggle').click();
  await expectInert(page);
  expect(await app.shellCalls()).toEqual([]);
  expect(await app.windows()).toHaveLength(1);
  await expectQuiet(page);
});

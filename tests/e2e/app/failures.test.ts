import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Page } from 'playwright-core';
import { afterEach, describe, expect, test } from 'vitest';
import { until } from '../support/app-under-test.ts';
import type { AppUnderTest } from '../support/app-under-test.ts';
import { disposeAll, temporaryFolder } from '../support/launch.ts';
import {
  ask,
  expectQuiet,
  fill,
  go,
  notice,
  openDesk,
  processed,
  rowsWith,
  sampleLog,
  startRun,
  tableShows,
} from './desk.ts';

afterEach(disposeAll);

const DEFAULT_RULES = fileURLToPath(new URL('../../../resources/rules/default.yaml', import.meta.url));

/** The built-in rules with one change, as a user makes it in her copy. */
function rulesFile(from: RegExp, to: string): string {
  const path = join(temporaryFolder(), 'my-rules.yaml');
  const text = readFileSync(DEFAULT_RULES, 'utf8');
  expect(text).toMatch(from);
  writeFileSync(path, text.replace(from, to));
  return path;
}

async function chooseRules(app: AppUnderTest, page: Page, path: string): Promise<void> {
  await go(page, 'settings');
  // What stands above the rules grows when it is loaded: a click meanwhile may meet what was moved under it.
  for (const above of ['model-preset', 'prompt-editor']) await page.getByTestId(above).waitFor();
  await page.getByTestId('rules-choose').click();
  await app.openDialog('openDialog');
  await app.answerDialog('openDialog', [path]);
}

/** Two logs in one: users who stay under a limit of 20 behaviours, and users who do not. */
async function fillSmallAndLarge(page: Page): Promise<void> {
  await fill(page, await sampleLog(12, 12));
  const path = await sampleLog(6, 30, 99);
  const rows = readFileSync(path, 'utf8').split('\n');
  writeFileSync(path, rows.map((row, index) => (index === 0 || row === '' ? row : `big-${row}`)).join('\n'));
  await fill(page, path);
}

describe('users that fail', () => {
  test('carry a reason in words, do not fail the run, and succeed after their cause is gone', async () => {
    const { app, page } = await openDesk();
    await fillSmallAndLarge(page);
    await chooseRules(app, page, rulesFile(/maxBehavioursPerUser: \d+/, 'maxBehavioursPerUser: 20'));
    await page.locator('[data-testid=rules-panel][data-built-in=false]').waitFor();
    expect(await page.getByTestId('rules-panel').textContent()).toContain('20 条行为');

    await startRun(page);
    await notice(page, 'completed').waitFor();
    expect(await page.getByTestId('run-notice').textContent()).toContain('批量抽象已完成，有 6 个用户失败');
    expect(await page.getByTestId('run-figures').textContent()).toContain('共 18 个用户：成功 12，失败 6');
    await until('a tray that wants attention', async () =>
      (await app.tray())?.image.startsWith('attention-') ? true : undefined,
    );
    expect((await app.tray())?.tooltip).toBe('EventLoom 事织 · 批量抽象已完成：成功 12，失败 6');

    await page.getByTestId('failure-reasons').click();
    await expect.poll(() => page.getByTestId('failure-groups').locator('li').count()).toBe(1);
    expect(await page.getByTestId('retry-group-0').textContent()).toContain('6');
    await page.getByTestId('failure-reasons').click();

    await page.getByTestId('view-failed').click();
    await tableShows(page, 6);
    const reason =
      '该用户有 30 条行为，超过规则允许的 20 条（limits.maxBehavioursPerUser）。可在规则文件中调高上限后重试该用户。';
    expect(await rowsWith(page, 'failed').allTextContents()).toEqual(Array(6).fill(`失败${reason}`));
    const [first] = await page.locator('[data-testid^=view-big-]').all();
    await first?.click();
    await expect.poll(() => page.getByTestId('user-drawer').textContent()).toContain(reason);
    await page.keyboard.press('Escape');
    await page.getByTestId('user-drawer').waitFor({ state: 'hidden' });

    await go(page, 'history');
    await page.getByTestId('run-toggle-1').click();
    await expect.poll(() => page.getByTestId('failure-groups').locator('li').count()).toBe(1);
    expect(await page.getByTestId('failure-groups').textContent()).toContain(reason);
    expect(await page.getByTestId('retry-group-0').textContent()).toContain('6');

    await go(page, 'settings');
    await page.getByTestId('rules-packs').getByText('通用').click();
    await page.locator('[data-testid=rules-panel][data-built-in=true]').waitFor();
    await go(page, 'extract');
    await page.getByTestId('retry-failed').click();
    await expect
      .poll(() => page.getByTestId('run-figures').textContent())
      .toContain('共 6 个用户：成功 6，失败 0');
    await page.getByTestId('filter-all').click();
    await tableShows(page, 18);
    await expect.poll(() => rowsWith(page, 'succeeded').count()).toBe(18);
    await go(page, 'history');
    await page.getByTestId('run-toggle-1').click();
    await expect.poll(() => page.getByTestId('failure-groups').textContent()).toContain('都已恢复');
    await expectQuiet(page);
  });
});

describe('a rules file with a mistake', () => {
  test('lets no run start and names the line; once mended it is read again by itself', async () => {
    const { app, page } = await openDesk();
    await fill(page, await sampleLog(5));
    const path = rulesFile(/gapMinutes: auto/, 'gapMinutes: half an hour');
    const line =
      readFileSync(path, 'utf8')
        .split('\n')
        .findIndex((text) => text.includes('half an hour')) + 1;
    await chooseRules(app, page, path);
    await page.getByTestId('rules-error').waitFor();
    expect(await page.getByTestId('rules-error').textContent()).toContain(
      `第 ${line} 行，字段 session.gapMinutes 有误`,
    );
    expect(await page.getByTestId('rules-panel').textContent()).not.toContain('静默');

    await go(page, 'extract');
    await page.getByTestId('start-run').click();
    const trouble = page.getByTestId('start-error');
    expect(await trouble.getAttribute('data-code')).toBe('rules.invalid');
    expect(await page.getByTestId('confirm-start').isDisabled()).toBe(true);
    await expect(ask(page, 'run.start', { scope: { kind: 'remaining' } })).rejects.toThrow('rules.invalid');
    await page.getByTestId('start-to-settings').click();
    await page.getByTestId('rules-error').waitFor();

    // Mended in an editor: nothing has to be chosen again.
    writeFileSync(path, readFileSync(path, 'utf8').replace('half an hour', '45'));
    await go(page, 'extract');
    await page.getByTestId('start-run').click();
    const rules = page.getByTestId('start-rules');
    // A copy of the built-in rules that was edited is not called built-in, even under the same name.
    expect(await rules.textContent()).toContain('规则“default”，版本 4');
    expect(await rules.getAttribute('title')).toMatch(/^default 4 \([0-9a-f]{8}\)$/);
    await page.getByTestId('confirm-start').click();
    await notice(page, 'completed').waitFor();
    await go(page, 'settings');
    await expect.poll(() => page.getByTestId('rules-panel').textContent()).toContain('静默 45 分钟');
    expect((await ask(page, 'rules.info')).builtIn).toBe(false);
    await expectQuiet(page);
  });

  test('keeps an unfinished run from resuming with other rules; the way out is in the notice', async () => {
    const first = await openDesk({ slowMs: 500, userData: temporaryFolder() });
    await fill(first.page, await sampleLog(50));
    const path = rulesFile(/gapMinutes: auto/, 'gapMinutes: 45');
    await chooseRules(first.app, first.page, path);
    await startRun(first.page);
    await processed(first.page, 5);
    await first.app.kill9();
    rmSync(path);

    const { page } = await openDesk({ userData: first.userData });
    await notice(page, 'failed').waitFor();
    expect(await page.getByTestId('run-error').textContent()).toContain(`无法读取规则文件 ${path}`);
    await page.getByTestId('notice-to-settings').click();
    await page.getByTestId('rules-packs').getByText('通用').click();
    await page.locator('[data-testid=rules-panel][data-built-in=true]').waitFor();
    await go(page, 'extract');
    await page.getByTestId('resume').click();
    await notice(page, 'completed').waitFor();
    await tableShows(page, 50);
    await expectQuiet(page);
  });
});

describe('single users', () => {
  test('are generated from their row, chosen together, and made anew only after a question', async () => {
    const { page } = await openDesk();
    await fill(page, await sampleLog(30));
    await go(page, 'extract');
    await tableShows(page, 30);
    const id =
      (await page.locator('[data-testid^=view-]').first().getAttribute('data-testid'))?.slice(5) ?? '';
    await page.getByTestId(`generate-${id}`).click();
    await page.locator(`[data-testid=user-status-${id}][data-status=succeeded]`).waitFor();
    expect(await rowsWith(page, 'succeeded').count()).toBe(1);

    await page.getByTestId(`generate-${id}`).click();
    expect(await page.getByTestId('start-note').textContent()).toBe('该用户已有的事件将被替换。');
    await page.getByTestId('cancel-start').click();
    await page.getByTestId('start-dialog').waitFor({ state: 'hidden' });

    // One who has no events yet is not made anew.
    const boxes = page.locator('[data-testid^=select-]:not([data-testid=select-page])');
    await boxes.nth(3).check();
    await page.getByTestId('start-selected').click();
    await page.getByTestId('preflight-users').waitFor();
    expect(await page.getByTestId('start-dialog').locator('.el-dialog__title').textContent()).toMatch(
      /^生成 u\d+$/,
    );
    await page.getByTestId('cancel-start').click();
    await page.getByTestId('start-dialog').waitFor({ state: 'hidden' });

    for (const index of [4, 5]) await boxes.nth(index).check();
    await page.getByTestId('start-selected').click();
    expect(await page.getByTestId('preflight-users').getAttribute('data-value')).toBe('3');
    await page.getByTestId('confirm-start').click();
    await expect.poll(() => rowsWith(page, 'succeeded').count()).toBe(4);
    expect((await ask(page, 'run.history')).map(({ scope, totalUsers }) => [scope, totalUsers])).toEqual([
      ['users', 3],
      ['users', 1],
    ]);
    await expectQuiet(page);
  });

  test('are not chosen any more once they are gone', async () => {
    const { page } = await openDesk();
    await fill(page, await sampleLog(8));
    await go(page, 'extract');
    await tableShows(page, 8);
    await page.getByTestId('select-page').check();
    await page.getByTestId('start-selected').waitFor();
    await go(page, 'data');
    await ask(page, 'workspace.clear', { what: 'all' });
    await fill(page, await sampleLog(6, 12, 99));
    await go(page, 'extract');
    await tableShows(page, 6);
    expect(await page.getByTestId('start-selected').count()).toBe(0);
    await expectQuiet(page);
  });
});

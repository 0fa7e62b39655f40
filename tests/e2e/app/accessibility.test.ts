import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Page } from 'playwright-core';
import { afterEach, describe, expect, test } from 'vitest';
import { damagePage } from '../../support/damage-page.ts';
import { violations } from '../support/axe.ts';
import type { Violation } from '../support/axe.ts';
import { temporaryFolder } from '../support/launch.ts';
import {
  ask,
  card,
  fill,
  go,
  listUsers,
  notice,
  openDesk,
  processed,
  sampleLog,
  startRun,
  workspaceOf,
} from './desk.ts';
import { confirmStart, disposeModelDesks, openModelDesk, openStart } from './model-desk.ts';

afterEach(disposeModelDesks);

/** Each language and each theme once: what axe finds in colours does not depend on the language, and the rest not on the theme. */
const LOOKS = [
  { language: 'en', theme: 'dark' },
  { language: 'zh-CN', theme: 'light' },
] as const;

/** What is wrong with what the window shows. Leaves it in Chinese and light. */
async function check(page: Page, what: string): Promise<void> {
  const found: Record<string, Violation[]> = {};
  for (const look of LOOKS) {
    await ask(page, 'settings.set', look);
    await settled(page);
    const broken = await violations(page);
    if (broken.length > 0) found[`${what}, ${look.language}, ${look.theme}`] = broken;
  }
  expect.soft(found).toEqual({});
}

/** Waits until nothing moves or fades: colours that are on their way would be measured. */
async function settled(page: Page): Promise<void> {
  await page.evaluate(async () => {
    await new Promise((resolve) => requestAnimationFrame(() => setTimeout(resolve)));
    const finite = document
      .getAnimations()
      .filter((animation) => animation.effect?.getComputedTiming().iterations !== Infinity);
    await Promise.allSettled(finite.map((animation) => animation.finished));
  });
}

async function close(page: Page, testId: string): Promise<void> {
  await page.keyboard.press('Escape');
  await page.getByTestId(testId).waitFor({ state: 'hidden' });
}

/** Opens a question, checks it and answers no. */
async function checkQuestion(page: Page, button: string): Promise<void> {
  await page.getByTestId(button).click();
  await page.locator('.confirm-no').waitFor();
  await check(page, `the question of ${button}`);
  await page.locator('.confirm-no').click();
  await page.locator('.confirm-no').waitFor({ state: 'hidden' });
}

describe('axe finds nothing wrong', () => {
  test('on the pages of an empty workspace', async () => {
    const { page } = await openDesk();
    for (const name of ['data', 'extract', 'types', 'themes', 'history'] as const) {
      await go(page, name);
      await check(page, name);
    }
  });

  test('on the page of data, with its dialogs', async () => {
    const { app, page } = await openDesk();
    const path = join(temporaryFolder(), 'log.csv');
    const rows = ['u1,2025-12-26 14:00:00,browse,a', 'u2,yesterday,browse,b', ',2025-12-26 14:00:00,click,c'];
    writeFileSync(path, ['user_id,timestamp,action,note', ...rows].join('\n'));
    await app.answerDialog('openDialog', path);
    await page.getByTestId('choose-behaviours').click();
    await page.getByTestId('preview-rows').waitFor();
    await check(page, 'the preview of a file');
    await page.getByTestId('role-3').click();
    await page.getByRole('option', { name: '忽略' }).waitFor();
    await check(page, 'the list of roles');
    await page.keyboard.press('Escape');
    await page.getByTestId('confirm-import').click();
    await page.getByTestId('accept-rejects').waitFor();
    await check(page, 'the question about rows that cannot be used');
    await page.getByTestId('accept-rejects').click();
    // The next button appears where this one was: its colours under the pointer are others.
    await page.mouse.move(0, 0);
    await page.locator('[data-testid=import-report][data-status=completed]').waitFor();
    await check(page, 'the report of an import');
    await page.getByTestId('open-export').click();
    await page.getByTestId('export-dialog').waitFor();
    await check(page, 'the dialog of an export');
    await close(page, 'export-dialog');
    await checkQuestion(page, 'clear-events');
    await checkQuestion(page, 'clear-all');
  });

  test('on the page of insights, whatever is asked', async () => {
    const { page } = await openDesk();
    await fill(page, await sampleLog(20));
    await go(page, 'extract');
    await startRun(page);
    await notice(page, 'completed').waitFor();
    await page.getByTestId('go-insight').click();
    await page.getByTestId('insight-select-toggle').click();
    for (const tab of ['总览', '漏斗', '路径', '流程图', '变体', '频繁序列', '前后', '事理图谱']) {
      await page.getByTestId('insight-tabs').getByText(tab, { exact: true }).click();
      await page
        .locator('[data-testid=insight-answer]:not([data-loading]) [data-testid=insight-table]')
        .waitFor();
      await check(page, `the insight ${tab}`);
    }
    await page.getByTestId('insight-table').getByRole('button').first().click();
    await page.getByTestId('insight-users-total').waitFor();
    await check(page, 'the users behind a figure');
    await page.keyboard.press('Escape');
    await page.getByTestId('insight-users').waitFor({ state: 'hidden' });
    await page.getByTestId('insight-tabs').getByText('总览', { exact: true }).click();
    await page.getByTestId('compare-mode').click();
    await page.getByRole('option', { name: '有与没有某个事件' }).click();
    await page.getByTestId('comparison').waitFor();
    await check(page, 'a comparison');
    await page.getByTestId('report-add').click();
    await expect.poll(async () => (await ask(page, 'insight.report')).items.length).toBe(1);
    await page.getByTestId('insight-tabs').getByText('报告', { exact: true }).click();
    await page.getByTestId('report-item').waitFor();
    await check(page, 'the report');
    await page.getByTestId('insight-tabs').getByText('总览', { exact: true }).click();
    await page.getByTestId('saved-open').click();
    await page.getByTestId('saved-import').waitFor();
    await check(page, 'what is saved');
  });

  test('on what is reached by hand: palette, shortcuts, menus of rows, and the way to a first funnel', async () => {
    const { page } = await openDesk({ slowMs: 1000 });
    await page.getByTestId('quick-start-button').click();
    await page.locator('[data-testid=quick-start][data-status=run]').waitFor({ timeout: 60_000 });
    await check(page, 'the way to a first funnel');
    await page.getByTestId('quick-cancel').click();
    await page.getByTestId('quick-start').waitFor({ state: 'detached' });
    await page.getByTestId('nav-extract').click();
    await page.getByTestId('choose-columns').click();
    await page.getByTestId('column-eventCount').waitFor();
    await check(page, 'the choice of columns');
    await page.getByTestId('choose-columns').press('Escape');
    await page.locator('[data-testid^=view-]').first().focus();
    await page.keyboard.press('Shift+F10');
    await page.getByTestId('row-menu').waitFor();
    await check(page, 'the menu of a row');
    await close(page, 'row-menu');
    await page.keyboard.press('Control+k');
    await page.getByTestId('palette-page.data').waitFor();
    await check(page, 'the palette');
    await close(page, 'palette');
    await page.keyboard.press('?');
    await page.getByTestId('shortcuts').waitFor();
    await check(page, 'the shortcuts');
    await close(page, 'shortcuts');
    await ask(page, 'settings.set', { density: 'comfortable' });
    await check(page, 'the users with more room');
    await page.getByTestId('start-run').hover();
    await check(page, 'a filled button under the pointer');
    await page.mouse.move(0, 0);
    await go(page, 'insight');
    await page.getByTestId('insight-tabs').getByText('漏斗').click();
    await page.getByTestId('funnel-by').click();
    await page.getByRole('option', { name: '按周' }).click();
    await page.getByTestId('picture-trend').waitFor();
    await check(page, 'a funnel by time');
    await page.getByTestId('compare-mode').click();
    await page.locator('.el-select-dropdown__item:visible').nth(1).click();
    await page.getByTestId('picture-comparison').waitFor();
    await check(page, 'two selections side by side');
    await page.getByTestId('report-add').click();
    await page.getByTestId('insight-tabs').getByText('路径').click();
    await page.getByTestId('paths-flow').locator('g > rect').first().click();
    await page.getByTestId('path-menu').waitFor();
    await check(page, 'the menu of a node');
    await close(page, 'path-menu');
    await page.getByTestId('insight-tabs').getByText('报告').click();
    await page.getByTestId('report-fold').click();
    await check(page, 'a report with its picture and table');
    await page.getByTestId('insight-tabs').getByText('频繁序列').click();
    await page.getByTestId('sequence-filter').first().click();
    await page.getByTestId('selection-ordered').waitFor();
    await check(page, 'a filter by a sequence');
  });

  test('on the page of events and of runs, with a run by rules', async () => {
    // Slow enough not to end while it is looked at.
    const { page } = await openDesk({ slowMs: 1000 });
    await fill(page, await sampleLog(300));
    await go(page, 'extract');
    await check(page, 'the users');
    await page.getByTestId('start-run').click();
    await page.getByTestId('preflight-users').waitFor();
    await check(page, 'the start of a run');
    await close(page, 'start-dialog');
    await startRun(page);
    const { processed: first } = await processed(page, 5);
    expect(first).toBeLessThan(300);
    await check(page, 'a run');
    await page.getByTestId('pause').click();
    await card(page, 'paused').waitFor();
    await check(page, 'a paused run');
    await checkQuestion(page, 'cancel-run');
    await page.getByTestId('cancel-run').click();
    await page.locator('.confirm-yes').click();
    await notice(page, 'cancelled').waitFor();
    await check(page, 'a cancelled run');
    const [user] = (await listUsers(page, { status: 'succeeded' })).rows;
    await page.getByTestId('user-search').fill(String(user?.userId));
    await page.getByTestId(`view-${user?.userId}`).click();
    await page.getByTestId('event-list').waitFor();
    await page.locator('[data-testid=behaviour-list] [role=option]').first().click();
    await check(page, 'one user');
    await close(page, 'user-drawer');
    await go(page, 'history');
    await page.getByTestId('run-toggle-1').click();
    await page.locator('.details').waitFor();
    await check(page, 'the history');
  });

  test('on a run by a model, with its requests and failures', async () => {
    const { page } = await openModelDesk({
      users: 40,
      server: { latency: 60, mix: { omit: 60 } },
    });
    await openStart(page);
    await page.getByTestId('start-pilot').click();
    await check(page, 'the start of a run with a model');
    await confirmStart(page);
    await card(page, 'paused').waitFor();
    await check(page, 'a finished trial');
    await page.getByTestId('resume').click();
    await notice(page, 'completed').waitFor();
    await check(page, 'a finished run with a model');
    await page.getByTestId('open-requests').click();
    await page.getByTestId('request-view').waitFor();
    await check(page, 'the requests');
    await close(page, 'requests-drawer');
    await go(page, 'history');
    await page.getByTestId('run-toggle-1').click();
    await page.locator('.details').waitFor();
    await check(page, 'the history of a run with a model');
  });

  test('on the settings, with their dialogs', async () => {
    const { page } = await openModelDesk({ users: 5 });
    await go(page, 'settings');
    await page.getByTestId('prompt-editor').waitFor();
    await page.getByTestId('about').waitFor();
    await check(page, 'the settings');
    await page.getByTestId('about-licences').click();
    await page.getByTestId('licences').waitFor();
    await check(page, 'the licences');
    await page.keyboard.press('Escape');
    await page.getByTestId('licences').waitFor({ state: 'hidden' });
    await page.getByTestId('model-test').click();
    await page.getByTestId('model-test-result').waitFor();
    await page.getByTestId('model-temperature').fill('3');
    await page.getByTestId('model-temperature').press('Tab');
    await check(page, 'the settings with a mistake and the result of a test');
    await page.getByTestId('model-list').click();
    await page.getByTestId('model-name').click();
    await page.getByRole('option').first().waitFor();
    await check(page, 'the list of models');
    await page.keyboard.press('Escape');
    await page.getByTestId('prompt-preview').click();
    await page.getByTestId('preview-text').waitFor();
    await check(page, 'the preview of a prompt');
    await close(page, 'prompt-preview-dialog');
    await checkQuestion(page, 'model-key-clear');
  });

  test('where no workspace is open, and after a rescue', async () => {
    const userData = temporaryFolder();
    const first = await openDesk({ userData });
    await fill(first.page, await sampleLog(30));
    await first.app.quit();
    await first.app.exited;
    damagePage(workspaceOf(userData), 'behaviours');
    const { page } = await openDesk({ userData });
    await page.getByTestId('workspace-rescue').waitFor();
    await check(page, 'a damaged workspace');
    await page.getByTestId('workspace-rescue').click();
    await page.locator('.confirm-yes').click();
    await page.getByTestId('rescue-report').waitFor();
    await check(page, 'the report of a rescue');
  });
});

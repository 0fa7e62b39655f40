import type { Page } from 'playwright-core';
import { afterEach, describe, expect, test } from 'vitest';
import { until } from '../support/app-under-test.ts';
import { disposeAll } from '../support/launch.ts';
import {
  ask,
  card,
  expectQuiet,
  fill,
  go,
  notice,
  openDesk,
  processed,
  sampleLog,
  tableShows,
} from './desk.ts';
import { clippedRings } from './focus-rings.ts';
import { confirmStart, disposeModelDesks, openModelDesk, openStart } from './model-desk.ts';

afterEach(async () => {
  await disposeModelDesks();
  await disposeAll();
});

/** The test handle of the focused element, or of the nearest element around it that has one; undefined for the body. */
function focused(page: Page): Promise<string | undefined> {
  return page.evaluate(
    () =>
      document.activeElement?.closest<HTMLElement>('[data-testid], main')?.dataset['testid'] ??
      document.activeElement?.id,
  );
}

describe('the page of events', () => {
  test('never says that there are no users after an import that it has not seen', async () => {
    const { page } = await openDesk();
    await go(page, 'extract');
    await page.getByTestId('users-empty').waitFor();
    await go(page, 'data');
    await page.getByTestId('import-sample').click();
    await until('the end of the import', async () =>
      (await ask(page, 'import.attach')).status === 'completed' ? true : undefined,
    );
    // Records every moment in which the header counts users and the page says that there are none.
    await page.evaluate(() => {
      const seen: string[] = [];
      Object.assign(window, { contradictions: seen });
      new MutationObserver(() => {
        const subtitle = document.querySelector('[data-testid=page-subtitle]')?.textContent ?? '';
        if (document.querySelector('[data-testid=users-empty]') && subtitle !== '') seen.push(subtitle);
      }).observe(document.body, { childList: true, subtree: true, characterData: true });
    });
    await go(page, 'extract');
    await tableShows(page, 300);
    expect(
      await page.evaluate(() => (window as unknown as { contradictions: string[] }).contradictions),
    ).toEqual([]);
    await expectQuiet(page);
  });
});

describe('with the keyboard', () => {
  test('the focus stays with the run, from its start to its end', async () => {
    const { page } = await openDesk({ slowMs: 150 });
    await fill(page, await sampleLog(60));
    await go(page, 'extract');
    await tableShows(page, 60);
    await page.getByTestId('start-run').focus();
    await page.keyboard.press('Enter');
    await page.getByTestId('preflight-users').waitFor();
    await page.getByTestId('confirm-start').focus();
    await page.keyboard.press('Enter');
    await card(page, 'running').waitFor();
    await page.getByTestId('start-dialog').waitFor({ state: 'hidden' });
    await expect.poll(() => focused(page)).toBe('run-card');
    await page.keyboard.press('Tab');
    expect(await focused(page)).toBe('pause');
    await page.keyboard.press('Enter');
    await card(page, 'paused').waitFor();
    await expect.poll(() => focused(page)).toBe('run-card');
    await page.keyboard.press('Tab');
    expect(await focused(page)).toBe('resume');
    await page.keyboard.press('Enter');
    await notice(page, 'completed').waitFor();
    await expect.poll(() => focused(page)).toBe('run-notice');
    await page.getByTestId('dismiss-run').focus();
    await page.keyboard.press('Enter');
    await page.getByTestId('run-notice').waitFor({ state: 'hidden' });
    await expect.poll(() => focused(page)).toBe('main');
    await expectQuiet(page);
  });

  test('every focus ring is seen whole', async () => {
    const { app, page } = await openModelDesk({ users: 12, server: { latency: 100, mix: { omit: 30 } } });
    await openStart(page);
    await page.getByTestId('start-pilot').click();
    await page.getByTestId('start-pilot-users').locator('input').fill('6');
    expect(await clippedRings(page, '[data-testid=start-dialog]')).toEqual([]);
    await confirmStart(page);
    await page.getByTestId('pilot-done').waitFor();
    await app.setBounds(page, { width: 900, height: 600 });
    expect(await clippedRings(page, '#main')).toEqual([]);
    await page.locator('[data-testid^=view-u]').first().click();
    await page.getByTestId('event-list').waitFor();
    expect(await clippedRings(page, '.user-drawer .el-drawer__close-btn', 40)).toEqual([]);
    await page.keyboard.press('Escape');
    await page.getByTestId('open-requests').click();
    await page.getByTestId('request-prompt').waitFor({ state: 'attached' });
    expect(await clippedRings(page, '.requests-drawer .el-drawer__close-btn')).toEqual([]);
    await page.keyboard.press('Escape');
    await page.getByTestId('requests-drawer').waitFor({ state: 'hidden' });
    await page.getByTestId('resume').click();
    await notice(page, 'completed').waitFor();
    expect(await clippedRings(page, '#main')).toEqual([]);
    await go(page, 'history');
    await page.getByTestId('run-toggle-1').click();
    await page.locator('.details').waitFor();
    expect(await clippedRings(page, '#main')).toEqual([]);
  });
});

describe('the question before a run is cancelled', () => {
  test('tells the figures of now, and goes away when there is nothing left to cancel', async () => {
    const { page } = await openDesk({ slowMs: 500 });
    await fill(page, await sampleLog(80));
    await go(page, 'extract');
    await ask(page, 'run.start', { scope: { kind: 'remaining' } });
    await processed(page, 5);
    await page.getByTestId('cancel-run').click();
    const question = page.locator('.el-message-box');
    await question.waitFor();
    const done = async (): Promise<number> =>
      Number(/已完成的 (\d+) 个用户/.exec((await question.textContent()) ?? '')?.[1]);
    const first = await done();
    await expect.poll(done).toBeGreaterThan(first);
    await notice(page, 'completed').waitFor();
    await question.waitFor({ state: 'hidden' });
    await expectQuiet(page);
  });
});

import { afterEach, expect, test } from 'vitest';
import type { Page } from 'playwright-core';
import { startScriptedModel } from '../../support/scripted-model.ts';
import type { ScriptedAnswer } from '../../support/scripted-model.ts';
import { disposeAll } from '../support/launch.ts';
import { check } from './accessible.ts';
import { ask, expectQuiet, fill, go, inEachLanguage, notice, openDesk, sampleLog, startRun } from './desk.ts';

afterEach(disposeAll);

const EXPLANATION = JSON.stringify({ sentences: [{ text: '大多数用户都在这里。', figures: [] }] });
const PICKED = '{"analysis":"funnel","steps":[1,2],"window":"12h"}';

const answered = (page: Page): Promise<void> =>
  page.locator('[data-testid=insight-answer]:not([data-loading]) [data-testid=insight-table]').waitFor();

async function explain(page: Page): Promise<void> {
  await page.getByTestId('explain').click();
  await page.locator('.confirm-yes').click();
}

test('what the model is asked is found again by a reloaded window and by another one, can be cancelled there, and its answer is not lost', async () => {
  const { app, page } = await openDesk();
  await fill(page, await sampleLog(30, 30));
  await startRun(page);
  await notice(page, 'completed').waitFor();
  let say: (number: number) => ScriptedAnswer = () => ({ text: EXPLANATION, limitedSeconds: 12 });
  const model = await startScriptedModel((_units, number) => say(number));
  const settings = { priceIn: 1, priceOut: 2, currency: 'CNY' } as const;
  await ask(page, 'model.set', { preset: 'custom', baseUrl: model.baseUrl, model: 'scripted', ...settings });
  await ask(page, 'model.setKey', { key: 'sk-test', keep: 'session' });
  await go(page, 'insight');
  await answered(page);

  // Reloaded while a limit of the provider is waited for: the page says why and until when, as before.
  await explain(page);
  await page.locator('[data-testid=run-throttle][data-kind=held]').waitFor();
  say = () => ({ text: EXPLANATION, ms: 20 });
  await page.reload();
  await page.locator('[data-testid=asking-indicator][data-status=asked]').waitFor();
  await answered(page);
  await page.getByTestId('explain-busy').waitFor();
  const wait = page.locator('[data-testid=run-throttle][data-kind=held]');
  await wait.waitFor();
  expect(await wait.innerText()).toMatch(/限流.*继续/s);
  expect(await wait.innerText()).toContain('slow down, please');
  await page.getByTestId('explanation').waitFor();
  await page.getByTestId('asking-indicator').waitFor({ state: 'detached' });
  expect(model.received).toHaveLength(2);

  // Another window shows what this one asks, on a page of another question, and can end it.
  say = () => ({ text: EXPLANATION, ms: 60_000 });
  await page.getByTestId('insight-tabs').getByText('变体', { exact: true }).click();
  await answered(page);
  await explain(page);
  await expect.poll(() => model.received.length).toBe(3);
  const other = await app.newWindow(() => app.clickMenu('文件', '新建窗口'));
  await other.locator('[data-testid=asking-indicator][data-status=asked]').waitFor();
  await go(other, 'insight');
  await answered(other);
  const line = other.getByTestId('asking-line');
  await inEachLanguage(other, async (language) => {
    await expect.poll(() => line.innerText()).toContain(language === 'en' ? 'Variants' : '变体');
    await check(other, `what another window asks (${language})`);
  });
  await ask(other, 'settings.set', { language: 'zh-CN' });
  expect(await other.getByTestId('explain').isDisabled()).toBe(true);
  await other.getByTestId('asking-cancel').click();
  await line.waitFor({ state: 'detached' });
  await page.getByTestId('explain-busy').waitFor({ state: 'detached' });
  expect(await page.getByTestId('explain-error').count()).toBe(0);
  await other.close();

  // It goes on while another page is shown.
  say = () => ({ text: EXPLANATION, ms: 1500 });
  await explain(page);
  await expect.poll(() => model.received.length).toBe(4);
  await go(page, 'data');
  await page.locator('[data-testid=asking-indicator][data-status=answered]').waitFor();
  await page.getByTestId('asking-indicator').click();
  await page.getByTestId('explanation').waitFor();
  await page.getByTestId('asking-indicator').waitFor({ state: 'detached' });

  // A question in words is read to its end, and opened from the reloaded page.
  say = () => ({ text: PICKED, ms: 3000 });
  await page.getByTestId('words').fill('多少人依次做了前两件事？');
  await page.getByTestId('words').press('Enter');
  await page.locator('.confirm-yes').click();
  await expect.poll(() => model.received.length).toBe(5);
  await page.reload();
  await page.locator('[data-testid=asking-line][data-status=asking]').waitFor();
  await page.locator('[data-testid=asking-line][data-status=understood]').waitFor();
  expect(await page.getByTestId('asking-line').innerText()).toContain('多少人依次做了前两件事？');
  await page.getByTestId('asking-show').click();
  await page.getByTestId('words-understood').waitFor();
  await page.getByTestId('funnel').waitFor();
  await page.getByTestId('asking-line').waitFor({ state: 'detached' });
  expect(model.received).toHaveLength(5);
  await expectQuiet(page);
});

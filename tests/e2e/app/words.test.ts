import { afterEach, expect, test } from 'vitest';
import type { Page } from 'playwright-core';
import { startScriptedModel } from '../../support/scripted-model.ts';
import { violations } from '../support/axe.ts';
import { disposeAll } from '../support/launch.ts';
import { check } from './accessible.ts';
import { ask, expectQuiet, fill, go, notice, openDesk, sampleLog, startRun } from './desk.ts';

afterEach(disposeAll);

/** A sentence with the users of the first row of the table in a prompt, and one with a number that is in no cell. */
function explanation(prompt: string): string {
  const rows = prompt.split('\n');
  const head = rows.find((row) => /^[^\t]+\tstep/u.test(row))?.split('\t') ?? [];
  const first = rows.find((row) => row.startsWith('1\t'))?.split('\t') ?? [];
  const users = first[head.findIndex((name) => name.startsWith('users'))] ?? '';
  const figures = [{ row: 1, column: 'users' }];
  return JSON.stringify({
    sentences: [
      { text: `第一步有 ${users} 个用户。`, figures },
      { text: '有 987654 个用户。', figures },
    ],
  });
}

async function askWords(page: Page, words: string): Promise<void> {
  await page.getByTestId('words').fill(words);
  await page.getByTestId('words').press('Enter');
}

test('a question in words opens as a question of ours, with sentences from its table', async () => {
  const { page } = await openDesk();
  await fill(page, await sampleLog(30, 30));
  await startRun(page);
  await notice(page, 'completed').waitFor();
  await go(page, 'insight');
  // Without a model it is said what is needed.
  await page.getByTestId('words-no-model').getByRole('link').waitFor();

  let picked = '';
  const model = await startScriptedModel((_units, number) => {
    const { system, user } = model.received[number - 1] ?? { system: '', user: '' };
    return { text: system.includes('"didNot"') ? picked : explanation(user), ms: 20 };
  });
  const settings = { priceIn: 1, priceOut: 2, currency: 'CNY' } as const;
  await ask(page, 'model.set', { preset: 'custom', baseUrl: model.baseUrl, model: 'scripted', ...settings });
  await ask(page, 'model.setKey', { key: 'sk-test', keep: 'session' });
  await page.getByTestId('words').waitFor();
  expect(await violations(page)).toEqual([]);

  // What it may cost is told first; nothing is sent before the user agrees.
  await askWords(page, '多少人依次做了前两件事？');
  const question = page.locator('.el-message-box');
  await question.waitFor();
  expect(await question.innerText()).toMatch(/scripted.*最多 ¥/s);
  await page.locator('.confirm-no').click();
  await page.getByTestId('words-busy').waitFor({ state: 'detached' });
  expect(model.received).toHaveLength(0);

  // A number that does not exist: the model is asked once more, and gives it again.
  picked = '{"analysis":"funnel","steps":[1,999],"window":"12h"}';
  await askWords(page, '多少人依次做了前两件事？');
  await page.locator('.confirm-yes').click();
  await page.locator('[data-testid=words-error][data-code="insight.words_unclear"]').waitFor();
  expect(model.received).toHaveLength(2);
  expect(model.received[1]?.user).toContain('没有编号 999');

  // Prose around the answer is not shown, whatever it says. One agreement covers the explanation, too.
  picked = '有 987654 人！ {"analysis":"funnel","steps":[1,2],"window":"12h","reason":"987654"}';
  await askWords(page, '多少人依次做了前两件事？');
  await page.locator('.confirm-yes').click();
  const understood = page.getByTestId('words-understood');
  await understood.waitFor();
  expect(await understood.innerText()).toMatch(/漏斗.* → .*12h/s);
  // A limit that the tab does not offer by itself is shown there, too.
  await page.locator('.el-select', { hasText: '12 小时' }).waitFor();
  await page.getByTestId('explanation').waitFor();
  expect(await question.count()).toBe(0);
  expect(await page.getByTestId('explain-sentence').count()).toBe(1);
  expect(await page.getByTestId('explain-dropped').getAttribute('data-value')).toBe('1');
  expect(await page.locator('main').innerText()).not.toContain('987654');
  expect(model.received).toHaveLength(4);
  expect(await violations(page)).toEqual([]);

  // Asked again, it is there: nothing is sent, nothing is asked.
  await page.getByTestId('words-close').click();
  await page.getByTestId('insight-tabs').getByText('总览', { exact: true }).click();
  await askWords(page, '多少人依次做了前两件事？');
  await understood.waitFor();
  expect(model.received).toHaveLength(4);

  // Objects, any of several types and an order are in no control of the tab: the question is asked as it is.
  picked =
    '{"analysis":"funnel","steps":[{"types":[1],"object":1},{"types":[1,2],"object":0}],"ordered":[{"types":[1],"object":0},{"types":[2],"object":0}]}';
  await askWords(page, '先做第一件事再做第二件事的人里，多少人……？');
  await page.locator('.confirm-yes').click();
  await expect.poll(() => understood.innerText()).toMatch(/漏斗 · .+ · .+ → .+ \| .+ · 依次有：.+ → .+/s);
  await page.getByTestId('explanation').waitFor();
  expect(model.received.at(-2)?.user).toContain('对象：\n1. "');

  // What was asked before is listed, and shown again without the model.
  const before = model.received.length;
  await page.getByTestId('words-close').click();
  await page.getByTestId('insight-tabs').getByText('总览', { exact: true }).click();
  await page.getByTestId('words-history').click();
  const entries = page.getByTestId('words-entry');
  await expect.poll(() => entries.count()).toBe(2);
  await check(page, 'the questions that were asked before');
  await entries.nth(1).getByTestId('entry-open').click();
  await understood.waitFor();
  expect(await understood.innerText()).toContain('多少人依次做了前两件事？');
  await page.getByTestId('funnel').waitFor();
  await page.getByTestId('words-history').click();
  await entries.nth(1).getByTestId('words-again').click();
  await understood.waitFor();
  expect(model.received).toHaveLength(before);
  await page.getByTestId('words-history').click();
  await entries.nth(1).getByTestId('words-remove').click();
  await expect.poll(() => entries.count()).toBe(1);
  await page.keyboard.press('Escape');
  await page.getByTestId('words-drawer').waitFor({ state: 'hidden' });

  // What no analysis answers opens none.
  picked = '{"analysis":"none","reason":"数据里没有价格。"}';
  await askWords(page, '平均花了多少钱？');
  await page.locator('.confirm-yes').click();
  await page.getByTestId('words-none').waitFor();
  expect(await page.getByTestId('words-none').innerText()).toContain('数据里没有价格。');
  await page.getByTestId('words').waitFor();
  expect(await violations(page)).toEqual([]);
  await expectQuiet(page);
});

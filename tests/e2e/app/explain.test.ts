import { afterEach, expect, test } from 'vitest';
import type { Page } from 'playwright-core';
import { startScriptedModel } from '../../support/scripted-model.ts';
import { disposeAll } from '../support/launch.ts';
import { check } from './accessible.ts';
import { ask, expectQuiet, fill, go, notice, openDesk, sampleLog, startRun } from './desk.ts';

afterEach(disposeAll);

/** A true sentence about the first row of the table in a prompt, and one with a number that is not in it. */
function explanation(user: string): string {
  const rows = user.split('\n');
  const columns = rows.find((line) => line.startsWith('行\t') || line.startsWith('row\t'))?.split('\t') ?? [];
  const cells = rows.find((line) => line.startsWith('1\t'))?.split('\t') ?? [];
  const cell = (name: string): string =>
    cells[columns.findIndex((head) => head.startsWith(`${name} `))] ?? '';
  const figures = ['users', 'events'].map((column) => ({ row: 1, column }));
  return JSON.stringify({
    sentences: [
      { text: `${cell('type')}：${cell('events')} 个事件来自 ${cell('users')} 个用户。`, figures },
      { text: `<b>${cell('type')}</b>有 987654 个用户。`, figures },
    ],
  });
}

const answered = (page: Page): Promise<void> =>
  page.locator('[data-testid=insight-answer]:not([data-loading]) [data-testid=insight-table]').waitFor();

test('an answer is explained in sentences whose numbers open their users; the same again costs nothing', async () => {
  const { page } = await openDesk();
  await fill(page, await sampleLog(30, 30));
  await startRun(page);
  await notice(page, 'completed').waitFor();
  await go(page, 'insight');
  await answered(page);
  // Without a model there is nothing to ask.
  expect(await page.getByTestId('explain').count()).toBe(0);

  let said: { text: string; ms: number } = { text: '', ms: 60_000 };
  const model = await startScriptedModel((_units, number) => ({
    text: said.text === '' ? explanation(model.received[number - 1]?.user ?? '') : said.text,
    ms: said.ms,
  }));
  const settings = { priceIn: 1, priceOut: 2, currency: 'CNY' } as const;
  await ask(page, 'model.set', { preset: 'custom', baseUrl: model.baseUrl, model: 'scripted', ...settings });
  await ask(page, 'model.setKey', { key: 'sk-test', keep: 'session' });

  // What it may cost is told first; nothing is sent before the user agrees.
  await page.getByTestId('explain').click();
  const question = page.locator('.el-message-box');
  await question.waitFor();
  expect(await question.innerText()).toMatch(/scripted.*最多 ¥/s);
  await page.locator('.confirm-no').click();
  await page.getByTestId('explain-busy').waitFor({ state: 'detached' });
  expect(model.received).toHaveLength(0);

  // It can be cancelled, and keeps a run from starting meanwhile.
  await page.getByTestId('explain').click();
  await page.locator('.confirm-yes').click();
  await expect.poll(() => model.received.length).toBe(1);
  await expect(ask(page, 'run.start', { scope: { kind: 'all' } })).rejects.toThrow('insight.explain_busy');
  await page.getByTestId('explain-cancel').click();
  await page.getByTestId('explain-busy').waitFor({ state: 'detached' });
  expect(await page.getByTestId('explain-error').count()).toBe(0);

  said = { text: '', ms: 20 };
  await page.getByTestId('explain').click();
  await page.locator('.confirm-yes').click();
  await page.getByTestId('explanation').waitFor();
  expect(await page.getByTestId('explain-sentence').count()).toBe(1);
  expect(await page.getByTestId('explain-dropped').getAttribute('data-value')).toBe('1');
  await check(page, 'an explanation');
  // The number of events points at its cell, that of users opens them.
  const [events, users] = [
    page.getByTestId('explain-figure').first(),
    page.getByTestId('explain-figure').last(),
  ];
  await events.click();
  const marked = page.locator('[data-testid=insight-table] td[data-marked]');
  expect(await marked.innerText()).toBe(await events.innerText());
  expect(await page.getByTestId('insight-users').isVisible()).toBe(false);
  const count = await users.innerText();
  await users.click();
  await expect.poll(() => page.getByTestId('insight-users-total').innerText()).toContain(count);
  await page.keyboard.press('Escape');
  await page.getByTestId('insight-users').waitFor({ state: 'hidden' });

  await page.getByTestId('saved-save-as').click();
  await page.locator('.el-message-box__input').waitFor();
  await check(page, 'the name of what is to be saved');
  await page.keyboard.press('Escape');
  await page.locator('.el-message-box').waitFor({ state: 'hidden' });

  // Put away and asked for again, it is there at once.
  await page.getByTestId('explain-close').click();
  await page.getByTestId('explanation').waitFor({ state: 'detached' });
  await page.getByTestId('explain').click();
  await page.getByTestId('explanation').waitFor();
  expect(model.received).toHaveLength(2);

  // Of another question it is gone.
  await page.getByTestId('insight-tabs').getByText('变体', { exact: true }).click();
  await page.getByTestId('explanation').waitFor({ state: 'detached' });
  await answered(page);
  said = { text: JSON.stringify({ sentences: [{ text: '有 987654 人', figures: [] }] }), ms: 20 };
  await page.getByTestId('explain').click();
  await page.locator('.confirm-yes').click();
  await page.getByTestId('explain-dropped').waitFor();
  expect(await page.getByTestId('explain-sentence').count()).toBe(0);

  // What cannot be read is an error.
  await page.getByTestId('insight-tabs').getByText('总览', { exact: true }).click();
  await answered(page);
  said = { text: 'no', ms: 20 };
  await ask(page, 'model.set', { model: 'silent' });
  await page.getByTestId('explain').click();
  await page.locator('.confirm-yes').click();
  await page.locator('[data-testid=explain-error][data-code="model.bad_format"]').waitFor();
  await expectQuiet(page);
});

import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, expect, test } from 'vitest';
import { startScriptedModel } from '../../support/scripted-model.ts';
import { disposeAll, temporaryFolder } from '../support/launch.ts';
import { check } from './accessible.ts';
import { ask, expectQuiet, fill, go, notice, openDesk, startRun } from './desk.ts';

afterEach(disposeAll);

const LOG = [
  'user_id,timestamp,action,item',
  ...['a', 'b', 'c'].flatMap((user) => [
    `${user},2026-03-01 09:00:00,browse,Lamp`,
    `${user},2026-03-02 09:00:00,search,Lamp`,
    `${user},2026-03-03 09:00:00,wave,Lamp`,
    `${user},2026-03-04 09:00:00,purchase,Lamp`,
  ]),
].join('\n');

function logFile(): string {
  const path = join(temporaryFolder(), 'log.csv');
  writeFileSync(path, LOG);
  return path;
}

test('event types are joined after the fact, in every list at once, and the join is undone', async () => {
  const { page } = await openDesk();
  await fill(page, logFile());
  await startRun(page, 'fine');
  await notice(page, 'completed').waitFor();
  // The notice tells what came of the run, the table each type of conversion.
  await expect
    .poll(() => page.getByTestId('run-outcome').innerText())
    .toMatch(
      /^12 条行为 → 12 个事件（100(\.0)?%） · 4 个类型，其他 0(\.0)?%\s+购买 3 次，3 个用户\s+事件数是行为数的 100(\.0)?%/,
    );
  expect(await page.getByTestId('conversions-a').innerText()).toBe('购买 1');
  await go(page, 'types');
  const events = (type: string): Promise<string> => page.getByTestId(`usage-${type}`).innerText();
  await page.getByTestId('usage-购买').waitFor();
  expect([await events('浏览'), await events('搜索'), await events('购买')]).toEqual(['3', '3', '3']);

  await page.getByTestId('type-select-浏览').check();
  expect(await page.getByTestId('types-join').isDisabled()).toBe(true);
  // A conversion is never joined with an engagement.
  await page.getByTestId('type-select-购买').check();
  await check(page, 'event types, with two that are selected');
  await page.getByTestId('types-join').click();
  expect(await page.getByTestId('join-confirm').isDisabled()).toBe(true);
  await check(page, 'the dialog that joins types');
  await page.keyboard.press('Escape');
  await page.getByTestId('type-select-购买').uncheck();

  await page.getByTestId('type-select-搜索').check();
  await page.getByTestId('types-join').click();
  await page.getByTestId('join-into-浏览').check();
  await page.getByTestId('join-confirm').click();
  await page.getByTestId('type-搜索').waitFor({ state: 'detached' });
  await expect.poll(() => events('浏览')).toBe('6');
  const [first, second] = (await ask(page, 'users.get', { userId: 'a' })).events;
  expect([first?.type, second?.type]).toEqual(['浏览', '浏览']);

  await page.getByTestId('types-undo').click();
  await page.getByTestId('type-搜索').waitFor();
  await expect.poll(() => events('浏览')).toBe('3');

  // One is added by hand, retired and restored.
  await page.getByTestId('types-add').click();
  await page.getByTestId('type-zh').fill('打卡');
  await page.getByTestId('type-en').fill('Check in');
  await page.getByTestId('type-save').click();
  const added = page.getByTestId('type-打卡');
  await added.waitFor();
  const state = async (): Promise<string | undefined> =>
    (await ask(page, 'codebook.get')).codebook.types.find(({ id }) => id === '打卡')?.state;
  await page.getByTestId('type-state-打卡').click();
  await added.getByText('已停用').waitFor();
  expect(await state()).toBe('retired');
  await page.getByTestId('type-state-打卡').click();
  await added.getByText('已停用').waitFor({ state: 'detached' });
  expect(await state()).toBe('active');

  // The prompt follows the language of the codebook.
  await page.getByTestId('types-language').getByText('英文').click();
  await expect.poll(async () => (await ask(page, 'codebook.get')).codebook.language).toBe('en');
  await expectQuiet(page);
});

test('a type has one colour in every picture and list, chosen with the keys, and taken back', async () => {
  const { page } = await openDesk();
  await fill(page, logFile());
  await startRun(page, 'fine');
  await notice(page, 'completed').waitFor();
  await go(page, 'types');
  const swatch = page.getByTestId('type-colour-搜索');
  await swatch.waitFor();
  expect(await swatch.getAttribute('data-colour')).toBe('sky');
  await swatch.focus();
  await page.keyboard.press('Enter');
  const chosen = page.getByTestId('colour-sky');
  await expect.poll(() => chosen.evaluate((element) => element === document.activeElement)).toBe(true);
  await check(page, 'the palette of a type');
  // From sky blue over dark green and red to navy.
  for (let step = 0; step < 3; step += 1) await page.keyboard.press('ArrowRight');
  await page.keyboard.press('Enter');
  await expect.poll(() => swatch.getAttribute('data-colour')).toBe('navy');
  expect(await swatch.evaluate((element) => element === document.activeElement)).toBe(true);
  // The dialog calls a type as the list does, also one with the theme of its events in its names.
  await page.getByTestId('type-edit-使用{theme}').click();
  const inDialog = page.getByTestId('type-dialog').getByTestId('type-colour');
  expect(await inDialog.getAttribute('aria-label')).toMatch(/^使用… 的颜色/);
  await page.keyboard.press('Escape');
  await page.getByTestId('type-dialog').waitFor({ state: 'hidden' });

  /** How many marks of the pictures of a tab have a colour. */
  const marks = (colour: string): Promise<number> => page.locator(`svg [fill="var(--c-${colour})"]`).count();
  const tab = async (name: string): Promise<void> => {
    await page.getByTestId('insight-tabs').getByText(name, { exact: true }).click();
    await page
      .locator('[data-testid=insight-answer]:not([data-loading]) [data-testid=insight-table]')
      .waitFor();
  };
  await go(page, 'insight');
  for (const name of ['总览', '路径', '流程图', '变体']) {
    await tab(name);
    await expect.poll(() => marks('navy'), { message: name }).toBeGreaterThan(0);
    expect(await marks('sky')).toBe(0);
  }
  await go(page, 'types');
  await page.getByTestId('types-undo').click();
  await expect.poll(() => swatch.getAttribute('data-colour')).toBe('sky');
  await go(page, 'insight');
  await expect.poll(() => marks('sky')).toBeGreaterThan(0);
  expect(await marks('navy')).toBe(0);
  await expectQuiet(page);
});

test('a word that no type has is listed with its count, and becomes a type, or part of one', async () => {
  const { page } = await openDesk();
  await fill(page, logFile());
  await startRun(page, 'fine');
  await notice(page, 'completed').waitFor();
  await go(page, 'types');
  const candidate = page.getByTestId('candidate-wave');
  await candidate.waitFor();
  expect(await candidate.innerText()).toMatch(/日志中的动作[\s\S]*3 个事件（25.0%），3 个用户/);
  await candidate.getByRole('checkbox').check();
  await page.getByTestId('candidates-adopt').click();
  await page.getByTestId('candidates').waitFor({ state: 'detached' });
  await expect.poll(() => page.getByTestId('usage-wave').innerText()).toBe('3');

  // Taken back, all words are chosen at once and become part of a type.
  await page.getByTestId('types-undo').click();
  await candidate.waitFor();
  await page.getByTestId('candidates-all').check();
  expect(await candidate.getByRole('checkbox').isChecked()).toBe(true);
  await page.getByTestId('candidates-target').click();
  await page.getByRole('option', { name: '浏览', exact: true }).click();
  await page.getByTestId('candidates-map').click();
  await page.getByTestId('candidates').waitFor({ state: 'detached' });
  await expect.poll(() => page.getByTestId('usage-浏览').innerText()).toBe('6');
  await page.getByTestId('types-undo').click();
  await candidate.getByRole('checkbox').check();
  await page.getByTestId('candidates-adopt').click();
  await expect.poll(() => page.getByTestId('usage-wave').innerText()).toBe('3');

  // Renamed, it shows under the new name wherever events are shown.
  await page.getByTestId('type-edit-wave').click();
  await check(page, 'the dialog of a type');
  await page.getByTestId('type-zh').fill('挥手');
  await page.getByTestId('type-save').click();
  await page.getByTestId('type-dialog').waitFor({ state: 'detached' });
  await go(page, 'extract');
  await page.getByTestId('view-a').click();
  await page.getByTestId('event-list').getByText('挥手').first().waitFor();
  await page.keyboard.press('Escape');
  await expectQuiet(page);
});

test('words without a type are given types by a model, and all events follow once that is taken over', async () => {
  const { page } = await openDesk();
  const path = join(temporaryFolder(), 'log.csv');
  writeFileSync(path, LOG.replaceAll('search', 'ponder'));
  await fill(page, path);
  await startRun(page, 'fine');
  await notice(page, 'completed').waitFor();
  await go(page, 'types');
  await page.getByTestId('candidate-wave').waitFor();
  expect(await page.getByTestId('induce-words').isDisabled()).toBe(true);
  const model = await startScriptedModel((_units, number) => {
    const { system, user } = model.received[number - 1] ?? { system: '', user: '' };
    const numberOf = (found: RegExpExecArray | null): number => Number(found?.[1] ?? 0);
    const n = (word: string): number => numberOf(new RegExp(`^(\\d+)\\. ${word} `, 'm').exec(user));
    const words = [
      { n: n('ponder'), type: numberOf(/^(\d+)\. 浏览 \//m.exec(system)), zh: '', en: '' },
      { n: n('wave'), type: 0, zh: '打招呼', en: 'Greet' },
    ];
    return { text: JSON.stringify({ words }) };
  });
  await ask(page, 'model.set', { preset: 'custom', baseUrl: model.baseUrl, model: 'scripted' });
  await ask(page, 'model.setKey', { key: 'sk-test', keep: 'session' });

  await page.getByTestId('induce-words').click();
  await expect.poll(() => page.getByTestId('induction-estimate-names').getAttribute('data-value')).toBe('2');
  await page.getByTestId('induction-start').click();
  await page.getByTestId('assigned-ponder').getByText('浏览').waitFor();
  await page.getByTestId('assigned-wave').getByText('新类型：打招呼').waitFor();
  await check(page, 'types that a model gives to words');
  // Nothing changes before it is taken over.
  await page.getByTestId('candidate-wave').waitFor();
  await page.getByTestId('assignment-accept').click();
  await page.getByTestId('candidates').waitFor({ state: 'detached' });
  const events = (type: string): Promise<string> => page.getByTestId(`usage-${type}`).innerText();
  await expect.poll(() => events('浏览')).toBe('6');
  await expect.poll(() => events('打招呼')).toBe('3');
  await page.getByTestId('types-undo').click();
  await page.getByTestId('candidate-ponder').waitFor();
  await expectQuiet(page);
});

test('event types go out to a file and come in from one; a mistake in it is told with its line', async () => {
  const { app, page } = await openDesk();
  await fill(page, logFile());
  await go(page, 'types');
  const path = join(temporaryFolder(), 'types.yaml');
  await page.getByTestId('types-export').click();
  await app.openDialog('saveDialog');
  await app.answerDialog('saveDialog', path);
  await page.getByText(`已导出到 ${path}`).waitFor();
  const text = readFileSync(path, 'utf8');
  expect(text).toContain('zh: 购买');

  writeFileSync(path, text.replace('zh: 购买', 'zh: 买了'));
  const read = async (): Promise<void> => {
    await page.getByTestId('types-import').click();
    await app.openDialog('openDialog');
    await app.answerDialog('openDialog', [path]);
  };
  await read();
  await page.getByTestId('type-购买').getByText('买了').waitFor();

  writeFileSync(path, text.replace('category: conversion', 'category: sale'));
  await read();
  await page.getByText(/第 \d+ 行，字段 types\[0\]\.category 有误/).waitFor();
});

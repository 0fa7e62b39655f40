import { afterEach, expect, test } from 'vitest';
import { inductionAnswer } from '../../support/induction-script.ts';
import { startScriptedModel } from '../../support/scripted-model.ts';
import { until } from '../support/app-under-test.ts';
import { disposeAll } from '../support/launch.ts';
import { check } from './accessible.ts';
import { ask, expectQuiet, fill, go, openDesk, sampleLog } from './desk.ts';

afterEach(disposeAll);

test('types are induced by a model, decided on line by line, taken over, and taken back', async () => {
  const { app, page } = await openDesk();
  await fill(page, await sampleLog(24, 20));
  await go(page, 'types');
  // Without a model the reason is said.
  await expect.poll(() => page.getByTestId('induce-types').isDisabled()).toBe(true);
  let isHeld = true;
  const model = await startScriptedModel((_units, number) => ({
    text: inductionAnswer(model.received[number - 1]?.user ?? ''),
    ms: isHeld ? 1500 : 20,
  }));
  const settings = { contextTokens: 9_000, maxOutputTokens: 2_000, priceIn: 1, priceOut: 2 };
  await ask(page, 'model.set', { preset: 'custom', baseUrl: model.baseUrl, model: 'scripted', ...settings });
  await ask(page, 'model.setKey', { key: 'sk-test', keep: 'session' });

  await page.getByTestId('induce-types').click();
  await page.getByTestId('induction-users').locator('input').fill('20');
  await page.getByTestId('induction-estimate-requests').waitFor();
  await expect.poll(() => page.getByTestId('induction-estimate-users').getAttribute('data-value')).toBe('20');
  await check(page, 'the start of an induction');
  await page.getByTestId('induction-start').click();
  await page.locator('[data-testid=induction-card][data-status=running]').waitFor();
  // Cancelled, it leaves the codebook as it is and can be begun again.
  await page.getByTestId('induction-cancel').click();
  await page.locator('.confirm-no').click();
  await page.getByTestId('induction-cancel').click();
  await page.locator('.confirm-yes').click();
  await page.getByTestId('induction-card').waitFor({ state: 'detached' });
  expect((await ask(page, 'codebook.get')).version).toBe(0);
  await page.getByTestId('induce-types').click();
  await page.getByTestId('induction-users').locator('input').fill('20');
  await page.getByTestId('induction-start').click();
  await page.locator('[data-testid=induction-card][data-status=running]').waitFor();
  // Tray, taskbar and the system know of it.
  const tray = await until('the tray to tell of it', async () => {
    const now = await app.tray();
    return now?.tooltip.includes('模型正在归纳事件类型') ? now : undefined;
  });
  expect(tray.image).toMatch(/^running-/);
  expect(await app.windowState(page)).toMatchObject({ progressMode: 'normal' });
  expect(await app.powerBlockers()).toEqual(['prevent-app-suspension']);
  // To quit now is asked about, as during a run.
  await app.quit();
  const question = await app.openDialog('messageBox');
  expect(question.options.message).toBe('模型正在归纳，要退出吗？');
  expect(question.options.buttons).toEqual(['继续运行于后台', '退出并下次继续', '取消']);
  await app.answerDialog('messageBox', '取消');
  await page.getByTestId('induction-pause').click();
  await page.locator('[data-testid=induction-card][data-status=paused]').waitFor();
  expect(await app.powerBlockers()).toEqual([]);
  // No run is started meanwhile.
  await expect(ask(page, 'run.start', { scope: { kind: 'remaining' } })).rejects.toThrow(
    'run.induction_active',
  );
  // A page that is loaded anew shows it at once.
  await page.reload();
  await page.locator('[data-testid=induction-card][data-status=paused]').waitFor();
  isHeld = false;
  await page.getByTestId('induction-resume').click();

  await page.getByTestId('proposal').waitFor();
  await check(page, 'the proposal of an induction');
  await page.getByTestId('proposal-tick-外出').uncheck();
  await page.getByTestId('proposal-edit-选车').click();
  await page.getByTestId('proposal-zh').fill('挑车');
  await page.getByTestId('proposal-done').click();
  await page.getByTestId('proposal-挑车').locator('.user').first().click();
  await page.getByTestId('user-drawer').waitFor();
  await page.keyboard.press('Escape');
  await page.getByTestId('user-drawer').waitFor({ state: 'hidden' });
  await page.getByTestId('proposal-accept').click();
  await page.getByTestId('proposal').waitFor({ state: 'detached' });
  await page.getByTestId('type-挑车').waitFor();
  expect(await page.getByTestId('type-了解').count()).toBe(0);
  expect(await page.getByTestId('type-外出').count()).toBe(0);
  const { codebook } = await ask(page, 'codebook.get');
  const type = codebook.types.find(({ zh }) => zh === '挑车');
  expect(type).toMatchObject({ en: 'Choose a car', aliases: expect.arrayContaining(['了解']) });
  expect(type?.examples.length).toBeGreaterThan(0);

  await page.getByTestId('types-undo').click();
  await page.getByTestId('type-了解').waitFor();
  expect(await page.getByTestId('type-挑车').count()).toBe(0);

  // What the rules say of a type is in the language of the window, whatever that of the codebook is.
  const definition = page.getByTestId('type-购买').getByTestId('type-definition-text');
  expect(await definition.textContent()).toContain('等的行为');
  await ask(page, 'settings.set', { language: 'en' });
  await expect.poll(() => definition.textContent()).toContain('Behaviours such as');
  // What the user has written is shown as it is.
  await page.getByTestId('type-edit-购买').click();
  await page.getByTestId('type-definition').fill('付了钱的行为');
  await page.getByTestId('type-save').click();
  await expect.poll(() => definition.textContent()).toBe('付了钱的行为');
  await expectQuiet(page);
});

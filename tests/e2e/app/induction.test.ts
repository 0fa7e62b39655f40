import { afterEach, expect, test } from 'vitest';
import { inductionAnswer } from '../../support/induction-script.ts';
import { startScriptedModel } from '../../support/scripted-model.ts';
import { violations } from '../support/axe.ts';
import { disposeAll } from '../support/launch.ts';
import { ask, expectQuiet, fill, go, openDesk, sampleLog } from './desk.ts';

afterEach(disposeAll);

test('types are induced by a model, decided on line by line, taken over, and taken back', async () => {
  const { page } = await openDesk();
  await fill(page, await sampleLog(24, 20));
  await go(page, 'types');
  // Without a model the reason is said.
  await expect.poll(() => page.getByTestId('induce-types').isDisabled()).toBe(true);
  let isHeld = true;
  const model = await startScriptedModel((_units, number) => ({
    text: inductionAnswer(model.received[number - 1]?.user ?? ''),
    ms: isHeld ? 400 : 20,
  }));
  const settings = { contextTokens: 9_000, maxOutputTokens: 2_000, priceIn: 1, priceOut: 2 };
  await ask(page, 'model.set', { preset: 'custom', baseUrl: model.baseUrl, model: 'scripted', ...settings });
  await ask(page, 'model.setKey', { key: 'sk-test', keep: 'session' });

  await page.getByTestId('induce-types').click();
  await page.getByTestId('induction-users').locator('input').fill('20');
  await page.getByTestId('induction-estimate-requests').waitFor();
  await expect.poll(() => page.getByTestId('induction-estimate-users').getAttribute('data-value')).toBe('20');
  expect(await violations(page)).toEqual([]);
  await page.getByTestId('induction-start').click();
  await page.locator('[data-testid=induction-card][data-status=running]').waitFor();
  await page.getByTestId('induction-pause').click();
  await page.locator('[data-testid=induction-card][data-status=paused]').waitFor();
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
  expect(await violations(page)).toEqual([]);
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
  await expectQuiet(page);
});

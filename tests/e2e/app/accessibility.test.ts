import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, describe, test } from 'vitest';
import { damagePage } from '../../support/damage-page.ts';
import { temporaryFolder } from '../support/launch.ts';
import { check, checkQuestion, close } from './accessible.ts';
import { fill, go, openDesk, sampleLog, startImport, workspaceOf } from './desk.ts';
import { disposeModelDesks, openModelDesk } from './model-desk.ts';

afterEach(disposeModelDesks);

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
    await checkQuestion(page, 'undo-import-1');
    await checkQuestion(page, 'clear-events');
    await checkQuestion(page, 'clear-all');
    // Long enough that there is time to ask; the question stays once the import has ended.
    await startImport(page, await sampleLog(1000, 100));
    await checkQuestion(page, 'cancel-import');
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
    await page.getByTestId('backup-now').click();
    await checkQuestion(page, 'backup-restore');
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

import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Page } from 'playwright-core';
import { afterEach, beforeEach } from 'vitest';
import type { AppUnderTest } from '../support/app-under-test.ts';
import { disposeAll, temporaryFolder } from '../support/launch.ts';
import { openDesk } from './desk.ts';

/** The application of the running test, and a folder for its files. */
export interface ImportDesk {
  app: AppUnderTest;
  page: Page;
  folder: string;
}

/** Gives each test of a file an application of its own; `use` is told before each. */
export function eachAtImportDesk(use: (desk: ImportDesk) => void): void {
  beforeEach(async () => {
    const { app, page } = await openDesk();
    use({ app, page, folder: temporaryFolder() });
  });
  afterEach(disposeAll);
}

/** Chooses files in the system's dialog, and waits for the preview of the first. */
export async function choose({ app, page }: ImportDesk, paths: string[]): Promise<void> {
  await page.getByTestId('choose-behaviours').click();
  await app.openDialog('openDialog');
  await app.answerDialog('openDialog', paths);
  await page.getByTestId('import-preview').getByTestId('preview-rows').waitFor();
}

export const report = ({ page }: ImportDesk, status: string): Promise<void> =>
  page.locator(`[data-testid=import-report][data-status=${status}]`).waitFor();

export const figure = async ({ page }: ImportDesk, id: string): Promise<number> =>
  Number(await page.getByTestId(id).getAttribute('data-value'));

/** Writes a log with a row for each user, and returns its path. */
export function log({ folder }: ImportDesk, name: string, users: string[]): string {
  const path = join(folder, name);
  // Rows of two files are never the same: they would be known.
  const rows = users.map((user, at) => `${user},2026-02-03 09:0${at}:0${name.charCodeAt(0) % 10},浏览`);
  writeFileSync(path, ['user_id,timestamp,action', ...rows, ''].join('\n'));
  return path;
}

import { join } from 'node:path';
import type { Locator, Page } from 'playwright-core';
import { expect } from 'vitest';
import { generateSample } from '../../../src/core/sample/generate-sample.ts';
import type { Detail } from '../../../src/shared/abstraction.ts';
import type { ImportKind } from '../../../src/shared/import.ts';
import type { RunSnapshot, RunStatus } from '../../../src/shared/run.ts';
import type { UsersPage, UsersQuery } from '../../../src/shared/users.ts';
import { until } from '../support/app-under-test.ts';
import type { AppUnderTest } from '../support/app-under-test.ts';
import { ask } from '../support/ask.ts';
import { appOf, launchApp, temporaryFolder } from '../support/launch.ts';
import type { LaunchOptions } from '../support/launch.ts';

export { ask };

export type PageName = 'data' | 'extract' | 'insight' | 'types' | 'themes' | 'history' | 'settings';

/** The application with its first window at its first page. */
export interface Desk {
  app: AppUnderTest;
  page: Page;
  userData: string;
}

export interface DeskOptions extends Omit<LaunchOptions, 'appPath'> {
  /** Milliseconds that every batch of five users takes; as fast as it goes when left out. */
  slowMs?: number;
}

/** Starts the application and waits until its first window shows a page, and a workspace is open or said to be closed. */
export async function openDesk({ slowMs, env: more, ...options }: DeskOptions = {}): Promise<Desk> {
  const env = { ...more, EVENTLOOM_SLOW_RULES_MS: String(slowMs ?? 0) };
  const app = await launchApp({ ...options, env });
  const page = await app.firstWindow();
  await page.locator('[data-testid=nav-extract], [data-testid=workspace-closed]').first().waitFor();
  await until('an open workspace, or why there is none', async () => {
    const { open, error } = await ask(page, 'workspace.state');
    return open || error ? true : undefined;
  });
  return { app, page, userData: app.userData };
}

/** Where the workspace of a user lies until they open another one. */
export function workspaceOf(userData: string): string {
  return join(userData, 'workspaces', 'default.eventloom');
}

/** A generated log: so many users with so many behaviours each. */
export async function sampleLog(users: number, rowsPerUser = 12, seed = 7): Promise<string> {
  const behaviorsPath = join(temporaryFolder(), 'behaviors.csv');
  await generateSample({ users, seed, rowsPerUser, behaviorsPath });
  return behaviorsPath;
}

/** A generated log with the profiles of its users, as two files. */
export async function sampleWithProfiles(
  users: number,
  rowsPerUser = 12,
): Promise<{ log: string; profiles: string }> {
  const folder = temporaryFolder();
  const [behaviorsPath, profilesPath] = [join(folder, 'behaviors.csv'), join(folder, 'profiles.csv')];
  await generateSample({ users, seed: 7, rowsPerUser, behaviorsPath, profilesPath });
  return { log: behaviorsPath, profiles: profilesPath };
}

/** The users as the table asks for them. */
export function listUsers(page: Page, patch: Partial<UsersQuery> = {}): Promise<UsersPage> {
  const all = { search: '', status: 'all', sortBy: 'userId', sortOrder: 'asc' } as const;
  return ask(page, 'users.list', { page: 1, pageSize: 20, ...all, ...patch });
}

/** Starts an import without the preview. Main takes only files that were chosen in a dialog. */
export async function startImport(page: Page, path: string, kind: ImportKind = 'behaviours'): Promise<void> {
  const app = await appOf(page);
  await app.answerDialog('openDialog', [path]);
  await ask(page, 'import.chooseFiles', { kind });
  await ask(page, 'import.start', { path, kind });
}

/** Imports a file without looking at its preview, for specs that are about something else. */
export async function fill(page: Page, path: string, kind: ImportKind = 'behaviours'): Promise<void> {
  await startImport(page, path, kind);
  await until('the end of the import', async () => {
    const { status } = await ask(page, 'import.attach');
    return status === 'completed' ? status : undefined;
  });
  await ask(page, 'import.dismiss');
}

export async function go(page: Page, name: PageName): Promise<void> {
  await page.getByTestId(`nav-${name}`).click();
  await page.waitForURL(new RegExp(`#/${name}$`));
}

/** Starts a run of all users who have no events yet, as a person does; at the detail that the dialog proposes unless another is given. */
export async function startRun(page: Page, detail?: Detail): Promise<void> {
  await go(page, 'extract');
  await page.getByTestId('start-run').click();
  if (detail) await page.getByTestId(`start-detail-${detail}`).click();
  await page.getByTestId('confirm-start').click();
  await page.getByTestId('start-dialog').waitFor({ state: 'hidden' });
}

/** What a person does who drags a file from a folder and lets it go over a part of the window. */
export async function dropFile(page: Page, testId: string, path: string): Promise<void> {
  const box = await page.getByTestId(testId).boundingBox();
  if (!box) throw new Error(`${testId} is not shown`);
  const cdp = await page.context().newCDPSession(page);
  const data = { items: [], files: [path], dragOperationsMask: 1 };
  for (const type of ['dragEnter', 'dragOver', 'drop'] as const) {
    await cdp.send('Input.dispatchDragEvent', {
      type,
      x: box.x + box.width / 2,
      y: box.y + box.height / 2,
      data,
    });
  }
}

/** Shows the window in each language, English last, and reads it. */
export async function inEachLanguage(
  page: Page,
  read: (language: 'zh-CN' | 'en') => Promise<void>,
): Promise<void> {
  for (const language of ['zh-CN', 'en'] as const) {
    await ask(page, 'settings.set', { language });
    await page.locator(`html[lang^=${language}]`).waitFor({ state: 'attached' });
    await read(language);
  }
}

/** The progress card in a state. */
export function card(page: Page, status: RunStatus): Locator {
  return page.locator(`[data-testid=run-card][data-status=${status}]`);
}

/** The notice of a finished run. */
export function notice(page: Page, status: RunStatus): Locator {
  return page.locator(`[data-testid=run-notice][data-status=${status}]`);
}

export interface Figures {
  status: string;
  revision: number;
  percent: number;
  total: number;
  processed: number;
  success: number;
  failed: number;
}

/** What the progress card shows, read in one piece; undefined when there is none. */
export function figures(page: Page): Promise<Figures | undefined> {
  return page.evaluate(() => {
    const shown = document.querySelector<HTMLElement>('[data-testid=run-card]');
    if (!shown) return undefined;
    const part = (id: string): HTMLElement | null => shown.querySelector(`[data-testid=${id}]`);
    const number = (id: string): number => Number(part(id)?.dataset['value'] ?? Number.NaN);
    return {
      status: shown.dataset['status'] ?? '',
      revision: Number(shown.dataset['revision']),
      percent: Number.parseFloat(part('run-percent')?.textContent ?? ''),
      total: number('run-total'),
      processed: number('run-processed'),
      success: number('run-success'),
      failed: number('run-failed'),
    };
  });
}

/** Waits until the card shows that at least so many users have been processed, and gives what it shows then. */
export function processed(page: Page, atLeast: number): Promise<Figures> {
  return until(`${atLeast} processed users on the card`, async () => {
    const shown = await figures(page);
    return shown && shown.processed >= atLeast ? shown : undefined;
  });
}

/** Waits until a run is in a state, whatever page is shown. */
export function runIs(page: Page, status: RunStatus): Promise<RunSnapshot> {
  return until(`a run that is ${status}`, async () => {
    const now = await ask(page, 'run.attach');
    return now.status === status ? now : undefined;
  });
}

/** Waits until a paused run stands still: the batch that was asked before the pause is still taken in. */
export function standsStill(page: Page): Promise<RunSnapshot> {
  return until('a paused run with nobody in work', async () => {
    const now = await ask(page, 'run.attach');
    return now.status === 'paused' && now.currentUserCount === 0 ? now : undefined;
  });
}

/** Waits until the table of users shows a number of rows in all. */
export async function tableShows(page: Page, total: number): Promise<void> {
  await page.locator(`[data-testid=user-table][data-total="${total}"][aria-busy=false]`).waitFor();
}

/** The users of the visible page whose row shows a status. */
export function rowsWith(page: Page, status: 'pending' | 'succeeded' | 'failed'): Locator {
  return page.locator(`[data-testid^=user-status-][data-status=${status}]`);
}

/** Makes the window as small as it gets, in English, which needs the most room. */
export async function shrink(app: AppUnderTest, page: Page): Promise<void> {
  await ask(page, 'settings.set', { language: 'en' });
  await app.setBounds(page, { width: 900, height: 600 });
  await expect.poll(() => page.evaluate(() => window.innerWidth)).toBeLessThanOrEqual(900);
}

/** Where an element is in the window. */
export function box(locator: Locator): Promise<DOMRect> {
  return locator.evaluate((element) => element.getBoundingClientRect().toJSON() as DOMRect);
}

/** Nothing went wrong in the window that nobody was told of: no errors or warnings in its console. */
export async function expectQuiet(page: Page): Promise<void> {
  const messages = await page.consoleMessages({ filter: 'all' });
  const bad = messages.filter((message) => ['error', 'warning'].includes(message.type()));
  expect(bad.map((message) => message.text())).toEqual([]);
  expect((await page.pageErrors({ filter: 'all' })).map((error) => error.message)).toEqual([]);
}

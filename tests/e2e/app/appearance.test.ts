import type { Page } from 'playwright-core';
import { afterEach, describe, expect, test } from 'vitest';
import { disposeAll, temporaryFolder } from '../support/launch.ts';
import {
  ask,
  card,
  expectQuiet,
  fill,
  go,
  inEachLanguage,
  listUsers,
  notice,
  openDesk,
  sampleLog,
  startRun,
} from './desk.ts';
import type { PageName } from './desk.ts';

afterEach(disposeAll);

const PAGES: PageName[] = ['data', 'extract', 'insight', 'types', 'themes', 'history', 'settings'];

/** What no person should read: values that were never filled in. */
const UNFILLED = /undefined|NaN|\[object|\bnull\b|Infinity|\{\w+\}/;

async function text(page: Page): Promise<string> {
  return page.evaluate(() => {
    const titles = [...document.querySelectorAll('[title], [aria-label]')].map(
      (element) => `${element.getAttribute('title') ?? ''} ${element.getAttribute('aria-label') ?? ''}`,
    );
    return `${document.title}\n${document.body.innerText}\n${titles.join('\n')}`;
  });
}

/**
 * What is set in a face of its own: data, paths and rules; the names of the log on the page of themes; and the definitions of event
 * types, which name the actions of the rules.
 */
const DATA =
  '.mono, [data-testid=themes-list] strong, [data-testid=themes-list] .examples, [data-testid=type-definition-text]';

/** What the window says of its own accord. */
async function ownWords(page: Page): Promise<string> {
  // The names of types may have that of a theme of the log in them.
  const themes = await ask(page, 'themes.list', { search: '', sortBy: 'name', offset: 0, limit: 100 });
  const names = themes.status === 'ready' ? themes.rows.map(({ name }) => name) : [];
  // A name may be a part of another one.
  const data = [...(await page.locator(DATA).allInnerTexts()), ...names].toSorted(
    (a, b) => b.length - a.length,
  );
  const said = data.reduce((all, part) => all.replaceAll(part, ''), await page.locator('body').innerText());
  // Values of the rules file are quoted in the conditions that they are part of.
  return said.replaceAll(/EventLoom 事织|中文|“[^“”\n]*”/g, '');
}

function isDark(page: Page): Promise<boolean> {
  return page.evaluate(() => document.documentElement.classList.contains('dark'));
}

async function choose(page: Page, setting: string, value: string): Promise<void> {
  await page.getByTestId(`setting-${setting}-${value}`).click();
}

describe('language and theme', () => {
  test('follow the system, can be chosen, show in every window and the tray at once, and last over a restart', async () => {
    const userData = temporaryFolder();
    const { app, page } = await openDesk({ userData, systemLanguage: 'en-US' });
    await go(page, 'settings');
    expect(await page.getByTestId('nav-extract').textContent()).toContain('Events');
    expect(await isDark(page)).toBe(false);
    await app.systemDark(true);
    await expect.poll(() => isDark(page)).toBe(true);

    const second = await app.newWindow(() => app.clickMenu('File', 'New Window'));
    await second.getByTestId('nav-settings').waitFor();
    await choose(page, 'language', 'zh-CN');
    await choose(page, 'theme', 'light');
    for (const window of [page, second]) {
      await expect.poll(() => window.getByTestId('nav-extract').textContent()).toContain('事件抽象');
      await expect.poll(() => isDark(window)).toBe(false);
      await expect.poll(() => window.evaluate(() => document.documentElement.lang)).toBe('zh-CN');
    }
    await expect.poll(async () => (await app.tray())?.tooltip).toBe('EventLoom 事织 · 没有正在进行的任务');
    expect((await app.menu()).map(({ label }) => label)).toContain('文件');
    expect(await page.title()).toContain('设置');
    await choose(page, 'theme', 'dark');
    await expect.poll(() => isDark(second)).toBe(true);
    expect((await app.windowState(page)).backgroundColor).not.toBe('#ffffff');
    await expectQuiet(page);
    await expectQuiet(second);
    await app.quit();
    expect(await app.exited).toBe(0);

    const next = await openDesk({ userData, systemLanguage: 'en-US' });
    expect(await next.page.getByTestId('nav-extract').textContent()).toContain('事件抽象');
    expect(await isDark(next.page)).toBe(true);
    await go(next.page, 'settings');
    await choose(next.page, 'language', 'system');
    await expect.poll(() => next.page.getByTestId('nav-extract').textContent()).toContain('Events');
  });

  test('every page speaks the language that is chosen, and fills in every value', async () => {
    const { page } = await openDesk({ slowMs: 300 });
    const read = (): Promise<void> =>
      inEachLanguage(page, async (language) => {
        expect(await text(page)).not.toMatch(UNFILLED);
        if (language === 'en') expect(await ownWords(page)).not.toMatch(/\p{Script=Han}/u);
      });
    const readPages = async (): Promise<void> => {
      for (const name of PAGES) {
        await go(page, name);
        await page.locator('.el-skeleton').first().waitFor({ state: 'detached' });
        await read();
      }
    };
    await readPages();
    await fill(page, await sampleLog(40));
    await readPages();
    await startRun(page);
    await card(page, 'running').waitFor();
    await page.getByTestId('pause').click();
    await card(page, 'paused').waitFor();
    await readPages();
    await go(page, 'extract');
    await page.getByTestId('resume').click();
    await card(page, 'running').waitFor();
    await read();
    await notice(page, 'completed').waitFor();
    await readPages();
    await go(page, 'history');
    await page.getByTestId('run-toggle-1').click();
    await page.locator('.details').waitFor();
    await read();
    await go(page, 'extract');
    const { rows } = await listUsers(page);
    await page.getByTestId(`view-${rows[0]?.userId}`).click();
    await page.getByTestId('event-list').waitFor();
    expect(await text(page)).not.toMatch(UNFILLED);
    await expectQuiet(page);
  });
});

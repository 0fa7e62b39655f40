import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { disposeAll, temporaryFolder } from '../support/launch.ts';
import {
  ask,
  box,
  expectQuiet,
  fill,
  go,
  listUsers,
  notice,
  openDesk,
  sampleLog,
  shrink,
  startRun,
  tableShows,
} from './desk.ts';
import type { Desk, PageName } from './desk.ts';

const PAGES: PageName[] = ['data', 'extract', 'insight', 'types', 'themes', 'history', 'settings'];

describe('the frame of a page in windows of all sizes', () => {
  let desk: Desk;
  beforeAll(async () => {
    desk = await openDesk();
    await fill(desk.page, await sampleLog(40));
  });
  afterAll(disposeAll);

  test.each([
    [2560, 1440],
    [1920, 1080],
    [1280, 800],
    [900, 600],
  ])(
    'has its title at the same place on every page of a window of %i × %i, near its left edge',
    async (width, height) => {
      const { app, page } = desk;
      await app.setBounds(page, { width, height });
      await expect
        .poll(async () => Math.abs((await page.evaluate(() => window.innerWidth)) - width))
        .toBeLessThan(30);
      const places = new Set<string>();
      for (const name of PAGES) {
        await go(page, name);
        const { left, top } = await box(page.locator('h1'));
        places.add(`${left} ${top}`);
        expect(left - (await box(page.locator('main'))).left).toBeLessThanOrEqual(24);
      }
      expect([...places]).toHaveLength(1);
    },
  );
});

describe('the frame of a page', () => {
  afterEach(disposeAll);

  test('settings: nothing moves once it is shown, and the section that was chosen is the current one', async () => {
    const { app, page } = await openDesk();
    await page.evaluate(() => {
      const seen = new Map<string, Set<number>>();
      Object.assign(window, { seen });
      const look = (): void => {
        for (const section of document.querySelectorAll('[id^=section-]')) {
          const tops = seen.get(section.id) ?? new Set<number>();
          seen.set(section.id, tops.add(Math.round(section.getBoundingClientRect().top)));
        }
        requestAnimationFrame(look);
      };
      look();
    });
    await go(page, 'settings');
    await page.getByTestId('rules-panel').locator('table').waitFor();
    await page.getByTestId('about').locator('p').first().waitFor();
    const seen = await page.evaluate(() =>
      Object.fromEntries(
        [...(window as unknown as { seen: Map<string, Set<number>> }).seen].map(([id, tops]) => [
          id,
          [...tops],
        ]),
      ),
    );
    expect(Object.keys(seen)).toHaveLength(9);
    for (const [id, tops] of Object.entries(seen)) expect(tops, id).toHaveLength(1);

    // So high that the last sections cannot be scrolled to the top.
    await app.setBounds(page, { width: 1920, height: 1080 });
    await expect.poll(() => page.evaluate(() => window.innerHeight)).toBeGreaterThan(900);
    for (const id of ['about', 'rules', 'workspace', 'api', 'general']) {
      await page.getByTestId(`section-link-${id}`).click();
      // Two frames: the event of the scroll comes with the next one.
      await page.evaluate(
        () => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done))),
      );
      expect(await page.locator('nav [aria-current=true]').last().getAttribute('data-testid')).toBe(
        `section-link-${id}`,
      );
    }
    // The links stay at the upper edge: nothing that is scrolled away shows above them.
    await app.setBounds(page, { width: 1280, height: 800 });
    await page.getByTestId('section-link-rules').click();
    await expect
      .poll(() =>
        page.locator('nav', { has: page.getByTestId('section-link-rules') }).evaluate(distanceFromTop),
      )
      .toBe(0);
    await expectQuiet(page);
  });
});

/** How far an element is below the upper edge of the page that it scrolls with, in pixels. */
function distanceFromTop(element: Element): number {
  const page = element.closest('.page-scroll');
  return page ? element.getBoundingClientRect().top - page.getBoundingClientRect().top : Number.NaN;
}

/** What has the focus: its test id, its id, or the name of its element. */
function focused(page: Page): Promise<string> {
  return page.evaluate(() => {
    const element = document.activeElement as HTMLElement | null;
    return element?.dataset['testid'] || element?.id || (element?.tagName ?? '').toLowerCase();
  });
}

describe('the focus', () => {
  afterEach(disposeAll);

  test('is on the report after an import, and in the page after it was dismissed', async () => {
    const { app, page } = await openDesk();
    await app.answerDialog('openDialog', await sampleLog(400, 40));
    await page.getByTestId('choose-behaviours').focus();
    await page.keyboard.press('Enter');
    await page.getByTestId('preview-rows').waitFor();
    await page.getByTestId('confirm-import').focus();
    await page.keyboard.press('Enter');
    await page.locator('[data-testid=import-report][data-status=completed]').waitFor();
    await expect.poll(() => focused(page)).toBe('import-report');
    await page.getByTestId('dismiss-import').focus();
    await page.keyboard.press('Enter');
    await page.getByTestId('import-report').waitFor({ state: 'detached' });
    await expect.poll(() => focused(page)).toBe('main');
    await expectQuiet(page);
  });

  test('goes from the card of an import to its report', async () => {
    const { page } = await openDesk();
    await page.getByTestId('import-sample').focus();
    await page.keyboard.press('Enter');
    await page.locator('[data-testid=import-report][data-status=completed]').waitFor();
    await expect.poll(() => focused(page)).toBe('import-report');
  });

  test('stays where the user has put it', async () => {
    const { page } = await openDesk();
    await ask(page, 'import.sample');
    await page.getByTestId('nav-history').focus();
    await page.locator('[data-testid=import-report][data-status=completed]').waitFor();
    expect(await focused(page)).toBe('nav-history');
  });

  test('shows as a whole ring wherever the keyboard goes', async () => {
    const { app, page } = await openDesk();
    await fill(page, await sampleLog(30));
    await startRun(page);
    await notice(page, 'completed').waitFor();
    await app.setBounds(page, { width: 1000, height: 700 });
    const clipped: Record<string, string[]> = {};
    for (const name of PAGES) {
      await go(page, name);
      if (name === 'extract') await tableShows(page, 30);
      if (name === 'history') await page.getByTestId('run-toggle-1').click();
      if (name === 'insight') await page.getByTestId('insight-table').waitFor();
      clipped[name] = await clippedRings(page);
    }
    await go(page, 'extract');
    const [user] = (await listUsers(page)).rows;
    await page.getByTestId(`view-${user?.userId}`).click();
    await page.getByTestId('event-list').waitFor();
    clipped['drawer'] = await clippedRings(page);
    expect(clipped).toEqual({
      data: [],
      extract: [],
      insight: [],
      types: [],
      themes: [],
      history: [],
      settings: [],
      drawer: [],
    });
  });
});

/** How often a ring is looked at that is not seen whole: what moves into its place is cut off on the way. */
const LOOKS = 20;

/** Presses Tab until the focus comes round, and tells of which elements the ring is cut off. */
async function clippedRings(page: Page): Promise<string[]> {
  await page.evaluate(() => (document.activeElement as HTMLElement | null)?.blur());
  const found = new Set<string>();
  for (let steps = 0; steps < 90; steps += 1) {
    await page.keyboard.press('Tab');
    let cut = await clippedRing(page);
    for (let look = 1; cut && look < LOOKS; look += 1) {
      await page.waitForTimeout(50);
      cut = await clippedRing(page);
    }
    if (cut === null && steps > 0) break;
    if (cut) found.add(cut);
  }
  return [...found];
}

/** The focused element if its ring is cut off, an empty text if it is whole; null when nothing has the focus. */
function clippedRing(page: Page): Promise<string | null> {
  return page.evaluate(() => {
    const element = document.activeElement;
    if (!(element instanceof HTMLElement) || element === document.body) return null;
    const { outlineStyle, outlineWidth, outlineOffset } = getComputedStyle(element);
    if (outlineStyle === 'none' || outlineWidth === '0px') return '';
    const room = Number.parseFloat(outlineWidth) + Number.parseFloat(outlineOffset);
    const ring = element.getBoundingClientRect();
    for (let outer = element.parentElement; outer && outer !== document.body; outer = outer.parentElement) {
      const style = getComputedStyle(outer);
      const edge = outer.getBoundingClientRect();
      const hidden = (value: string): boolean => value !== 'visible';
      const cutX =
        hidden(style.overflowX) &&
        (ring.left - room < edge.left - 0.5 || ring.right + room > edge.right + 0.5);
      const cutY =
        hidden(style.overflowY) &&
        (ring.top - room < edge.top - 0.5 || ring.bottom + room > edge.bottom + 0.5);
      const name = `${element.tagName.toLowerCase()}.${element.className} in .${outer.className}`;
      if (cutX || cutY) return element.dataset['testid'] ? `${element.dataset['testid']}: ${name}` : name;
      if (style.position === 'fixed') break;
    }
    return '';
  });
}

describe('the list of what a column means', () => {
  afterEach(disposeAll);

  test('is drawn whole: every role on a line of its own, without a frame', async () => {
    const { app, page } = await openDesk();
    const path = join(temporaryFolder(), 'log.csv');
    writeFileSync(path, 'user_id,timestamp,action,note\nu1,2025-12-26 14:00:00,browse,a\n');
    await app.answerDialog('openDialog', path);
    await page.getByTestId('choose-behaviours').click();
    await page.getByTestId('role-3').click();
    const options = page.getByRole('option');
    await options.last().waitFor();
    await page.waitForFunction(() =>
      document.getAnimations().every(({ playState }) => playState !== 'running'),
    );
    const shapes = await options.evaluateAll((all) =>
      all
        .filter((option) => option.getClientRects().length > 0)
        .map((option) => {
          const { borderTopWidth, paddingTop, display } = getComputedStyle(option);
          const { scrollHeight, clientHeight } = option;
          return { borderTopWidth, paddingTop, display, fits: scrollHeight <= clientHeight };
        }),
    );
    expect(shapes).toHaveLength(14);
    const plain = { borderTopWidth: '0px', paddingTop: '0px', display: 'list-item', fits: true };
    expect(new Set(shapes.map((shape) => JSON.stringify(shape)))).toEqual(new Set([JSON.stringify(plain)]));
    const list = page.locator('.el-select-dropdown__wrap', { has: options.first() });
    expect(await list.evaluate(({ scrollHeight, clientHeight }) => scrollHeight - clientHeight)).toBe(0);
  });
});

describe('the smallest window', () => {
  test('shows the tabs and buttons of every page whole, and nothing widens a page', async () => {
    const { app, page } = await openDesk();
    await fill(page, await sampleLog(40));
    await startRun(page);
    await notice(page, 'completed').waitFor();
    await shrink(app, page);
    const tooWide = (): Promise<string[]> =>
      page.evaluate(() => {
        const isWide = ({ scrollWidth, clientWidth }: Element): boolean => scrollWidth > clientWidth;
        const parts = document.querySelectorAll('.page-scroll, .tabs, nav.sections');
        const strips = [document.documentElement, ...parts];
        const buttons = [...document.querySelectorAll('.page-header button')];
        return [
          ...strips.filter(isWide).map(({ className }) => className),
          ...buttons
            .filter((button) => button.getBoundingClientRect().right > window.innerWidth)
            .map(({ textContent }) => textContent.trim()),
        ];
      });
    for (const name of PAGES) {
      await go(page, name);
      await page.locator('.el-skeleton').first().waitFor({ state: 'detached' });
      expect([name, await tooWide()]).toEqual([name, []]);
    }
    // The names of the actions of a row are heard alone: they must not be beside the window.
    await go(page, 'insight');
    for (const tab of ['Variants', 'Sequences']) {
      await page.getByTestId('insight-tabs').getByText(tab, { exact: true }).click();
      await page
        .locator('[data-testid=insight-answer]:not([data-loading]) [data-testid=insight-table]')
        .waitFor();
      expect([tab, await tooWide()]).toEqual([tab, []]);
    }
    // Tables of pictures are heard alone, too, and that of a long time has many columns.
    await page.getByTestId('insight-tabs').getByText('Overview', { exact: true }).click();
    await page.getByTestId('picture-time').locator('table').waitFor({ state: 'attached' });
    expect(await tooWide()).toEqual([]);
    // An object may be called anything.
    await page.getByTestId('insight-tabs').getByText('Funnel', { exact: true }).click();
    // How a funnel is computed takes more words than fit into the window.
    await page.getByTestId('insight-definition').click();
    const definition = page.locator('.el-popover', { has: page.locator('.definition') });
    await page.locator('[role=group]:focus .definition').waitFor();
    await expect
      .poll(async () => (await box(definition)).bottom)
      .toBeLessThanOrEqual(await page.evaluate(() => window.innerHeight));
    expect((await box(definition)).top).toBeGreaterThanOrEqual(0);
    await page.keyboard.press('Escape');
    await definition.waitFor({ state: 'hidden' });
    await page.getByTestId('funnel-step-1-more').click();
    const object = page.getByTestId('funnel-step-1-object').getByRole('combobox');
    await object.click();
    await object.fill('a long name '.repeat(40));
    await page.getByRole('option', { name: 'a long name' }).waitFor();
    expect(await tooWide()).toEqual([]);
    await expectQuiet(page);
  });
});

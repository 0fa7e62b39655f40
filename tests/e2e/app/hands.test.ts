import type { Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { disposeAll } from '../support/launch.ts';
import { ask, expectQuiet, fill, go, notice, openDesk, sampleWithProfiles, startRun } from './desk.ts';
import type { Desk, PageName } from './desk.ts';

const PAGES: PageName[] = ['data', 'extract', 'insight', 'types', 'themes', 'history', 'settings'];
let desk: Desk;
let page: Page;

beforeAll(async () => {
  desk = await openDesk();
  page = desk.page;
  const { log, profiles } = await sampleWithProfiles(30, 30);
  await fill(page, log);
  await fill(page, profiles, 'profiles');
  await startRun(page);
  await notice(page, 'completed').waitFor();
});
afterAll(disposeAll);

/** What has the focus, as a person would name it; null for the body. */
const focused = (): Promise<string | null> =>
  page.evaluate(() => {
    const at = document.activeElement;
    return at === document.body || !at ? null : `${at.tagName} ${at.getAttribute('data-testid') ?? ''}`;
  });

/** Opens the palette, types, and chooses with the keyboard. */
async function palette(text: string, option: string): Promise<void> {
  await page.keyboard.press('Control+k');
  await page.getByTestId('palette-field').waitFor();
  await expect.poll(focused).toBe('INPUT palette-field');
  await page.keyboard.type(text);
  await page.locator(`[data-testid="palette-${option}"][aria-selected=true]`).waitFor();
  await page.keyboard.press('Enter');
  await page.getByTestId('palette').waitFor({ state: 'hidden' });
}

/** What is on the clipboard, pasted into the field of the palette. */
async function pasted(): Promise<string> {
  await page.keyboard.press('Control+k');
  const field = page.getByTestId('palette-field');
  await field.waitFor();
  await expect.poll(focused).toBe('INPUT palette-field');
  await page.keyboard.press('Control+v');
  const text = await field.inputValue();
  await page.keyboard.press('Escape');
  await page.getByTestId('palette').waitFor({ state: 'hidden' });
  return text;
}

describe('the command palette', () => {
  test('finds pages, actions, analyses and users in both languages, with the keyboard alone', async () => {
    await palette('主题', 'page.themes');
    await page.waitForURL(/#\/themes$/);
    await palette('funnel', 'analysis.funnel');
    await page.waitForURL(/#\/insight$/);
    await page.getByTestId('funnel').waitFor();
    await palette('dark theme', 'set.dark');
    await page.locator('html.dark').waitFor({ state: 'attached' });
    await palette('浅色', 'set.light');
    await page.locator('html:not(.dark)').waitFor({ state: 'attached' });
    const [user] = (
      await ask(page, 'users.list', {
        ...{ page: 1, pageSize: 1, search: '', status: 'all', sortBy: 'userId', sortOrder: 'desc' },
      })
    ).rows;
    await palette(String(user?.userId), `user.${user?.userId}`);
    const drawer = page.getByTestId('user-drawer').filter({ visible: true });
    await drawer.getByTestId('event-list').waitFor();
    expect(await drawer.getByTestId('drawer-title').textContent()).toContain(String(user?.userId));
    await page.keyboard.press('Escape');
    await drawer.waitFor({ state: 'hidden' });
    // What was used comes first, and a run can be started from anywhere.
    await page.keyboard.press('Control+k');
    await page.locator('[data-testid="palette-set.light"]').waitFor();
    await page.keyboard.press('Escape');
    await page.getByTestId('palette').waitFor({ state: 'hidden' });
    await palette('批量抽象', 'do.run');
    await page.getByTestId('start-dialog').waitFor();
    await page.keyboard.press('Escape');
    await page.getByTestId('start-dialog').waitFor({ state: 'hidden' });
  });

  test('leads to a page, with nothing of the page before above it, nor when the user comes back', async () => {
    const covered = (): Promise<number> =>
      page.locator('[aria-modal=true]').filter({ visible: true }).count();
    const leave = async (): Promise<void> => {
      await palette('主题', 'page.themes');
      await page.waitForURL(/#\/themes$/);
      await expect.poll(covered).toBe(0);
      await go(page, 'extract');
      await page.getByTestId('user-table').waitFor();
      expect(await covered()).toBe(0);
    };
    await go(page, 'extract');
    await page.locator('[data-testid^=view-]').first().click();
    await page.getByTestId('event-list').waitFor();
    await leave();
    await page.getByTestId('start-run').click();
    await page.getByTestId('start-dialog').waitFor();
    await leave();
    await page.getByTestId('open-export').first().click();
    await page.getByTestId('export-dialog').waitFor();
    await leave();
    // A question that is left is a no, and can be asked again.
    const leaveTheQuestion = async (): Promise<void> => {
      await go(page, 'data');
      await page.getByTestId('clear-events').click();
      await page.locator('.confirm-yes').waitFor();
      await leave();
    };
    await leaveTheQuestion();
    await leaveTheQuestion();
    expect((await ask(page, 'workspace.info')).events).toBeGreaterThan(0);
  });

  test('lists the shortcuts, which do nothing while something is typed', async () => {
    await go(page, 'extract');
    await page.keyboard.press('/');
    await expect
      .poll(() => page.evaluate(() => document.activeElement?.closest('[data-testid]')?.tagName))
      .toBe('INPUT');
    await page.keyboard.type('?/');
    expect(await page.getByTestId('shortcuts').count()).toBe(0);
    await page.keyboard.press('Control+a');
    await page.keyboard.press('Delete');
    await page.keyboard.press('Tab');
    await page.keyboard.press('?');
    await page.getByTestId('shortcuts').waitFor();
    await page.keyboard.press('Escape');
    await page.getByTestId('shortcuts').waitFor({ state: 'hidden' });
    await page.keyboard.press('Control+4');
    await page.waitForURL(/#\/types$/);
  });
});

describe('tables', () => {
  test('have a menu with the keyboard, and rows and cells are copied as values', async () => {
    await go(page, 'extract');
    const view = page.locator('[data-testid^=view-]').first();
    await view.focus();
    await page.keyboard.press('Shift+F10');
    await page.getByTestId('row-menu').waitFor();
    await expect.poll(focused).toBe('BUTTON row-menu-open');
    await page.keyboard.press('ArrowDown');
    await page.keyboard.press('ArrowDown');
    await page.keyboard.press('Enter');
    await page.getByTestId('row-menu').waitFor({ state: 'hidden' });
    await page.locator('.el-message').first().waitFor();
    const id = ((await view.getAttribute('data-testid')) ?? '').replace('view-', '');
    expect(await pasted()).toMatch(new RegExp(`^${id}\\t\\d+\\t\\d+\\t\\d+\\t`));
    // The focus is back where it was.
    await expect.poll(focused).toBe(`BUTTON view-${id}`);

    await page.locator(`[data-testid="user-row-${id}"]`).click({ button: 'right' });
    await page.getByTestId('row-menu-cell').click();
    expect(await pasted()).toBe(id);

    await go(page, 'insight');
    await page.getByTestId('insight-tabs').getByText('总览').click();
    await page.getByTestId('insight-table').getByRole('button').first().focus();
    await page.keyboard.press('Control+c');
    expect(await pasted()).toMatch(/^[^\t]+\t(conversion|engagement)\t\d+\t\d+$/);
  });

  test('that are lists have the same menu, and their columns can be hidden', async () => {
    await go(page, 'types');
    // In the order of their use, once that is counted.
    await page.locator('[data-testid=types-list][aria-busy=false]').waitFor();
    const type = page.locator('[data-testid=types-list] [data-row]').first();
    const name = await type.locator('strong').innerText();
    await type.locator('strong').click({ button: 'right' });
    await page.getByTestId('row-menu-row').click();
    expect(await pasted()).toMatch(new RegExp(`^${name}\\t(转化|互动)\\t[^\\t]*\\t[^\\t]*\\t\\d+\\t\\d+$`));
    const definitions = page.getByTestId('type-definition-text');
    expect(await definitions.count()).toBeGreaterThan(0);
    await page.getByTestId('choose-columns').click();
    await page.getByTestId('column-definition').click();
    await expect.poll(() => definitions.count()).toBe(0);
    await page.getByTestId('column-definition').click();
    await definitions.first().waitFor();
    await page.keyboard.press('Escape');

    // By the keyboard: the row of what has the focus opens, and its copy has the name of each value above it.
    await go(page, 'history');
    const run = page.locator('[data-testid^=run-toggle-]').first();
    await run.focus();
    await page.keyboard.press('Shift+F10');
    await page.getByTestId('row-menu-table').click();
    expect(await pasted()).toMatch(/^编号\t模型\t开始\t状态\t用户\t成功\t失败\t事件\t运行秒数\s\d+\t\t/);
    await page.keyboard.press('Shift+F10');
    await page.getByTestId('row-menu-open').click();
    await expect.poll(() => run.getAttribute('aria-expanded')).toBe('true');

    await go(page, 'data');
    const file = page.getByTestId('import-list').locator('td.file', { hasText: 'behaviors' }).first();
    await file.click({ button: 'right' });
    await page.getByTestId('row-menu-cell').click();
    expect(await pasted()).toBe('behaviors.csv');
  });

  test('hide columns, in all windows and at the next start', async () => {
    await go(page, 'extract');
    const heading = page.getByTestId('user-table').locator('thead').getByText('转化');
    await heading.first().waitFor();
    await page.getByTestId('choose-columns').click();
    await page.getByTestId('column-conversionCount').click();
    await heading.first().waitFor({ state: 'detached' });
    expect((await ask(page, 'settings.get')).hiddenColumns).toEqual(['users.conversionCount']);
    await page.getByTestId('column-conversionCount').click();
    await heading.first().waitFor();
    await page.keyboard.press('Escape');
  });

  test('take more room at the comfortable density', async () => {
    const height = (): Promise<number> =>
      page
        .locator('[data-testid=user-table] tbody tr')
        .first()
        .evaluate((row) => row.getBoundingClientRect().height);
    const compact = await height();
    await ask(page, 'settings.set', { density: 'comfortable' });
    await expect.poll(height).toBeGreaterThan(compact + 6);
    await ask(page, 'settings.set', { density: 'compact' });
    await expect.poll(height).toBe(compact);
  });
});

/** Presses Tab from an element on, and expects that what has the focus is always seen; returns how much there is. */
async function ringsFrom(start: string, where: string, steps = 25): Promise<number> {
  await page.getByTestId(start).focus();
  const seen = new Set<string>();
  for (let step = 0; step < steps; step += 1) {
    await page.keyboard.press('Tab');
    const at = await page.evaluate(() => {
      const element = document.activeElement;
      if (!element || element === document.body) return null;
      // Element Plus draws the ring of a field around it, and that of a choice at the chosen one.
      const around = element.closest('.el-input__wrapper, .el-select__wrapper, .el-textarea__inner');
      const choice = element.closest('.el-segmented__item, .el-radio, .el-switch');
      const ringed = [element, element.parentElement, choice, element.nextElementSibling];
      const isRinged =
        around?.matches('.is-focus, .is-focused') === true ||
        ringed.some((each) => {
          const style = each && getComputedStyle(each);
          return style !== null && style.outlineStyle !== 'none' && style.outlineWidth !== '0px';
        });
      const own = element.getAttribute('data-testid') ?? element.textContent.trim().slice(0, 30);
      return {
        name: `${element.tagName} ${element.className} ${own}`,
        isRinged,
        isMain: element.id === 'main',
      };
    });
    // After the last control the browser leaves the page, and comes back at its beginning.
    if (at === null) break;
    seen.add(at.name);
    expect([where, at.name, at.isRinged || at.isMain]).toEqual([where, at.name, true]);
  }
  return seen.size;
}

/** Presses Tab through the whole window; returns the controls it had at the beginning that never have the focus. */
async function missed(): Promise<string[]> {
  await page.evaluate(() => {
    const reached = new Set<Element>();
    document.addEventListener('focusin', ({ target }) => target instanceof Element && reached.add(target));
    // Of a group of choices one takes the focus, and the arrow keys lead to the others; so it is with lists.
    const controls = document.querySelectorAll(
      'button, a[href], input:not([type=radio]), textarea, [tabindex="0"]',
    );
    Object.assign(window, { reached, controls: [...controls] });
    document.body.tabIndex = -1;
    document.body.focus();
  });
  for (let step = 0; step < 400; step += 1) {
    await page.keyboard.press('Tab');
    if ((await focused()) === null) break;
  }
  return page.evaluate(() => {
    const { reached, controls } = window as unknown as { reached: Set<Element>; controls: Element[] };
    return controls
      .filter(
        (each) =>
          each.isConnected &&
          each.checkVisibility() &&
          !each.matches(':disabled, [tabindex="-1"]') &&
          !reached.has(each),
      )
      .map((each) => each.outerHTML.slice(0, 120));
  });
}

describe('the keyboard', () => {
  test('goes through every page without losing the focus, which is always seen', async () => {
    for (const name of PAGES) {
      await go(page, name);
      expect(await ringsFrom(`nav-${name}`, name), name).toBeGreaterThan(2);
    }
    await expectQuiet(page);
  });

  test('reaches every control of every page', async () => {
    for (const name of PAGES) {
      await go(page, name);
      await page.locator('#main h1').waitFor();
      await page.locator('#main .el-skeleton').waitFor({ state: 'detached' });
      expect([name, await missed()]).toEqual([name, []]);
    }
  });

  test('reaches every control of the analyses, of the report, and of what is saved', async () => {
    await go(page, 'insight');
    await page.getByTestId('insight-table').waitFor();
    const answered = page.locator('[data-testid=insight-answer]:not([data-loading]) h2');
    const shown: string[] = [];
    // With the arrow keys from one tab to the next; the answer goes into the report by the palette.
    for (const tab of ['变体', '频繁序列', '前后', '画像']) {
      await page.getByTestId('insight-tabs').locator('input:checked').focus();
      for (let step = 0; step < 9 && shown.at(-1) !== tab; step += 1) {
        await page.keyboard.press('ArrowRight');
        await answered.waitFor();
        shown.push((await answered.textContent()) ?? '');
      }
      await page.getByTestId('insight-table').waitFor();
      expect([tab, await missed()]).toEqual([tab, []]);
    }
    expect(shown.at(-1)).toBe('画像');
    await palette('加入报告', 'do.add-to-report');
    await expect.poll(async () => (await ask(page, 'insight.report')).items.length).toBe(1);
    await palette('报告', 'analysis.report');
    await page.getByTestId('report-item').waitFor();
    await page.getByTestId('report-fold').focus();
    await page.keyboard.press('Enter');
    await page.getByTestId('report-item').getByTestId('insight-table').waitFor();
    expect(['报告', await missed()]).toEqual(['报告', []]);
    expect(await ringsFrom('report-title', 'the report')).toBeGreaterThan(5);

    // A question is saved under a name, opened and deleted again, in the drawer of what is saved.
    await palette('变体', 'analysis.variants');
    await page.getByTestId('insight-table').waitFor();
    await page.getByTestId('saved-save-as').focus();
    await page.keyboard.press('Enter');
    await page.getByRole('dialog').getByRole('textbox').waitFor();
    await page.keyboard.type('一');
    await page.keyboard.press('Enter');
    await page.getByTestId('saved-name').waitFor();
    await page.getByTestId('saved-open').focus();
    await page.keyboard.press('Enter');
    await page.getByTestId('saved-entry').waitFor();
    const inDrawer = (): Promise<string> =>
      page.evaluate(() =>
        document.activeElement?.closest('[data-testid=saved-drawer], .el-drawer') ? 'drawer' : 'elsewhere',
      );
    const names: string[] = [];
    for (let step = 0; step < 12; step += 1) {
      await page.keyboard.press('Tab');
      expect(await inDrawer()).toBe('drawer');
      names.push(
        await page.evaluate(() => {
          const at = document.activeElement;
          return at?.getAttribute('data-testid') ?? at?.getAttribute('aria-label') ?? at?.className ?? '';
        }),
      );
    }
    expect(names).toEqual(
      expect.arrayContaining(['saved-import', 'saved-delete', 'entry-open', '重命名: 变体一']),
    );
    await page.getByTestId('saved-entry').locator('button.open').focus();
    await page.keyboard.press('Enter');
    await page.getByTestId('saved-drawer').waitFor({ state: 'hidden' });
    expect(await page.getByTestId('saved-name').textContent()).toBe('变体一');
    await expectQuiet(page);
  });

  test('goes into a panel beside its button and back with Escape, also from a select whose list is closed', async () => {
    await go(page, 'insight');
    await palette('漏斗', 'analysis.funnel');
    await page.getByTestId('funnel').waitFor();
    const open = async (button: string, inside: string): Promise<void> => {
      await page.getByTestId(button).focus();
      await page.keyboard.press('Enter');
      await page.locator(`[role=group]:focus ${inside}`).waitFor();
      // The window itself stays where it is.
      expect(await page.evaluate(() => document.scrollingElement?.scrollTop)).toBe(0);
    };
    const closes = async (button: string, inside: string): Promise<void> => {
      await page.locator(inside).waitFor({ state: 'hidden' });
      expect(await focused()).toBe(`BUTTON ${button}`);
    };
    await open('insight-definition', '.definition');
    await page.keyboard.press('Escape');
    await closes('insight-definition', '.definition');
    // There is nothing else to come to in this panel.
    await open('insight-definition', '.definition');
    await page.keyboard.press('Tab');
    await closes('insight-definition', '.definition');

    const conditions = '[data-testid=event-conditions]';
    await open('funnel-step-0-more', conditions);
    const object = page.getByTestId('funnel-step-0-object').getByRole('combobox');
    await object.focus();
    await page.keyboard.press('ArrowDown');
    await page.locator('[data-testid=funnel-step-0-object] [aria-expanded=true]').waitFor();
    // First the list, then the panel.
    await page.keyboard.press('Escape');
    await page.locator('[data-testid=funnel-step-0-object] [aria-expanded=false]').waitFor();
    await page.locator(conditions).waitFor();
    await page.keyboard.press('Escape');
    await closes('funnel-step-0-more', conditions);

    await page.getByTestId('open-export').click();
    await page.getByTestId('export-zone').getByRole('combobox').focus();
    await page.keyboard.press('Escape');
    await page.getByTestId('export-dialog').waitFor({ state: 'hidden' });
    await expectQuiet(page);
  });

  test('reaches a funnel from the page of data', async () => {
    await go(page, 'data');
    await page.keyboard.press('Control+3');
    await page.getByTestId('insight-tabs').waitFor();
    await palette('总览', 'analysis.overview');
    await page.locator('[data-testid=insight-answer]:not([data-loading])').waitFor();
    await page.getByTestId('insight-tabs').locator('input:checked').focus();
    await page.keyboard.press('ArrowRight');
    await page.getByTestId('funnel').waitFor();
    await page.getByTestId('funnel-users-0').focus();
    await page.keyboard.press('Enter');
    await page.getByTestId('insight-users-total').waitFor();
    await page.keyboard.press('Escape');
    await page.getByTestId('insight-users').waitFor({ state: 'hidden' });
    await expect.poll(focused).toBe('g funnel-users-0');
  });
});

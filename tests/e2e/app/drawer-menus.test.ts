import { afterEach, expect, test } from 'vitest';
import type { Page } from 'playwright-core';
import { violations } from '../support/axe.ts';
import { disposeAll } from '../support/launch.ts';
import { expectQuiet, fill, go, listUsers, notice, openDesk, sampleLog, startRun } from './desk.ts';

afterEach(disposeAll);

/** What is on the clipboard, with its lines: pasted into a field of the drawer that is there for it only. */
async function copied(page: Page): Promise<string> {
  await page.evaluate(() => {
    const field = document.createElement('textarea');
    field.id = 'pasted';
    document.querySelector('[data-testid=user-drawer] .panes')?.append(field);
    field.focus();
  });
  await page.keyboard.press('Control+v');
  return page.evaluate(() => {
    const field = document.getElementById('pasted') as HTMLTextAreaElement;
    field.remove();
    return field.value;
  });
}

test('the events and behaviours of a user have a menu: copy, and show the events of a type only', async () => {
  const { page } = await openDesk();
  await fill(page, await sampleLog(5, 40));
  await startRun(page);
  await notice(page, 'completed').waitFor();
  await go(page, 'extract');
  const [user] = (await listUsers(page)).rows;
  if (!user) throw new Error('no user');
  await page.getByTestId(`view-${user.userId}`).click();
  const list = page.getByTestId('event-list');
  await list.waitFor();

  // With the right button: the event in a line, all of them with their heads, and those of its type only.
  const first = page.getByTestId('event-1');
  await first.click({ button: 'right' });
  await page.getByTestId('row-menu').waitFor();
  expect(await violations(page)).toEqual([]);
  await page.getByTestId('row-menu-row').click();
  await expect.poll(() => copied(page)).toMatch(/^1\t[^\t]+\t(互动|转化)\t\d{4}-\d\d-\d\d [\d:]+\t/u);
  await first.click({ button: 'right' });
  await page.getByTestId('row-menu-all').click();
  await expect.poll(async () => (await copied(page)).split('\n').length).toBe(user.eventCount + 1);
  expect(await copied(page)).toMatch(/^编号\t事件\t类别/u);
  await first.click({ button: 'right' });
  await page.getByTestId('row-menu-only').click();
  const shown = page.getByTestId('events-shown');
  await shown.waitFor();
  const ofType = Number(await shown.getAttribute('data-value'));
  expect(ofType).toBeGreaterThan(0);
  expect(ofType).toBeLessThan(user.eventCount);
  await first.click({ button: 'right' });
  await page.getByTestId('row-menu-clear').click();
  await shown.waitFor({ state: 'detached' });

  // With the keyboard, from a behaviour: its event, and the events of that type.
  const behaviours = page.getByTestId('behaviour-list');
  await behaviours.press('ArrowDown');
  await behaviours.press('Shift+F10');
  await page.locator('[data-testid=row-menu-row]:focus').waitFor();
  expect(await page.getByTestId('row-menu-all').innerText()).toContain(String(user.behaviourCount));
  await page.keyboard.press('Enter');
  await expect.poll(() => copied(page)).toMatch(/^\d+\t\d{4}-\d\d-\d\d [\d:]+\t\w+\t/u);
  await behaviours.press('Shift+F10');
  await page.getByTestId('row-menu-only').press('Enter');
  await shown.waitFor();
  // The menu is closed alone; then the filter, and then the drawer.
  await behaviours.press('Shift+F10');
  await page.locator('[data-testid=row-menu-row]:focus').waitFor();
  await page.keyboard.press('Escape');
  await page.getByTestId('row-menu').waitFor({ state: 'detached' });
  expect(await shown.count()).toBe(1);
  await expectQuiet(page);
});

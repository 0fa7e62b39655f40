import type { Page } from 'playwright-core';
import { afterEach, expect, test } from 'vitest';
import { openDesk } from '../app/desk.ts';
import { violations } from './axe.ts';
import { disposeAll } from './launch.ts';

afterEach(disposeAll);

/** Adds a button without a name, and a text that hardly differs from its background. */
function spoil(page: Page): Promise<void> {
  return page.evaluate(() => {
    const fault = document.createElement('div');
    fault.id = 'fault';
    const text = document.createElement('p');
    text.textContent = 'pale';
    text.style.color = '#ddd';
    text.style.background = '#fff';
    fault.append(document.createElement('button'), text);
    document.querySelector('main')?.prepend(fault);
  });
}

const rulesOf = async (page: Page): Promise<string[]> =>
  (await violations(page)).map(({ rule }) => rule).toSorted();

test('axe finds faults that are planted, whenever it is asked, also after the page was loaded anew', async () => {
  const { page } = await openDesk();
  await page.locator('h1').waitFor();
  expect(await rulesOf(page)).toEqual([]);
  await spoil(page);
  const found = ['button-name', 'color-contrast'];
  expect(await rulesOf(page)).toEqual(found);
  await page.evaluate(() => document.getElementById('fault')?.remove());
  expect(await rulesOf(page)).toEqual([]);
  await page.reload();
  await page.locator('h1').waitFor();
  await spoil(page);
  expect(await rulesOf(page)).toEqual(found);
  expect(await page.evaluate(() => 'axe' in window)).toBe(false);
});

import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { disposeAll, temporaryFolder } from '../support/launch.ts';
import { ask, expectQuiet, fill, go, openDesk, runIs, tableShows } from './desk.ts';

afterAll(disposeAll);

/** What every JavaScript object inherits, and so must not be taken for what a log says. */
const NAMES = ['__proto__', 'constructor', 'hasOwnProperty', 'toString', 'valueOf'];

test('users, values and columns may have the names of what objects inherit', async () => {
  const path = join(temporaryFolder(), 'odd-names.csv');
  const rows = NAMES.map((name) => `${name},2025-01-10 10:00:00,${name},${name},x,y`);
  writeFileSync(path, ['user_id,timestamp,action,item,__proto__,constructor', ...rows].join('\n'));
  const { page } = await openDesk();
  await fill(page, path);
  await go(page, 'extract');
  await tableShows(page, NAMES.length);
  await ask(page, 'run.start', { scope: { kind: 'remaining' } });
  expect(await runIs(page, 'completed')).toMatchObject({ successCount: NAMES.length });
  const shown = page.locator('[data-testid^=user-row-]');
  await expect.poll(() => shown.allTextContents()).toHaveLength(NAMES.length);
  expect((await shown.allTextContents()).map((text) => text.trim()).sort()).toEqual([...NAMES].sort());
  for (const name of NAMES) {
    const detail = await ask(page, 'users.get', { userId: name });
    expect(detail).toMatchObject({ user: { userId: name, status: 'succeeded' } });
    const [behaviour] = (await ask(page, 'users.behaviours', { userId: name, offset: 0, limit: 10 })).rows;
    expect(behaviour).toMatchObject({ action: name, item: name });
    await page.getByTestId(`user-row-${name}`).dblclick();
    await page.getByTestId('user-drawer').waitFor();
    await page.keyboard.press('Escape');
    await page.getByTestId('user-drawer').waitFor({ state: 'hidden' });
  }
  await expectQuiet(page);
});

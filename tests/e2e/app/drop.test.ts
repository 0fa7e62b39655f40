import type { Page } from 'playwright-core';
import { afterEach, expect, test } from 'vitest';
import { disposeAll } from '../support/launch.ts';
import { expectQuiet, openDesk, sampleLog } from './desk.ts';

afterEach(disposeAll);

/** What a person does who drags a file from a folder and lets it go over a part of the window. */
async function dropFile(page: Page, testId: string, path: string): Promise<void> {
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

test('a log dropped on the window is previewed and imported', async () => {
  const { page } = await openDesk();
  await dropFile(page, 'drop-behaviours', await sampleLog(12));
  await page.getByTestId('import-preview').waitFor();
  await page.getByTestId('confirm-import').click();
  await page.getByTestId('import-report').waitFor();
  await expect.poll(() => page.getByTestId('info-users').getAttribute('data-value')).toBe('12');
  await expectQuiet(page);
});

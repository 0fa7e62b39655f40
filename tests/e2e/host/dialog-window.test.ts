import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { chromium as playwright } from 'playwright-core';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { Chromium } from '../../../tools/chromium-host/browser/chromium.ts';
import { presentDialog } from '../../../tools/chromium-host/dialog-window.ts';
import { findChromium } from '../../../tools/lib/find-chromium.ts';
import { host } from '../../../tools/chromium-host/host.ts';
import type { DialogKind } from '../../../tools/chromium-host/recorder.ts';

/** Application windows exist on a display only: `xvfb-run npm run test:e2e` where there is none. */
const hasDisplay =
  process.platform !== 'linux' || Boolean(process.env['DISPLAY'] ?? process.env['WAYLAND_DISPLAY']);

const canShow = hasDisplay && (await findChromium())?.canShow === true;

describe.runIf(canShow)('dialogs for a person', () => {
  let browser: Browser;
  let folder: string;

  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), 'eventloom-e2e-'));
    host.chromium = await Chromium.start({ shown: true, devToolsPort: true, language: 'zh-CN' });
    browser = await playwright.connectOverCDP(await host.chromium.devToolsUrl(), {
      isLocal: true,
      noDefaults: true,
    });
  });
  afterAll(async () => {
    await host.chromium?.stop();
    rmSync(folder, { recursive: true, force: true });
  });

  async function answer(
    kind: DialogKind,
    options: object,
    act: (page: Page) => Promise<void>,
  ): Promise<unknown> {
    const opened = browser.contexts()[0]?.waitForEvent('page');
    const result = presentDialog({ kind, options: { ...options }, answered: false }, 'zh-CN');
    const page = await opened;
    if (!page) throw new Error('the browser has no context');
    await page.waitForSelector('nav button');
    await act(page);
    return result;
  }

  test('a message box gives the button, with the default one focused', async () => {
    const box = {
      message: '任务还在运行',
      buttons: ['继续运行于后台', '退出并下次继续', '取消'],
      defaultId: 1,
    };
    const response = await answer('messageBox', box, async (page) => {
      await page.waitForFunction(() => document.activeElement?.textContent === '退出并下次继续');
      await page.click('text=取消');
    });
    expect(response).toBe(2);
  });

  test('an open dialog gives the real path of the chosen file', async () => {
    const path = join(folder, '行为.csv');
    writeFileSync(path, 'a\n');
    const paths = await answer(
      'openDialog',
      { filters: [{ name: 'CSV', extensions: ['csv'] }] },
      async (page) => {
        await page.setInputFiles('input', path);
        await page.click('text=确定');
      },
    );
    expect(paths).toEqual([path]);
  });

  test('a save dialog gives the path that was typed; closing the window cancels', async () => {
    const save = { defaultPath: join(folder, '坏行.csv') };
    expect(await answer('saveDialog', save, (page) => page.click('text=确定'))).toBe(save.defaultPath);
    expect(await answer('saveDialog', save, (page) => page.close())).toBeNull();
  });
});

/**
 * `node tools/draw-tray.ts`: draws docs/images/tray-<language>.png: the pictures of the tray in each state and size on light and dark
 * panels, and the menu of a run with what the application says in it. The pictures are those of resources/tray, read out of the
 * ICO files of Windows; the menu stands for that of a system, which no program can photograph.
 */
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { chromium } from 'playwright-core';
import { LatestSnapshots } from '../src/main/engine/latest-snapshots.ts';
import { runNotice } from '../src/main/status/run-notice.ts';
import { shellStatus } from '../src/main/status/shell-status.ts';
import { trayImageName } from '../src/main/status/tray-image.ts';
import type { TrayPicture } from '../src/main/status/tray-image.ts';
import { shellText } from '../src/main/texts/texts.ts';
import { NO_INDUCTION } from '../src/shared/induction.ts';
import { NO_RUN } from '../src/shared/run.ts';
import type { RunSnapshot } from '../src/shared/run.ts';
import { LOCALES } from '../src/shared/settings.ts';
import type { Locale } from '../src/shared/settings.ts';
import { findChromium } from './lib/find-chromium.ts';

const PROJECT = fileURLToPath(new URL('..', import.meta.url));
const SIZES = [16, 20, 24, 32];
const PICTURES: TrayPicture[] = [
  { state: 'idle', ring: null },
  { state: 'running', ring: 0.25 },
  { state: 'running', ring: 0.75 },
  { state: 'paused', ring: null },
  { state: 'attention', ring: null },
];
const PANELS = [
  { dark: false, colour: '#f3f3f3' },
  { dark: true, colour: '#202124' },
];
const RUN: RunSnapshot = {
  ...NO_RUN,
  workspaceId: 'w',
  runId: 1,
  status: 'running',
  totalUsers: 500,
  processedUsers: 226,
  successCount: 224,
  failedCount: 2,
  progressPercent: 45.2,
  estimatedRemainingSeconds: 175,
};

/** The picture of a size out of an ICO with PNG entries, as a data address. */
async function pictureOf(picture: TrayPicture, dark: boolean, size: number): Promise<string> {
  const ico = await readFile(join(PROJECT, 'resources', 'tray', trayImageName(picture, 'win32', dark)));
  for (let at = 6; at < 6 + 16 * ico.readUInt16LE(4); at += 16) {
    if (ico.readUInt8(at) !== size) continue;
    const from = ico.readUInt32LE(at + 12);
    const png = ico.subarray(from, from + ico.readUInt32LE(at + 8));
    return `<img width="${size}" height="${size}" src="data:image/png;base64,${png.toString('base64')}">`;
  }
  throw new Error(`the icon has no picture of ${size} pixels`);
}

async function panel({ dark, colour }: (typeof PANELS)[number]): Promise<string> {
  const rows = await Promise.all(
    SIZES.map(async (size) => {
      const images = await Promise.all(PICTURES.map((picture) => pictureOf(picture, dark, size)));
      return `<div class="row"><small>${size}</small>${images.map((image) => `<span>${image}</span>`).join('')}</div>`;
    }),
  );
  return `<div class="panel" style="background:${colour};color:${dark ? '#bbb' : '#555'}">${rows.join('')}</div>`;
}

/** The menu of a run and the notification of its end, in the words of the application. */
function words(locale: Locale): string {
  const base = {
    import: new LatestSnapshots().import,
    induction: NO_INDUCTION,
    modelChangedAt: null,
    locale,
    now: 0,
  };
  const { text } = shellStatus({ ...base, run: RUN, workspace: { open: true, error: null } });
  const end: RunSnapshot = { ...RUN, status: 'completed', processedUsers: 500, successCount: 498 };
  const notice = runNotice(locale, end, RUN);
  const say = (key: Parameters<typeof shellText>[1]): string => shellText(locale, key);
  return `<div class="menu"><p class="off">${text}</p><hr><p>${say('tray.open')}</p><p>${say('tray.pause')}</p><hr><p>${say('tray.quit')}</p></div>
    <div class="notice"><b>${notice?.title ?? ''}</b><p>${notice?.body ?? ''}</p><small>${say('appName')}</small></div>`;
}

const STYLE = `body{margin:0;font:14px/1.5 "Noto Sans CJK SC","Noto Sans SC","WenQuanYi Zen Hei",system-ui,sans-serif;background:#fff}
  main{display:flex;gap:16px;padding:16px;width:max-content;align-items:flex-start}
  .panel{padding:10px 14px;border-radius:8px;border:1px solid #ccc}
  .row{display:flex;align-items:center;gap:12px;height:40px}.row small{width:18px;font-size:11px}
  .row span{display:flex;width:34px;justify-content:center}
  .menu,.notice{border:1px solid #d0d0d0;border-radius:8px;box-shadow:0 4px 14px #0002;background:#fff;color:#222;width:330px}
  .menu{padding:6px 0}.menu p{margin:0;padding:4px 16px}.menu .off{color:#777}.menu hr{border:0;border-top:1px solid #e5e5e5;margin:5px 0}
  .notice{padding:10px 16px;box-sizing:border-box;margin-top:12px}.notice p{margin:2px 0}.notice small{color:#888}`;

const found = await findChromium();
if (!found)
  throw new Error('The pictures are drawn by a Chromium, and none was found: set EVENTLOOM_CHROMIUM.');
const browser = await chromium.launch({
  executablePath: found.path,
  // As root (containers) Chromium refuses to start with its sandbox; the pages are our own drawings.
  chromiumSandbox: process.getuid?.() !== 0,
});
try {
  const page = await browser.newPage({ viewport: { width: 1200, height: 400 }, deviceScaleFactor: 2 });
  const panels = (await Promise.all(PANELS.map((each) => panel(each)))).join('');
  for (const locale of LOCALES) {
    await page.setContent(
      `<html lang="${locale}"><style>${STYLE}</style><main>${panels}<div>${words(locale)}</div></main></html>`,
    );
    const picture = await page.locator('main').screenshot();
    await writeFile(join(PROJECT, 'docs', 'images', `tray-${locale === 'en' ? 'en' : 'zh'}.png`), picture);
  }
} finally {
  await browser.close();
}

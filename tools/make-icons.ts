/**
 * `node tools/make-icons.ts`: renders the pictures of the application and its tray from the SVG files in resources/icons,
 * in a Chromium. Run it after changing a drawing and commit what it writes.
 */
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { chromium } from 'playwright-core';
import type { Page } from 'playwright-core';
import { findChromium } from './lib/find-chromium.ts';
import { packIcns, packIco } from './lib/icon-containers.ts';
import type { Picture } from './lib/icon-containers.ts';

const resources = fileURLToPath(new URL('../resources', import.meta.url));
const ICON_SIZES = [16, 24, 32, 48, 64, 128, 256, 512, 1024];
/** Up to here five threads are a blur, so the drawing with three is used. */
const SMALL_UP_TO = 32;
const ICO_SIZES = [16, 24, 32, 48, 64, 256];
const STATES = ['idle', 'running', 'paused', 'attention'] as const;

/** Colours of the tray image by the panel it lies on; a template of macOS is black on nothing whatever the state. */
const PANELS = {
  light: { ink: '#3a4a50', idle: '#3a4a50', running: '#0c8a94', paused: '#3a4a50', attention: '#d9480f' },
  dark: { ink: '#e8eff0', idle: '#e8eff0', running: '#45d3d6', paused: '#e8eff0', attention: '#ffb020' },
  template: { ink: '#000', idle: '#000', running: '#000', paused: '#000', attention: '#000' },
} as const;

async function render(page: Page, svg: string, size: number, css = ''): Promise<Buffer> {
  const style = `<style>html,body{margin:0;background:transparent}svg{display:block;width:${size}px;height:${size}px}${css}</style>`;
  await page.setContent(style + svg);
  return page.screenshot({ omitBackground: true, clip: { x: 0, y: 0, width: size, height: size } });
}

async function makeAppIcons(page: Page): Promise<void> {
  const folder = join(resources, 'icons');
  const large = await readFile(join(folder, 'icon.svg'), 'utf8');
  const small = await readFile(join(folder, 'icon-small.svg'), 'utf8');
  const pictures: Picture[] = [];
  for (const size of ICON_SIZES) {
    const png = await render(page, size <= SMALL_UP_TO ? small : large, size);
    pictures.push({ size, png });
    await writeFile(join(folder, `icon-${size}.png`), png);
  }
  const ofIco = pictures.filter(({ size }) => ICO_SIZES.includes(size));
  await writeFile(join(folder, 'icon.ico'), packIco(ofIco));
  await writeFile(join(folder, 'icon.icns'), packIcns(pictures));
}

async function makeTrayImages(page: Page): Promise<void> {
  const svg = await readFile(join(resources, 'icons', 'tray.svg'), 'utf8');
  const folder = join(resources, 'tray');
  await mkdir(folder, { recursive: true });
  for (const state of STATES) {
    for (const [panel, colours] of Object.entries(PANELS)) {
      const css = `.state{display:none}.state.${state}{display:inline}svg{--ink:${colours.ink};--accent:${colours[state]}}`;
      // Electron takes the @2x file by itself; panels of Linux scale one large picture.
      const files: [string, number][] =
        panel === 'template'
          ? [
              [`${state}-Template.png`, 16],
              [`${state}-Template@2x.png`, 32],
            ]
          : [
              [`${state}-${panel}.png`, 16],
              [`${state}-${panel}@2x.png`, 32],
              [`${state}-${panel}-44.png`, 44],
            ];
      for (const [name, size] of files)
        await writeFile(join(folder, name), await render(page, svg, size, css));
    }
  }
}

const found = await findChromium();
if (!found)
  throw new Error(
    'The icons are drawn by a Chromium, and none was found. Install one, or set EVENTLOOM_CHROMIUM.',
  );
const browser = await chromium.launch({
  executablePath: found.path,
  // As root (containers) Chromium refuses to start with its sandbox; the pages are our own drawings.
  chromiumSandbox: process.getuid?.() !== 0,
});
try {
  const page = await browser.newPage({ viewport: { width: 1024, height: 1024 } });
  await makeAppIcons(page);
  await makeTrayImages(page);
} finally {
  await browser.close();
}

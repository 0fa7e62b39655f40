/**
 * `node tools/make-icons.ts`: renders the pictures of the application and its tray from the SVG files in resources/icons,
 * in a Chromium. Run it after changing a drawing and commit what it writes.
 */
import { mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { chromium } from 'playwright-core';
import type { Page } from 'playwright-core';
import { RING_STEPS } from '../src/main/status/tray-image.ts';
import { findChromium } from './lib/find-chromium.ts';
import { packIcns, packIco } from './lib/icon-containers.ts';
import type { Picture } from './lib/icon-containers.ts';

const resources = fileURLToPath(new URL('../resources', import.meta.url));
const ICON_SIZES = [16, 24, 32, 48, 64, 128, 256, 512, 1024];
/** Up to here five threads are a blur, so the drawing with three is used. */
const SMALL_UP_TO = 32;
const ICO_SIZES = [16, 24, 32, 48, 64, 256];
/** The small icon of Windows at 100, 125, 150, 175, 200, 250 and 300 % of its scale. */
const TRAY_ICO_SIZES = [16, 20, 24, 28, 32, 40, 48];
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

/** The icon of workspace files, where systems show them. */
async function makeDocumentIcons(page: Page): Promise<void> {
  const folder = join(resources, 'icons');
  const svg = await readFile(join(folder, 'document.svg'), 'utf8');
  const pictures: Picture[] = [];
  for (const size of ICON_SIZES) pictures.push({ size, png: await render(page, svg, size) });
  const large = pictures.find(({ size }) => size === 256);
  if (large) await writeFile(join(folder, 'document-256.png'), large.png);
  const ofIco = pictures.filter(({ size }) => ICO_SIZES.includes(size));
  await writeFile(join(folder, 'document.ico'), packIco(ofIco));
  await writeFile(join(folder, 'document.icns'), packIcns(pictures));
}

/**
 * The files of one picture for a panel, with their sizes in pixels. Electron takes the file for the scale of the display by itself
 * on macOS; panels of Linux scale one large picture; on Windows it makes an icon of the plain PNG only, whatever the scale
 * (NativeImage::GetHICON), and takes the right size out of an ICO.
 */
function trayFiles(name: string, panel: string): [string, number[]][] {
  if (panel === 'template')
    return [
      [`${name}-Template.png`, [16]],
      [`${name}-Template@2x.png`, [32]],
    ];
  return [
    [`${name}-${panel}.ico`, TRAY_ICO_SIZES],
    [`${name}-${panel}-44.png`, [44]],
  ];
}

async function makeTrayImages(page: Page): Promise<void> {
  const svg = await readFile(join(resources, 'icons', 'tray.svg'), 'utf8');
  const folder = join(resources, 'tray');
  await rm(folder, { recursive: true, force: true });
  await mkdir(folder, { recursive: true });
  const rings = Array.from({ length: RING_STEPS + 1 }, (_, step) => ({
    name: `running-${step}`,
    group: 'ring',
    colour: 'running' as const,
    done: step / RING_STEPS,
  }));
  const states = STATES.map((state) => ({ name: state, group: state, colour: state, done: 0 }));
  for (const { name, group, colour, done } of [...states, ...rings]) {
    for (const [panel, colours] of Object.entries(PANELS)) {
      const css = `.state{display:none}.state.${group}{display:inline}svg{--ink:${colours.ink};--accent:${colours[colour]};--done:${done}}`;
      for (const [file, sizes] of trayFiles(name, panel)) {
        const pictures: Picture[] = [];
        for (const size of sizes) pictures.push({ size, png: await render(page, svg, size, css) });
        const [first] = pictures;
        if (first) await writeFile(join(folder, file), file.endsWith('.ico') ? packIco(pictures) : first.png);
      }
    }
  }
  const badge = await readFile(join(resources, 'icons', 'badge.svg'), 'utf8');
  for (const [file, size] of [
    ['badge.png', 16],
    ['badge@2x.png', 32],
  ] as const)
    await writeFile(join(folder, file), await render(page, badge, size));
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
  await makeDocumentIcons(page);
  await makeTrayImages(page);
} finally {
  await browser.close();
}

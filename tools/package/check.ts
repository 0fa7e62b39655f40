/**
 * `npm run package:check`: packs the application with a stand-in for Electron, so that everything about the packages but Electron
 * itself is proved where its binary cannot be had. Exit code 1 when anything is wrong.
 */
import { chmodSync, existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { extractAll } from '@electron/asar';
import { findChromium } from '../lib/find-chromium.ts';
import { node24 } from '../lib/node24.ts';
import { COMMAND, PRODUCT, PROJECT } from './config.ts';
import { APP_IMAGE_PROGRAMS, appImageProblems, makeAppImageTools } from './check/app-image.ts';
import { hasProgram } from './check/programs.ts';
import { macProblems, makeStandInForMac } from './check/mac.ts';
import { Report } from './check/report.ts';
import { smokeProblems } from './check/smoke.ts';
import { makeStandInForLinux, makeStandInForWindows } from './check/stand-in-electron.ts';
import {
  archiveProblems,
  bundleProblems,
  electronProblems,
  iconProblems,
  windowsProblems,
} from './check/unpacked.ts';
import {
  commandProblems,
  desktopProblems,
  installDeb,
  removalProblems,
  rpmProblems,
  unpackApp,
} from './check/installed.ts';
import { pack } from './pack.ts';

const report = new Report();

/** A program that the builder takes for fpm. */
function makeFpm(folder: string): string {
  const path = join(folder, 'fpm');
  const script = fileURLToPath(new URL('./check/fpm.ts', import.meta.url));
  writeFileSync(path, `#!/bin/sh\nexec '${node24()}' '${script}' "$@"\n`);
  chmodSync(path, 0o755);
  return path;
}

async function check(work: string): Promise<void> {
  const electron = join(work, 'electron');
  makeStandInForLinux(electron);
  process.env['CUSTOM_FPM_PATH'] = makeFpm(work);
  const canInstall = hasProgram('dpkg-deb') && (process.getuid?.() === 0 || hasProgram('fakeroot'));
  const canImage = APP_IMAGE_PROGRAMS.every(hasProgram);
  if (canImage) {
    const tools = join(work, 'app-image-tools');
    makeAppImageTools(tools);
    process.env['APPIMAGE_TOOLS_PATH'] = tools;
  }
  const targets = [
    ...(canInstall ? ['deb'] : []),
    ...(hasProgram('rpmbuild') ? ['rpm'] : []),
    ...(canImage ? ['AppImage'] : []),
  ];
  let made: string[] = [];
  const output = join(work, 'dist');
  await report.part(`packing for Linux: ${['unpacked', ...targets].join(', ')}`, async () => {
    made = await pack({
      platform: 'linux',
      architectures: ['x64'],
      targets: targets.length > 0 ? targets : ['dir'],
      output,
      electron,
      environment: {},
    });
    return targets
      .filter((target) => !made.some((file) => file.endsWith(`.${target}`)))
      .map((target) => `no ${target} was made`);
  });
  const unpacked = join(output, 'linux-unpacked');
  const archive = join(unpacked, 'resources', 'app.asar');
  const app = join(work, 'app');
  extractAll(archive, app);
  await report.part('what the archive holds', () => archiveProblems(archive));
  await report.part('what the bundles need', () => bundleProblems(app));
  await report.part('fuses and languages of Electron', () => electronProblems(unpacked, COMMAND));
  await report.part('icons', iconProblems);
  await checkWindows(work);
  await checkMac(work);

  const deb = made.find((file) => file.endsWith('.deb'));
  if (deb === undefined) report.skipped('deb', 'dpkg-deb, or root or fakeroot, is not there');
  else await checkDeb(deb, work);
  const rpm = made.find((file) => file.endsWith('.rpm'));
  if (rpm === undefined || deb === undefined) report.skipped('rpm', 'rpmbuild is not there');
  else await report.part('rpm', () => rpmProblems(rpm, deb));
  const appImage = made.find((file) => file.endsWith('.AppImage'));
  if (appImage === undefined)
    report.skipped('AppImage', `one of ${APP_IMAGE_PROGRAMS.join(', ')} is not there`);
  else await report.part('AppImage', () => appImageProblems(appImage, join(work, 'image')));
  if (await findChromium()) await report.part('the window out of the package', () => smokeProblems(app));
  else report.skipped('the window out of the package', 'no Chromium was found');
}

async function checkWindows(work: string): Promise<void> {
  const electron = join(work, 'electron-windows');
  makeStandInForWindows(electron);
  const output = join(work, 'dist-windows');
  const unpacked = join(output, 'win-unpacked');
  await report.part('packing for Windows: unpacked', async () => {
    await pack({
      platform: 'windows',
      architectures: ['x64'],
      targets: ['dir'],
      output,
      electron,
      environment: {},
    });
    const fuses = await electronProblems(unpacked, `${PRODUCT}.exe`);
    return [
      ...archiveProblems(join(unpacked, 'resources', 'app.asar')),
      ...fuses,
      ...windowsProblems(unpacked),
    ];
  });
}

async function checkMac(work: string): Promise<void> {
  const electron = join(work, 'electron-mac');
  makeStandInForMac(electron);
  const output = join(work, 'dist-mac');
  await report.part('packing for macOS: unpacked', async () => {
    await pack({
      platform: 'mac',
      architectures: ['x64'],
      targets: ['dir'],
      output,
      electron,
      environment: {},
    });
    return macProblems(join(output, 'mac', `${PRODUCT}.app`));
  });
}

async function checkDeb(deb: string, work: string): Promise<void> {
  const root = join(work, 'root');
  const files = join(work, 'files');
  mkdirSync(files);
  await report.part('installing the deb', () => {
    installDeb(deb, root);
    unpackApp(root);
    return [];
  });
  await report.part('desktop entry, file type, AppArmor, scripts', () => desktopProblems(root));
  await report.part('the installed command', () => commandProblems(root, files));
  await report.part('removing the deb', () => removalProblems(root));
}

if (process.platform !== 'linux') {
  console.error('package:check needs Linux: it builds and installs the packages of Linux.');
  process.exit(1);
}
if (!existsSync(join(PROJECT, 'out', 'main', 'start.js'))) {
  console.error('Nothing has been built yet: npm run build first.');
  process.exit(1);
}
const work = mkdtempSync(join(tmpdir(), 'eventloom-package-'));
try {
  await check(work);
} finally {
  rmSync(work, { recursive: true, force: true });
}
console.log(report.failed === 0 ? 'The packages are as they should be.' : `${report.failed} parts failed.`);
process.exitCode = report.failed === 0 ? 0 : 1;

/**
 * `npm run package`: makes the installers of the system it runs on, in `dist`. `-- --arch arm64|x64|universal` for another
 * architecture (`x64,arm64` for both), `-- --target deb` (also several) for some of the installers only.
 */
import { existsSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { electronExecutable } from '../lib/electron-binary.ts';
import { fetchElectron } from '../lib/fetch-electron.ts';
import { PROJECT, TARGETS } from './config.ts';
import { hasProgram } from './check/programs.ts';
import { ARCHITECTURES, pack } from './pack.ts';
import type { Architecture, PackOptions } from './pack.ts';

const SYSTEMS: Partial<Record<NodeJS.Platform, PackOptions['platform']>> = {
  linux: 'linux',
  darwin: 'mac',
  win32: 'windows',
};
/** From the program of Electron up to the folder that is unpacked from its archive. */
const TO_FOLDER: Record<PackOptions['platform'], string> = { linux: '..', windows: '..', mac: '../../../..' };

function fail(message: string): never {
  console.error(message);
  process.exit(1);
}

/** The folder of Electron for this machine; fetches it when it is missing. */
async function electronFolder(platform: PackOptions['platform']): Promise<string> {
  const why =
    electronExecutable() === undefined
      ? await fetchElectron({
          patience: Number(process.env['EVENTLOOM_DOWNLOAD_PATIENCE'] ?? 60),
          onProgress: (seconds, megabytes) => console.error(`Electron: ${seconds} s, ${megabytes} MB`),
        })
      : undefined;
  const program = electronExecutable();
  if (program !== undefined) return resolve(program, TO_FOLDER[platform]);
  return fail(
    `Installers contain Electron, and it cannot be had here: ${why ?? 'no program after the installation'}.\n` +
      'Set ELECTRON_MIRROR to a mirror, or ELECTRON_OVERRIDE_DIST_PATH to the folder of an unpacked Electron.\n' +
      'Everything else about the packages is checked without it: npm run package:check',
  );
}

/** The installers asked for, or all of the system that can be made here. */
function targetsOf(platform: PackOptions['platform'], asked: string[] | undefined): string[] {
  if (asked) return asked;
  const names: string[] = [...TARGETS[platform]];
  if (platform !== 'linux' || hasProgram('rpmbuild')) return names;
  console.error('No rpm: rpmbuild is not there (Debian and Ubuntu: apt install rpm).');
  return names.filter((target) => target !== 'rpm');
}

const platform = SYSTEMS[process.platform] ?? fail(`There are no installers for ${process.platform}.`);
const { values } = parseArgs({
  options: { arch: { type: 'string' }, target: { type: 'string', multiple: true } },
});
const isArchitecture = (name: string): name is Architecture => name in ARCHITECTURES;
const architectures = (values.arch ?? process.arch)
  .split(',')
  .map((name) =>
    isArchitecture(name) ? name : fail(`There are no installers for the architecture ${name}.`),
  );
if (!existsSync(join(PROJECT, 'out', 'main', 'start.js')))
  fail('Nothing has been built yet: npm run build first.');

// A secret that a workflow does not have comes as an empty text, which the builder would take for a certificate.
for (const name of [
  'CSC_LINK',
  'CSC_KEY_PASSWORD',
  'APPLE_ID',
  'APPLE_APP_SPECIFIC_PASSWORD',
  'APPLE_TEAM_ID',
])
  if (process.env[name] === '') Reflect.deleteProperty(process.env, name);

const made = await pack({
  platform,
  architectures,
  targets: targetsOf(platform, values.target),
  output: join(PROJECT, 'dist'),
  // For another architecture the builder fetches Electron by itself, from the same mirror.
  ...(architectures.every((name) => name === process.arch)
    ? { electron: await electronFolder(platform) }
    : {}),
  environment: process.env,
});
for (const file of made) console.log(file);

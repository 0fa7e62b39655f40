import { chmodSync, mkdirSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import type * as Resedit from 'resedit';
import { node24 } from '../../lib/node24.ts';

/** Where Electron's fuses are in its binary: this word, the version and length of the wire, then a digit for each fuse. */
const SENTINEL = 'dL7pKGdnNz796PbbjQWNKmHXBZaB9tsX';
/** The language of Electron's resources on Windows, and their encoding (UTF-16). */
const ENGLISH = { lang: 0x0409, codepage: 1200 };
/** As in a fresh Electron: what is on at first is off in our packages, and the other way round. */
const FRESH_FUSES = '101100010';

/** Files of Electron that packages and their scripts refer to, empty here. */
const FILES = [
  'LICENSE',
  'LICENSES.chromium.html',
  'chrome-sandbox',
  'chrome_crashpad_handler',
  'icudtl.dat',
  'version',
  'resources/default_app.asar',
  ...['de', 'en-GB', 'en-US', 'zh-CN', 'zh-TW'].map((language) => `locales/${language}.pak`),
];

function writeFolder(folder: string): void {
  mkdirSync(join(folder, 'resources'), { recursive: true });
  mkdirSync(join(folder, 'locales'));
  for (const file of FILES) writeFileSync(join(folder, file), '');
}

/** What stands for the fuses in a program. */
export function fuseWire(): Buffer {
  return Buffer.concat([
    Buffer.from(SENTINEL),
    Buffer.from([1, FRESH_FUSES.length]),
    Buffer.from(`${FRESH_FUSES}\n`),
  ]);
}

/**
 * Makes a folder that the builder takes for Electron on Linux. Its program starts the application in Node, out of the folder
 * `app` beside its archive: Node cannot read the archive. Its default_app.asar is none: packing fails unless it is removed first.
 */
export function makeStandInForLinux(folder: string): void {
  writeFolder(folder);
  const program = `#!/bin/sh
here=$(dirname "$(readlink -f "$0")")
[ "\${1:-}" = --no-sandbox ] && shift
exec '${node24()}' "$here/resources/app/out/main/start.js" "$@"
`;
  writeFileSync(join(folder, 'electron'), Buffer.concat([Buffer.from(program), fuseWire()]));
  for (const file of ['electron', 'chrome-sandbox', 'chrome_crashpad_handler'])
    chmodSync(join(folder, file), 0o755);
}

/** Of the builder: what it reads and writes the resources of Windows programs with. */
export function builderResedit(): typeof Resedit {
  const builder = createRequire(import.meta.url).resolve('app-builder-lib/package.json');
  return createRequire(builder)('resedit') as typeof Resedit;
}

/** Makes a folder that the builder takes for Electron on Windows: the program is empty, but for its version and its fuses. */
export function makeStandInForWindows(folder: string): void {
  writeFolder(folder);
  const { NtExecutable, NtExecutableResource, Resource } = builderResedit();
  const program = NtExecutable.createEmpty(false, false);
  const resources = NtExecutableResource.from(program);
  const version = Resource.VersionInfo.createEmpty();
  version.lang = ENGLISH.lang;
  version.setStringValues(ENGLISH, { ProductName: 'Electron' });
  version.outputToResourceEntries(resources.entries);
  resources.outputResource(program);
  program.setExtraData(new Uint8Array(fuseWire()).buffer);
  writeFileSync(join(folder, 'electron.exe'), Buffer.from(program.generate()));
}

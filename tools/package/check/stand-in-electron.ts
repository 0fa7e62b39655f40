import { chmodSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { node24 } from '../../lib/node24.ts';

/** Where Electron's fuses are in its binary: this word, the version and length of the wire, then a digit for each fuse. */
const SENTINEL = 'dL7pKGdnNz796PbbjQWNKmHXBZaB9tsX';
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

/**
 * Makes a folder that the builder takes for Electron on Linux. Its program starts the application in Node, out of the folder
 * `app` beside its archive: Node cannot read the archive. Its default_app.asar is none: packing fails unless it is removed first.
 */
export function makeStandInElectron(folder: string): void {
  mkdirSync(join(folder, 'resources'), { recursive: true });
  mkdirSync(join(folder, 'locales'));
  for (const file of FILES) writeFileSync(join(folder, file), '');
  const wire = Buffer.concat([Buffer.from(SENTINEL), Buffer.from([1, FRESH_FUSES.length])]);
  const program = `#!/bin/sh
here=$(dirname "$(readlink -f "$0")")
[ "\${1:-}" = --no-sandbox ] && shift
exec '${node24()}' "$here/resources/app/out/main/start.js" "$@"
`;
  const path = join(folder, 'electron');
  writeFileSync(path, Buffer.concat([Buffer.from(program), wire, Buffer.from(`${FRESH_FUSES}\n`)]));
  for (const file of ['electron', 'chrome-sandbox', 'chrome_crashpad_handler'])
    chmodSync(join(folder, file), 0o755);
}

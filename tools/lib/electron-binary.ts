import { existsSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';

/** The folder of the npm package `electron`. */
export function electronPackage(): string {
  return dirname(createRequire(import.meta.url).resolve('electron/package.json'));
}

/**
 * Path of Electron's executable when it is there, else undefined. Reads what the package's own index.js reads, but does not
 * start a download as that does. `ELECTRON_OVERRIDE_DIST_PATH` names a folder with an Electron of the user's own.
 */
export function electronExecutable(): string | undefined {
  const folder = electronPackage();
  const note = join(folder, 'path.txt');
  const name = existsSync(note) ? readFileSync(note, 'utf8').trim() : undefined;
  const override = process.env['ELECTRON_OVERRIDE_DIST_PATH'];
  if (override !== undefined && override !== '') {
    const path = join(override, name ?? (process.platform === 'win32' ? 'electron.exe' : 'electron'));
    return existsSync(path) ? path : undefined;
  }
  if (name === undefined) return undefined;
  const path = join(folder, 'dist', name);
  return existsSync(path) ? path : undefined;
}

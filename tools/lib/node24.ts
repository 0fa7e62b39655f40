import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';

/**
 * Path of a Node of Electron's own line: this process if it is one, else the one that the npm package `node` brings.
 * Scripts that start others use it, so that they do not depend on the Node of the system.
 */
export function node24(): string {
  if (Number(process.versions.node.split('.')[0]) >= 24) return process.execPath;
  const folder = dirname(createRequire(import.meta.url).resolve('node/package.json'));
  return join(folder, 'bin', process.platform === 'win32' ? 'node.exe' : 'node');
}

import { spawn } from 'node:child_process';
import { mkdtempSync, readdirSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { electronPackage } from './electron-binary.ts';
import { node24 } from './node24.ts';

export interface FetchOptions {
  /** Gives up after so many seconds in which nothing arrived. */
  patience: number;
  /** Called every ten seconds. */
  onProgress(seconds: number, megabytes: number): void;
}

function sizeOf(folder: string): number {
  let bytes = 0;
  try {
    for (const entry of readdirSync(folder, { withFileTypes: true, recursive: true })) {
      if (entry.isFile()) bytes += statSync(join(entry.parentPath, entry.name)).size;
    }
  } catch {
    // A file that was moved meanwhile counts at its next place; a folder that is not there yet is empty.
  }
  return bytes;
}

/**
 * Runs the installer of the npm package `electron` and watches it, because it says nothing for half a minute and has no time limit.
 * Resolves with undefined when the binary is there, else with one line that says why not.
 */
export async function fetchElectron({ patience, onProgress }: FetchOptions): Promise<string | undefined> {
  const folder = electronPackage();
  // The installer loads into the temporary folder: with one of its own its progress can be seen, and nothing stays when it is ended.
  const temporary = mkdtempSync(join(tmpdir(), 'eventloom-electron-'));
  const cleanUp = (): void => rmSync(temporary, { recursive: true, force: true, maxRetries: 5 });
  const child = spawn(node24(), [join(folder, 'install.js')], {
    env: {
      ...process.env,
      TMPDIR: temporary,
      TEMP: temporary,
      TMP: temporary,
      ELECTRON_GET_NO_PROGRESS: '1',
    },
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  const endWithUs = (): void => {
    child.kill('SIGKILL');
    cleanUp();
  };
  process.once('exit', endWithUs);
  let said = '';
  let stalled = false;
  child.stderr.on('data', (chunk: Buffer) => (said += chunk.toString()));

  const start = Date.now();
  let arrived = 0;
  let lastGrowth = start;
  let lastReport = start;
  const watch = setInterval(() => {
    const now = Date.now();
    const bytes = sizeOf(temporary) + sizeOf(join(folder, 'dist'));
    if (bytes !== arrived) lastGrowth = now;
    arrived = bytes;
    if (now - lastReport >= 10_000) {
      lastReport = now;
      onProgress(Math.round((now - start) / 1000), Math.round(bytes / 1e6));
    }
    stalled = now - lastGrowth > patience * 1000;
    if (stalled) child.kill('SIGKILL');
  }, 500);

  const code = await new Promise<number | null>((resolve) => {
    child.once('error', () => resolve(null));
    child.once('close', resolve);
  });
  clearInterval(watch);
  process.off('exit', endWithUs);
  cleanUp();
  if (code === 0) return undefined;
  if (stalled) return `${patience} s without a byte`;
  const [reason = 'the installer failed'] = said.split('\n').filter((line) => line.trim() !== '');
  return reason.replace(/^\w*Error: /, '');
}

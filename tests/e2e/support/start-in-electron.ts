import { spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { _electron, chromium } from 'playwright-core';
import type { Browser, BrowserContext } from 'playwright-core';
import { electronExecutable } from '../../../tools/lib/electron-binary.ts';
import type { Started } from './app-under-test.ts';
import type { StartOptions } from './launch.ts';
import { Pages } from './pages.ts';

const RECORDER = fileURLToPath(new URL('./electron-recorder.cjs', import.meta.url));

/** Electron refuses its sandbox to root, as Chromium does. */
function rootFlags(): string[] {
  return process.getuid?.() === 0 ? ['--no-sandbox'] : [];
}

/** Starts the application in real Electron, with a recorder loaded before it that answers the same questions as the host. */
export async function startInElectron(options: StartOptions): Promise<Started> {
  const executablePath = electronExecutable();
  if (executablePath === undefined)
    throw new Error('There is no Electron binary; npx install-electron fetches it.');
  const { appPath, env } = options;
  const app = await _electron.launch({
    executablePath,
    args: [...rootFlags(), '-r', RECORDER, appPath, ...options.args],
    cwd: appPath,
    env,
  });
  const child = app.process();
  let log = '';
  const hear = (chunk: Buffer): void => {
    log += chunk.toString();
    if (process.env['EVENTLOOM_E2E_LOG'] === '1') process.stdout.write(chunk);
  };
  child.stdout?.on('data', hear);
  child.stderr?.on('data', hear);
  const exited = new Promise<number | string>((resolve) => {
    child.once('exit', (code, signal) => resolve(code ?? signal ?? 'unknown'));
  });
  const { electron, chrome } = await app.evaluate(() => ({
    electron: process.versions['electron'],
    chrome: process.versions['chrome'],
  }));
  const pages = new Pages();
  const more: Browser[] = [];
  let context: BrowserContext = app.context();

  return {
    runtime: { kind: 'electron', description: `Electron ${electron} (Chromium ${chrome})` },
    pid: child.pid ?? 0,
    exited,
    log: () => log,
    page: (targetId) => pages.find(context, targetId),
    renew: async (targetId) => {
      const devTools = await app.evaluate(
        () => (globalThis as unknown as { eventloomRecorder: { port: string } }).eventloomRecorder.port,
      );
      const browser = await chromium.connectOverCDP(`http://127.0.0.1:${devTools}`, {
        isLocal: true,
        noDefaults: true,
      });
      more.push(browser);
      context = browser.contexts()[0] ?? context;
      pages.forget(targetId);
      return pages.find(context, targetId);
    },
    call: (request) =>
      app.evaluate(async (_electron, what) => {
        const recorder = (
          globalThis as unknown as { eventloomRecorder: { answer(request: unknown): unknown } }
        ).eventloomRecorder;
        return (await recorder.answer(what)) ?? null;
      }, request),
    kill: () => void child.kill('SIGKILL'),
    release: async () => {
      for (const browser of more) await browser.close().catch(() => undefined);
    },
    again: (args) =>
      new Promise((resolve, reject) => {
        const second = spawn(executablePath, [...rootFlags(), appPath, ...args], {
          cwd: appPath,
          env,
          stdio: 'ignore',
        });
        second.once('error', reject);
        second.once('exit', (code, signal) => resolve(code ?? signal ?? 'unknown'));
      }),
  };
}

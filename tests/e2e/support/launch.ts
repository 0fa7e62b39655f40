import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Page } from 'playwright-core';
import { AppUnderTest } from './app-under-test.ts';
import { announce, chooseRuntime } from './runtime.ts';
import type { Runtime } from './runtime.ts';
import { startInElectron } from './start-in-electron.ts';
import { startInHost } from './start-in-host.ts';

export interface LaunchOptions {
  /** Folder of the application's package.json; this project by default. */
  appPath?: string;
  /** Folder for settings and workspaces; a new one, removed afterwards, by default. Give one to start again with it. */
  userData?: string;
  /** More environment variables. */
  env?: Record<string, string>;
  /** Command line arguments of the application. */
  args?: string[];
  /** The runtime; whichever is there by default. Only tests of a runtime itself ask for one. */
  runtime?: Runtime['kind'];
  /** Language of the system; Chinese by default. */
  systemLanguage?: 'zh-CN' | 'en-US';
}

export interface StartOptions {
  appPath: string;
  userData: string;
  args: string[];
  env: Record<string, string>;
  systemLanguage: 'zh-CN' | 'en-US';
  /** A browser for this start alone, as a user has; else one for all starts of the test file. */
  ownBrowser: boolean;
}

const PROJECT = fileURLToPath(new URL('../../..', import.meta.url));
const running = new Set<AppUnderTest>();
const folders = new Set<string>();

/** A new empty folder, removed by {@link disposeAll}. */
export function temporaryFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'eventloom-e2e-'));
  folders.add(folder);
  return folder;
}

/** Starts the built application in whichever runtime is there and waits until it is ready. */
export async function launchApp(options: LaunchOptions = {}): Promise<AppUnderTest> {
  const userData = options.userData ?? temporaryFolder();
  const systemLanguage = options.systemLanguage ?? 'zh-CN';
  const locale = `${systemLanguage.replace('-', '_')}.UTF-8`;
  const start: StartOptions = {
    appPath: options.appPath ?? PROJECT,
    userData,
    args: options.args ?? [],
    env: {
      ...(process.env as Record<string, string>),
      LANGUAGE: '',
      LC_ALL: locale,
      LANG: locale,
      EVENTLOOM_USER_DATA: userData,
      ...options.env,
    },
    systemLanguage,
    ownBrowser: options.runtime !== undefined,
  };
  const started = await ((options.runtime ?? chooseRuntime()) === 'electron'
    ? startInElectron(start)
    : startInHost(start));
  announce(started.runtime);
  const app = new AppUnderTest(started, userData, () => running.delete(app));
  running.add(app);
  return app;
}

/** The running application that a window belongs to. */
export async function appOf(page: Page): Promise<AppUnderTest> {
  for (const app of running) {
    // One that has ended answers no more.
    const windows = await app.windows().catch((): Page[] => []);
    if (windows.includes(page)) return app;
  }
  throw new Error('no running application has this window');
}

/** Ends every application that is still running and removes the temporary folders: `afterEach(disposeAll)`. */
export async function disposeAll(): Promise<void> {
  await Promise.all([...running].map((app) => app.dispose()));
  for (const folder of folders)
    rmSync(folder, { recursive: true, force: true, maxRetries: 20, retryDelay: 50 });
  folders.clear();
}

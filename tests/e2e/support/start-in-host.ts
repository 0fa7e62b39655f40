import { fork } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { rmSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { chromium } from 'playwright-core';
import type { Browser } from 'playwright-core';
import type { ToTest } from '../../../tools/chromium-host/control-protocol.ts';
import { Chromium } from '../../../tools/chromium-host/browser/chromium.ts';
import { node24 } from '../../../tools/lib/node24.ts';
import type { Started } from './app-under-test.ts';
import { Pages } from './pages.ts';
import type { StartOptions } from './launch.ts';

const HOST = fileURLToPath(new URL('../../../tools/chromium-host/main.ts', import.meta.url));

type Ready = Extract<ToTest, { is: 'ready' }>;
type Answer = Extract<ToTest, { is: 'answer' }>;

interface Process {
  child: ChildProcess;
  exited: Promise<number | string>;
  log(): string;
}

/** The browsers of this test file, by the language of their pages. Each ends with this process, and is half of the work of a start. */
const sharedBrowsers = new Map<string, Promise<Chromium>>();

async function sharedBrowser(language: string): Promise<string> {
  const known = sharedBrowsers.get(language);
  const browser = known ?? Chromium.start({ shown: false, devToolsPort: true, language });
  sharedBrowsers.set(language, browser);
  return (await browser).devToolsUrl();
}

function run(options: StartOptions, args: string[], browser: string): Process {
  const child = fork(HOST, [options.appPath, ...args], {
    execPath: node24(),
    execArgv: [],
    env: { ...options.env, EVENTLOOM_HOST_BROWSER: browser },
    stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
  });
  let log = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream?.on('data', (chunk: Buffer) => {
      log += chunk.toString();
      if (process.env['EVENTLOOM_E2E_LOG'] === '1') process.stdout.write(chunk);
    });
  }
  const exited = new Promise<number | string>((resolve) => {
    child.once('close', (code, signal) => resolve(code ?? signal ?? 'unknown'));
  });
  return { child, exited, log: () => log };
}

/** So long a connection looks for the page of a window that was reloaded, and so many connections look for it. */
const RENEWED_SECONDS = 5;
const MOST_CONNECTIONS = 4;

/** Starts the application in the Chromium host. Rejects with its output when it ends before it is ready. */
export async function startInHost(options: StartOptions): Promise<Started> {
  const browser = options.ownBrowser ? '' : await sharedBrowser(options.systemLanguage);
  const { child, exited, log } = run(options, options.args, browser);
  const answers = new Map<number, (answer: Answer) => void>();
  let calls = 0;
  const ready = await new Promise<Ready>((resolve, reject) => {
    child.on('message', (message: ToTest) => {
      if (message.is === 'ready') resolve(message);
      if (message.is === 'answer') answers.get(message.call)?.(message);
    });
    void exited.then((code) =>
      reject(new Error(`the application ended (${code}) before it was ready:\n${log()}`)),
    );
  });
  const seconds: ChildProcess[] = [];
  const browsers: Browser[] = [];
  const connect = async (): Promise<Browser> => {
    // The host's windows are what they are: Playwright's usual overrides of colour scheme and focus would hide that.
    const browser = await chromium.connectOverCDP(ready.devToolsUrl, { isLocal: true, noDefaults: true });
    browsers.push(browser);
    return browser;
  };
  await connect();
  const pages = new Pages();
  const page = async (targetId: string, seconds?: number): ReturnType<Started['page']> => {
    const context = browsers.at(-1)?.contexts()[0];
    if (!context) throw new Error('the browser has no context');
    return pages.find(context, targetId, seconds);
  };

  return {
    runtime: { kind: 'chromium-host', description: `chromium-host (${ready.version})` },
    pid: child.pid ?? 0,
    exited,
    log,
    page: (targetId) => page(targetId),
    // Playwright gives up a page whose renderer died; another connection sees the reloaded one, unless its new process is just being made.
    renew: async (targetId) => {
      pages.forget(targetId);
      for (let tries = 1; ; tries += 1) {
        await connect();
        try {
          return await page(targetId, RENEWED_SECONDS);
        } catch (error) {
          if (tries === MOST_CONNECTIONS) throw error;
        }
      }
    },
    call: (request) =>
      new Promise((resolve, reject) => {
        const call = ++calls;
        answers.set(call, (answer) => {
          answers.delete(call);
          if (answer.ok) resolve(answer.result);
          else reject(new Error(answer.error));
        });
        void exited.then((code) => reject(new Error(`the application has ended (${code})`)));
        child.send({ ...request, call }, (error) => error && reject(error));
      }),
    kill: () => void child.kill('SIGKILL'),
    release: async () => {
      for (const second of seconds) second.kill('SIGKILL');
      for (const browser of browsers) await browser.close().catch(() => undefined);
      if (ready.profile !== null)
        rmSync(ready.profile, { recursive: true, force: true, maxRetries: 20, retryDelay: 50 });
    },
    again: async (args) => {
      const second = run(options, args, browser);
      seconds.push(second.child);
      return second.exited;
    },
  };
}

import { spawn } from 'node:child_process';
import { chmodSync, readFileSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { RequestListener, Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, describe, expect, test } from 'vitest';
import { electronExecutable } from '../../../tools/lib/electron-binary.ts';
import { findChromium } from '../../../tools/lib/find-chromium.ts';
import { node24 } from '../../../tools/lib/node24.ts';
import { until } from '../support/app-under-test.ts';
import { disposeAll, temporaryFolder } from '../support/launch.ts';

const PROJECT = fileURLToPath(new URL('../../..', import.meta.url));
const onLinux = process.platform === 'linux';
const hasNoElectron = electronExecutable() === undefined;
const hasDisplay = !onLinux || Boolean(process.env['DISPLAY'] ?? process.env['WAYLAND_DISPLAY']);
const canShow = hasDisplay && (await findChromium())?.canShow === true;

let server: Server | undefined;
afterEach(async () => {
  server?.closeAllConnections();
  await new Promise((resolve) => (server ? server.close(resolve) : resolve(undefined)));
  server = undefined;
  await disposeAll();
});

/** A mirror of Electron's downloads on this machine. */
async function mirror(answer: RequestListener): Promise<string> {
  const listening = createServer(answer);
  server = listening;
  await new Promise<void>((resolve) => listening.listen(0, '127.0.0.1', resolve));
  return `http://127.0.0.1:${(listening.address() as AddressInfo).port}/`;
}

interface Start {
  /** What it has written so far. */
  text(): string;
  ended: Promise<number | null>;
  stop(): void;
}

function npmStart(env: Record<string, string | undefined>, args: string[] = []): Start {
  const child = spawn(node24(), [join(PROJECT, 'tools/start.ts'), ...args], {
    env: { ...process.env, ELECTRON_OVERRIDE_DIST_PATH: undefined, ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let text = '';
  for (const stream of [child.stdout, child.stderr])
    stream.on('data', (chunk: Buffer) => (text += chunk.toString()));
  const ended = new Promise<number | null>((resolve) => child.once('close', resolve));
  return { text: () => text, ended, stop: () => child.kill('SIGTERM') };
}

describe('npm start', () => {
  test.runIf(onLinux)(
    'starts the Electron of ELECTRON_OVERRIDE_DIST_PATH on the application and ends as it ends',
    async () => {
      const folder = temporaryFolder();
      // Only this file stands in for Electron's program; whatever is started is started like this.
      const program = join(folder, 'electron');
      writeFileSync(program, `#!/bin/sh\necho "$@" > "${folder}/arguments"\nexit 7\n`);
      chmodSync(program, 0o755);
      const start = npmStart({ ELECTRON_OVERRIDE_DIST_PATH: folder, DISPLAY: ':99' }, ['--flag']);
      expect(await start.ended).toBe(7);
      const sandbox = process.getuid?.() === 0 ? '--no-sandbox ' : '';
      expect(readFileSync(join(folder, 'arguments'), 'utf8').trim()).toBe(`${sandbox}${PROJECT} --flag`);
    },
  );

  test.runIf(onLinux)('names the folder when no Electron is in ELECTRON_OVERRIDE_DIST_PATH', async () => {
    const folder = temporaryFolder();
    const start = npmStart({ ELECTRON_OVERRIDE_DIST_PATH: folder, DISPLAY: ':99' });
    expect(await start.ended).toBe(1);
    expect(start.text()).toContain(folder);
  });
});

describe.runIf(hasNoElectron && onLinux)('npm start, when Electron cannot be fetched', () => {
  const noChromium = { EVENTLOOM_CHROMIUM: '/nonexistent/chromium', DISPLAY: ':99' };

  test('says why and how to help, without a stack trace', async () => {
    const address = await mirror((_request, response) => response.writeHead(404).end());
    const start = npmStart({ ...noChromium, ELECTRON_MIRROR: address });
    expect(await start.ended).toBe(1);
    expect(start.text()).toContain('Response code 404');
    expect(start.text()).toContain('ELECTRON_MIRROR=');
    expect(start.text()).toContain('EVENTLOOM_CHROMIUM is not an executable file: /nonexistent/chromium');
    expect(start.text()).not.toMatch(/^\s+at /m);
  });

  test('gives up on a server that says nothing', async () => {
    const address = await mirror(() => undefined);
    const start = npmStart({ ...noChromium, ELECTRON_MIRROR: address, EVENTLOOM_DOWNLOAD_PATIENCE: '1' });
    expect(await start.ended).toBe(1);
    expect(start.text()).toContain('1 s without a byte');
  });

  test.runIf(canShow)('opens the application in the Chromium host, and ends it with itself', async () => {
    const address = await mirror((_request, response) => response.writeHead(404).end());
    const userData = temporaryFolder();
    const start = npmStart({ ELECTRON_MIRROR: address, EVENTLOOM_USER_DATA: userData });
    await until('the application', () =>
      Promise.resolve(start.text().includes('Opening in the browser') ? true : undefined),
    );
    // The lock is taken by the application itself: it runs.
    await until('the lock', () => Promise.resolve(hasLock(userData) ? true : undefined));
    start.stop();
    expect(await start.ended).toBe(0);
    expect(start.text()).not.toContain('error');
  });
});

function hasLock(userData: string): boolean {
  try {
    readFileSync(join(userData, 'chromium-host.lock'));
    return true;
  } catch {
    return false;
  }
}

import { spawn } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { CdpConnection } from './connection.ts';
import { ChromiumProcess, profileFlags } from './process.ts';
import type { ChromiumOptions } from './process.ts';

/** A running Chromium with a profile of its own. It ends with this process, however that ends. */
export class Chromium {
  readonly connection: CdpConnection;
  /** e.g. `Chromium 156.0.8078.79`. */
  readonly version: string;
  readonly profile: string;
  private readonly process: ChromiumProcess;
  private readonly onGone = new Map<string, () => void>();
  private readonly onOpened = new Map<string, (targetId: string) => void>();

  private constructor(process: ChromiumProcess, version: string) {
    this.process = process;
    this.connection = process.connection;
    this.profile = process.profile;
    this.version = version;
    this.connection.browser.on('Target.targetCreated', ({ targetInfo }) =>
      this.onOpened.get(targetInfo.url)?.(targetInfo.targetId),
    );
    this.connection.browser.on('Target.targetDestroyed', ({ targetId }) => {
      this.onGone.get(targetId)?.();
      this.onGone.delete(targetId);
    });
  }

  /** Starts the Chromium that is found on this machine. Throws with the output of the browser when it does not start. */
  static async start(options: ChromiumOptions): Promise<Chromium> {
    const process = await ChromiumProcess.start(options);
    try {
      const { browser } = process.connection;
      await browser.send('Target.setDiscoverTargets', { discover: true });
      const { product } = await browser.send('Browser.getVersion');
      return new Chromium(process, product.replace(/^(Headless)?Chrome\//, 'Chromium '));
    } catch (error) {
      await process.end();
      throw new Error(`Chromium did not start (${process.executable}): ${String(error)}\n${process.said}`, {
        cause: error,
      });
    }
  }

  /** Calls back when a page has been closed by any side. */
  whenGone(targetId: string, listener: () => void): void {
    this.onGone.set(targetId, listener);
  }

  /**
   * Opens a window without tabs and address, and returns its target. DevTools opens browser windows only; this one comes from `--app`:
   * a second call of the executable passes the request to the browser that owns the profile, and the page is recognised by its address.
   */
  openAppWindow(): Promise<string> {
    const url = `data:text/html,<!--${randomUUID()}-->`;
    return new Promise((resolve, reject) => {
      this.onOpened.set(url, (targetId) => {
        this.onOpened.delete(url);
        resolve(targetId);
      });
      spawn(this.process.executable, [...profileFlags(this.profile), `--app=${url}`], {
        stdio: 'ignore',
      }).once('error', reject);
    });
  }

  /** The WebSocket of the DevTools port, for a second client such as Playwright. */
  async devToolsUrl(): Promise<string> {
    for (let attempt = 0; attempt < 200; attempt++) {
      // Chromium writes the file while it already answers on the pipe.
      const text = await readFile(join(this.profile, 'DevToolsActivePort'), 'utf8').catch(() => '');
      const [, port, path] = /^(\d+)\n(\/devtools\/browser\/\S+)$/.exec(text.trim()) ?? [];
      if (port !== undefined && path !== undefined) return `ws://127.0.0.1:${port}${path}`;
      await new Promise((resolve) => setTimeout(resolve, 25));
    }
    throw new Error('Chromium opened no DevTools port');
  }

  /** Closes the browser; kills it after three seconds. */
  async stop(): Promise<void> {
    void this.connection.browser.tell('Browser.close');
    await this.process.end();
  }
}

import { spawn } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { CdpConnection } from './connection.ts';
import { ChromiumProcess, profileFlags } from './process.ts';
import type { ChromiumOptions } from './process.ts';
import { socketTransport } from './transport.ts';

/** A running Chromium: one of our own with a new profile, which ends with this process however that ends; or a part of another's. */
export class Chromium {
  readonly connection: CdpConnection;
  /** e.g. `Chromium 156.0.8078.79`. */
  readonly version: string;
  /** The part of a shared browser in which pages are opened; undefined where the browser is our own. */
  readonly contextId: string | undefined;
  private readonly own: ChromiumProcess | undefined;
  private readonly sharedUrl: string | undefined;
  private readonly onGone = new Map<string, () => void>();
  private readonly onOpened = new Map<string, (targetId: string) => void>();

  private constructor(
    connection: CdpConnection,
    version: string,
    from: { own: ChromiumProcess } | { sharedUrl: string; contextId: string },
  ) {
    this.connection = connection;
    this.version = version;
    this.own = 'own' in from ? from.own : undefined;
    this.sharedUrl = 'own' in from ? undefined : from.sharedUrl;
    this.contextId = 'own' in from ? undefined : from.contextId;
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
      const version = await greet(process.connection);
      if (!options.shown) await allowCopying(process.connection);
      return new Chromium(process.connection, version, { own: process });
    } catch (error) {
      await process.end();
      throw new Error(`Chromium did not start (${process.executable}): ${String(error)}\n${process.said}`, {
        cause: error,
      });
    }
  }

  /**
   * Joins a headless browser that another process started with a DevTools port, given its WebSocket. Pages, storage and cookies
   * are apart from those of others, and the browser removes them when this process ends.
   */
  static async join(url: string): Promise<Chromium> {
    const connection = new CdpConnection(await socketTransport(url));
    const version = await greet(connection);
    const { browserContextId: contextId } = await connection.browser.send('Target.createBrowserContext', {
      disposeOnDetach: true,
    });
    await allowCopying(connection, contextId);
    return new Chromium(connection, version, { sharedUrl: url, contextId });
  }

  /** The folder of the profile; undefined where the browser is shared. */
  get profile(): string | undefined {
    return this.own?.profile;
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
    const { own } = this;
    if (!own) throw new Error('a shared browser is headless: it has no windows');
    const url = `data:text/html,<!--${randomUUID()}-->`;
    return new Promise((resolve, reject) => {
      this.onOpened.set(url, (targetId) => {
        this.onOpened.delete(url);
        resolve(targetId);
      });
      spawn(own.executable, [...profileFlags(own.profile), `--app=${url}`], { stdio: 'ignore' }).once(
        'error',
        reject,
      );
    });
  }

  /** The WebSocket of the DevTools port, for a second client such as Playwright. */
  async devToolsUrl(): Promise<string> {
    if (this.sharedUrl !== undefined || !this.own) return String(this.sharedUrl);
    for (let attempt = 0; attempt < 200; attempt++) {
      // Chromium writes the file while it already answers on the pipe.
      const text = await readFile(join(this.own.profile, 'DevToolsActivePort'), 'utf8').catch(() => '');
      const [, port, path] = /^(\d+)\n(\/devtools\/browser\/\S+)$/.exec(text.trim()) ?? [];
      if (port !== undefined && path !== undefined) return `ws://127.0.0.1:${port}${path}`;
      await new Promise((resolve) => setTimeout(resolve, 25));
    }
    throw new Error('Chromium opened no DevTools port');
  }

  /** Closes the browser, and kills it after three seconds; of a shared one only what was opened here. */
  async stop(): Promise<void> {
    if (this.own) {
      void this.connection.browser.tell('Browser.close');
      await this.own.end();
    } else {
      await this.connection.browser.tell('Target.disposeBrowserContext', {
        browserContextId: String(this.contextId),
      });
      this.connection.close();
    }
  }
}

/** Makes the browser report its pages; returns its version. */
async function greet({ browser }: CdpConnection): Promise<string> {
  await browser.send('Target.setDiscoverTargets', { discover: true });
  const { product } = await browser.send('Browser.getVersion');
  return product.replace(/^(Headless)?Chrome\//, 'Chromium ');
}

/** Lets pages write to the clipboard, as browsers with a user interface do and those without one do not. */
async function allowCopying({ browser }: CdpConnection, browserContextId?: string): Promise<void> {
  await browser.send('Browser.setPermission', {
    permission: { name: 'clipboard-write' },
    setting: 'granted',
    browserContextId,
  });
}

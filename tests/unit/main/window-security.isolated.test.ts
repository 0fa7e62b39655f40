import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { beforeEach, describe, expect, test, vi } from 'vitest';
import { denyPermissions, harden } from '../../../src/main/windows/harden.ts';
import { WindowManager } from '../../../src/main/windows/window-manager.ts';
import { isOwnUrl } from '../../../src/main/protocol/app-url.ts';
import { registerAppScheme } from '../../../src/main/protocol/scheme.ts';
import { registerDrops } from '../../../src/main/ipc/register.ts';
import { DROP_CHANNEL } from '../../../src/shared/channels.ts';
import { RecordingLog } from './fakes.ts';

type Callback = (...args: unknown[]) => unknown;

/** What the code under test tells Electron; it is what a test looks at. */
const electron = vi.hoisted(() => {
  class Emitter {
    readonly listeners = new Map<string, Callback[]>();
    on(event: string, listener: Callback): this {
      this.listeners.set(event, [...(this.listeners.get(event) ?? []), listener]);
      return this;
    }
    once(event: string, listener: Callback): this {
      return this.on(event, listener);
    }
    emit(event: string, ...args: unknown[]): void {
      for (const listener of this.listeners.get(event) ?? []) listener(...args);
    }
  }
  class Contents extends Emitter {
    readonly id = 7;
    openHandler: Callback | null = null;
    setWindowOpenHandler(handler: Callback): void {
      this.openHandler = handler;
    }
    getURL(): string {
      return 'app://eventloom/index.html#/data';
    }
  }
  const made: { options: Record<string, unknown>; window: Window }[] = [];
  class Window extends Emitter {
    readonly webContents = new Contents();
    readonly loaded: string[] = [];
    constructor(options: Record<string, unknown>) {
      super();
      made.push({ options, window: this });
    }
    static getFocusedWindow(): null {
      return null;
    }
    loadURL(url: string): Promise<void> {
      this.loaded.push(url);
      return Promise.resolve();
    }
  }
  const permissions: { request: Callback | null; check: Callback | null } = { request: null, check: null };
  const schemes: unknown[] = [];
  const ipc = new Emitter();
  return { Contents, Window, made, permissions, schemes, ipc, app: { isPackaged: true, name: 'EventLoom' } };
});

vi.mock('electron', () => ({
  BrowserWindow: electron.Window,
  app: electron.app,
  dialog: {},
  ipcMain: electron.ipc,
  protocol: { registerSchemesAsPrivileged: (schemes: unknown[]) => electron.schemes.push(...schemes) },
  screen: { getAllDisplays: () => [{ workArea: { x: 0, y: 0, width: 1280, height: 800 } }] },
  session: {
    defaultSession: {
      setPermissionRequestHandler: (handler: Callback) => (electron.permissions.request = handler),
      setPermissionCheckHandler: (handler: Callback) => (electron.permissions.check = handler),
    },
  },
}));

const own = (url: string): boolean => isOwnUrl(url, null);
const SOURCES = fileURLToPath(new URL('../../../src', import.meta.url));

/** Opens a window as the shell does, and gives what Electron was told. */
function openWindow(): { options: Record<string, unknown>; loaded: string[] } {
  electron.made.length = 0;
  const options = {
    preload: '/out/preload/index.cjs',
    startUrl: 'app://eventloom/index.html',
    isOwnUrl: own,
    icon: '/icon.png',
    state: { bounds: null },
    settings: () => ({ dark: false }),
    hub: { add: () => undefined },
    log: new RecordingLog(),
    mayClose: () => true,
    onOpened: () => undefined,
    onSessionEnd: () => undefined,
  } as unknown as ConstructorParameters<typeof WindowManager>[0];
  new WindowManager(options).open();
  const [made] = electron.made;
  if (!made) throw new Error('no window was made');
  return { options: made.options, loaded: made.window.loaded };
}

describe('a window', () => {
  beforeEach(() => (electron.app.isPackaged = true));

  test('is isolated, in a sandbox, without Node, without guests, and loads the page of the package only', () => {
    const { options, loaded } = openWindow();
    expect(options['webPreferences']).toEqual({
      preload: '/out/preload/index.cjs',
      sandbox: true,
      contextIsolation: true,
      nodeIntegration: false,
      webviewTag: false,
      spellcheck: false,
      devTools: false,
    });
    expect(loaded).toEqual(['app://eventloom/index.html']);
  });

  test('has developer tools only where the application is not packed', () => {
    electron.app.isPackaged = false;
    expect(openWindow().options['webPreferences']).toMatchObject({ devTools: true });
  });
});

describe('a page', () => {
  const hardened = (): InstanceType<typeof electron.Contents> => {
    const contents = new electron.Contents();
    harden(contents as unknown as Electron.WebContents, own);
    return contents;
  };
  /** Whether a navigation was prevented. */
  const prevented = (event: string, details: Record<string, unknown> = {}): boolean => {
    let stopped = false;
    hardened().emit(event, { ...details, preventDefault: () => (stopped = true) });
    return stopped;
  };

  test.each([
    'https://example.com/',
    'app://eventloom/index.html',
    'file:///etc/passwd',
    'javascript:alert(1)',
  ])('opens no window: %s', (url) => {
    expect(hardened().openHandler?.({ url, disposition: 'foreground-tab' })).toEqual({ action: 'deny' });
  });

  test.each([
    ['https://example.com/', true],
    ['app://eventloom/other.html', true],
    ['app://eventloom.evil/index.html', true],
    ['file:///etc/passwd', true],
    ['data:text/html,x', true],
    ['app://eventloom/index.html#/extract', false],
    ['app://eventloom/index.html', false],
  ])('that navigates to %s is kept: %s', (url, isKept) => {
    expect(prevented('will-navigate', { url })).toBe(isKept);
  });

  test('follows no redirect and gets no webview', () => {
    expect(prevented('will-redirect', { url: 'https://example.com/' })).toBe(true);
    expect(prevented('will-attach-webview')).toBe(true);
  });

  test('gets no permission; its own pages may put text on the clipboard', () => {
    denyPermissions(own);
    const { request, check } = electron.permissions;
    const asks = (permission: string, url: string): unknown => {
      let answer: unknown;
      request?.({ getURL: () => url }, permission, (granted: boolean) => (answer = granted));
      expect(check?.(null, permission, url)).toBe(answer);
      return answer;
    };
    const page = 'app://eventloom/index.html';
    for (const permission of [
      'media',
      'geolocation',
      'notifications',
      'midi',
      'midiSysex',
      'pointerLock',
      'fullscreen',
      'openExternal',
      'clipboard-read',
      'display-capture',
      'mediaKeySystem',
      'idle-detection',
      'window-management',
      'fileSystem',
      'hid',
      'serial',
      'usb',
      'storage-access',
      'unknown',
    ])
      expect([permission, asks(permission, page)]).toEqual([permission, false]);
    expect(asks('clipboard-sanitized-write', page)).toBe(true);
    expect(asks('clipboard-sanitized-write', 'https://example.com/')).toBe(false);
  });
});

test('the scheme of the pages may do what https may, and no more', () => {
  registerAppScheme();
  expect(electron.schemes).toEqual([
    { scheme: 'app', privileges: { standard: true, secure: true, supportFetchAPI: true, codeCache: true } },
  ]);
});

test('a drop counts from the top frame of a window at one of its own pages, with an absolute path', () => {
  const dropped: string[] = [];
  registerDrops(
    (path) => dropped.push(path),
    (id) => id === 7,
    own,
  );
  const page = { url: 'app://eventloom/index.html', parent: null };
  const drop = (id: number, senderFrame: object | null, path: unknown): void =>
    electron.ipc.emit(DROP_CHANNEL, { sender: { id }, senderFrame }, path);
  drop(8, page, '/a');
  drop(7, null, '/b');
  drop(7, { ...page, parent: page }, '/c');
  drop(7, { ...page, url: 'https://example.com/' }, '/d');
  drop(7, page, 'relative');
  drop(7, page, { path: '/e' });
  expect(dropped).toEqual([]);
  drop(7, page, '/chosen.csv');
  expect(dropped).toEqual(['/chosen.csv']);
});

describe('the sources', () => {
  const files = readdirSync(SOURCES, { recursive: true, encoding: 'utf8' })
    .filter((name) => /\.(ts|vue|html)$/.test(name))
    .map((name) => ({ name, text: readFileSync(join(SOURCES, name), 'utf8') }));

  test.each([
    // Nothing is handed to the browser or another program of the system.
    ['openExternal', /\bopenExternal\b/],
    // No text becomes markup or code.
    ['v-html', /\bv-html\b/],
    ['innerHTML', /\b(inner|outer)HTML\s*=|insertAdjacentHTML|document\.write/],
    ['eval', /\beval\(|new Function\(/],
    // Nothing is loaded from elsewhere.
    ['remote content', /(src|href)=["'](https?:)?\/\//],
    [
      'weaker windows',
      /\b(webSecurity|allowRunningInsecureContent|enableBlinkFeatures|experimentalFeatures|nodeIntegrationInWorker)\b/,
    ],
    ['webview', /<webview|webviewTag:\s*true/],
    ['Element Plus as markup', /dangerouslyUseHTMLString/],
  ])('have no %s', (_what, pattern) => {
    expect(files.length).toBeGreaterThan(300);
    expect(files.filter(({ text }) => pattern.test(text)).map(({ name }) => name)).toEqual([]);
  });

  test('give a page no object of Electron: the preload exposes three functions', () => {
    const preload = files.find(({ name }) => name.replaceAll('\\', '/') === 'preload/index.ts')?.text ?? '';
    expect(preload.match(/exposeInMainWorld/g)).toHaveLength(1);
    const bridge = /const bridge: Bridge = \{([\s\S]*?)\n\};/.exec(preload)?.[1] ?? '';
    expect([...bridge.matchAll(/^ {2}(\w+):/gm)].map(([, name]) => name)).toEqual([
      'request',
      'on',
      'pathForFile',
    ]);
  });
});

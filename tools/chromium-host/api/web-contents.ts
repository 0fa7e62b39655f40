import { EventEmitter } from 'node:events';
import { createCodec } from '../page/codec.ts';
import type { HostPage, PageOwner } from '../browser/page.ts';
import { preventable } from '../events.ts';
import { host } from '../host.ts';
import { loud, refuseUnknown } from '../loud.ts';
import { makeFrame } from './frame.ts';
import type { HostFrame } from './frame.ts';
import { ipcMain } from './ipc-main.ts';
import { defaultSession } from './session.ts';

type Surface = Pick<
  Electron.WebContents,
  | 'id'
  | 'send'
  | 'isDestroyed'
  | 'getURL'
  | 'getTitle'
  | 'isCrashed'
  | 'isLoading'
  | 'isFocused'
  | 'focus'
  | 'reload'
  | 'reloadIgnoringCache'
  | 'forcefullyCrashRenderer'
  | 'getType'
  | 'getOSProcessId'
  | 'printToPDF'
>;

type OpenHandler = (details: { url: string; frameName: string; features: string; disposition: string }) => {
  action: string;
};

let lastId = 0;
/** Members that can be used after the page has gone. */
export const ALIVE_AFTER_END = new Set([
  'id',
  'isDestroyed',
  'on',
  'once',
  'off',
  'addListener',
  'removeListener',
  'removeAllListeners',
  'emit',
  'listeners',
  'listenerCount',
]);

/** The page inside a BrowserWindow, seen from the main process. */
export class HostWebContents extends EventEmitter implements Surface {
  readonly id = ++lastId;
  readonly session = defaultSession;
  readonly mainFrame: HostFrame;
  private opening: Promise<HostPage> | undefined = undefined;
  private readonly open: () => Promise<HostPage>;
  private readonly codec = createCodec();
  private page: HostPage | undefined = undefined;
  private url = '';
  private title = '';
  private destroyed = false;
  private crashed = false;
  private loading = false;
  private openHandler: OpenHandler | undefined = undefined;
  private readonly focusWindow: () => void;
  private readonly hasFocus: () => boolean;

  constructor(
    open: (owner: PageOwner) => Promise<HostPage>,
    window: { focus(): void; isFocused(): boolean; gone(): void },
  ) {
    super();
    this.focusWindow = () => window.focus();
    this.hasFocus = () => window.isFocused();
    const self = loud('webContents', this, (key) => {
      if (this.destroyed && !ALIVE_AFTER_END.has(key)) throw new TypeError('Object has been destroyed');
    });
    this.mainFrame = makeFrame(
      () => this.url,
      () => this.destroyed,
    );
    const owner = this.makeOwner(self, () => window.gone());
    this.open = () => {
      const opening = open(owner).then((page) => (this.page = page));
      opening.catch((error: unknown) => {
        if (!this.destroyed) host.report(`a window could not be opened: ${String(error)}`);
      });
      return opening;
    };
    return self;
  }

  isDestroyed(): boolean {
    return this.destroyed;
  }

  getURL(): string {
    return this.url;
  }

  getTitle(): string {
    return this.title;
  }

  getType(): 'window' {
    return 'window';
  }

  /** The pages of one Chromium share renderers as it likes; the browser's own process stands for all of them. */
  getOSProcessId(): number {
    return process.pid;
  }

  isCrashed(): boolean {
    return this.crashed;
  }

  isLoading(): boolean {
    return this.loading;
  }

  isFocused(): boolean {
    return this.hasFocus();
  }

  focus(): void {
    this.focusWindow();
  }

  send(channel: string, ...args: unknown[]): void {
    if (typeof channel !== 'string') throw new TypeError('Missing required channel argument');
    // Encoded even without a listener: a value that cannot be cloned throws in any case.
    this.codec.encode(args);
    this.page?.send({ do: 'message', channel, args });
  }

  /** Resolves when the page has loaded; rejects, with `code`, when it cannot be. */
  async loadURL(url: string): Promise<void> {
    this.loading = true;
    const page = await (this.opening ??= this.open());
    const loaded = new Promise<void>((resolve) => this.once('did-finish-load', resolve));
    try {
      await page.navigate(url);
    } catch (error) {
      this.loading = false;
      if (this.destroyed) throw new TypeError('Object has been destroyed', { cause: error });
      const code = (error as Error).message.replace(/^net::/, '');
      this.emit('did-fail-load', preventable({}), -2, code, url, true);
      throw Object.assign(new Error(`${code} loading '${url}'`), { code, url });
    }
    await loaded;
  }

  /** As Electron does it: sizes in inches. What this host does not pass on is refused. */
  async printToPDF(options: Electron.PrintToPDFOptions): Promise<Buffer> {
    const { pageSize = 'Letter', landscape, printBackground, generateTaggedPDF, ...rest } = options;
    refuseUnknown('printToPDF', rest, []);
    if (pageSize !== 'A4' && pageSize !== 'Letter')
      throw new Error('chromium-host: printToPDF: only the page sizes A4 and Letter are provided');
    if (!this.page) throw new Error('chromium-host: printToPDF: the page has not been opened');
    const [paperWidth, paperHeight] = pageSize === 'A4' ? [8.27, 11.7] : [8.5, 11];
    return this.page.printToPdf({
      ...{ paperWidth, paperHeight },
      ...(landscape === undefined ? {} : { landscape }),
      ...(printBackground === undefined ? {} : { printBackground }),
      ...(generateTaggedPDF === undefined ? {} : { generateTaggedPDF }),
    });
  }

  reload(): void {
    this.loading = true;
    void this.page?.reload(false);
  }

  reloadIgnoringCache(): void {
    this.loading = true;
    void this.page?.reload(true);
  }

  forcefullyCrashRenderer(): void {
    this.page?.crash();
  }

  setWindowOpenHandler(handler: OpenHandler): void {
    this.openHandler = handler;
  }

  /** Called by the window: the page is closed with it. */
  end(): void {
    this.emit('destroyed');
    this.destroyed = true;
    void this.opening?.then((page) => page.close()).catch(() => undefined);
  }

  /** Called by the window: opens a page again that the user closed and the application keeps. */
  reopen(): void {
    this.page = undefined;
    this.opening = this.open();
    this.loadURL(this.url).catch((error: unknown) => host.report(String(error)));
  }

  private makeOwner(self: this, gone: () => void): PageOwner {
    return {
      fromPage: (message) => this.fromPage(self, message),
      navigated: (url) => {
        this.url = url;
        this.crashed = false;
        this.emit('did-navigate', preventable({}), url, 200, 'OK');
      },
      domReady: () => this.emit('dom-ready', preventable({})),
      loaded: () => {
        this.loading = false;
        this.emit('did-finish-load', preventable({}));
      },
      titled: (title) => {
        if (title !== this.title)
          this.emit('page-title-updated', preventable({}), (this.title = title), true);
      },
      crashed: () => {
        this.crashed = true;
        this.emit('render-process-gone', preventable({}), { reason: 'crashed', exitCode: 5 });
      },
      gone,
      mayNavigate: (url) => {
        const event = preventable({ url, isMainFrame: true, isSameDocument: false, frame: this.mainFrame });
        this.emit('will-navigate', event, url);
        return !event.defaultPrevented;
      },
      windowOpened: (url, frameName, features) => {
        const answer = this.openHandler?.({ url, frameName, features, disposition: 'foreground-tab' });
        if (answer?.action !== 'deny')
          host.report(`webContents: a new window for ${url} was allowed, which is not provided`);
      },
    };
  }

  private fromPage(sender: this, message: Parameters<PageOwner['fromPage']>[0]): void {
    const from = { sender, senderFrame: this.mainFrame };
    if (message.do === 'send') {
      ipcMain.dispatch(from, message.channel, message.args);
      return;
    }
    void ipcMain.answer(from, message.channel, message.args).then((reply) => {
      try {
        this.page?.send({ do: 'reply', id: message.id, ...reply });
      } catch (error) {
        this.page?.send({ do: 'reply', id: message.id, ok: false, error: String(error) });
      }
    });
  }
}

import { readFileSync } from 'node:fs';
import { pathToFileURL } from 'node:url';
import { preventable } from '../events.ts';
import { host } from '../host.ts';
import { loud } from '../loud.ts';
import { openPage } from '../open-page.ts';
import type { HostPage } from '../browser/page.ts';
import { ALIVE_AFTER_END, HostWebContents } from './web-contents.ts';
import { windowList } from './window-list.ts';
import { checkOptions } from './window-options.ts';
import { HostWindowState } from './window-state.ts';
import type { Placement } from './window-state.ts';

type Options = Electron.BrowserWindowConstructorOptions;

type Surface = Pick<
  Electron.BrowserWindow,
  | 'id'
  | 'autoHideMenuBar'
  | 'loadURL'
  | 'loadFile'
  | 'reload'
  | 'close'
  | 'destroy'
  | 'isDestroyed'
  | 'setTitle'
  | 'getTitle'
  | 'setProgressBar'
  | 'setOverlayIcon'
  | 'setBackgroundColor'
  | 'getBackgroundColor'
  | 'flashFrame'
  | 'setMenuBarVisibility'
  | 'removeMenu'
>;

/** A window: its state is kept here, its page is a page of the Chromium. */
export class HostBrowserWindow extends HostWindowState implements Surface {
  readonly id = windowList.nextId();
  readonly webContents: HostWebContents;
  autoHideMenuBar: boolean;
  /** Taskbar progress: 0 to 1, above 1 indeterminate, below 0 none. */
  progress = -1;
  progressMode = 'none';
  /** What the overlay of the task bar button says; empty without one. */
  overlay = '';
  backgroundColor: string;
  private title: string;
  private page: HostPage | undefined = undefined;

  static getAllWindows(): HostBrowserWindow[] {
    return [...windowList.windows];
  }

  static getFocusedWindow(): HostBrowserWindow | null {
    return windowList.focused;
  }

  static fromWebContents(contents: HostWebContents): HostBrowserWindow | null {
    return windowList.windows.find((window) => window.webContents === contents) ?? null;
  }

  static fromId(id: number): HostBrowserWindow | null {
    return windowList.windows.find((window) => window.id === id) ?? null;
  }

  constructor(options: Options = {}) {
    super(options);
    checkOptions(options);
    const preferences = options.webPreferences ?? {};
    this.title = options.title ?? '';
    this.backgroundColor = options.backgroundColor ?? '#FFFFFF';
    this.autoHideMenuBar = options.autoHideMenuBar ?? false;
    const self = loud('BrowserWindow', this, (key) => {
      if (this.destroyed && !ALIVE_AFTER_END.has(key)) throw new TypeError('Object has been destroyed');
    });
    const preload = preferences.preload === undefined ? '' : readFileSync(preferences.preload, 'utf8');
    this.webContents = new HostWebContents(
      async (owner) => {
        this.page = await openPage(this.bounds, preload, owner);
        if (preferences.javascript === false) await this.page.disableScripts();
        return this.page;
      },
      { focus: () => this.focus(), isFocused: () => this.isFocused(), gone: () => this.onPageGone() },
    );
    this.webContents.once('did-finish-load', () => {
      if (!this.visible) this.emit('ready-to-show', preventable({}));
    });
    this.webContents.on('page-title-updated', (_event: unknown, title: string) => this.onTitle(title));
    windowList.add(self);
    if (options.show !== false) this.show();
    return self;
  }

  /** The DevTools target of the page, for tests; undefined until the page is open. */
  get targetId(): string | undefined {
    return this.page?.targetId;
  }

  loadURL(url: string): Promise<void> {
    return this.webContents.loadURL(url);
  }

  loadFile(path: string): Promise<void> {
    return this.webContents.loadURL(pathToFileURL(path).href);
  }

  reload(): void {
    this.webContents.reload();
  }

  close(): void {
    if (this.destroyed) return;
    const event = preventable({});
    this.emit('close', event);
    if (event.defaultPrevented) windowList.emit('closeCancelled');
    else {
      setImmediate(() => {
        if (!this.destroyed) this.destroy();
      });
    }
  }

  destroy(): void {
    if (this.destroyed) return;
    this.loseFocus();
    this.webContents.end();
    this.destroyed = true;
    this.emit('closed');
    windowList.remove(this);
  }

  isDestroyed(): boolean {
    return this.destroyed;
  }

  setTitle(title: string): void {
    this.title = title;
  }

  getTitle(): string {
    return this.title;
  }

  setProgressBar(progress: number, options: Electron.ProgressBarOptions = { mode: 'normal' }): void {
    this.progress = progress;
    this.progressMode = progress < 0 ? 'none' : options.mode;
  }

  setOverlayIcon(overlay: object | null, description: string): void {
    this.overlay = overlay === null ? '' : description;
  }

  setBackgroundColor(color: string): void {
    this.backgroundColor = color;
  }

  getBackgroundColor(): string {
    return this.backgroundColor;
  }

  flashFrame(): void {
    // There is no task bar whose button could flash.
  }

  setMenuBarVisibility(): void {
    // The menu bar is never drawn.
  }

  removeMenu(): void {
    // Likewise.
  }

  protected place(what: Placement): void {
    if (what === 'front') void this.page?.view.bringToFront();
    if (what === 'bounds') void this.page?.view.setBounds(this.bounds);
    // Headless pages are not throttled; only a displayed window differs.
    if (host.shown && (what === 'up' || what === 'down')) void this.page?.view.setMinimized(what === 'down');
  }

  private onTitle(title: string): void {
    const event = preventable({});
    this.emit('page-title-updated', event, title, true);
    if (!event.defaultPrevented) this.title = title;
  }

  /** The user closed the page. In Electron a window can prevent this: then it gets its page back. */
  private onPageGone(): void {
    if (this.destroyed) return;
    this.page = undefined;
    const event = preventable({});
    this.emit('close', event);
    if (!event.defaultPrevented) this.destroy();
    else this.webContents.reopen();
  }
}

export const BrowserWindow = loud('BrowserWindow', HostBrowserWindow);

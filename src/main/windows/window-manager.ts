import { BrowserWindow, app, dialog, screen } from 'electron';
import type { BrowserWindowConstructorOptions } from 'electron';
import { EVENT_CHANNEL } from '../../shared/channels.ts';
import type { Events } from '../../shared/contract.ts';
import type { ErrorInfo } from '../../shared/errors.ts';
import type { SettingsView } from '../../shared/settings.ts';
import { CrashLimiter } from '../lifecycle/crash-limiter.ts';
import type { Log } from '../log/rotating-log.ts';
import type { PushHub } from '../push/push-hub.ts';
import type { ShellState } from '../settings/shell-state.ts';
import { shellText } from '../texts/texts.ts';
import { MIN_SIZE, cascade, startBounds } from './bounds.ts';
import { harden } from './harden.ts';

export interface WindowManagerOptions {
  preload: string;
  /** What a window loads: app://eventloom/index.html, or the development server. */
  startUrl: string;
  isOwnUrl: (url: string) => boolean;
  icon: string;
  state: ShellState;
  settings: () => SettingsView;
  hub: PushHub;
  log: Log;
  /** Asked before a window closes; false keeps it open. */
  mayClose: (isLast: boolean) => boolean;
  onOpened: (window: BrowserWindow) => void;
  /** Windows: the session of the system ends. */
  onSessionEnd: () => void;
}

const SAVE_BOUNDS_AFTER_MS = 500;
const MAX_VIEW_CRASHES = 3;
const VIEW_CRASH_WINDOW_MS = 60_000;

/** The windows: made on demand, really destroyed when closed, each connected to the hub. */
export class WindowManager {
  readonly #options: WindowManagerOptions;
  /** By the id of their webContents, the identity of a window everywhere in the shell. */
  readonly #windows = new Map<number, BrowserWindow>();

  constructor(options: WindowManagerOptions) {
    this.#options = options;
  }

  all(): BrowserWindow[] {
    return [...this.#windows.values()];
  }

  get(id: number): BrowserWindow | undefined {
    return this.#windows.get(id);
  }

  /** Brings a window to the front, the last used one if there are several; makes one if there is none. */
  show(): BrowserWindow {
    const window = BrowserWindow.getFocusedWindow() ?? this.all().at(-1);
    if (!window) return this.open();
    if (window.isMinimized()) window.restore();
    window.show();
    window.focus();
    return window;
  }

  /** Shows a window at a page. */
  showPage(payload: Events['app.navigate']): void {
    this.#options.hub.tell(this.show().webContents.id, { event: 'app.navigate', payload });
  }

  /** Shows a window that carries out a command of the menu. */
  command(payload: Events['app.command']): void {
    this.#options.hub.tell(this.show().webContents.id, { event: 'app.command', payload });
  }

  /** Shows a window with a notice that the source of the request (the tray) cannot show. */
  showNotice(notice: ErrorInfo): void {
    this.#options.hub.tell(this.show().webContents.id, { event: 'app.notice', payload: notice });
  }

  /** Opens one more window; minimised for a start that is to show none, where there is no tray. */
  open({ minimised = false } = {}): BrowserWindow {
    const { hub, state, log, startUrl, onOpened } = this.#options;
    const trustPosition = process.env['XDG_SESSION_TYPE'] !== 'wayland';
    const workAreas = screen.getAllDisplays().map((display) => display.workArea);
    const others = this.all().map((other) => other.getBounds());
    const bounds = cascade(startBounds(state.bounds, workAreas, trustPosition), others);
    const window = new BrowserWindow(this.#windowOptions(bounds));
    const contents = window.webContents;
    const { id } = contents;
    this.#windows.set(id, window);
    hub.add({
      id,
      send: (event, payload) => {
        if (!window.isDestroyed()) contents.send(EVENT_CHANNEL, event, payload);
      },
      isVisible: () => !window.isDestroyed() && window.isVisible() && !window.isMinimized(),
    });
    harden(contents, this.#options.isOwnUrl);
    this.#watchPage(window);
    this.#watchWindow(window, { maximised: bounds.maximised, minimised });
    onOpened(window);
    window.loadURL(startUrl).catch((error: unknown) => {
      log.error('the page cannot be loaded', error);
      if (!window.isDestroyed()) window.show();
    });
    return window;
  }

  /** Closes all windows at once, without calling `mayClose`. */
  destroyAll(): void {
    for (const window of this.all()) {
      this.#saveBounds(window);
      window.destroy();
    }
  }

  #windowOptions(bounds: {
    x?: number;
    y?: number;
    width: number;
    height: number;
  }): BrowserWindowConstructorOptions {
    const { x, y, width, height } = bounds;
    return {
      ...(x === undefined || y === undefined ? {} : { x, y }),
      width,
      height,
      minWidth: MIN_SIZE.width,
      minHeight: MIN_SIZE.height,
      show: false,
      autoHideMenuBar: true,
      title: app.name,
      icon: this.#options.icon,
      backgroundColor: backgroundOf(this.#options.settings().dark),
      webPreferences: {
        preload: this.#options.preload,
        sandbox: true,
        contextIsolation: true,
        nodeIntegration: false,
        webviewTag: false,
        // The spell checker would download dictionaries without being asked to.
        spellcheck: false,
        devTools: !app.isPackaged,
      },
    };
  }

  #watchWindow(
    window: BrowserWindow,
    { maximised, minimised }: { maximised: boolean; minimised: boolean },
  ): void {
    const { hub, mayClose, onSessionEnd } = this.#options;
    const { id } = window.webContents;
    let timer: NodeJS.Timeout | undefined;
    const moved = (): void => {
      clearTimeout(timer);
      timer = setTimeout(() => this.#saveBounds(window), SAVE_BOUNDS_AFTER_MS);
    };
    window.once('ready-to-show', () => {
      if (minimised) {
        window.minimize();
        return;
      }
      if (maximised) window.maximize();
      window.show();
    });
    for (const event of ['show', 'restore', 'focus'] as const) {
      // The listener types of BrowserWindow are overloads by literal, so a union of names fits none of them.
      window.on(event as 'show', () => hub.shown(id));
    }
    window.on('resize', moved);
    window.on('move', moved);
    window.on('query-session-end', onSessionEnd);
    window.on('session-end', onSessionEnd);
    window.on('close', (event) => {
      clearTimeout(timer);
      this.#saveBounds(window);
      if (!mayClose(this.#windows.size <= 1)) event.preventDefault();
    });
    window.on('closed', () => {
      clearTimeout(timer);
      this.#windows.delete(id);
      hub.remove(id);
    });
  }

  #watchPage(window: BrowserWindow): void {
    const { hub, log } = this.#options;
    const contents = window.webContents;
    const { id } = contents;
    const limiter = new CrashLimiter(MAX_VIEW_CRASHES, VIEW_CRASH_WINDOW_MS, () => Date.now());
    contents.on('did-start-navigation', (details) => {
      if (details.isMainFrame && !details.isSameDocument) hub.detach(id);
    });
    let hangs: AbortController | null = null;
    window.on('unresponsive', () => {
      if (hangs) return;
      hangs = new AbortController();
      log.warn('a window does not respond');
      void this.#askAboutHang(window, hangs.signal).finally(() => (hangs = null));
    });
    // The question goes away by itself when the window is there again.
    window.on('responsive', () => hangs?.abort());
    contents.on('render-process-gone', (_event, details) => {
      hub.detach(id);
      if (details.reason === 'clean-exit' || window.isDestroyed()) return;
      log.error(`a window's process is gone: ${details.reason} (${details.exitCode})`);
      if (limiter.mayRestart()) {
        hub.tell(id, { event: 'app.notice', payload: { code: 'app.view_crashed' } });
        // Not within the event: reloading web contents while their process is being terminated can crash main.
        setImmediate(() => {
          if (!window.isDestroyed()) contents.reload();
        });
      } else void this.#askAfterCrashes(window, limiter);
    });
  }

  async #askAboutHang(window: BrowserWindow, signal: AbortSignal): Promise<void> {
    const { locale } = this.#options.settings();
    const { response } = await dialog.showMessageBox(window, {
      type: 'warning',
      message: shellText(locale, 'hang.message'),
      detail: shellText(locale, 'crash.detail'),
      buttons: [shellText(locale, 'hang.wait'), shellText(locale, 'crash.reload')],
      defaultId: 0,
      cancelId: 0,
      noLink: true,
      signal,
    });
    // A page that hangs cannot be reloaded: its process is ended, and the window reloads as after any crash.
    if (response === 1 && !signal.aborted && !window.isDestroyed())
      window.webContents.forcefullyCrashRenderer();
  }

  async #askAfterCrashes(window: BrowserWindow, limiter: CrashLimiter): Promise<void> {
    const { locale } = this.#options.settings();
    const { response } = await dialog.showMessageBox(window, {
      type: 'error',
      message: shellText(locale, 'crash.message'),
      detail: shellText(locale, 'crash.detail'),
      buttons: [shellText(locale, 'crash.reload'), shellText(locale, 'crash.close')],
      defaultId: 0,
      cancelId: 1,
      noLink: true,
    });
    if (window.isDestroyed()) return;
    if (response === 0) {
      limiter.reset();
      window.webContents.reload();
    } else window.close();
  }

  #saveBounds(window: BrowserWindow): void {
    if (window.isDestroyed() || window.isMinimized() || window.isFullScreen()) return;
    const { x, y, width, height } = window.getNormalBounds();
    this.#options.state.saveBounds({ x, y, width, height, maximised: window.isMaximized() });
  }
}

/** The background of an empty page, so that the window does not flash before the page paints. */
export function backgroundOf(dark: boolean): string {
  return dark ? '#141414' : '#ffffff';
}

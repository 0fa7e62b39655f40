import { app } from './api/app.ts';
import { answerDialog } from './api/dialog.ts';
import type { DialogAnswer } from './api/dialog.ts';
import type { HostMenu, HostMenuItem } from './api/menu.ts';
import { theme } from './api/native-theme.ts';
import { powerMonitor } from './api/power.ts';
import { windowList } from './api/window-list.ts';
import type { HostBrowserWindow } from './api/browser-window.ts';
import type { Chromium } from './browser/chromium.ts';
import { host } from './host.ts';
import type { DialogKind } from './recorder.ts';
import { preventable } from './events.ts';
import type { ControlRequest, MenuEntry, ToTest, WindowAction, WindowState } from './control-protocol.ts';

function windowOf(id: number): HostBrowserWindow {
  const window = windowList.windows.find((open) => open.id === id);
  if (!window) throw new Error(`there is no window ${id}`);
  return window;
}

function stateOf(window: HostBrowserWindow): WindowState {
  return {
    id: window.id,
    targetId: window.targetId ?? null,
    url: window.webContents.getURL(),
    title: window.getTitle(),
    visible: window.isVisible(),
    minimized: window.isMinimized(),
    crashed: window.webContents.isCrashed(),
    loading: window.webContents.isLoading(),
    focused: window.isFocused(),
    bounds: window.getBounds(),
    progress: window.progress,
    progressMode: window.progressMode,
    overlay: window.overlay,
    backgroundColor: window.getBackgroundColor(),
  };
}

function entriesOf(menu: HostMenu | null): MenuEntry[] {
  return (menu?.items ?? [])
    .filter((item) => item.visible)
    .map((item) => ({
      label: item.label,
      type: item.type,
      enabled: item.enabled,
      checked: item.checked,
      submenu: item.submenu ? entriesOf(item.submenu) : [],
    }));
}

/** Clicks an entry by its labels from the top; a label may be given by its beginning. */
function clickIn(menu: HostMenu | null, path: string[]): void {
  let items: HostMenuItem[] = menu?.items ?? [];
  let found: HostMenuItem | undefined;
  for (const label of path) {
    const visible = items.filter((item) => item.visible);
    found =
      visible.find((item) => item.label === label) ?? visible.find((item) => item.label.startsWith(label));
    if (!found)
      throw new Error(
        `there is no menu entry "${label}", only: ${visible.map((item) => item.label).join(' | ')}`,
      );
    items = found.submenu?.items ?? [];
  }
  if (found?.enabled === false) throw new Error(`the menu entry "${path.join(' > ')}" is disabled`);
  found?.click();
}

const windowActions: Record<WindowAction, (window: HostBrowserWindow) => void> = {
  close: (window) => window.close(),
  crash: (window) => window.webContents.forcefullyCrashRenderer(),
  // Chromium says so after 30 seconds without an answer of the page.
  hang: (window) => void window.emit('unresponsive'),
  minimize: (window) => window.minimize(),
  restore: (window) => window.restore(),
  hide: (window) => window.hide(),
  show: (window) => window.show(),
  focus: (window) => window.focus(),
  blur: (window) => window.blur(),
};

function answer(request: ControlRequest): unknown {
  const { recorder } = host;
  const [tray] = recorder.trays;
  switch (request.method) {
    case 'windows':
      return windowList.windows.map(stateOf);
    case 'window':
      return windowActions[request.action](windowOf(request.id));
    case 'setBounds':
      return windowOf(request.id).setBounds(request.bounds);
    case 'tray':
      return tray
        ? { image: tray.image, tooltip: tray.tooltip, title: tray.title, menu: entriesOf(tray.menu) }
        : null;
    case 'native':
      throw new Error('chromium-host: only real Electron can say this');
    case 'clickTray':
      if (!tray) throw new Error('there is no tray');
      if (request.path.length === 0) tray.emit('click', preventable({}));
      else clickIn(tray.menu, request.path);
      return undefined;
    case 'menu':
      return entriesOf(recorder.applicationMenu);
    case 'clickMenu':
      return clickIn(recorder.applicationMenu, request.path);
    case 'notifications':
      return recorder.notifications.map(({ title, body }) => ({ title, body }));
    case 'clickNotification':
      return recorder.notifications.at(request.index)?.emit('click', preventable({}));
    case 'dialogs':
      return recorder.dialogs.map(({ kind, options, answered }) => ({
        kind,
        options: plain(options),
        answered,
      }));
    case 'answerDialog':
      return answerDialog(request.kind as DialogKind, request.answer as DialogAnswer);
    case 'shellCalls':
      return recorder.shellCalls;
    case 'powerBlockers':
      return [...recorder.powerBlockers.values()];
    case 'powerEvent':
      return powerMonitor.emit(request.event, preventable({}));
    case 'badge':
      return recorder.badge;
    case 'online':
      return void (recorder.online = request.online);
    case 'systemDark':
      return theme.setSystemDark(request.dark);
    case 'quit':
      return app.quit();
  }
}

/** Options as data: a dialog may carry signals and functions, which no test can read. */
function plain(options: object): Record<string, unknown> {
  return JSON.parse(JSON.stringify(options)) as Record<string, unknown>;
}

export interface Control {
  /** Reports to the test that the application is about to become ready, and the address at which to control its pages. */
  ready(chromium: Chromium): Promise<void>;
  /** Reports the regular end to the test. */
  closed(exitCode: number): Promise<void>;
}

/** The control channel: the IPC channel of a forked process. It needs no port and no token, and it ends with either side. */
export function openControl(): Control {
  const send = (message: ToTest): Promise<void> =>
    new Promise((resolve) => {
      if (!process.send || !process.connected) resolve();
      else process.send(message, undefined, undefined, () => resolve());
    });
  process.on('message', (request: ControlRequest & { call: number }) => {
    try {
      const result = answer(request);
      void send({ is: 'answer', call: request.call, ok: true, result: result ?? null });
    } catch (error) {
      void send({ is: 'answer', call: request.call, ok: false, error: String(error) });
    }
  });
  // The test has ended: no other process would end this application.
  process.once('disconnect', () => {
    if (!app.isEnded()) process.exit(1);
  });
  return {
    ready: async (chromium) => {
      if (!process.send) return;
      const { version, profile } = chromium;
      await send({
        is: 'ready',
        devToolsUrl: await chromium.devToolsUrl(),
        version,
        profile: profile ?? null,
      });
    },
    closed: (exitCode) => send({ is: 'closed', exitCode }),
  };
}

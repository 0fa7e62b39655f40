import { setTimeout as wait } from 'node:timers/promises';
import { app, dialog, powerMonitor } from 'electron';
import type { BrowserWindow } from 'electron';
import type { EngineApi } from '../../core/engine/engine-api.ts';
import type { Log } from '../log/rotating-log.ts';
import type { SettingsService } from '../settings/settings-service.ts';
import type { ShellState } from '../settings/shell-state.ts';
import type { Notifier } from '../status/notifier.ts';
import type { ActiveWork } from '../status/shell-status.ts';
import { shellText } from '../texts/texts.ts';
import type { WindowManager } from '../windows/window-manager.ts';
import type { InstallStart } from '../update/updater-port.ts';
import { decideClose } from './close-policy.ts';
import { hasSystemTray } from './system-tray.ts';
import { killProcess } from './kill-process.ts';
import { QuitPolicy } from './quit-policy.ts';
import type { QuitAnswer } from './quit-policy.ts';

export interface LifecycleOptions {
  windows: WindowManager;
  engine: () => EngineApi;
  /** Takes no more requests of other programs. */
  stopServing: () => Promise<void>;
  /** What quitting must not lose without asking. */
  activeWork: () => ActiveWork | null;
  settings: SettingsService;
  state: ShellState;
  notifier: Notifier;
  /** Whether a tray icon could be made. */
  tray: boolean;
  /** Installs an update where that was chosen; null when there is none. */
  installUpdate: () => InstallStart | null;
  log: Log;
}

export interface Lifecycle {
  /** A person wants to quit. */
  quit(): void;
  /** The system ends the session: no question. */
  endSession(): void;
  /** Ends the application for an update that the user wants installed now: no further question. */
  leaveForUpdate(): void;
  /** Whether the application is on its way out. */
  isQuitting(): boolean;
  /** Whether a window may close; the last one may mean quitting, or staying in the tray. */
  mayClose(isLast: boolean): boolean;
  /** A window is there again. */
  windowOpened(window: BrowserWindow): void;
  /** Whether the desktop shows a tray icon. */
  lookForTray(): Promise<boolean>;
}

/** Connects the close and quit policies with Electron's events. */
export function connectLifecycle(options: LifecycleOptions): Lifecycle {
  const { activeWork, settings, state, notifier, installUpdate, log } = options;
  let stayInTray = false;
  let sessionEnds = false;
  /** True when the updater of the system ends the process. */
  let updaterEnds = false;

  let hasTray = options.tray;
  const lookForTray = async (): Promise<boolean> => {
    hasTray = options.tray && (await hasSystemTray(process.platform));
    return hasTray;
  };

  const sayOnceThatItRuns = (): void => {
    notifier.stillRunning();
    state.markTrayHintShown();
  };

  const quit = new QuitPolicy({
    activeWork,
    confirm: (kind) => askToQuit(kind, hasTray, options),
    focusQuestion: () => options.windows.show(),
    keepRunning: () => {
      stayInTray = true;
      options.windows.destroyAll();
      if (!state.trayHintShown) sayOnceThatItRuns();
    },
    shutdown: async () => {
      await options.stopServing();
      await options.engine().closeWorkspace();
    },
    lastStep: () => {
      // A session that ends leaves no time for an installer.
      const install = sessionEnds ? null : installUpdate();
      if (install === 'failed') app.relaunch();
      updaterEnds = install === 'ends-itself';
      return updaterEnds;
    },
    exit: () => {
      options.windows.destroyAll();
      app.exit(0);
    },
    kill: () => killProcess(() => options.windows.destroyAll()),
    wait: (ms) => wait(ms),
    log,
  });

  const lifecycle: Lifecycle = {
    quit: () => void quit.request(),
    endSession: () => {
      sessionEnds = true;
      void quit.requestNow();
    },
    leaveForUpdate: () => void quit.requestNow(),
    isQuitting: () => quit.state === 'shutting-down',
    mayClose: (isLast) => {
      const decision = decideClose({
        isLast,
        closeBehaviour: settings.current.closeBehaviour,
        working: activeWork() !== null,
        quitting: quit.state === 'shutting-down',
        hintShown: state.trayHintShown,
        hasTray,
      });
      if (decision.action === 'keep') {
        stayInTray = true;
        if (decision.hint) sayOnceThatItRuns();
      }
      // With work going on the window stays until the question is answered; else it closes, and the application after it.
      if (decision.action !== 'quit' || activeWork() === null) return true;
      lifecycle.quit();
      return false;
    },
    windowOpened: (window) => {
      stayInTray = false;
      // Extensions of the desktop come and go. To start another program takes long, so the window comes first.
      window.once('ready-to-show', () => void lookForTray());
    },
    lookForTray: () => lookForTray(),
  };

  app.on('window-all-closed', () => {
    if (!stayInTray) lifecycle.quit();
  });
  app.on('before-quit', (event) => {
    // Preventing it would hold up a logout of macOS, where this event follows the power monitor's, and the updater of macOS.
    if (sessionEnds || updaterEnds) return;
    event.preventDefault();
    lifecycle.quit();
  });
  app.on('activate', () => {
    if (!lifecycle.isQuitting()) options.windows.show();
  });
  powerMonitor.on('shutdown', lifecycle.endSession);
  // Only now, after `ready`: Electron sets handlers of its own before it, which quit through the question.
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, lifecycle.endSession);
  return lifecycle;
}

async function askToQuit(kind: ActiveWork, hasTray: boolean, options: LifecycleOptions): Promise<QuitAnswer> {
  const { locale } = options.settings.view();
  const answers = ['keep', 'quit', 'cancel'] as const;
  const { response } = await dialog.showMessageBox(options.windows.show(), {
    type: 'question',
    message: shellText(locale, `quit.${kind}.message`),
    detail: [
      shellText(locale, `quit.${kind}.detail`),
      ...(hasTray ? [] : [shellText(locale, 'quit.noTray')]),
    ].join('\n\n'),
    buttons: [
      shellText(locale, 'quit.keep'),
      shellText(locale, `quit.${kind}.quit`),
      shellText(locale, 'quit.cancel'),
    ],
    defaultId: 0,
    cancelId: 2,
    noLink: true,
  });
  return answers[response] ?? 'cancel';
}

/** Messages between a test and the host, over the IPC channel of the forked process. Both sides are trusted. */

export type WindowAction =
  'close' | 'crash' | 'hang' | 'minimize' | 'restore' | 'hide' | 'show' | 'focus' | 'blur';

export interface WindowState {
  id: number;
  /** DevTools target of the page; null until it is open. */
  targetId: string | null;
  url: string;
  title: string;
  visible: boolean;
  minimized: boolean;
  /** The renderer process has died and the page has not been loaded again. */
  crashed: boolean;
  loading: boolean;
  focused: boolean;
  bounds: { x: number; y: number; width: number; height: number };
  /** Taskbar progress: 0 to 1, above 1 indeterminate, below 0 none. */
  progress: number;
  /** `none`, `normal`, `paused`, `error` or `indeterminate`. */
  progressMode: string;
  /** What the overlay of the task bar button says; empty without one. */
  overlay: string;
  backgroundColor: string;
}

export interface MenuEntry {
  label: string;
  type: string;
  enabled: boolean;
  checked: boolean;
  submenu: MenuEntry[];
}

export interface TrayState {
  /** File name of the icon that is shown. */
  image: string;
  tooltip: string;
  title: string;
  menu: MenuEntry[];
}

/** What only real Electron can say of the system, as it says it; the host refuses the question. */
export interface NativeState {
  /** A text that was encrypted and read back by safeStorage; null where the system has no keyring. */
  encrypted: { hidesText: boolean; readBack: string } | null;
  notificationsSupported: boolean;
  /** What became of a notification that was shown: `show`, `failed`, or `silence` after five seconds. */
  notification: string;
  tray: { destroyed: boolean } | null;
  /** The pictures of the tray, as Electron loads them. */
  images: { name: string; size: { width: number; height: number }; scales: number[]; template: boolean }[];
  /** Of which events of the power monitor the application wants to hear. */
  powerEvents: string[];
  idleState: string;
  /** Whether each power save blocker that the application started is on. */
  blockers: boolean[];
  badge: number;
}

export type ControlRequest =
  | {
      method:
        | 'windows'
        | 'tray'
        | 'menu'
        | 'notifications'
        | 'dialogs'
        | 'shellCalls'
        | 'powerBlockers'
        | 'badge'
        | 'native'
        | 'quit';
    }
  | { method: 'window'; id: number; action: WindowAction }
  | { method: 'setBounds'; id: number; bounds: Partial<WindowState['bounds']> }
  | { method: 'clickTray' | 'clickMenu'; path: string[] }
  | { method: 'clickNotification'; index: number }
  | { method: 'answerDialog'; kind: string; answer: unknown }
  | { method: 'online'; online: boolean }
  | { method: 'powerEvent'; event: string }
  | { method: 'systemDark'; dark: boolean };

export type ToTest =
  | { is: 'ready'; devToolsUrl: string; version: string; profile: string | null }
  | { is: 'answer'; call: number; ok: true; result: unknown }
  | { is: 'answer'; call: number; ok: false; error: string }
  | { is: 'closed'; exitCode: number };

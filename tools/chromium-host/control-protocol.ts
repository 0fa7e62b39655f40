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

import type { HostMenu } from './api/menu.ts';
import type { HostNotification } from './api/notification.ts';
import type { HostTray } from './api/tray.ts';

export type DialogKind = 'messageBox' | 'openDialog' | 'saveDialog' | 'errorBox';

/** A dialog that the application opened. */
export interface DialogRecord {
  kind: DialogKind;
  /** The options as the application gave them. */
  options: Record<string, unknown>;
  answered: boolean;
}

export interface ShellCall {
  call: 'openExternal' | 'openPath' | 'showItemInFolder';
  target: string;
}

/** Records what a display would have shown, for tests to read and click. */
export interface Recorder {
  readonly trays: Set<HostTray>;
  readonly notifications: HostNotification[];
  readonly dialogs: DialogRecord[];
  readonly shellCalls: ShellCall[];
  /** Running power save blockers by their id. */
  readonly powerBlockers: Map<number, string>;
  applicationMenu: HostMenu | null;
  /** The number on the icon of the application. */
  badge: number;
  /** Whether the application asked to be started again after its end. */
  relaunched: boolean;
  /** What `net.isOnline` says. */
  online: boolean;
}

export function createRecorder(): Recorder {
  return {
    trays: new Set(),
    notifications: [],
    dialogs: [],
    shellCalls: [],
    powerBlockers: new Map(),
    applicationMenu: null,
    badge: 0,
    relaunched: false,
    online: true,
  };
}

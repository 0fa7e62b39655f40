import type { Log } from '../log/rotating-log.ts';
import { TrayIcon } from './tray.ts';
import type { TrayActions } from './tray.ts';

/** The tray icon, or null where the system has no tray: a second start brings the window back then. */
export function createTray(folder: string, actions: TrayActions, log: Log): TrayIcon | null {
  try {
    return new TrayIcon(folder, actions);
  } catch (error) {
    log.error('no tray icon', error);
    return null;
  }
}

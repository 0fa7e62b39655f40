import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { dirname, join } from 'node:path';
import { app } from 'electron';
import { saveTo } from '../settings/stored-object.ts';
import { autostartEntry } from './autostart-entry.ts';
import { HIDDEN_ARGUMENT } from './launch-arguments.ts';

/** Starts the application when the user logs in, without a window, or no longer. Throws app.settings_not_saved. */
export function setOpenAtLogin(openAtLogin: boolean): void {
  if (process.platform !== 'linux') {
    app.setLoginItemSettings({ openAtLogin, args: [HIDDEN_ARGUMENT] });
    return;
  }
  // Electron has no login items on Linux: desktops start what lies in this folder.
  const config = process.env['XDG_CONFIG_HOME'] || join(homedir(), '.config');
  const path = join(config, 'autostart', 'event-loom.desktop');
  saveTo(path, () => {
    if (!openAtLogin) {
      rmSync(path, { force: true });
      return;
    }
    mkdirSync(dirname(path), { recursive: true });
    // An AppImage runs from a folder that is mounted anew each time.
    writeFileSync(path, autostartEntry(process.env['APPIMAGE'] || process.execPath, app.getName()));
  });
}

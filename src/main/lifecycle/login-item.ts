import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { dirname, join } from 'node:path';
import { app } from 'electron';
import { saveTo } from '../settings/stored-object.ts';
import { autostartEntry } from './autostart-entry.ts';
import { HIDDEN_ARGUMENT } from './launch-arguments.ts';
import { ownProgram } from './own-program.ts';
import type { OwnProcess } from './own-program.ts';

/** Starts the application when the user logs in, without a window, or no longer. Throws app.settings_not_saved. */
export function setOpenAtLogin(openAtLogin: boolean, own: OwnProcess = process): void {
  if (own.platform === 'darwin') {
    // No arguments: macOS passes none to a login item. See wasOpenedAtLogin.
    app.setLoginItemSettings({ openAtLogin });
    return;
  }
  if (own.platform === 'win32') {
    app.setLoginItemSettings({ openAtLogin, path: ownProgram(own), args: [HIDDEN_ARGUMENT] });
    return;
  }
  // Electron has no login items on Linux: desktops start what lies in this folder.
  const config = own.env['XDG_CONFIG_HOME'] || join(homedir(), '.config');
  const path = join(config, 'autostart', 'event-loom.desktop');
  saveTo(path, () => {
    if (!openAtLogin) {
      rmSync(path, { force: true });
      return;
    }
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, autostartEntry(ownProgram(own), app.getName()));
  });
}

/** Whether macOS started the application at login. Elsewhere its argument says so (launch-arguments.ts): false. */
export function wasOpenedAtLogin({ platform }: Pick<OwnProcess, 'platform'> = process): boolean {
  return platform === 'darwin' && app.getLoginItemSettings().wasOpenedAtLogin;
}

import { execFile } from 'node:child_process';

/** So long may the question take; without an answer a tray is assumed, as before. */
const PATIENCE_MS = 2000;

/** Asks D-Bus who owns the name under which panels of Linux announce that they show trays. */
const QUESTION = [
  '--session',
  '--print-reply=literal',
  '--dest=org.freedesktop.DBus',
  '/org/freedesktop/DBus',
  'org.freedesktop.DBus.NameHasOwner',
  'string:org.kde.StatusNotifierWatcher',
];

/** Runs a program and returns what it prints; rejects when it fails. */
export type RunProgram = (program: string, args: readonly string[]) => Promise<string>;

const runProgram: RunProgram = (program, args) =>
  new Promise((resolve, reject) => {
    execFile(program, args, { timeout: PATIENCE_MS, encoding: 'utf8' }, (error, stdout) =>
      error ? reject(error) : resolve(stdout),
    );
  });

/**
 * Whether the desktop shows tray icons. Electron makes a tray on any Linux, also where nothing shows it (GNOME without an
 * extension). True where it cannot be told.
 */
export async function hasSystemTray(
  platform: NodeJS.Platform,
  run: RunProgram = runProgram,
): Promise<boolean> {
  if (platform !== 'linux') return true;
  try {
    return !/boolean\s+false/.test(await run('dbus-send', QUESTION));
  } catch {
    return true;
  }
}

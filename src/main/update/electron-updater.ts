import { writeFileSync } from 'node:fs';
import type { AppUpdater } from 'electron-updater';
import type { OfferedUpdate } from '../../shared/update.ts';
import type { Log } from '../log/rotating-log.ts';
import type { InstallStart, Updater } from './updater-port.ts';

/** What of an updater of electron-updater is used; all but macOS's can install without ending the process themselves. */
export type InstallingUpdater = AppUpdater & {
  install?: (isSilent: boolean, isForceRunAfter: boolean) => boolean;
};

/** The updater over electron-updater, which verifies what it downloads (SHA-512, and the signature on Windows and macOS). */
export class ElectronUpdater implements Updater {
  readonly #updater: InstallingUpdater;

  constructor(updater: InstallingUpdater, log: Log) {
    this.#updater = updater;
    updater.autoDownload = false;
    // Installing is the last step of our own end (QuitPolicy): at the event `quit` the workspace may still be open.
    updater.autoInstallOnAppQuit = false;
    updater.allowDowngrade = false;
    updater.logger = {
      info: (message?: unknown) => log.info(`updater: ${String(message)}`),
      warn: (message?: unknown) => log.warn(`updater: ${String(message)}`),
      error: (message?: unknown) => log.warn(`updater: ${String(message)}`),
    };
    // An emitter without a listener for `error` throws; every failure rejects a call, too.
    updater.on('error', () => undefined);
  }

  async check(): Promise<OfferedUpdate | null> {
    const result = await this.#updater.checkForUpdates();
    if (result === null) throw new Error('this kind of installation cannot be updated');
    if (!result.isUpdateAvailable) return null;
    return { version: result.updateInfo.version, notes: notesOf(result.updateInfo.releaseNotes) };
  }

  async download(onPercent: (percent: number) => void): Promise<void> {
    const listen = ({ percent }: { percent: number }): void => onPercent(percent);
    this.#updater.on('download-progress', listen);
    try {
      await this.#updater.downloadUpdate();
    } finally {
      this.#updater.removeListener('download-progress', listen);
    }
  }

  install(relaunch: boolean): InstallStart {
    if (this.#updater.install) return this.#updater.install(true, relaunch) ? 'leaves' : 'failed';
    this.#updater.quitAndInstall();
    return 'ends-itself';
  }
}

/** Release notes as plain text: they are shown as text, whatever is in them. */
function notesOf(notes: unknown): string {
  if (typeof notes === 'string') return notes.trim();
  if (!Array.isArray(notes)) return '';
  return notes
    .map(
      (entry: { version?: unknown; note?: unknown }) =>
        `${String(entry.version)}\n${String(entry.note ?? '')}`,
    )
    .join('\n\n')
    .trim();
}

/** Writes the configuration that electron-updater is to read. JSON is YAML. */
export function writeUpdateConfig(path: string, config: Record<string, unknown>): void {
  writeFileSync(path, JSON.stringify(config, null, 2));
}

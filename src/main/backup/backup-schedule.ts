import { toErrorInfo } from '../../core/errors.ts';
import type { BackupFile } from '../../shared/workspace.ts';
import type { Log } from '../log/rotating-log.ts';
import type { Scheduler } from '../push/snapshot-channel.ts';

/** How old the newest regular backup may become. */
export const BACKUP_EVERY_MS = 7 * 24 * 3_600_000;
/** A workspace that was opened just now has other things to do. */
export const FIRST_LOOK_MS = 60_000;
export const LOOK_EVERY_MS = 3_600_000;

export interface BackupScheduleOptions {
  /** How many regular backups are kept; 0: none are made. */
  keep: () => number;
  /** The backups of the open workspace, newest first; null when there is none, or nothing in it that would be lost. */
  list: () => Promise<BackupFile[] | null>;
  make: (keep: number) => Promise<unknown>;
  scheduler: Scheduler;
  /** Milliseconds since the epoch. */
  now: () => number;
  log: Log;
}

/** Whether it is time for another backup. One from the future is of a clock that was set back, and does not count. */
export function isBackupDue(backups: readonly BackupFile[], now: number): boolean {
  return !backups.some(({ kind, time }) => kind === 'regular' && time <= now && now - time < BACKUP_EVERY_MS);
}

/** Makes a backup of the open workspace once a week, as long as the settings want some. */
export class BackupSchedule {
  readonly #options: BackupScheduleOptions;
  #cancel: (() => void) | null = null;

  constructor(options: BackupScheduleOptions) {
    this.#options = options;
  }

  /** A workspace was opened: looks soon, then from time to time. */
  opened(): void {
    this.#cancel?.();
    this.#lookAfter(FIRST_LOOK_MS);
  }

  #lookAfter(ms: number): void {
    this.#cancel = this.#options.scheduler.after(ms, () => {
      this.#lookAfter(LOOK_EVERY_MS);
      void this.#look();
    });
  }

  async #look(): Promise<void> {
    const { keep, list, make, now, log } = this.#options;
    const kept = keep();
    if (kept === 0) return;
    try {
      const backups = await list();
      if (backups && isBackupDue(backups, now())) await make(kept);
    } catch (error) {
      // An import, a full disk: it is tried again in an hour. At a click the user is told.
      log.warn(`no backup was made: ${toErrorInfo(error).code}`);
    }
  }
}

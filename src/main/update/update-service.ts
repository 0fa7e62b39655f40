import { AppError, toErrorInfo } from '../../core/errors.ts';
import type { ErrorCode, ErrorInfo } from '../../shared/errors.ts';
import type { OfferedUpdate, UpdateOff, UpdateView } from '../../shared/update.ts';
import type { Log } from '../log/rotating-log.ts';
import type { Scheduler } from '../push/snapshot-channel.ts';
import type { InstallStart, Updater } from './updater-port.ts';

/** The first automatic check comes after the start has settled, the next ones once a day. */
export const FIRST_CHECK_MS = 30_000;
export const CHECK_EVERY_MS = 24 * 3_600_000;

/** More than this of release notes is not read in a window. */
const LONGEST_NOTES = 20_000;

export interface UpdateServiceOptions {
  version: string;
  off: UpdateOff | null;
  /** Loads the updater when it is needed first. Not called while updates are off. */
  loadUpdater: () => Promise<Updater>;
  /** Whether the user wants updates to be looked for without asking each time. */
  automatic: () => boolean;
  /** Whether work is going on that an installation would interrupt. */
  isWorking: () => boolean;
  /** Remembers what is installed now, to tell at the next start what came of it; `resume`: the run goes on by itself. */
  remember: (update: { version: string; resume: boolean }) => void;
  /** Ends the application in order; its last step calls `installNow`. */
  leave: () => void;
  onChanged: (view: UpdateView) => void;
  scheduler: Scheduler;
  /** Milliseconds since the epoch. */
  now: () => number;
  log: Log;
}

/** Codes by which electron-updater says that a file is not what its publisher made. */
const FORGED = ['ERR_CHECKSUM_MISMATCH', 'ERR_UPDATER_INVALID_SIGNATURE'];

/**
 * Updates, step by step: looked for, offered, downloaded, installed. Nothing is looked for that the user did not ask for,
 * and nothing is installed while work goes on unless the user says so. Whatever fails leaves the installed version.
 */
export class UpdateService {
  readonly #options: UpdateServiceOptions;
  #view: UpdateView;
  #updater: Promise<Updater> | null = null;
  #loaded: Updater | null = null;
  /** Set when the user has said that the update is installed and the application started again. */
  #relaunch = false;

  constructor(options: UpdateServiceOptions) {
    this.#options = options;
    this.#view = {
      status: options.off === null ? 'idle' : 'off',
      version: options.version,
      off: options.off,
      offered: null,
      percent: 0,
      checkedAt: null,
      atQuit: false,
      error: null,
    };
  }

  view(): UpdateView {
    return this.#view;
  }

  /** Looks for updates from time to time, as long as the user wants that. */
  start(): void {
    if (this.#options.off !== null) return;
    const look = (): void => {
      this.#options.scheduler.after(CHECK_EVERY_MS, look);
      if (this.#options.automatic() && this.#mayCheck()) void this.check();
    };
    this.#options.scheduler.after(FIRST_CHECK_MS, look);
  }

  /** Looks for an update now. What keeps it from being found is in the view. Throws update.off. */
  async check(): Promise<UpdateView> {
    if (this.#view.status === 'off') throw new AppError('update.off');
    if (!this.#mayCheck()) return this.#view;
    const before = this.#change({ status: 'checking', error: null });
    try {
      const offered = await (await this.#load()).check();
      const checkedAt = this.#options.now();
      return offered
        ? this.#change({ status: 'available', offered: shortened(offered), checkedAt })
        : this.#change({ status: 'current', offered: null, checkedAt });
    } catch (error) {
      return this.#failed(error, 'update.check_failed', before.offered);
    }
  }

  /** Downloads what is offered. Throws update.not_ready when nothing is. */
  async download(): Promise<UpdateView> {
    const { status, offered } = this.#view;
    if (status === 'downloading' || status === 'ready') return this.#view;
    if (!offered || (status !== 'available' && status !== 'failed')) throw new AppError('update.not_ready');
    this.#change({ status: 'downloading', percent: 0, error: null });
    try {
      await (await this.#load()).download((percent) => this.#progress(percent));
      return this.#change({ status: 'ready', percent: 100 });
    } catch (error) {
      return this.#failed(error, 'update.download_failed', offered);
    }
  }

  /** Whether the downloaded update is installed when the application quits. Throws update.not_ready. */
  setAtQuit(atQuit: boolean): UpdateView {
    if (this.#view.status !== 'ready') throw new AppError('update.not_ready');
    return this.#change({ atQuit });
  }

  /**
   * Ends the application, installs and starts again. Throws update.not_ready, and update.work_active unless the user has
   * said that it is to be done `evenWhileWorking`: the run goes on after the restart then.
   */
  installAndRestart(evenWhileWorking: boolean): UpdateView {
    const { status } = this.#view;
    if (status !== 'ready') throw new AppError('update.not_ready');
    if (this.#options.isWorking() && !evenWhileWorking) throw new AppError('update.work_active');
    this.#relaunch = true;
    const view = this.#change({ status: 'installing' });
    this.#options.leave();
    return view;
  }

  /** The last step of an ordered end: installs where that was chosen. Null when there is nothing to install. */
  installLast(): InstallStart | null {
    const { status, offered, atQuit } = this.#view;
    if (!offered || !this.#loaded || !(this.#relaunch || (status === 'ready' && atQuit))) return null;
    this.#options.remember({ version: offered.version, resume: this.#relaunch });
    try {
      const start = this.#loaded.install(this.#relaunch);
      if (start !== 'failed') return start;
      this.#options.log.error('the update was not installed');
    } catch (error) {
      this.#options.log.error('the update was not installed', error);
    }
    // Who wanted a restart gets the installed version back; who wanted to quit has quit.
    return this.#relaunch ? 'failed' : null;
  }

  #mayCheck(): boolean {
    return ['idle', 'current', 'available', 'failed'].includes(this.#view.status);
  }

  async #load(): Promise<Updater> {
    this.#updater ??= this.#options.loadUpdater();
    try {
      this.#loaded = await this.#updater;
      return this.#loaded;
    } catch (error) {
      this.#updater = null;
      throw error;
    }
  }

  #progress(percent: number): void {
    const whole = Math.min(100, Math.max(0, Math.floor(percent)));
    if (this.#view.status === 'downloading' && whole !== this.#view.percent) this.#change({ percent: whole });
  }

  #failed(error: unknown, code: ErrorCode, offered: OfferedUpdate | null): UpdateView {
    this.#options.log.error(`${code}`, error);
    return this.#change({ status: 'failed', offered, percent: 0, error: reasonOf(error, code) });
  }

  /** Changes the view and tells of it; returns it. */
  #change(change: Partial<UpdateView>): UpdateView {
    this.#view = { ...this.#view, ...change };
    this.#options.onChanged(this.#view);
    return this.#view;
  }
}

function reasonOf(error: unknown, code: ErrorCode): ErrorInfo {
  if (error instanceof AppError) return error.toInfo();
  if (error instanceof Error && 'code' in error && FORGED.includes(String(error.code))) {
    return { code: 'update.forged' };
  }
  // electron-updater appends headers and stacks: the first line says what happened.
  const detail = String(toErrorInfo(error).params?.['detail'] ?? '').split('\n')[0] ?? '';
  return { code, params: { detail: detail.slice(0, 300) } };
}

function shortened({ version, notes }: OfferedUpdate): OfferedUpdate {
  return { version, notes: notes.length > LONGEST_NOTES ? `${notes.slice(0, LONGEST_NOTES)}…` : notes };
}

/** What to tell at the start after an installation: that it worked, or that it did not. */
export function updateNotice(tried: string | null, current: string): ErrorInfo | null {
  if (tried === null) return null;
  return tried === current
    ? { code: 'update.installed', params: { version: current } }
    : { code: 'update.not_installed', params: { version: tried, current } };
}

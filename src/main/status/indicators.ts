import { powerSaveBlocker } from 'electron';
import type { BrowserWindow } from 'electron';
import type { ShellStatus, TaskbarProgress } from './shell-status.ts';

/** Taskbar progress and the power save blocker; both follow the status and are set only when they change. */
export class Indicators {
  readonly #windows: () => BrowserWindow[];
  #progress: TaskbarProgress | null = null;
  #blocker: number | null = null;

  constructor(windows: () => BrowserWindow[]) {
    this.#windows = windows;
  }

  update(status: ShellStatus): void {
    const before = this.#progress;
    const now = status.progress;
    this.#progress = now;
    if (before?.fraction !== now?.fraction || before?.mode !== now?.mode) {
      for (const window of this.#windows()) this.showOn(window);
    }
    if (status.awake && this.#blocker === null) {
      this.#blocker = powerSaveBlocker.start('prevent-app-suspension');
    } else if (!status.awake && this.#blocker !== null) {
      powerSaveBlocker.stop(this.#blocker);
      this.#blocker = null;
    }
  }

  /** Shows the current progress on a new window. */
  showOn(window: BrowserWindow): void {
    if (this.#progress) window.setProgressBar(this.#progress.fraction, { mode: this.#progress.mode });
    else window.setProgressBar(-1);
  }
}

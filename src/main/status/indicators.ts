import { app, powerSaveBlocker } from 'electron';
import type { BrowserWindow, NativeImage } from 'electron';
import type { ShellStatus, TaskbarProgress } from './shell-status.ts';

export interface IndicatorsOptions {
  windows: () => BrowserWindow[];
  /** The picture that Windows shows on the button of a window that waits for the user. */
  badge: NativeImage;
  /** Whether the machine is to be kept awake while work goes on. */
  keepAwake: () => boolean;
}

/** What an indicator of a window shows. */
interface Shown {
  progress: TaskbarProgress | null;
  /** Why something waits for the user; null when nothing does. */
  needsYou: string | null;
}

/** Taskbar progress, badge and power save blocker. They follow the status and are set only when they change. */
export class Indicators {
  readonly #options: IndicatorsOptions;
  #shown: Shown = { progress: null, needsYou: null };
  #blocker: number | null = null;

  constructor(options: IndicatorsOptions) {
    this.#options = options;
  }

  update(status: ShellStatus): void {
    const before = this.#shown;
    const { progress } = status;
    const needsYou = status.icon === 'attention' ? status.text : null;
    this.#shown = { progress, needsYou };
    const moved =
      before.progress?.fraction !== progress?.fraction || before.progress?.mode !== progress?.mode;
    const badgeChanged = (before.needsYou === null) !== (needsYou === null);
    // The number of things that wait: macOS and some panels of Linux show it, Windows has the overlay of its windows.
    if (badgeChanged) app.setBadgeCount(needsYou === null ? 0 : 1);
    for (const window of this.#options.windows()) {
      if (moved) this.#showProgress(window);
      if (before.needsYou !== needsYou) this.#showOverlay(window);
    }
    this.#keepAwake(status.awake && this.#options.keepAwake());
  }

  /** Shows the current state on a new window. */
  showOn(window: BrowserWindow): void {
    this.#showProgress(window);
    this.#showOverlay(window);
  }

  #showProgress(window: BrowserWindow): void {
    const { progress } = this.#shown;
    if (progress) window.setProgressBar(progress.fraction, { mode: progress.mode });
    else window.setProgressBar(-1);
  }

  #showOverlay(window: BrowserWindow): void {
    if (process.platform !== 'win32') return;
    const { needsYou } = this.#shown;
    window.setOverlayIcon(needsYou === null ? null : this.#options.badge, needsYou ?? '');
  }

  #keepAwake(awake: boolean): void {
    if (awake && this.#blocker === null) {
      this.#blocker = powerSaveBlocker.start('prevent-app-suspension');
    } else if (!awake && this.#blocker !== null) {
      powerSaveBlocker.stop(this.#blocker);
      this.#blocker = null;
    }
  }
}

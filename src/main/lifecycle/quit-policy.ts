import type { Log } from '../log/rotating-log.ts';
import type { ActiveWork } from '../status/shell-status.ts';

export type QuitAnswer = 'keep' | 'quit' | 'cancel';
export type QuitState = 'idle' | 'confirming' | 'shutting-down';

export interface QuitPolicyOptions {
  /** What is going on that somebody may not want to stop. */
  activeWork: () => ActiveWork | null;
  confirm: (work: ActiveWork) => Promise<QuitAnswer>;
  /** Brings the question that is already open to the front. */
  focusQuestion: () => void;
  /** Closes the windows and stays in the tray. */
  keepRunning: () => void;
  /** Lets go of the workspace. */
  shutdown: () => Promise<void>;
  /**
   * Done when the workspace is closed, last before the process ends, e.g. installing an update. True when what it did ends
   * the process by itself.
   */
  lastStep: () => boolean;
  /** Ends the process in order. Waits for its threads, so it may not return while one of them is within a statement. */
  exit: () => void;
  /** Ends the process at once, whatever its threads do. */
  kill: () => void;
  /** Resolves after so many milliseconds. */
  wait: (ms: number) => Promise<void>;
  log: Log;
}

/** How long closing the workspace may take, in milliseconds. What is committed is safe without it. */
export const SHUTDOWN_TIMEOUT_MS = 5000;

/**
 * How the application quits. Asks only when work is going on and a person wants to quit; opens no question when the
 * system ends the session. Fail-open: whatever throws, the application quits. A workspace that is not closed in time
 * means that the engine's thread is within one long statement, and an exit in order would wait for its end: then the
 * process is killed. SQLite rolls back what was not committed, and nothing else is lost.
 */
export class QuitPolicy {
  readonly #options: QuitPolicyOptions;
  #state: QuitState = 'idle';

  constructor(options: QuitPolicyOptions) {
    this.#options = options;
  }

  get state(): QuitState {
    return this.#state;
  }

  /** A person wants to quit. */
  async request(): Promise<void> {
    if (this.#state === 'shutting-down') return;
    if (this.#state === 'confirming') {
      try {
        this.#options.focusQuestion();
      } catch (error) {
        this.#options.log.error('the question cannot be brought to the front', error);
      }
      return;
    }
    const answer = await this.#ask();
    // The session may have ended while the question was open; a getter, because the compiler narrows the field.
    if (this.state !== 'confirming') return;
    if (answer === 'cancel') {
      this.#state = 'idle';
      return;
    }
    if (answer === 'keep') {
      this.#state = 'idle';
      try {
        this.#options.keepRunning();
        return;
      } catch (error) {
        this.#options.log.error('cannot keep running in the tray', error);
      }
    }
    await this.#shutDown();
  }

  /** The system ends the session, a signal asks, or an update is to be installed: no question, just go. */
  async requestNow(): Promise<void> {
    if (this.#state !== 'shutting-down') await this.#shutDown();
  }

  async #ask(): Promise<QuitAnswer> {
    this.#state = 'confirming';
    try {
      const work = this.#options.activeWork();
      return work === null ? 'quit' : await this.#options.confirm(work);
    } catch (error) {
      this.#options.log.error('the question whether to quit failed', error);
      return 'quit';
    }
  }

  async #shutDown(): Promise<void> {
    this.#state = 'shutting-down';
    const { shutdown, lastStep, wait, exit, kill, log } = this.#options;
    let late = false;
    try {
      const done = shutdown().then(() => false);
      late = await Promise.race([done, wait(SHUTDOWN_TIMEOUT_MS).then(() => true)]);
      if (late) log.warn('the workspace was not closed in time; the process is killed');
    } catch (error) {
      log.error('the workspace was not closed cleanly', error);
    }
    try {
      if (lastStep()) await wait(SHUTDOWN_TIMEOUT_MS);
    } catch (error) {
      log.error('the last step before the end failed', error);
    }
    try {
      if (!late) exit();
    } catch (error) {
      log.error('the process does not exit', error);
      late = true;
    }
    if (late) kill();
  }
}

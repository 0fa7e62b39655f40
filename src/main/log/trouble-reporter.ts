import type { ErrorInfo } from '../../shared/errors.ts';
import type { Log } from './rotating-log.ts';

/**
 * Errors of the main process that nothing has caught: each is written down, and the user is told once, in the windows that are
 * open or in the next one. They do not end the
 * process: the run is in a thread of its own, and everything finished is on disk.
 */
export class TroubleReporter {
  readonly #log: Log;
  #tell: ((notice: ErrorInfo) => void) | null = null;
  #untold = false;
  #told = false;

  constructor(log: Log) {
    this.#log = log;
  }

  /** From now on there is a way to tell the user; also of what came before. */
  tellBy(tell: (notice: ErrorInfo) => void): void {
    this.#tell = tell;
    if (this.#untold) this.#tellOnce();
  }

  report(what: string, error: unknown): void {
    this.#log.error(what, error);
    this.#untold = true;
    this.#tellOnce();
  }

  #tellOnce(): void {
    if (this.#told || !this.#tell) return;
    this.#told = true;
    try {
      this.#tell({ code: 'app.main_error' });
    } catch (error) {
      this.#log.error('the user could not be told of an error', error);
    }
  }
}

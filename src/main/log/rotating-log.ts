import { appendFileSync, mkdirSync, renameSync, rmSync, statSync } from 'node:fs';
import { join } from 'node:path';

export interface Log {
  info(message: string): void;
  warn(message: string): void;
  /** Writes the message with the error's stack. Never pass anything read from a log of behaviours. */
  error(message: string, error?: unknown): void;
}

export interface RotatingLogOptions {
  folder: string;
  /** Size in bytes at which a file is put behind. */
  maxBytes: number;
  /** How many files there are at the most, the one being written included. */
  maxFiles: number;
  now: () => number;
}

/** A log in `main.log`, `main.1.log` …; what cannot be written is dropped, because a log must never stop the application. */
export class RotatingLog implements Log {
  readonly #options: RotatingLogOptions;
  readonly #path: string;
  #size: number;

  constructor(options: RotatingLogOptions) {
    this.#options = options;
    this.#path = join(options.folder, 'main.log');
    this.#size = 0;
    try {
      mkdirSync(options.folder, { recursive: true });
      this.#size = statSync(this.#path, { throwIfNoEntry: false })?.size ?? 0;
    } catch {
      // An unwritable folder shows at the first line, which is dropped too.
    }
  }

  info(message: string): void {
    this.#write('info', message);
  }

  warn(message: string): void {
    this.#write('warn', message);
  }

  error(message: string, error?: unknown): void {
    const detail =
      error instanceof Error ? (error.stack ?? error.message) : error === undefined ? '' : String(error);
    this.#write('error', detail ? `${message}: ${detail}` : message);
  }

  #write(level: string, message: string): void {
    const line = `${new Date(this.#options.now()).toISOString()} ${level} ${message}\n`;
    const bytes = Buffer.byteLength(line);
    try {
      if (this.#size > 0 && this.#size + bytes > this.#options.maxBytes) this.#rotate();
      appendFileSync(this.#path, line);
      this.#size += bytes;
    } catch {
      // See the class: a full disk must not become a second error.
    }
  }

  #rotate(): void {
    const { folder, maxFiles } = this.#options;
    const behind = (n: number): string => join(folder, n === 0 ? 'main.log' : `main.${n}.log`);
    rmSync(behind(maxFiles - 1), { force: true });
    for (let n = maxFiles - 2; n >= 0; n -= 1) {
      if (statSync(behind(n), { throwIfNoEntry: false })) renameSync(behind(n), behind(n + 1));
    }
    this.#size = 0;
  }
}

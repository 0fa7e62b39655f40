import type { Log } from '../../../src/main/log/rotating-log.ts';
import type { Scheduler } from '../../../src/main/push/snapshot-channel.ts';
import type { ValueStore } from '../../../src/main/settings/value-store.ts';

/** Time that passes when a test says so. */
export class ManualScheduler implements Scheduler {
  #now = 0;
  #timers: { at: number; callback: () => void }[] = [];

  now(): number {
    return this.#now;
  }

  after(ms: number, callback: () => void): () => void {
    const timer = { at: this.#now + ms, callback };
    this.#timers.push(timer);
    return () => {
      this.#timers = this.#timers.filter((other) => other !== timer);
    };
  }

  /** Lets time pass, timers firing in their order. */
  advance(ms: number): void {
    const end = this.#now + ms;
    for (;;) {
      const next = this.#timers.filter((timer) => timer.at <= end).sort((a, b) => a.at - b.at)[0];
      if (!next) break;
      this.#timers = this.#timers.filter((timer) => timer !== next);
      this.#now = next.at;
      next.callback();
    }
    this.#now = end;
  }

  get waiting(): number {
    return this.#timers.length;
  }
}

/** A log that a test can read. */
export class RecordingLog implements Log {
  readonly lines: string[] = [];

  info(message: string): void {
    this.lines.push(`info ${message}`);
  }

  warn(message: string): void {
    this.lines.push(`warn ${message}`);
  }

  error(message: string, error?: unknown): void {
    this.lines.push(`error ${message} ${error instanceof Error ? error.message : ''}`.trim());
  }
}

/** A value store in memory that counts what is written. */
export class MemoryStore implements ValueStore {
  value: unknown;
  writes = 0;

  constructor(value: unknown = {}) {
    this.value = value;
  }

  read(): unknown {
    return this.value;
  }

  write(value: object): void {
    this.value = value;
    this.writes += 1;
  }
}

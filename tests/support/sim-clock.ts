import type { Clock } from '../../src/core/clock.ts';

interface Sleeper {
  at: number;
  order: number;
  wake: () => void;
}

/** Turns of the event loop after which work without waiting counts as done. */
const TURNS = 2;
/** While no sleeper waits, work is waited for so many times as long: it may wait for a file or a module. */
const PATIENCE = 1_000;

/**
 * Virtual time: it jumps to the time of the next sleeper as soon as no other work can continue. `turns`: turns of the
 * event loop to wait before each jump; more of them for work in many asynchronous steps.
 */
export class SimClock implements Clock {
  readonly #turns: number;
  readonly #sleepers = new Set<Sleeper>();
  #now: number;
  #order = 0;

  constructor(now = Date.UTC(2026, 0, 1), turns = TURNS) {
    this.#now = now;
    this.#turns = turns;
  }

  now(): number {
    return this.#now;
  }

  sleep(ms: number, signal?: AbortSignal): Promise<void> {
    return new Promise((resolve) => {
      if (signal?.aborted) return resolve();
      const wake = (): void => {
        this.#sleepers.delete(sleeper);
        signal?.removeEventListener('abort', wake);
        resolve();
      };
      // Whole milliseconds, as the system clock reports.
      const sleeper: Sleeper = { at: this.#now + Math.ceil(Math.max(0, ms)), order: this.#order++, wake };
      this.#sleepers.add(sleeper);
      signal?.addEventListener('abort', wake, { once: true });
    });
  }

  /** Advances the time until the work is done. Rejects when it takes longer than `limitMs`, or when nothing can continue. */
  async run<T>(work: Promise<T>, limitMs = 3_600_000): Promise<T> {
    const end = this.#now + limitMs;
    let done = false;
    const settled = work.finally(() => (done = true));
    settled.catch(() => undefined);
    for (;;) {
      await this.#settle();
      for (let turn = 0; turn < PATIENCE && !done && this.#sleepers.size === 0; turn++) await this.#settle();
      if (done) return settled;
      if (!this.#step(end)) throw new Error(`not done after ${limitMs} ms of simulated time`);
    }
  }

  /** Advances the time. */
  async advance(ms: number): Promise<void> {
    const end = this.#now + ms;
    do await this.#settle();
    while (this.#step(end));
    this.#now = end;
    await this.#settle();
  }

  /** The machine was asleep: time goes on, and sleepers that are late wake afterwards. */
  jump(ms: number): void {
    this.#now += ms;
  }

  async #settle(): Promise<void> {
    for (let turn = 0; turn < this.#turns; turn++) await new Promise((resolve) => setImmediate(resolve));
  }

  #step(end: number): boolean {
    let first: Sleeper | null = null;
    for (const sleeper of this.#sleepers) {
      if (
        first === null ||
        sleeper.at < first.at ||
        (sleeper.at === first.at && sleeper.order < first.order)
      ) {
        first = sleeper;
      }
    }
    if (first === null || first.at > end) return false;
    this.#now = Math.max(this.#now, first.at);
    first.wake();
    return true;
  }
}

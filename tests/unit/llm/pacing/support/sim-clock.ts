import type { Clock } from '../../../../../src/core/clock.ts';

interface Sleeper {
  at: number;
  order: number;
  wake: () => void;
}

/** Lets everything that can go on without time passing go on. */
export async function settle(): Promise<void> {
  for (let turn = 0; turn < 2; turn++) await new Promise((resolve) => setImmediate(resolve));
}

/** Time that jumps from one sleeper's moment to the next, as soon as nobody has anything to do. */
export class SimClock implements Clock {
  #now: number;
  #order = 0;
  readonly #sleepers = new Set<Sleeper>();

  constructor(now = Date.UTC(2026, 0, 1)) {
    this.#now = now;
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
      const sleeper: Sleeper = { at: this.#now + Math.max(0, ms), order: this.#order++, wake };
      this.#sleepers.add(sleeper);
      signal?.addEventListener('abort', wake, { once: true });
    });
  }

  /** Lets time pass until the work is done; rejects when it takes longer than `limitMs`, or waits for nothing. */
  async run<T>(work: Promise<T>, limitMs = 3_600_000): Promise<T> {
    const end = this.#now + limitMs;
    let done = false;
    const settled = work.finally(() => (done = true));
    settled.catch(() => undefined);
    for (;;) {
      await settle();
      if (done) return settled;
      if (!this.#step(end)) throw new Error(`not done after ${limitMs} ms of simulated time`);
    }
  }

  /** Lets so much time pass. */
  async advance(ms: number): Promise<void> {
    const end = this.#now + ms;
    do await settle();
    while (this.#step(end));
    this.#now = end;
    await settle();
  }

  /** The machine was asleep: time goes on, and whoever is late wakes afterwards. */
  jump(ms: number): void {
    this.#now += ms;
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

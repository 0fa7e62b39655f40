import { systemClock } from '../../src/core/clock.ts';
import type { Clock } from '../../src/core/clock.ts';

/** A timer that is set for longer than this goes off at once. */
const LONGEST_MS = 2 ** 31 - 1;

/** A clock that runs several times as fast as the real one, so that a test does not spend seconds on waits. */
export class QuickClock implements Clock {
  readonly #factor: number;
  readonly #start = Date.now();
  readonly #startedAt = performance.now();

  constructor(factor: number) {
    this.#factor = factor;
  }

  now(): number {
    return this.#start + Math.floor((performance.now() - this.#startedAt) * this.#factor);
  }

  sleep(ms: number, signal?: AbortSignal): Promise<void> {
    return systemClock.sleep(Math.min(LONGEST_MS, ms / this.#factor), signal);
  }
}

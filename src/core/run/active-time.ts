import type { Clock } from '../clock.ts';

/** Counts the time in which a run really runs: pauses and down time are left out. */
export class ActiveTime {
  readonly #clock: Clock;
  #before: number;
  #since: number | null = null;

  constructor(clock: Clock, beforeMs: number) {
    this.#clock = clock;
    this.#before = beforeMs;
  }

  /** Milliseconds up to now. */
  get ms(): number {
    return this.#before + (this.#since === null ? 0 : Math.max(0, this.#clock.now() - this.#since));
  }

  /** Goes on from `beforeMs`. */
  start(beforeMs: number): void {
    this.#before = beforeMs;
    this.#since = this.#clock.now();
  }

  /** Leaves out so many milliseconds up to now, but not more than have passed since the start. */
  leaveOut(ms: number): void {
    if (this.#since === null) return;
    this.#since = Math.min(this.#clock.now(), this.#since + Math.max(0, ms));
  }

  stop(): void {
    this.#before = this.ms;
    this.#since = null;
  }
}

/** Says how often something that died may be started again: at most `max` times within `windowMs`. */
export class CrashLimiter {
  readonly #max: number;
  readonly #windowMs: number;
  readonly #now: () => number;
  #times: number[] = [];

  constructor(max: number, windowMs: number, now: () => number) {
    this.#max = max;
    this.#windowMs = windowMs;
    this.#now = now;
  }

  /** Counts a death; true when it may be started again. */
  mayRestart(): boolean {
    const now = this.#now();
    this.#times = this.#times.filter((time) => now - time < this.#windowMs);
    this.#times.push(now);
    return this.#times.length <= this.#max;
  }

  /** Forgets what was counted, e.g. because the user asked to try again. */
  reset(): void {
    this.#times = [];
  }
}

export interface SleepWatchOptions {
  /** Milliseconds since the epoch: they go on while the machine sleeps. */
  now: () => number;
  /** The machine was asleep for so many milliseconds and is awake again. */
  slept: (ms: number) => void;
}

/** Measures how long the machine sleeps, from what the system says. A wake-up that is never told costs nothing. */
export class SleepWatch {
  readonly #options: SleepWatchOptions;
  #since: number | null = null;

  constructor(options: SleepWatchOptions) {
    this.#options = options;
  }

  suspended(): void {
    this.#since ??= this.#options.now();
  }

  resumed(): void {
    const since = this.#since;
    this.#since = null;
    if (since !== null) this.#options.slept(Math.max(0, this.#options.now() - since));
  }
}

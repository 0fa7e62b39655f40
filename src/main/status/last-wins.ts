import type { Scheduler } from '../push/snapshot-channel.ts';

/**
 * Applies a value no more often than every `intervalMs`, the last one always, and an equal one never: some systems
 * rebuild a whole menu at each change.
 */
export class LastWins<T> {
  readonly #apply: (value: T) => void;
  readonly #keyOf: (value: T) => string;
  readonly #intervalMs: number;
  readonly #scheduler: Scheduler;
  #pending: { value: T } | null = null;
  #appliedKey: string | null = null;
  #appliedAt = -Infinity;
  #cancelTimer: (() => void) | null = null;

  constructor(
    apply: (value: T) => void,
    keyOf: (value: T) => string,
    intervalMs: number,
    scheduler: Scheduler,
  ) {
    this.#apply = apply;
    this.#keyOf = keyOf;
    this.#intervalMs = intervalMs;
    this.#scheduler = scheduler;
  }

  offer(value: T): void {
    this.#pending = { value };
    if (this.#cancelTimer) return;
    const wait = this.#appliedAt + this.#intervalMs - this.#scheduler.now();
    if (wait <= 0) this.#flush();
    else
      this.#cancelTimer = this.#scheduler.after(wait, () => {
        this.#cancelTimer = null;
        this.#flush();
      });
  }

  dispose(): void {
    this.#cancelTimer?.();
    this.#cancelTimer = null;
    this.#pending = null;
  }

  #flush(): void {
    const pending = this.#pending;
    this.#pending = null;
    if (!pending) return;
    const key = this.#keyOf(pending.value);
    if (key === this.#appliedKey) return;
    this.#appliedKey = key;
    this.#appliedAt = this.#scheduler.now();
    this.#apply(pending.value);
  }
}

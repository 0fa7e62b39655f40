/** Timers, injected so that tests need not wait. */
export interface Scheduler {
  now(): number;
  /** Calls back after `ms`; gives the function that cancels. */
  after(ms: number, callback: () => void): () => void;
}

export const systemScheduler: Scheduler = {
  now: () => performance.now(),
  after: (ms, callback) => {
    const timer = setTimeout(callback, ms);
    return () => clearTimeout(timer);
  },
};

/** A little over a tenth of a second: no second, wherever it begins, sees more than ten progress pushes. */
export const PUSH_INTERVAL_MS = 110;

export interface SnapshotChannelOptions<T> {
  send: (snapshot: T) => void;
  /** Whether anybody would see it: attached, shown and not minimised. */
  isWatched: () => boolean;
  /** What must reach the window at once when it changes, e.g. the status. */
  urgentKey: (snapshot: T) => string;
  /** How one that waits and the next become one; the next alone when left out. */
  merge?: (waiting: T, next: T) => T;
  scheduler: Scheduler;
}

/**
 * One kind of snapshot on its way to one window. Progress is coalesced, the last one wins and always arrives; changes of
 * state go at once; nobody watching gets nothing, and the latest the moment somebody watches again.
 */
export class SnapshotChannel<T> {
  readonly #options: SnapshotChannelOptions<T>;
  #pending: { snapshot: T } | null = null;
  #sentKey: string | null = null;
  #sentAt = -Infinity;
  #cancelTimer: (() => void) | null = null;

  constructor(options: SnapshotChannelOptions<T>) {
    this.#options = options;
  }

  offer(snapshot: T): void {
    const waiting = this.#pending;
    const { merge } = this.#options;
    this.#pending = { snapshot: merge && waiting ? merge(waiting.snapshot, snapshot) : snapshot };
    if (!this.#options.isWatched()) return;
    if (this.#options.urgentKey(snapshot) !== this.#sentKey) {
      this.flush();
      return;
    }
    if (this.#cancelTimer) return;
    const wait = this.#sentAt + PUSH_INTERVAL_MS - this.#options.scheduler.now();
    if (wait <= 0) this.flush();
    else this.#cancelTimer = this.#options.scheduler.after(wait, () => this.#due());
  }

  /** Sends what is pending now, e.g. because the window is shown again. */
  flush(): void {
    this.#stopTimer();
    const pending = this.#pending;
    if (!pending || !this.#options.isWatched()) return;
    this.#pending = null;
    this.#sentKey = this.#options.urgentKey(pending.snapshot);
    this.#sentAt = this.#options.scheduler.now();
    this.#options.send(pending.snapshot);
  }

  dispose(): void {
    this.#stopTimer();
    this.#pending = null;
  }

  #due(): void {
    this.#cancelTimer = null;
    this.flush();
  }

  #stopTimer(): void {
    this.#cancelTimer?.();
    this.#cancelTimer = null;
  }
}

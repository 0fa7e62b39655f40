import type { Clock } from './clock.ts';

/** Progress is sent no more often than this: ten times a second. */
export const PUBLISH_INTERVAL_MS = 100;

export interface PublisherOptions<T> {
  /** Makes the snapshot. Called once for each one that is sent. */
  build: () => T | Promise<T>;
  send: (snapshot: T) => void;
  /** Called with what `build` or `send` threw when no caller waits for the result. */
  failed: (error: unknown) => void;
  clock: Clock;
  /** The least time between two snapshots; PUBLISH_INTERVAL_MS when left out. */
  intervalMs?: number;
}

/**
 * Sends snapshots of something that changes often. A change only marks it; the snapshot is built when it is sent, at most
 * once in an interval, and the last change is always sent. A change of state is sent at once with `publishNow`.
 */
export class Publisher<T> {
  readonly #options: PublisherOptions<T>;
  #sentAt = -Infinity;
  /** Cancels the sending that is due; null when nothing changed since the last one. */
  #due: AbortController | null = null;
  #disposed = false;

  constructor(options: PublisherOptions<T>) {
    this.#options = options;
  }

  /** Something changed: a snapshot follows within the interval. */
  mark(): void {
    if (this.#due || this.#disposed) return;
    const { clock, intervalMs = PUBLISH_INTERVAL_MS } = this.#options;
    // Bounded on both sides: the wall clock may have been set back or forward since.
    const wait = Math.min(intervalMs, Math.max(0, this.#sentAt + intervalMs - clock.now()));
    const due = (this.#due = new AbortController());
    void clock.sleep(wait, due.signal).then(() => {
      if (!due.signal.aborted) this.publishSoon();
    });
  }

  /** Builds and sends a snapshot at once, in place of one that is due. Returns it; rejects with what building it throws. */
  async publishNow(): Promise<T> {
    this.#cancel();
    this.#sentAt = this.#options.clock.now();
    const snapshot = await this.#options.build();
    if (!this.#disposed) this.#options.send(snapshot);
    return snapshot;
  }

  /** The same for callers that do not await the result: an error is passed to `failed`. */
  publishSoon(): void {
    this.publishNow().catch((error: unknown) => this.#options.failed(error));
  }

  /** Nothing is sent any more. */
  dispose(): void {
    this.#disposed = true;
    this.#cancel();
  }

  #cancel(): void {
    this.#due?.abort();
    this.#due = null;
  }
}

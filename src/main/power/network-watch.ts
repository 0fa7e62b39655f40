import type { Scheduler } from '../push/snapshot-channel.ts';

/** How often the system is asked while something waits for the network. */
const ASK_EVERY_MS = 2000;

export interface NetworkWatchOptions {
  /** Whether the system has a network; it may have one that leads nowhere. */
  isOnline: () => boolean;
  /** The network is there again after it was gone. */
  isBack: () => void;
  scheduler: Scheduler;
}

/** Notices that the network comes back while work waits for it, so that nothing waits longer than it has to. */
export class NetworkWatch {
  readonly #options: NetworkWatchOptions;
  #cancel: (() => void) | null = null;
  #wasOffline = false;

  constructor(options: NetworkWatchOptions) {
    this.#options = options;
  }

  /** Whether something waits for the network. */
  get waiting(): boolean {
    return this.#cancel !== null;
  }

  /** Says whether something waits for the network now. */
  waits(waiting: boolean): void {
    if (waiting && this.#cancel === null) this.#look();
    if (waiting || this.#cancel === null) return;
    this.#cancel();
    this.#cancel = null;
    this.#wasOffline = false;
  }

  #look(): void {
    const { isOnline, isBack, scheduler } = this.#options;
    const online = isOnline();
    const back = online && this.#wasOffline;
    this.#wasOffline = !online;
    this.#cancel = scheduler.after(ASK_EVERY_MS, () => this.#look());
    if (back) isBack();
  }
}

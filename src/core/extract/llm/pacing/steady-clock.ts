import type { Clock } from '../../../clock.ts';

/** More than a sleep is ever late on a busy machine: then the machine itself slept. */
const JUMP_MS = 5_000;
/** Later than this: much may have come that nobody has looked at yet. */
const BUSY_MS = 50;

/**
 * Time that never goes back when the system clock is set, and that tells when the machine was asleep. Readings differ
 * from the injected clock's by what it was set back.
 */
export class SteadyClock {
  readonly #clock: Clock;
  #last: number;
  #offset = 0;

  constructor(clock: Clock) {
    this.#clock = clock;
    this.#last = clock.now();
  }

  now(): number {
    const now = this.#clock.now() + this.#offset;
    if (now < this.#last) this.#offset += this.#last - now;
    else this.#last = now;
    return this.#last;
  }

  /** The same moment in the time of the injected clock. */
  wallTime(steady: number): number {
    return steady - this.#offset;
  }

  /**
   * Sleeps; gives how many milliseconds the machine was not running meanwhile, 0 if it was. What came while the process
   * was too busy to wake in time is heard first, so that nobody is called late whose answer is there.
   */
  async sleep(ms: number, signal: AbortSignal): Promise<number> {
    const before = this.now();
    await this.#clock.sleep(ms, signal);
    const late = this.now() - before - ms;
    if (late > BUSY_MS) await new Promise((heard) => setImmediate(heard));
    return late > JUMP_MS ? late : 0;
  }
}

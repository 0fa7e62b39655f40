const MINUTE_MS = 60_000;

/** What a bucket holds is this share of a minute's allowance, and refills with the rest: both together never exceed it. */
const BURST_SHARE = 0.02;

/**
 * An allowance per minute that refills continuously. It holds so little (1.2 seconds' worth) that a limiter that counts
 * whole minutes never sees more than the rate, wherever its minutes begin. A request larger than the bucket is let
 * through when the bucket is full and leaves a debt, which the next ones wait for.
 */
export class TokenBucket {
  #perMinute: number;
  #level: number;
  #at: number;
  #burstShare = BURST_SHARE;

  /** `perMinute` above 0; `now` in milliseconds. */
  constructor(perMinute: number, now: number) {
    this.#perMinute = perMinute;
    this.#level = this.#capacity;
    this.#at = now;
  }

  get perMinute(): number {
    return this.#perMinute;
  }

  /** The debt stays, a surplus over the new capacity does not. */
  setRate(perMinute: number, now: number): void {
    this.#refill(now);
    this.#perMinute = perMinute;
    this.#level = Math.min(this.#level, this.#capacity);
  }

  /** Saves nothing up from now on: what is taken is spread evenly, so that a limit of a second is kept to as well. */
  spread(): void {
    this.#burstShare = 0;
    this.#level = Math.min(this.#level, this.#capacity);
  }

  /** Milliseconds until so much may be taken; 0 for now. */
  timeUntil(amount: number, now: number): number {
    this.#refill(now);
    const missing = Math.min(amount, this.#capacity) - this.#level;
    // Sums of refills are off by rounding: without the tolerance a wait would end a hair too early, again and again.
    return missing <= 1e-9 * this.#capacity ? 0 : Math.ceil(missing / this.#perMs);
  }

  /** Takes without asking: what was counted elsewhere is owed, whether or not it was allowed. */
  take(amount: number, now: number): void {
    this.#refill(now);
    this.#level -= amount;
  }

  /** Gives back what was reserved but not used. */
  credit(amount: number, now: number): void {
    this.#refill(now);
    this.#level = Math.min(this.#capacity, this.#level + amount);
  }

  get #capacity(): number {
    return Math.max(1, this.#perMinute * this.#burstShare);
  }

  get #perMs(): number {
    return (this.#perMinute * (1 - BURST_SHARE)) / MINUTE_MS;
  }

  #refill(now: number): void {
    if (now <= this.#at) return;
    this.#level = Math.min(this.#capacity, this.#level + (now - this.#at) * this.#perMs);
    this.#at = now;
  }
}

import { SlidingWindow } from './sliding-window.ts';
import { TokenBucket } from './token-bucket.ts';

/**
 * Keeps requests, or tokens, under the lowest of the limits known: the user's, the provider's, and one found by trying.
 * Large amounts can pass a limiter that counts strict minutes only if the minute is counted exactly: that costs some
 * of the rate, so it is done once the provider refused although the limit was kept.
 */
export class RateGate {
  readonly #configured: number | null;
  readonly #window = new SlidingWindow();
  #announced: number | null = null;
  #learned: number | null = null;
  #bucket: TokenBucket | null = null;
  #strict = false;

  /** `perMinute`: the user's limit; null when not set. */
  constructor(perMinute: number | null, now: number) {
    this.#configured = perMinute;
    this.#apply(now);
  }

  /** The limit in force, per minute; null when none is known. */
  get perMinute(): number | null {
    return this.#bucket?.perMinute ?? null;
  }

  /** The provider told its limit. */
  announce(perMinute: number, now: number): void {
    this.#announced = perMinute;
    this.#apply(now);
  }

  /** A limit was found by trying, or is not believed in any more. */
  learn(perMinute: number | null, now: number): void {
    if (perMinute === this.#learned) return;
    this.#learned = perMinute;
    this.#apply(now);
  }

  /** Milliseconds until so much may pass; 0 for now. */
  timeUntil(amount: number, now: number): number {
    if (this.#bucket === null) return 0;
    const known = this.#known();
    const window = this.#strict && known !== null ? this.#window.timeUntil(amount, known, now) : 0;
    return Math.max(this.#bucket.timeUntil(amount, now), window);
  }

  take(amount: number, now: number): void {
    this.#bucket?.take(amount, now);
    this.#window.add(amount, now);
  }

  /** What was reserved turned out to be more (positive) or less (negative) than was used. */
  giveBack(amount: number, now: number): void {
    this.#bucket?.credit(amount, now);
    this.#window.add(-amount, now);
  }

  /** The provider refused for its rate: it counts minutes strictly, or seconds, so that no burst is let through any more. */
  refused(): void {
    this.#strict = this.#known() !== null;
    if (this.#strict) this.#bucket?.spread();
  }

  #known(): number | null {
    return lowest([this.#configured, this.#announced]);
  }

  #apply(now: number): void {
    const perMinute = lowest([this.#configured, this.#announced, this.#learned]);
    if (perMinute === null) this.#bucket = null;
    else if (this.#bucket === null) this.#bucket = new TokenBucket(perMinute, now);
    else this.#bucket.setRate(perMinute, now);
  }
}

function lowest(limits: readonly (number | null)[]): number | null {
  const known = limits.filter((limit) => limit !== null);
  return known.length === 0 ? null : Math.min(...known);
}

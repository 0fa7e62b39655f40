const MINUTE_MS = 60_000;

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

/** A little more than a minute: requests travel for unequal times, so that what left in one minute may arrive in another. */
const MARGIN_MS = 250;

/** Entries are counted together in steps of this length, so that any rate needs few of them. */
const STEP_MS = 250;

const SPAN_MS = MINUTE_MS + MARGIN_MS + STEP_MS;

interface Step {
  /** When the first of them came. */
  at: number;
  amount: number;
}

/** What was taken in the last minute, exactly: for limiters that count whole minutes and forgive nothing. */
export class SlidingWindow {
  readonly #steps: Step[] = [];
  #used = 0;

  /** Milliseconds until `amount` more stays within `limit` for any minute; 0 for now. More than the limit waits for an empty minute. */
  timeUntil(amount: number, limit: number, now: number): number {
    this.#expire(now);
    let used = this.#used;
    let wait = 0;
    for (const step of this.#steps) {
      if (used + amount <= limit) break;
      used -= step.amount;
      wait = step.at + SPAN_MS - now;
    }
    return wait;
  }

  /** Negative to give back. */
  add(amount: number, now: number): void {
    const last = this.#steps.at(-1);
    this.#used += amount;
    if (last !== undefined && now - last.at < STEP_MS) last.amount += amount;
    else this.#steps.push({ at: now, amount });
  }

  #expire(now: number): void {
    let step = this.#steps[0];
    while (step !== undefined && step.at + SPAN_MS <= now) {
      this.#used -= step.amount;
      this.#steps.shift();
      step = this.#steps[0];
    }
  }
}

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

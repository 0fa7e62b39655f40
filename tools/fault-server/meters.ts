const MINUTE = 60_000;

export interface MeterState {
  limit: number;
  remaining: number;
  /** Milliseconds until the whole allowance is available again. */
  resetMs: number;
}

/** An allowance of something per minute. */
export interface Meter {
  /** Milliseconds until so much may be taken; more than the whole allowance may be taken when that is whole. */
  timeUntil(amount: number, now: number): number;
  /** Takes it, into debt if need be. */
  take(amount: number, now: number): void;
  state(now: number): MeterState;
}

export function makeMeter(kind: 'bucket' | 'window', perMinute: number | null, now: number): Meter | null {
  if (perMinute === null) return null;
  return kind === 'bucket' ? new BucketMeter(perMinute, now) : new WindowMeter(perMinute, now);
}

/** Holds at most a minute's allowance, full at the start, and refills continuously. */
class BucketMeter implements Meter {
  readonly #limit: number;
  #level: number;
  #at: number;

  constructor(limit: number, now: number) {
    this.#limit = limit;
    this.#level = limit;
    this.#at = now;
  }

  timeUntil(amount: number, now: number): number {
    this.#refill(now);
    return this.#timeFor(Math.min(amount, this.#limit) - this.#level);
  }

  take(amount: number, now: number): void {
    this.#refill(now);
    this.#level -= amount;
  }

  state(now: number): MeterState {
    this.#refill(now);
    const remaining = Math.max(0, Math.floor(this.#level));
    return { limit: this.#limit, remaining, resetMs: this.#timeFor(this.#limit - this.#level) };
  }

  /** Without this tolerance, rounding would add another second to a wait that was long enough. */
  #timeFor(missing: number): number {
    return missing <= 1e-6 ? 0 : (missing / this.#limit) * MINUTE;
  }

  #refill(now: number): void {
    this.#level = Math.min(this.#limit, this.#level + ((now - this.#at) / MINUTE) * this.#limit);
    this.#at = now;
  }
}

/** Gives the whole allowance at the beginning of each minute, counted from the start; debt does not carry over. */
class WindowMeter implements Meter {
  readonly #limit: number;
  readonly #origin: number;
  #window = 0;
  #used = 0;

  constructor(limit: number, now: number) {
    this.#limit = limit;
    this.#origin = now;
  }

  timeUntil(amount: number, now: number): number {
    this.#roll(now);
    return this.#used + Math.min(amount, this.#limit) <= this.#limit ? 0 : this.#untilNext(now);
  }

  take(amount: number, now: number): void {
    this.#roll(now);
    this.#used += amount;
  }

  state(now: number): MeterState {
    this.#roll(now);
    return {
      limit: this.#limit,
      remaining: Math.max(0, this.#limit - this.#used),
      resetMs: this.#used === 0 ? 0 : this.#untilNext(now),
    };
  }

  #untilNext(now: number): number {
    return this.#origin + (this.#window + 1) * MINUTE - now;
  }

  #roll(now: number): void {
    const window = Math.floor((now - this.#origin) / MINUTE);
    if (window === this.#window) return;
    this.#window = window;
    this.#used = 0;
  }
}

/** A little more than a minute: requests travel for unequal times, so that what left in one minute may arrive in another. */
const MINUTE_MS = 60_000;
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

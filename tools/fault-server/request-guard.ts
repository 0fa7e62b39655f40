/** A request this soon after a refusal was under way when the refusal was written. */
const UNDER_WAY_MS = 100;
/** Clocks and timers of two processes differ by so much. */
const TIMER_MS = 10;

interface Refusal {
  sentAt: number;
  until: number;
}

/** Records every Retry-After, and detects requests that did not wait for it. */
export class RequestGuard {
  #refusals: Refusal[] = [];

  /** A refusal goes out now. Times in milliseconds. */
  refused(now: number, retryAfterMs: number): void {
    this.#refusals = this.#refusals.filter(({ until }) => until > now);
    this.#refusals.push({ sentAt: now, until: now + retryAfterMs });
  }

  /** Whether a request that arrives now was sent although its sender had received a refusal that is still in force. */
  isEarly(now: number): boolean {
    return this.#refusals.some(({ sentAt, until }) => now - sentAt > UNDER_WAY_MS && until - now > TIMER_MS);
  }
}

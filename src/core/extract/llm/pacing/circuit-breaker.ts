import type { FailureClass } from '../../../../shared/model.ts';

/** What makes everything wait. */
export type Outage = Extract<FailureClass, 'rate_limited' | 'network' | 'server_error' | 'timeout'>;

/** Which opening a request was let through after, and whether all others wait for its outcome. */
export interface Passage {
  number: number;
  generation: number;
  probe: boolean;
}

/** Milliseconds since the epoch. */
export interface AskedWait {
  from: number;
  until: number;
}

const FIRST_WAIT_MS = 1_000;

/** Short where recovery is sudden and asking costs nothing; what broke under load is given a minute. */
const LONGEST_WAIT_MS: Record<Outage, number> = {
  rate_limited: 8_000,
  network: 8_000,
  timeout: 8_000,
  server_error: 60_000,
};

/**
 * So many failures without a single success are no coincidence, if no more are still on their way: failures are quicker
 * than successes, so that the first outcomes of many requests sent together are the failures among them.
 */
const FAILURES_TO_OPEN = 5;

/**
 * Makes all requests wait while the provider wants or needs it. Retry-After is obeyed to the millisecond: nothing is
 * sent before, and while nothing is sent no new hint can come, so hints cannot feed on themselves (inspect_ai #5137).
 * After an opening that nothing survived, one request tries, and the others follow when it was taken.
 */
export class CircuitBreaker {
  readonly #random: () => number;
  #generation = 0;
  #openUntil = Number.NEGATIVE_INFINITY;
  #cause: Outage | null = null;
  /** The wait that the provider asked for. */
  #asked: AskedWait | null = null;
  /** Openings in a row without a success between. */
  #streak = 0;
  #failures = 0;
  /** The first of those failures. */
  #firstFailed = 0;
  #probing = false;
  #number = 0;
  /** Requests of which nothing is known yet. */
  readonly #pending = new Set<number>();

  /** `random`: 0 to 1, spreads the waits that no one prescribed. */
  constructor(random: () => number) {
    this.#random = random;
  }

  /** Milliseconds until the next request may go, 0 for now, null when that depends on the one that is trying. */
  waitMs(now: number, inFlight: number): number | null {
    // A clock in whole milliseconds may be behind by one.
    if (this.#cause !== null && now <= this.#openUntil) return this.#openUntil - now + 1;
    return this.#probing && inFlight > 0 ? null : 0;
  }

  /** What holds requests back, and until when (milliseconds since the epoch; null while one request is trying). */
  state(now: number): { until: number | null; cause: Outage | null } {
    const open = now <= this.#openUntil;
    if (!open && this.#streak === 0) return { until: null, cause: null };
    return { until: open ? this.#openUntil : null, cause: this.#cause };
  }

  /** The wait that the provider asked for and that is not over; null for none. What is waited on our own account is not in it. */
  asked(now: number): AskedWait | null {
    return this.#asked !== null && now <= this.#asked.until ? this.#asked : null;
  }

  /** Takes up a wait that was asked of an earlier run. */
  restore(wait: AskedWait): void {
    this.#asked = wait;
    this.#openUntil = wait.until;
    this.#cause = 'rate_limited';
  }

  /** A request goes out; `inFlight` without it. */
  pass(inFlight: number): Passage {
    // Requests still running were not refused: then the provider works, and one by one would only lose time.
    const probe = this.#streak > 0 && inFlight === 0;
    if (probe) this.#probing = true;
    const number = this.#number++;
    this.#pending.add(number);
    return { number, generation: this.#generation, probe };
  }

  /** The provider took the request: refusals are over. Whether it can answer is not known yet. */
  accepted(passage: Passage): void {
    if (this.#cause !== 'rate_limited') return;
    this.#endProbe(passage);
    this.#streak = 0;
  }

  /** The refusals that made all wait were no reason to. */
  lift(): void {
    if (this.#cause !== 'rate_limited') return;
    this.#openUntil = Number.NEGATIVE_INFINITY;
    this.#cause = null;
    this.#asked = null;
    this.#streak = 0;
  }

  /** The provider answers. A wait that it asked for stays. */
  succeeded(passage: Passage): void {
    this.#end(passage);
    this.#failures = 0;
    this.#streak = 0;
  }

  /** The provider asked to wait, or refused without saying for how long (`retryAfterMs` null). */
  throttled(passage: Passage, cause: Outage, retryAfterMs: number | null, now: number): void {
    this.#end(passage);
    if (retryAfterMs !== null) {
      const until = now + retryAfterMs;
      if (this.#asked === null || until > this.#asked.until) this.#asked = { from: now, until };
      this.#open(cause, until, passage);
    } else if (passage.generation === this.#generation) {
      this.#open(cause, now + this.#backoff(cause), passage);
    }
  }

  /** The request failed in a way that any request would. */
  faulted(passage: Passage, cause: Outage, now: number): void {
    this.#end(passage);
    // Those sent before the breaker opened say only what it knows.
    if (passage.generation !== this.#generation) return;
    this.#firstFailed = this.#failures === 0 ? passage.number : Math.min(this.#firstFailed, passage.number);
    this.#failures++;
    if (passage.probe || this.#isOutage()) {
      this.#open(cause, now + this.#backoff(cause), passage);
    }
  }

  /** The request was given up by us: it says nothing. */
  released(passage: Passage): void {
    this.#end(passage);
  }

  #isOutage(): boolean {
    if (this.#failures < FAILURES_TO_OPEN) return false;
    const pending = [...this.#pending].filter((number) => number > this.#firstFailed).length;
    return pending < this.#failures;
  }

  #end(passage: Passage): void {
    this.#pending.delete(passage.number);
    this.#endProbe(passage);
  }

  #endProbe(passage: Passage): void {
    if (passage.probe) this.#probing = false;
  }

  #open(cause: Outage, until: number, passage: Passage): void {
    if (until > this.#openUntil || this.#cause === null) {
      this.#openUntil = until;
      this.#cause = cause;
    }
    if (passage.generation !== this.#generation) return;
    this.#generation++;
    this.#streak++;
    this.#failures = 0;
  }

  #backoff(cause: Outage): number {
    const wait = Math.min(LONGEST_WAIT_MS[cause], FIRST_WAIT_MS * 2 ** Math.min(10, this.#streak));
    return Math.round(wait * (0.75 + 0.25 * this.#random()));
  }
}

import type { FailureClass } from '../../../../shared/failure-classes.ts';
import { FAILURE_POLICIES } from '../failure-policy.ts';
import type { PaceEffect } from '../failure-policy.ts';

/** What all requests wait for. */
export interface Hold {
  cause: FailureClass;
  /** The provider's own words about it; empty when it said nothing. */
  detail: string;
}

/** Which opening a request was let through after, and whether all others wait for its outcome. */
export interface Passage {
  number: number;
  generation: number;
  probe: boolean;
}

/** A wait that the provider asked for. Milliseconds since the epoch. */
export interface AskedWait extends Hold {
  from: number;
  until: number;
}

/** Holds of these kinds are over when a piece of an answer came, and not before. */
const ANSWER_ENDS: ReadonlySet<PaceEffect> = new Set(['outage', 'refusal']);

const FIRST_WAIT_MS = 1_000;
/** A shorter wait asked for is no wait: our own back-off holds. */
const SHORTEST_ASKED_MS = 50;
/** After so many openings in a row a short wait asked for does not help: our own back-off is waited out at least. */
const OPENINGS_BELIEVED = 3;

/** Waits between polls of a limit whose end is not known. */
const POLL_AFTER_MS = [60_000, 120_000, 300_000, 600_000];
/** Refusals for the rate that go on for so long are polled every few minutes. */
const LASTING_MS = 600_000;
const LASTING_WAIT_MS = 300_000;

/**
 * So many failures without a single success are no coincidence, if no more are still on their way: failures are quicker
 * than successes, so that the first outcomes of many requests sent together are the failures among them.
 */
const FAILURES_TO_OPEN = 5;
/** The same before the first success. */
const FAILURES_TO_OPEN_AT_START = 3;

/**
 * Makes all requests wait while the provider wants or needs it. Retry-After is obeyed to the millisecond: nothing is
 * sent before, and while nothing is sent no new hint can come, so hints cannot feed on themselves (inspect_ai #5137).
 * After an opening that nothing survived, one request tries, and the others follow when it was taken.
 */
export class CircuitBreaker {
  readonly #random: () => number;
  #generation = 0;
  #openUntil = Number.NEGATIVE_INFINITY;
  /** Why it is, or was last, open. */
  #hold: Hold | null = null;
  /** The hold is of an earlier run: whether it still stands is not known. */
  #isOfBefore = false;
  /** The wait that the provider asked for. */
  #asked: AskedWait | null = null;
  /** Openings in a row without a success between, and when the first of them was. */
  #streak = 0;
  #streakFrom = 0;
  #failures = 0;
  /** The first of those failures. */
  #firstFailed = 0;
  #anySuccess = false;
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
    if (this.#hold !== null && now <= this.#openUntil) return this.#openUntil - now + 1;
    return this.#probing && inFlight > 0 ? null : 0;
  }

  /** What holds requests back (null for nothing), and until when (milliseconds since the epoch; null while one request is trying). */
  state(now: number): { until: number | null; hold: Hold | null } {
    const open = now <= this.#openUntil;
    if (!open && (this.#streak === 0 || this.#isOfBefore)) return { until: null, hold: null };
    return { until: open ? this.#openUntil : null, hold: this.#hold };
  }

  /** The wait that the provider asked for and that is not over; null for none. What is waited on our own account is not in it. */
  asked(now: number): AskedWait | null {
    return this.#asked !== null && now <= this.#asked.until ? this.#asked : null;
  }

  /** Takes up a wait that was asked of an earlier run. */
  restore(wait: AskedWait): void {
    this.#asked = wait;
    this.#openUntil = wait.until;
    this.#hold = { cause: wait.cause, detail: wait.detail };
  }

  /**
   * A run begins. What refused the requests of the one before, such as a wrong key, may be mended: nothing is said of it until it happens
   * again. One request still tries before the others.
   */
  beginRun(): void {
    this.#isOfBefore = this.#hold !== null && ANSWER_ENDS.has(FAILURE_POLICIES[this.#hold.cause].pace);
  }

  /** Lets one request try now, although a wait is not over. */
  tryNow(): void {
    if (this.#hold === null) return;
    this.#openUntil = Number.NEGATIVE_INFINITY;
    this.#asked = null;
    this.#streak = Math.max(1, this.#streak);
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

  /** The provider took the request: limits are over. Whether it answers is not known yet: an error may follow in the stream. */
  accepted(passage: Passage): void {
    if (this.#hold === null || ANSWER_ENDS.has(FAILURE_POLICIES[this.#hold.cause].pace)) return;
    this.#endProbe(passage);
    this.#streak = 0;
  }

  /** The refusals that made all wait were no reason to. */
  lift(): void {
    if (this.#hold?.cause !== 'rate_limited') return;
    this.#openUntil = Number.NEGATIVE_INFINITY;
    this.#hold = null;
    this.#asked = null;
    this.#streak = 0;
  }

  /** The provider answers. A wait that it asked for stays. */
  succeeded(passage: Passage): void {
    this.#end(passage);
    this.#anySuccess = true;
    this.#failures = 0;
    this.#streak = 0;
  }

  /** The provider asked to wait, or refused without saying for how long (`retryAfterMs` null): all requests wait at once. */
  throttled(passage: Passage, hold: Hold, retryAfterMs: number | null, now: number): void {
    this.#end(passage);
    const isAsked = retryAfterMs !== null && retryAfterMs >= SHORTEST_ASKED_MS;
    const isKnown = passage.generation !== this.#generation;
    if (!isAsked && isKnown) return;
    const own = !isAsked || this.#streak >= OPENINGS_BELIEVED ? this.#backoff(hold.cause, now) : 0;
    const until = now + (isAsked ? Math.max(retryAfterMs, isKnown ? 0 : own) : own);
    const isStored = isAsked || FAILURE_POLICIES[hold.cause].pace === 'usage_limit';
    if (isStored && (this.#asked === null || until > this.#asked.until)) {
      this.#asked = { ...hold, from: now, until };
    }
    this.#open(hold, until, passage, now);
  }

  /** The request failed in a way that any request would. */
  faulted(passage: Passage, hold: Hold, now: number): void {
    this.#end(passage);
    // Those sent before the breaker opened say only what it knows.
    if (passage.generation !== this.#generation) return;
    this.#firstFailed = this.#failures === 0 ? passage.number : Math.min(this.#firstFailed, passage.number);
    this.#failures++;
    if (passage.probe || this.#isOutage()) {
      this.#open(hold, now + this.#backoff(hold.cause, now), passage, now);
    }
  }

  /** The request was given up by us, or failed for a reason of its own: it says nothing of others. */
  released(passage: Passage): void {
    this.#end(passage);
  }

  #isOutage(): boolean {
    if (this.#failures < (this.#anySuccess ? FAILURES_TO_OPEN : FAILURES_TO_OPEN_AT_START)) return false;
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

  #open(hold: Hold, until: number, passage: Passage, now: number): void {
    if (until > this.#openUntil || this.#hold === null) {
      this.#openUntil = until;
      this.#hold = hold;
    }
    if (passage.generation !== this.#generation) return;
    this.#isOfBefore = false;
    this.#generation++;
    if (this.#streak++ === 0) this.#streakFrom = now;
    this.#failures = 0;
  }

  #backoff(cause: FailureClass, now: number): number {
    const { pace, longestWaitMs } = FAILURE_POLICIES[cause];
    if (pace === 'usage_limit') return POLL_AFTER_MS[this.#streak] ?? longestWaitMs;
    const isLasting = pace === 'rate_limit' && this.#streak > 0 && now - this.#streakFrom >= LASTING_MS;
    const longest = isLasting ? LASTING_WAIT_MS : longestWaitMs;
    const wait = Math.min(longest, FIRST_WAIT_MS * 2 ** Math.min(10, this.#streak));
    return Math.round(wait * (0.75 + 0.25 * this.#random()));
  }
}

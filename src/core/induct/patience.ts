import type { AppError } from '../errors.ts';
import { FAILURE_POLICIES } from '../extract/llm/failure-policy.ts';
import { stopError } from '../extract/llm/run/failure-evidence.ts';
import type { ModelError } from '../extract/llm/types.ts';

const FIRST_WAIT_MS = 1_000;
/** A limit of a minute is waited for so long at least, whatever the settings say of limits that last. */
const LEAST_LIMIT_WAIT_MS = 120_000;

/** What follows from a failed request: another try after a wait, or the end. */
export type Next = { kind: 'again'; waitMs: number } | { kind: 'stop'; error: AppError };

/**
 * How long an induction puts up with a service that fails. One request goes at a time, always the same one until it is
 * answered, so that every failure is about it: what may pass is tried again, a bounded number of times, and later each time.
 */
export class Patience {
  /** How long a limit of the provider may last, in milliseconds. */
  readonly #longestMs: number;
  #rounds = 0;
  #anyAnswer = false;
  /** Since when the provider has refused for a limit; milliseconds since the epoch. */
  #limitedSince: number | null = null;

  constructor(maxWaitMinutes: number) {
    this.#longestMs = maxWaitMinutes * 60_000;
  }

  /** How long a limit of requests or tokens in a short time may last, in milliseconds. */
  get longestRateLimitMs(): number {
    return Math.max(this.#longestMs, LEAST_LIMIT_WAIT_MS);
  }

  /** A request was answered. */
  answered(): void {
    this.#rounds = 0;
    this.#anyAnswer = true;
    this.#limitedSince = null;
  }

  /** A request failed; `now` in milliseconds since the epoch. */
  failed(error: ModelError, now: number): Next {
    const policy = FAILURE_POLICIES[error.failure];
    const { stop } = policy;
    this.#rounds += 1;
    const asked = Math.max(0, error.retryAfterMs ?? 0);
    const backOff = Math.min(policy.longestWaitMs, FIRST_WAIT_MS * 2 ** (this.#rounds - 1));
    const waitMs = Math.max(asked, backOff);
    const end = (until: number | null): Next => ({
      kind: 'stop',
      error: stopError(error, policy, until),
    });
    if (stop.kind === 'at_once') return end(null);
    if (stop.kind === 'max_wait') {
      this.#limitedSince ??= now;
      const longest = error.failure === 'usage_limit' ? this.#longestMs : this.longestRateLimitMs;
      if (now + waitMs - this.#limitedSince > longest) return end(asked > 0 ? now + asked : null);
      return { kind: 'again', waitMs };
    }
    if (asked > this.longestRateLimitMs) return end(now + asked);
    if (stop.atOnceBeforeAnswer && error.recognised && !this.#anyAnswer) return end(null);
    // What is about the request is the same again: the request is always the same, and nothing can be left out of it any more.
    const isOfRequest = policy.blame === 'always';
    const rounds = isOfRequest ? Math.min(policy.tries.alone, stop.roundsAtStart) : stop.roundsAtStart;
    return this.#rounds >= rounds ? end(null) : { kind: 'again', waitMs };
  }
}

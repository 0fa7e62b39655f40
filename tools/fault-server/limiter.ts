import { makeMeter } from './meters.ts';
import type { Meter, MeterState } from './meters.ts';

export interface LimiterOptions {
  /** Requests per minute; null for no limit. */
  rpm: number | null;
  /** Tokens per minute, of prompts and answers; null for no limit. */
  tpm: number | null;
  /** `bucket`: refills all the time. `window`: the whole allowance anew each minute. */
  kind: 'bucket' | 'window';
  /** Whether a refused request uses up one request of the allowance, as with some providers. */
  countRefused: boolean;
}

export type Admission = { admitted: true } | { admitted: false; retryAfterSeconds: number };

/**
 * A provider's rate limiter. A prompt must fit when it comes; an answer is charged when it is known and may overdraw.
 * Retry-After is the whole number of seconds after which the refused request would be admitted without further requests.
 */
export class Limiter {
  readonly #requests: Meter | null;
  readonly #tokens: Meter | null;
  readonly #countRefused: boolean;

  /** `now`: milliseconds; each call's must not be less than the call's before. */
  constructor(options: LimiterOptions, now: number) {
    this.#requests = makeMeter(options.kind, options.rpm, now);
    this.#tokens = makeMeter(options.kind, options.tpm, now);
    this.#countRefused = options.countRefused;
  }

  admit(now: number, inputTokens: number): Admission {
    const waitMs = Math.max(
      this.#requests?.timeUntil(1, now) ?? 0,
      this.#tokens?.timeUntil(inputTokens, now) ?? 0,
    );
    if (waitMs > 0) {
      if (this.#countRefused) this.#requests?.take(1, now);
      return { admitted: false, retryAfterSeconds: Math.max(1, Math.ceil(waitMs / 1000)) };
    }
    this.#requests?.take(1, now);
    this.#tokens?.take(inputTokens, now);
    return { admitted: true };
  }

  /** Charges the answer of an admitted request. */
  settle(now: number, outputTokens: number): void {
    this.#tokens?.take(outputTokens, now);
  }

  state(now: number): { requests: MeterState | null; tokens: MeterState | null } {
    return { requests: this.#requests?.state(now) ?? null, tokens: this.#tokens?.state(now) ?? null };
  }
}

import { FAILURE_POLICIES } from '../failure-policy.ts';
import type { ModelError } from '../types.ts';
import { CircuitBreaker } from './circuit-breaker.ts';
import type { AskedWait, Hold, Passage } from './circuit-breaker.ts';
import { ConcurrencyLimit } from './concurrency-limit.ts';
import type { Admission } from './concurrency-limit.ts';
import { Deadlines } from './deadlines.ts';
import type { TimedRequest } from './deadlines.ts';
import { RateGate } from './rate-gate.ts';
import { readRateHeaders, readRetryAfter } from './rate-headers.ts';
import { RateLearner } from './rate-learner.ts';
import type { Sending } from './rate-learner.ts';
import { RefusalJudge } from './refusal-judge.ts';
import type { Witness } from './refusal-judge.ts';
import { z } from 'zod';
import { FAILURE_CLASSES } from '../../../../shared/failure-classes.ts';

const pointsSchema = z.array(z.object({ x: z.number().min(0), y: z.number().positive() })).max(1_000);

/** Limits of a month are the longest. */
const LONGEST_WAIT_MS = 31 * 24 * 3_600_000;

/** What a pacer has learned of a provider and model; kept between runs, and untrusted when it comes back. */
export const learnedPaceSchema = z.object({
  version: z.literal(1),
  concurrency: z.number().min(1).max(1_000),
  /** So many at once were seen to be taken, and no more; null while that is not known. */
  atOnce: z.number().min(1).max(1_000).nullable().default(null),
  requestsPerMinute: z.number().positive().nullable(),
  /** A wait that the provider asked for; null for none. Milliseconds since the epoch. */
  wait: z
    .object({
      from: z.number().min(0),
      until: z.number().min(0),
      cause: z.enum(FAILURE_CLASSES).default('rate_limited'),
      detail: z.string().max(1_000).default(''),
    })
    .nullable()
    .default(null),
  latencies: z.object({ first: pointsSchema, gaps: pointsSchema, total: pointsSchema }),
});
export type LearnedPace = z.infer<typeof learnedPaceSchema>;

/**
 * What is left of a wait, in milliseconds: never more than was asked, wherever the clock was set meanwhile. 0 when it is
 * over, or makes no sense.
 */
export function leftOf(wait: { from: number; until: number } | null, now: number): number {
  if (wait === null) return 0;
  const asked = wait.until - wait.from;
  return asked > LONGEST_WAIT_MS ? 0 : Math.max(0, Math.min(wait.until - now, asked));
}

export interface PaceLimits {
  maxConcurrency: number;
  requestsPerMinute: number | null;
  tokensPerMinute: number | null;
  /** To the first piece of an answer; null to learn it. */
  timeoutMs: number | null;
}

/** What is known of a request beforehand. */
export interface RequestOutlook {
  /** Tokens the answer is thought to have: a longer answer may take longer. Default 0. */
  outputTokens?: number;
  /** How many times the usual time-outs it gets; above 1 for what timed out before. Default 1. */
  patience?: number;
}

/** A request on its way, with what each limit needs to judge it by. */
export interface Running extends TimedRequest {
  tokens: number;
  /** The provider is known to have taken it. */
  taken: boolean;
  admission: Admission;
  passage: Passage;
  sending: Sending;
  witness: Witness;
}

type Headers = Readonly<Record<string, string>>;

/** Statuses by which a server says that it has too much to do. */
const OVERLOAD = [503, 529];
/** Asked to wait for longer than this, a request met no limit of a minute: nothing is learned of one. */
const LASTING_MS = 300_000;
/** In flight for so long without a piece of any answer, requests are waited for; and limits of our own that hold all requests for so long. */
const SILENCE_MS = 15_000;
/** Pieces come, but no answer has ended for so long: that is told. */
const UNFINISHED_MS = 45_000;

/**
 * What is known of how fast a provider and model may be asked, and what each outcome teaches. Knows no clock: all times
 * are given, in milliseconds since the epoch.
 */
export class Pace {
  readonly deadlines: Deadlines;
  readonly #requests: RateGate;
  readonly #tokens: RateGate;
  readonly #learner = new RateLearner();
  readonly #judge = new RefusalJudge();
  readonly #breaker: CircuitBreaker;
  readonly #maxConcurrency: number;
  #limit: ConcurrencyLimit;
  /** When the latest piece of an answer came; before the first, and after a rest, when the first request was sent. */
  #usefulAt: number;
  /** When the latest request ended, whatever came of it; at first, when this began. */
  #endedAt: number;

  constructor(limits: PaceLimits, random: () => number, now: number) {
    this.#requests = new RateGate(limits.requestsPerMinute, now);
    this.#tokens = new RateGate(limits.tokensPerMinute, now);
    this.deadlines = new Deadlines(limits.timeoutMs);
    this.#breaker = new CircuitBreaker(random);
    this.#maxConcurrency = limits.maxConcurrency;
    this.#limit = new ConcurrencyLimit(limits.maxConcurrency);
    this.#usefulAt = now;
    this.#endedAt = now;
  }

  /** The lowest of the limits known; null for none. */
  get requestsPerMinute(): number | null {
    return this.#requests.perMinute;
  }

  /** Milliseconds until a request of so many tokens may go beside those running; null when an outcome decides. */
  timeUntil(tokens: number, running: number, now: number): number | null {
    if (running >= this.#limit.value(now)) {
      const growthAt = this.#limit.nextGrowthAt(now);
      return growthAt === null ? null : growthAt - now;
    }
    const pause = this.#breaker.waitMs(now, running);
    if (pause === null) return null;
    this.#requests.learn(this.#learnedRate(now), now);
    return Math.max(pause, this.#requests.timeUntil(1, now), this.#tokens.timeUntil(tokens, now));
  }

  /** A request goes out beside those running. */
  sent(tokens: number, outlook: RequestOutlook, running: number, now: number): Running {
    this.#requests.take(1, now);
    this.#tokens.take(tokens, now);
    if (running === 0 && this.#breaker.state(now).hold === null) this.#usefulAt = now;
    return {
      startedAt: now,
      firstAt: null,
      lastAt: null,
      aliveAt: null,
      longestGapMs: 0,
      pieces: 0,
      outputTokens: outlook.outputTokens ?? 0,
      patience: outlook.patience ?? 1,
      overtakenBy: 0,
      tokens,
      taken: false,
      admission: this.#limit.admit(running + 1, now),
      passage: this.#breaker.pass(running),
      sending: this.#learner.sent(now),
      witness: this.#judge.sent(tokens, now),
    };
  }

  /** The provider took the request. Gives whether that was not known yet. */
  accepted(request: Running, now: number): boolean {
    if (request.taken) return false;
    request.taken = true;
    this.#breaker.accepted(request.passage);
    this.#limit.accepted(request.admission, now, this.#learner.isOwn);
    this.#hear(() => this.#judge.taken(request.witness));
    return true;
  }

  /** A piece of the answer came. Gives whether it was the first. */
  activity(request: Running, now: number): boolean {
    const first = request.firstAt === null;
    this.accepted(request, now);
    this.#usefulAt = now;
    if (first) {
      request.firstAt = now;
      this.#breaker.succeeded(request.passage);
    }
    if (request.lastAt !== null) request.longestGapMs = Math.max(request.longestGapMs, now - request.lastAt);
    request.lastAt = now;
    request.pieces++;
    return first;
  }

  /** `tokens`: as the provider counts them. */
  succeeded(request: Running, tokens: number, now: number): void {
    this.accepted(request, now);
    this.#usefulAt = now;
    this.#endedAt = now;
    this.#breaker.succeeded(request.passage);
    this.#limit.ended(request.admission);
    this.deadlines.succeeded(request, now);
    this.#tokens.giveBack(request.tokens - tokens, now);
  }

  /** `about`: whether the failure may be meant for all requests, or is about the units of this one. */
  failed(
    request: Running,
    error: ModelError,
    retryAfterMs: number | null,
    about: 'service' | 'units',
    now: number,
  ): void {
    this.#endedAt = now;
    const { pace } = FAILURE_POLICIES[error.failure];
    const hold = { cause: error.failure, detail: error.providerText };
    switch (pace) {
      case 'rate_limit':
        if (retryAfterMs !== null && retryAfterMs > LASTING_MS)
          this.#closed(request, hold, retryAfterMs, now);
        else this.#refused(request, hold, retryAfterMs, now);
        break;
      case 'usage_limit':
        this.#closed(request, hold, retryAfterMs, now);
        break;
      case 'outage':
        if (about === 'units') this.released(request);
        else this.#faulted(request, hold, error.httpStatus, retryAfterMs, now);
        break;
      case 'refusal':
        if (about === 'units') this.#answered(request, now);
        else this.#closed(request, hold, retryAfterMs, now);
        break;
      case 'none':
        this.#answered(request, now);
        break;
    }
  }

  released(request: Running): void {
    this.#judge.silent(request.witness);
    this.#limit.ended(request.admission);
    this.#breaker.released(request.passage);
  }

  /** A run begins: see CircuitBreaker. */
  beginRun(): void {
    this.#breaker.beginRun();
  }

  /** Lets one request try now, although a wait is not over. */
  tryNow(): void {
    this.#breaker.tryNow();
  }

  /** Reads the limits that came with an answer or an error; gives what it says of waiting, in milliseconds. */
  readHeaders(headers: Headers, wallTime: number, now: number): number | null {
    const hints = readRateHeaders(headers, wallTime);
    if (hints.requestsPerMinute !== undefined) this.#requests.announce(hints.requestsPerMinute, now);
    if (hints.tokensPerMinute !== undefined) this.#tokens.announce(hints.tokensPerMinute, now);
    return readRetryAfter(headers, wallTime);
  }

  /**
   * `waitingSince`: since when nothing useful has come, while something holds requests back or those in flight are silent.
   * `unfinishedSince`: since when pieces of answers have come, but no end of one. `oldest`: when the first of those in flight was sent;
   * null for none.
   */
  state(
    oldest: number | null,
    now: number,
  ): {
    concurrency: number;
    until: number | null;
    hold: Hold | null;
    waitingSince: number | null;
    unfinishedSince: number | null;
  } {
    const { until, hold } = this.#breaker.state(now);
    const waits = hold !== null || this.silence(oldest, now).spans > 0;
    return {
      ...{ concurrency: this.#limit.value(now), until, hold },
      waitingSince: waits ? this.#usefulAt : null,
      unfinishedSince: waits ? null : this.unfinished(oldest, now).since,
    };
  }

  /**
   * Since when no request has ended, where that is long ago, and the milliseconds until it is, else. `oldest`: when the first of those in
   * flight was sent; null for none.
   */
  unfinished(oldest: number | null, now: number): { since: number | null; nextMs: number } {
    if (oldest === null) return { since: null, nextMs: UNFINISHED_MS };
    const since = Math.max(oldest, this.#endedAt);
    const left = since + UNFINISHED_MS - now;
    return left > 0 ? { since: null, nextMs: left } : { since, nextMs: UNFINISHED_MS };
  }

  /**
   * For how many times SILENCE_MS those in flight have been silent, and the milliseconds until that is one more. `oldest`: when the first
   * of them was sent; null for none.
   */
  silence(oldest: number | null, now: number): { spans: number; nextMs: number } {
    if (oldest === null) return { spans: 0, nextMs: SILENCE_MS };
    const silentMs = Math.max(0, now - Math.max(oldest, this.#usefulAt));
    return { spans: Math.floor(silentMs / SILENCE_MS), nextMs: SILENCE_MS - (silentMs % SILENCE_MS) };
  }

  /** How long limits per minute keep a request of so many tokens back while none is in flight, in milliseconds; 0 unless that is long. */
  pacedMs(tokens: number, now: number): number {
    const wait = Math.max(this.#requests.timeUntil(1, now), this.#tokens.timeUntil(tokens, now));
    return wait >= SILENCE_MS ? wait : 0;
  }

  learned(now: number): LearnedPace {
    return {
      version: 1,
      concurrency: this.#limit.value(now),
      atOnce: this.#limit.atOnce,
      requestsPerMinute: this.#learnedRate(now),
      wait: this.#breaker.asked(now),
      latencies: this.deadlines.toJSON(),
    };
  }

  /** The wait that the provider asked for; null when none holds. */
  asked(now: number): AskedWait | null {
    return this.#breaker.asked(now);
  }

  /** What cannot be read is ignored. `wallTime`: `now` by the clock that what was learned is told in. */
  restore(json: unknown, wallTime: number, now: number): void {
    const learned = learnedPaceSchema.safeParse(json);
    if (!learned.success) return;
    const { concurrency, atOnce } = learned.data;
    this.#limit = new ConcurrencyLimit(this.#maxConcurrency, concurrency, atOnce);
    this.#learner.restore(learned.data.requestsPerMinute, now);
    this.deadlines.restore(learned.data.latencies);
    const waitMs = leftOf(learned.data.wait, wallTime);
    const { wait } = learned.data;
    if (wait !== null && waitMs > 0) this.#breaker.restore({ ...wait, from: now, until: now + waitMs });
  }

  /** Who takes only so many at once takes what they can do in a minute, which looks like a rate. */
  #learnedRate(now: number): number | null {
    return this.#limit.atOnce === null ? this.#learner.perMinute(now) : null;
  }

  /** The provider answered the request, whatever it thought of it. */
  #answered(request: Running, now: number): void {
    this.accepted(request, now);
    this.#limit.ended(request.admission);
    this.#breaker.succeeded(request.passage);
  }

  /** The provider takes no request at all, for a reason that has nothing to do with how many are sent. */
  #closed(request: Running, hold: Hold, retryAfterMs: number | null, now: number): void {
    this.#tokens.giveBack(request.tokens, now);
    this.#judge.silent(request.witness);
    this.#limit.ended(request.admission);
    this.#breaker.throttled(request.passage, hold, retryAfterMs, now);
  }

  /** The request counts with most providers although it was refused; its tokens do not. */
  #refused(request: Running, hold: Hold, retryAfterMs: number | null, now: number): void {
    this.#tokens.giveBack(request.tokens, now);
    const tooManyAtOnce = this.#limit.explains(request.admission);
    this.#limit.refused(request.admission, now, { retryAfterMs, rated: this.#learner.isOwn });
    // A rate is felt where refusals have nothing to do with how many run at once.
    if (this.#limit.atOnce === null) this.#learner.refused(request.sending, retryAfterMs, now);
    else this.#learner.dismissed();
    if (tooManyAtOnce) {
      // No chance either, and no sign that a known limit is counted more strictly.
      this.#judge.silent(request.witness);
      this.#breaker.throttled(request.passage, hold, retryAfterMs, now);
      return;
    }
    this.#requests.refused();
    this.#tokens.refused();
    this.#hold(request, hold, retryAfterMs, now);
  }

  /** Makes all wait for a refusal, unless refusals strike at random: those bind nobody else. */
  #hold(request: Running, hold: Hold, retryAfterMs: number | null, now: number): void {
    const wasRandom = this.#judge.random;
    this.#hear(() => this.#judge.refused(request.witness, retryAfterMs, now));
    if (this.#judge.random) {
      this.#breaker.released(request.passage);
    } else {
      const wait = wasRandom ? this.#judge.bindsUntil - now : retryAfterMs;
      this.#breaker.throttled(request.passage, hold, wait, now);
    }
  }

  /** What has turned out to be chance holds nobody any longer. */
  #hear(evidence: () => void): void {
    const before = this.#judge.random;
    evidence();
    if (this.#judge.random && !before) this.#breaker.lift();
  }

  #faulted(
    request: Running,
    hold: Hold,
    httpStatus: number | null,
    retryAfterMs: number | null,
    now: number,
  ): void {
    const overloaded =
      hold.cause === 'timeout'
        ? this.deadlines.timedOut(request, now)
        : retryAfterMs !== null || OVERLOAD.includes(httpStatus ?? 0);
    if (overloaded) this.#limit.refused(request.admission, now, { retryAfterMs, rated: this.#learner.isOwn });
    else this.#limit.ended(request.admission);
    if (retryAfterMs !== null) {
      this.#hold(request, hold, retryAfterMs, now);
    } else {
      this.#judge.silent(request.witness);
      this.#breaker.faulted(request.passage, hold, now);
    }
  }
}

import type { FailureClass } from '../../../../shared/model.ts';
import type { Clock } from '../../../clock.ts';
import { ModelError } from '../types.ts';
import { CircuitBreaker } from './circuit-breaker.ts';
import type { Passage } from './circuit-breaker.ts';
import { ConcurrencyLimit } from './concurrency-limit.ts';
import type { Admission } from './concurrency-limit.ts';
import { Deadlines } from './deadlines.ts';
import type { Flight } from './deadlines.ts';
import { learnedPaceSchema } from './learned-pace.ts';
import type { LearnedPace } from './learned-pace.ts';
import type { Lease, RequestOutlook } from './lease.ts';
import { RateGate } from './rate-gate.ts';
import { readRateHeaders, readRetryAfter } from './rate-headers.ts';
import { RateLearner } from './rate-learner.ts';
import { SteadyClock } from './steady-clock.ts';

/** Nothing is slept through for longer, so that a machine that was asleep is noticed. */
const LONGEST_SLEEP_MS = 5_000;

export interface PacerOptions {
  clock: Clock;
  maxConcurrency: number;
  requestsPerMinute: number | null;
  tokensPerMinute: number | null;
  /** To the first piece of an answer; null to learn it. */
  timeoutMs: number | null;
  /** 0 to 1. */
  random: () => number;
  /** The state may have changed. */
  onChange: () => void;
}

export interface PacerState {
  /** Requests that may be in flight. */
  concurrency: number;
  inFlight: number;
  /** Until when nothing is sent, milliseconds since the epoch; null when nothing holds, or while one request tries. */
  throttledUntil: number | null;
  throttledBy: FailureClass | null;
}

interface Waiter {
  tokens: number;
  outlook: RequestOutlook;
  admit: (lease: Lease) => void;
}

interface Running extends Flight {
  tokens: number;
  admission: Admission;
  passage: Passage;
  overdue: AbortController;
}

/** Decides when a request of one provider and model may go, and when it has taken too long. */
export class Pacer {
  readonly #clock: SteadyClock;
  readonly #options: PacerOptions;
  readonly #requests: RateGate;
  readonly #tokens: RateGate;
  readonly #learner = new RateLearner();
  readonly #deadlines: Deadlines;
  readonly #breaker: CircuitBreaker;
  #limit: ConcurrencyLimit;
  readonly #waiting: Waiter[] = [];
  readonly #running = new Set<Running>();
  #wake: AbortController | null = null;

  constructor(options: PacerOptions) {
    this.#options = options;
    this.#clock = new SteadyClock(options.clock);
    const now = this.#clock.now();
    this.#requests = new RateGate(options.requestsPerMinute, now);
    this.#tokens = new RateGate(options.tokensPerMinute, now);
    this.#deadlines = new Deadlines(options.timeoutMs);
    this.#breaker = new CircuitBreaker(options.random);
    this.#limit = new ConcurrencyLimit(options.maxConcurrency);
  }

  /**
   * Waits until a request of so many tokens (input and predicted output) may be sent; first come, first served. Rejects
   * with the reason of the signal.
   */
  acquire(tokens: number, signal: AbortSignal, outlook: RequestOutlook = {}): Promise<Lease> {
    return new Promise((resolve, reject) => {
      if (signal.aborted) {
        reject(signal.reason as Error);
        return;
      }
      const waiter: Waiter = {
        tokens,
        outlook,
        admit: (lease) => {
          signal.removeEventListener('abort', leave);
          resolve(lease);
        },
      };
      const leave = (): void => {
        const place = this.#waiting.indexOf(waiter);
        if (place >= 0) this.#waiting.splice(place, 1);
        reject(signal.reason as Error);
        this.#stir();
      };
      signal.addEventListener('abort', leave, { once: true });
      this.#waiting.push(waiter);
      this.#stir();
    });
  }

  state(): PacerState {
    const now = this.#clock.now();
    const { until, cause } = this.#breaker.state(now);
    return {
      concurrency: this.#limit.value(now),
      inFlight: this.#running.size,
      throttledUntil: until === null ? null : this.#clock.wallTime(until),
      throttledBy: cause,
    };
  }

  toJSON(): LearnedPace {
    const now = this.#clock.now();
    return {
      version: 1,
      concurrency: this.#limit.value(now),
      requestsPerMinute: this.#learner.perMinute(now),
      latencies: this.#deadlines.toJSON(),
    };
  }

  /** Takes up what an earlier run learned; what cannot be read is ignored. Before the first request. */
  restore(json: unknown): void {
    const learned = learnedPaceSchema.safeParse(json);
    if (!learned.success) return;
    const now = this.#clock.now();
    this.#limit = new ConcurrencyLimit(this.#options.maxConcurrency, learned.data.concurrency);
    this.#learner.restore(learned.data.requestsPerMinute, now);
    this.#deadlines.restore(learned.data.latencies);
  }

  /** Something happened: looks again at once, or starts looking. */
  #stir(): void {
    if (this.#wake !== null) this.#wake.abort();
    else if (this.#waiting.length > 0 || this.#running.size > 0) void this.#watch();
  }

  async #watch(): Promise<void> {
    while (this.#waiting.length > 0 || this.#running.size > 0) {
      // Made before looking, so that nothing that happens meanwhile is slept through.
      const wake = (this.#wake = new AbortController());
      const ms = Math.min(this.#endOverdue(), this.#admitWaiting());
      const lost = await this.#clock.sleep(Math.min(LONGEST_SLEEP_MS, ms), wake.signal);
      if (lost > 0) this.#rebase(lost);
    }
    this.#wake = null;
  }

  /** Lets through whom it can; gives the milliseconds until the next one may go. */
  #admitWaiting(): number {
    for (;;) {
      const first = this.#waiting[0];
      if (first === undefined) return LONGEST_SLEEP_MS;
      const now = this.#clock.now();
      const wait = this.#timeUntil(first, now);
      if (wait > 0) return wait;
      this.#waiting.shift();
      first.admit(this.#send(first, now));
    }
  }

  #timeUntil(waiter: Waiter, now: number): number {
    const running = this.#running.size;
    if (running >= this.#limit.value(now)) {
      return (this.#limit.nextGrowthAt(now) ?? now + LONGEST_SLEEP_MS) - now;
    }
    this.#requests.learn(this.#learner.perMinute(now), now);
    return Math.max(
      this.#breaker.waitMs(now, running) ?? LONGEST_SLEEP_MS,
      this.#requests.timeUntil(1, now),
      this.#tokens.timeUntil(waiter.tokens, now),
    );
  }

  #send(waiter: Waiter, now: number): Lease {
    const request: Running = {
      startedAt: now,
      firstAt: null,
      lastAt: null,
      longestGapMs: 0,
      pieces: 0,
      outputTokens: waiter.outlook.outputTokens ?? 0,
      patience: waiter.outlook.patience ?? 1,
      overtakenBy: 0,
      tokens: waiter.tokens,
      admission: this.#limit.admit(this.#running.size + 1, now),
      passage: this.#breaker.pass(this.#running.size),
      overdue: new AbortController(),
    };
    this.#running.add(request);
    this.#requests.take(1, now);
    this.#tokens.take(waiter.tokens, now);
    this.#learner.sent();
    this.#options.onChange();
    return {
      signal: request.overdue.signal,
      activity: () => this.#activity(request),
      succeeded: (answer) => this.#end(request, (at) => this.#succeeded(request, answer, at)),
      failed: (error) => this.#end(request, (at) => this.#failed(request, error, at)),
      released: () => this.#end(request, () => this.#breaker.released(request.passage)),
    };
  }

  #end(request: Running, judge: (now: number) => void): void {
    if (!this.#running.delete(request)) return;
    judge(this.#clock.now());
    this.#options.onChange();
    this.#stir();
  }

  #activity(request: Running): void {
    if (!this.#running.has(request)) return;
    const now = this.#clock.now();
    if (request.firstAt === null) {
      request.firstAt = now;
      this.#breaker.succeeded(request.passage);
      this.#stir();
    }
    if (request.lastAt !== null) request.longestGapMs = Math.max(request.longestGapMs, now - request.lastAt);
    request.lastAt = now;
    request.pieces++;
  }

  #succeeded(
    request: Running,
    answer: { tokens: number; headers: Readonly<Record<string, string>> },
    now: number,
  ): void {
    this.#breaker.succeeded(request.passage);
    this.#limit.accepted(request.admission, now);
    this.#deadlines.succeeded(request, now);
    for (const other of this.#running) if (other.startedAt <= request.startedAt) other.overtakenBy++;
    this.#tokens.giveBack(request.tokens - answer.tokens, now);
    this.#readLimits(answer.headers, now);
  }

  #failed(request: Running, error: ModelError, now: number): void {
    const { passage, admission } = request;
    const retryAfterMs = error.retryAfterMs ?? readRetryAfter(error.headers, this.#clock.wallTime(now));
    this.#readLimits(error.headers, now);
    const { failure } = error;
    if (failure === 'rate_limited') {
      this.#refused(request, retryAfterMs, now);
    } else if (
      failure === 'server_error' &&
      (retryAfterMs !== null || error.httpStatus === 529 || error.httpStatus === 503)
    ) {
      this.#limit.refused(admission, now);
      if (retryAfterMs !== null) this.#breaker.throttled(passage, retryAfterMs, now);
      else this.#breaker.faulted(passage, failure, now);
    } else if (failure === 'timeout') {
      if (this.#deadlines.timedOut(request, now)) this.#limit.refused(admission, now);
      this.#breaker.faulted(passage, failure, now);
    } else if (failure === 'network' || failure === 'server_error') {
      this.#breaker.faulted(passage, failure, now);
    } else {
      this.#breaker.succeeded(passage);
      this.#limit.accepted(admission, now);
    }
  }

  /** The request counts with most providers although it was refused; its tokens do not. */
  #refused(request: Running, retryAfterMs: number | null, now: number): void {
    this.#tokens.giveBack(request.tokens, now);
    this.#limit.refused(request.admission, now);
    this.#learner.refused(request.startedAt, retryAfterMs, now);
    this.#requests.refused();
    this.#tokens.refused();
    this.#breaker.throttled(request.passage, retryAfterMs, now);
  }

  #readLimits(headers: Readonly<Record<string, string>>, now: number): void {
    const hints = readRateHeaders(headers, this.#clock.wallTime(now));
    if (hints.requestsPerMinute !== undefined) this.#requests.announce(hints.requestsPerMinute, now);
    if (hints.tokensPerMinute !== undefined) this.#tokens.announce(hints.tokensPerMinute, now);
  }

  /** Aborts what is overdue; gives the milliseconds until the next one may be. */
  #endOverdue(): number {
    const now = this.#clock.now();
    let next = LONGEST_SLEEP_MS;
    for (const request of this.#running) {
      if (this.#deadlines.isOverdue(request, now)) {
        const error = new ModelError('timeout', `no answer within ${now - request.startedAt} ms`);
        // Judged here, not when its holder notices: an overdue request must cost no further time.
        this.#running.delete(request);
        this.#failed(request, error, now);
        request.overdue.abort(error);
        this.#options.onChange();
      } else {
        next = Math.min(next, this.#deadlines.nextCheckAt(request) - now);
      }
    }
    return Math.max(1, next);
  }

  /** The machine slept, not the model. */
  #rebase(lostMs: number): void {
    for (const request of this.#running) {
      request.startedAt += lostMs;
      if (request.firstAt !== null) request.firstAt += lostMs;
      if (request.lastAt !== null) request.lastAt += lostMs;
    }
  }
}

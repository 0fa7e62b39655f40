import type { ModelSettings } from '../../../../shared/model.ts';
import type { FailureClass } from '../../../../shared/failure-classes.ts';
import type { Clock } from '../../../clock.ts';
import { ModelError } from '../types.ts';
import type { AskedWait } from './circuit-breaker.ts';
import { Pace } from './pace.ts';
import type { PaceLimits, RequestOutlook, Running, LearnedPace } from './pace.ts';
import { SteadyClock } from './steady-clock.ts';

/** Nothing is slept through for longer, so that a machine that was asleep is noticed. */
const LONGEST_SLEEP_MS = 5_000;
/** Why a sleep ends early. Without a reason of one's own, each `abort` makes an exception with its stack. */
const WOKEN = 'something happened';

export interface PacerOptions extends PaceLimits {
  clock: Clock;
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
  /** The provider's own words about it; null when it said nothing. */
  throttledDetail: string | null;
  /** Since when nothing useful has come, milliseconds since the epoch; null while nothing is waited for. */
  waitingSince: number | null;
  /** Since when pieces of answers have come, but no end of one, milliseconds since the epoch; null unless that is long ago. */
  unfinishedSince: number | null;
  /** Until when limits per minute keep all requests back, milliseconds since the epoch; null where they do not, or for seconds only. */
  pacedUntil: number | null;
}

/** The right to send one request. Must be ended by one of the last three; further calls do nothing. */
export interface Lease {
  /** Aborts when the request is overdue; the reason is a ModelError `timeout`. Combine it with your own. */
  readonly signal: AbortSignal;
  /** The provider has taken the request: a stream is announced. Implied by what follows. */
  accepted(): void;
  /** The provider shows that it is alive without sending any of the answer. */
  keptAlive(): void;
  /** A piece of the answer came. */
  activity(): void;
  /** The answer is complete. `tokens`: input and output as the provider counts them. */
  succeeded(answer: { tokens: number; headers: Readonly<Record<string, string>> }): void;
  /** The request failed by itself or was overdue. `about`: whether that may happen to every request (default), or is about these units only. */
  failed(error: ModelError, about?: 'service' | 'units'): void;
  /** Given up by us: says nothing of the provider. */
  released(): void;
}

interface Waiter {
  tokens: number;
  outlook: RequestOutlook;
  admit: (lease: Lease) => void;
}

/** Decides when a request of one provider and model may go, and when it has taken too long. */
export class Pacer {
  readonly #clock: SteadyClock;
  readonly #pace: Pace;
  readonly #onChange: () => void;
  readonly #waiting: Waiter[] = [];
  readonly #running = new Map<Running, AbortController>();
  #wake: AbortController | null = null;
  /** What was told of a wait that no outcome tells of: how long all have been silent, since when none has ended, and until when limits per minute hold. */
  #toldSilence = 0;
  #toldUnfinished: number | null = null;
  #toldPaced: number | null = null;

  constructor(options: PacerOptions) {
    this.#clock = new SteadyClock(options.clock);
    this.#pace = new Pace(options, options.random, this.#clock.now());
    this.#onChange = options.onChange;
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
    const { concurrency, until, hold, waitingSince, unfinishedSince } = this.#pace.state(this.#oldest(), now);
    return {
      concurrency,
      inFlight: this.#running.size,
      throttledUntil: until === null ? null : this.#clock.wallTime(until),
      throttledBy: hold?.cause ?? null,
      throttledDetail: hold?.detail || null,
      waitingSince: waitingSince === null ? null : this.#clock.wallTime(waitingSince),
      unfinishedSince: unfinishedSince === null ? null : this.#clock.wallTime(unfinishedSince),
      pacedUntil: hold === null ? this.#pacedUntil(now) : null,
    };
  }

  /** Requests that may be sent in a minute; null while no limit is known. */
  get requestsPerMinute(): number | null {
    return this.#pace.requestsPerMinute;
  }

  /** The wait that the provider asked for, in milliseconds since the epoch; null when it did not, or that is over. */
  get asked(): AskedWait | null {
    const wait = this.#pace.asked(this.#clock.now());
    if (wait === null) return null;
    const { from, until } = wait;
    return { ...wait, from: this.#clock.wallTime(from), until: this.#clock.wallTime(until) };
  }

  toJSON(): LearnedPace {
    return { ...this.#pace.learned(this.#clock.now()), wait: this.asked };
  }

  /** A run begins, which the refusals of an earlier one say nothing of. */
  beginRun(): void {
    this.#pace.beginRun();
    this.#changed();
  }

  /** Lets one request try now, although a wait is not over. */
  tryNow(): void {
    this.#pace.tryNow();
    this.#changed();
  }

  /** Takes up what an earlier run learned; what cannot be read is ignored. Before the first request. */
  restore(json: unknown): void {
    const now = this.#clock.now();
    this.#pace.restore(json, this.#clock.wallTime(now), now);
  }

  /** Something happened: looks again at once, or starts looking. */
  #stir(): void {
    if (this.#wake !== null) this.#wake.abort(WOKEN);
    else if (this.#waiting.length > 0 || this.#running.size > 0) void this.#watch();
  }

  async #watch(): Promise<void> {
    while (this.#waiting.length > 0 || this.#running.size > 0) {
      // Made before looking, so that nothing that happens meanwhile is slept through.
      const wake = (this.#wake = new AbortController());
      this.#endOverdue();
      const admission = this.#admitWaiting();
      const ms = Math.min(admission, this.#nextDeadline(), this.#tellSilence());
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
      const wait = this.#pace.timeUntil(first.tokens, this.#running.size, now) ?? LONGEST_SLEEP_MS;
      if (wait > 0) return wait;
      this.#waiting.shift();
      first.admit(this.#send(first, now));
    }
  }

  #send(waiter: Waiter, now: number): Lease {
    const request = this.#pace.sent(waiter.tokens, waiter.outlook, this.#running.size, now);
    const overdue = new AbortController();
    this.#running.set(request, overdue);
    this.#onChange();
    return {
      signal: overdue.signal,
      accepted: () => {
        if (this.#running.has(request) && this.#pace.accepted(request, this.#clock.now())) this.#changed();
      },
      keptAlive: () => {
        if (this.#running.has(request)) this.#pace.deadlines.keptAlive(request, this.#clock.now());
      },
      activity: () => {
        if (!this.#running.has(request)) return;
        const isFirst = this.#pace.activity(request, this.#clock.now());
        if (isFirst || this.#toldSilence > 0) this.#changed();
      },
      succeeded: ({ tokens, headers }) =>
        this.#end(request, (at) => {
          this.#pace.succeeded(request, tokens, at);
          this.#pace.readHeaders(headers, this.#clock.wallTime(at), at);
          for (const other of this.#running.keys())
            if (other.startedAt <= request.startedAt) other.overtakenBy++;
        }),
      failed: (error, about = 'service') =>
        this.#end(request, (at) => this.#failed(request, error, about, at)),
      released: () => this.#end(request, () => this.#pace.released(request)),
    };
  }

  #end(request: Running, judge: (now: number) => void): void {
    if (!this.#running.delete(request)) return;
    judge(this.#clock.now());
    this.#changed();
  }

  #changed(): void {
    this.#onChange();
    this.#stir();
  }

  #failed(request: Running, error: ModelError, about: 'service' | 'units', now: number): void {
    const asked = this.#pace.readHeaders(error.headers, this.#clock.wallTime(now), now);
    const wait = error.retryAfterMs ?? asked;
    // A wait of no time says nothing: `Retry-After: 0` comes from servers that refuse for a while all the same.
    this.#pace.failed(request, error, wait === null || wait <= 0 ? null : wait, about, now);
  }

  /** Tells of waits that begin, last and end without any outcome; gives the milliseconds until it has to look again. */
  #tellSilence(): number {
    const now = this.#clock.now();
    const oldest = this.#oldest();
    const { spans, nextMs } = this.#pace.silence(oldest, now);
    const unfinished = this.#pace.unfinished(oldest, now);
    const paced = this.#pacedUntil(now);
    const isNew =
      spans !== this.#toldSilence ||
      unfinished.since !== this.#toldUnfinished ||
      // An end that merely moves is not told at every turn.
      (paced === null) !== (this.#toldPaced === null);
    if (isNew) this.#onChange();
    this.#toldSilence = spans;
    this.#toldUnfinished = unfinished.since;
    this.#toldPaced = paced;
    return Math.min(nextMs, unfinished.nextMs);
  }

  /** Until when limits per minute keep the next request back, where none is in flight. */
  #pacedUntil(now: number): number | null {
    const next = this.#waiting[0];
    if (next === undefined || this.#running.size > 0) return null;
    const ms = this.#pace.pacedMs(next.tokens, now);
    return ms === 0 ? null : this.#clock.wallTime(now + ms);
  }

  /** When the first of the requests in flight was sent; null for none. */
  #oldest(): number | null {
    let oldest: number | null = null;
    for (const { startedAt } of this.#running.keys()) oldest = Math.min(oldest ?? startedAt, startedAt);
    return oldest;
  }

  /** Aborts what is overdue. */
  #endOverdue(): void {
    const now = this.#clock.now();
    for (const [request, overdue] of this.#running) {
      if (!this.#pace.deadlines.isOverdue(request, now)) continue;
      const error = new ModelError('timeout', this.#overdueMessage(request, now));
      // Judged here, not when its holder notices: an overdue request must cost no further time.
      this.#running.delete(request);
      this.#failed(request, error, 'service', now);
      overdue.abort(error);
      this.#onChange();
    }
  }

  #overdueMessage({ startedAt, firstAt, aliveAt }: Running, now: number): string {
    const what = firstAt === null ? 'no answer' : 'no end of the answer';
    const alive = firstAt === null && aliveAt !== null ? ', although the server sent keep-alives' : '';
    return `${what} within ${now - startedAt} ms${alive}`;
  }

  /** Milliseconds until the first of those running may be overdue; those just let through included. */
  #nextDeadline(): number {
    const now = this.#clock.now();
    let next = LONGEST_SLEEP_MS;
    for (const request of this.#running.keys()) {
      next = Math.min(next, this.#pace.deadlines.nextCheckAt(request) - now);
    }
    return Math.max(1, next);
  }

  /** The machine slept, not the model. */
  #rebase(lostMs: number): void {
    for (const request of this.#running.keys()) {
      request.startedAt += lostMs;
      if (request.firstAt !== null) request.firstAt += lostMs;
      if (request.lastAt !== null) request.lastAt += lostMs;
      if (request.aliveAt !== null) request.aliveAt += lostMs;
    }
  }
}

/**
 * Keeps the one controller of a provider and model over drives and runs: what the provider asked for (wait so long) holds
 * for whoever asks it next.
 */
export class PacerCache {
  readonly #clock: Clock;
  readonly #random: () => number;
  #kept: { key: string; pacer: Pacer } | null = null;
  #listener: (() => void) | null = null;

  /** `random`: 0 to 1. */
  constructor(clock: Clock, random: () => number) {
    this.#clock = clock;
    this.#random = random;
  }

  /** The controller for these settings; a new one takes up what was `learned` of the model before. */
  pacerFor(settings: ModelSettings, learned: unknown): Pacer {
    const { protocol, baseUrl, model, maxConcurrency, requestsPerMinute, tokensPerMinute } = settings;
    const timeoutMs = settings.timeoutSeconds === null ? null : settings.timeoutSeconds * 1000;
    const limits = { maxConcurrency, requestsPerMinute, tokensPerMinute, timeoutMs };
    const key = JSON.stringify([protocol, baseUrl, model, limits]);
    if (this.#kept?.key !== key) {
      const onChange = (): void => this.#listener?.();
      const pacer = new Pacer({ clock: this.#clock, random: this.#random, onChange, ...limits });
      if (learned !== undefined) pacer.restore(learned);
      this.#kept = { key, pacer };
    }
    return this.#kept.pacer;
  }

  /** Lets one request of the one in use try now, although a wait is not over. */
  tryNow(): void {
    this.#kept?.pacer.tryNow();
  }

  /** Tells this listener of changes from now on, until the function it gives is called or another one listens. */
  listen(listener: () => void): () => void {
    this.#listener = listener;
    return () => {
      if (this.#listener === listener) this.#listener = null;
    };
  }
}

import { LatencyModel } from './latency-model.ts';
import type { Point } from './latency-model.ts';

const DEFAULT_FIRST_MS = 60_000;
const DEFAULT_STALL_MS = 30_000;
const DEFAULT_TOTAL_MS = 600_000;
/** Networks and machines hesitate for so long without anything being wrong … */
const FLOOR_MS = 1_000;
/** … and for longer, up to this, where answers take long: there a few seconds more cost little. */
const HIGHEST_FLOOR_MS = 2_000;
const FIRST_FLOOR_SHARE = 1;
const STALL_FLOOR_SHARE = 1.5;
const TOTAL_FLOOR_MS = 15_000;
/** Whatever a model may be learning to take. */
const MAX_MS = 600_000;
/** A server that shows that it is alive, without sending any of the answer, is given so long from the latest sign on … */
const ALIVE_MS = 60_000;
/** … for the first sign, where it gave some before … */
const FIRST_ALIVE_MS = 15_000;
/** … and so long in all (DeepSeek keeps a request waiting for ten minutes at the most). */
const MAX_ALIVE_MS = 660_000;

/** A request that nobody has overtaken may be slow because the model is: it gets this many times the bound. */
const ALONE = 1.5;
/** One may hang as the last of all; when so many in a row ended without being overtaken, the model is slow. */
const ALONE_TOO_OFTEN = 2;
const MAX_SLACK = 16;
/** Of the latest so many requests … */
const WATCHED = 40;
/** … more than this share timed out: the bound is wrong, not the requests. */
const TOO_MANY = 0.3;
const CALM_AFTER = 10;

/** A request on its way, as far as time-outs care. Times in milliseconds since the epoch. */
export interface TimedRequest {
  startedAt: number;
  /** Null until something came. */
  firstAt: number | null;
  lastAt: number | null;
  /** When the server last showed that it is alive without sending any of the answer; null for never. */
  aliveAt: number | null;
  longestGapMs: number;
  pieces: number;
  /** What the answer is thought to have. */
  outputTokens: number;
  /** How many times the usual bounds it gets; above 1 for what timed out before. */
  patience: number;
  /** Requests that started no earlier and are done. */
  overtakenBy: number;
}

/** What is kept between runs, so that the first hanging request of the next one is caught early. */
export interface LearnedLatencies {
  first: Point[];
  gaps: Point[];
  total: Point[];
}

/**
 * How long to wait for an answer: for its first piece, between pieces, and in all. Learned from the answers seen. Two
 * things keep it from killing what is merely slow: a request that none of its contemporaries has overtaken gets half
 * as much time again, and when time-outs cluster all bounds double until answers come again.
 */
export class Deadlines {
  readonly #fixedFirstMs: number | null;
  readonly #first = new LatencyModel();
  readonly #gaps = new LatencyModel();
  readonly #total = new LatencyModel();
  #slack = 1;
  #slackSince = Number.NEGATIVE_INFINITY;
  #calm = 0;
  #aloneInRow = 0;
  /** In the order they started: those that time out are known later than their contemporaries. */
  #outcomes: { startedAt: number; late: boolean }[] = [];
  /** Whether the server was ever seen to show that it is alive: it may do so before each answer, and not at once. */
  #showsAlive = false;

  /** `timeoutMs`: what the user set for the first piece; null to learn it. */
  constructor(timeoutMs: number | null) {
    this.#fixedFirstMs = timeoutMs;
  }

  /** Milliseconds from sending to the first piece of the answer; `times`: of what was learned. */
  firstTokenDeadlineMs(outputTokens: number, times = 1): number {
    if (this.#fixedFirstMs !== null) return this.#fixedFirstMs;
    return this.#bound(
      this.#first,
      outputTokens,
      this.#floor(outputTokens, FIRST_FLOOR_SHARE),
      DEFAULT_FIRST_MS,
      times,
    );
  }

  /** Milliseconds from one piece to the next. */
  stallDeadlineMs(outputTokens: number, times = 1): number {
    return this.#bound(this.#gaps, 0, this.#floor(outputTokens, STALL_FLOOR_SHARE), DEFAULT_STALL_MS, times);
  }

  /** Milliseconds from sending to the end: for answers that trickle without ever ending. */
  totalDeadlineMs(outputTokens: number, times = 1): number {
    const bound = this.#bound(this.#total, outputTokens, TOTAL_FLOOR_MS, DEFAULT_TOTAL_MS, times);
    // Who waits an hour for the first piece wants the others too.
    return (this.#fixedFirstMs ?? 0) + bound;
  }

  /** When to look at the request again: the moment it is overdue if nothing happens before. */
  nextCheckAt(request: TimedRequest): number {
    const times = (request.overtakenBy > 0 ? 1 : ALONE) * request.patience;
    const { startedAt, firstAt, lastAt, aliveAt, outputTokens } = request;
    if (firstAt === null || lastAt === null) {
      const first = startedAt + this.firstTokenDeadlineMs(outputTokens, times);
      // A time-out of the settings is kept to.
      if (this.#fixedFirstMs !== null) return first;
      if (aliveAt === null) return this.#showsAlive ? Math.max(first, startedAt + FIRST_ALIVE_MS) : first;
      return Math.max(first, Math.min(aliveAt + ALIVE_MS, startedAt + MAX_ALIVE_MS));
    }
    const stalled = lastAt + this.stallDeadlineMs(outputTokens, times);
    return Math.min(stalled, startedAt + this.totalDeadlineMs(outputTokens, times));
  }

  isOverdue(request: TimedRequest, now: number): boolean {
    return now >= this.nextCheckAt(request);
  }

  /** The server shows that it is alive without sending any of the answer. */
  keptAlive(request: TimedRequest, now: number): void {
    request.aliveAt = now;
    this.#showsAlive = true;
  }

  /** An answer came to its end. */
  succeeded(request: TimedRequest, now: number): void {
    const firstAt = request.firstAt ?? now;
    this.#first.observe(request.outputTokens, firstAt - request.startedAt);
    this.#total.observe(request.outputTokens, now - request.startedAt);
    if (request.pieces > 1)
      this.#gaps.observe(0, Math.max(request.longestGapMs, now - (request.lastAt ?? now)));
    this.#record(request, false);
    this.#aloneInRow = 0;
    if (++this.#calm < CALM_AFTER) return;
    this.#calm = 0;
    this.#slack = Math.max(1, this.#slack / 2);
  }

  /** A request was given up. Gives whether time-outs cluster, so that all bounds were doubled. */
  timedOut(request: TimedRequest, now: number): boolean {
    this.#calm = 0;
    this.#record(request, true);
    // Those that started under the old bounds say nothing of the new ones.
    if (request.startedAt < this.#slackSince) return false;
    const clustered = this.#isClustered(request);
    if (request.overtakenBy === 0) this.#aloneInRow++;
    if (this.#aloneInRow < ALONE_TOO_OFTEN && !clustered) return false;
    this.#aloneInRow = 0;
    this.#slack = Math.min(MAX_SLACK, this.#slack * 2);
    this.#slackSince = now;
    this.#outcomes = [];
    return true;
  }

  toJSON(): LearnedLatencies {
    return { first: this.#first.toJSON(), gaps: this.#gaps.toJSON(), total: this.#total.toJSON() };
  }

  restore(learned: LearnedLatencies): void {
    this.#first.restore(learned.first);
    this.#gaps.restore(learned.gaps);
    this.#total.restore(learned.total);
  }

  #record({ startedAt }: TimedRequest, late: boolean): void {
    const place = this.#outcomes.findLastIndex((outcome) => outcome.startedAt <= startedAt);
    this.#outcomes.splice(place + 1, 0, { startedAt, late });
    if (this.#outcomes.length > WATCHED * 2) this.#outcomes.shift();
  }

  #isClustered({ startedAt }: TimedRequest): boolean {
    const before = this.#outcomes.filter((outcome) => outcome.startedAt <= startedAt).slice(-WATCHED);
    return before.length === WATCHED && before.filter((outcome) => outcome.late).length > TOO_MANY * WATCHED;
  }

  #floor(outputTokens: number, share: number): number {
    const usual = this.#total.slow(outputTokens);
    if (usual === null) return HIGHEST_FLOOR_MS;
    return Math.min(HIGHEST_FLOOR_MS, Math.max(FLOOR_MS, share * usual));
  }

  /**
   * Above the default only when slow answers really take so long, or time-outs cluster. `times` multiplies what was
   * learned, not the default and not the floor: those are long enough.
   */
  #bound(model: LatencyModel, tokens: number, floor: number, fallback: number, times: number): number {
    const bound = model.bound(tokens);
    const slow = model.slow(tokens);
    const usual =
      bound === null || slow === null
        ? fallback
        : Math.min(Math.max(floor, bound * times), Math.max(fallback, bound, 1.5 * slow));
    return Math.min(MAX_MS, usual * this.#slack);
  }
}

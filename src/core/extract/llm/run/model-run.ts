import type { ModelSettings } from '../../../../shared/model.ts';
import type { Clock } from '../../../clock.ts';
import { AppError } from '../../../errors.ts';
import type { AnswerStore } from '../../../store/answer-store.ts';
import type { RequestStore } from '../../../store/request-store.ts';
import type { RunDesk } from '../../extractor.ts';
import { judgeAnswer } from '../answer/judge-answer.ts';
import type { Lease } from '../pacing/lease.ts';
import type { Pacer } from '../pacing/pacer.ts';
import type { OutputModel } from '../planning/output-model.ts';
import type { ContextSize } from '../planning/context-size.ts';
import type { PackLimits } from '../planning/request-load.ts';
import type { SizeLearner } from '../planning/size-learner.ts';
import type { Prompt } from '../prompt/prompt.ts';
import type { ModelAnswer, ModelClient, ModelError, ModelRequest } from '../types.ts';
import { AnswerKeeper } from './answer-keeper.ts';
import { Flight } from './flight.ts';
import type { Job } from './flight.ts';
import { behavioursOf, learnFrom } from './learn-from.ts';
import type { RequestFeed } from './request-feed.ts';
import { isFatal, isWait } from './retry-policy.ts';
import { RequestSizing } from './request-sizing.ts';
import { RoundBalance } from './round-balance.ts';
import { Spending } from './spending.ts';
import type { UnitWork } from './user-work.ts';
import type { UserDesk } from './user-desk.ts';
import { UselessWatch } from './useless-watch.ts';
import { WorkQueue } from './work-queue.ts';

/** So many users are looked at between two turns of the event loop at the most. */
const USERS_AT_ONCE = 16;
/** Who timed out gets so many times the usual time. */
const PATIENCE_AFTER_TIMEOUT = 2;
/** A rejected key is told at once: of a service that is silent for so long, one more is asked. */
const PROOF_BY_SILENCE_MS = 10_000;
/** So many requests may be refused as bad before one is taken: until then the reason may lie in their units. */
const BAD_REQUESTS_AT_FIRST = 6;
/** A user who is left over while the service seems down is blamed for it this often at the most. */
const BLAME_EVERY_MS = 30_000;
/** What the connection says when there was somebody at its other end. */
const WAS_CONNECTED = /ECONNRESET|EPIPE|UND_ERR_SOCKET|connection lost|broke off/;
export interface ModelRunParts {
  desk: RunDesk;
  clock: Clock;
  settings: ModelSettings;
  client: ModelClient;
  pacer: Pacer;
  prompt: Prompt;
  outputs: OutputModel;
  sizes: SizeLearner;
  context: ContextSize;
  users: UserDesk;
  requests: () => RequestStore;
  answers: () => AnswerStore;
  feed: RequestFeed;
  /** Stores what was learned; called within a transaction. */
  saveLearned: () => void;
}

/** One drive of a run with a model: packs units into requests, sends them at the pace allowed, and judges the answers. */
export class ModelRun {
  readonly #parts: ModelRunParts;
  readonly #queue: WorkQueue;
  readonly #spending: Spending;
  readonly #sizing: RequestSizing;
  readonly #balance = new RoundBalance();
  readonly #keeper: AnswerKeeper;
  #inFlight = 0;
  /** Requests whose units wait until they may be asked about again. */
  #resting = 0;
  #usersLeft = true;
  /** As many as fill a request: long users are loaded one by one, because a few of them fill the memory. */
  #usersAtOnce = 1;
  /** Requests that may be in flight until the service has answered: a rejected key must cost one only. */
  #unproven = 1;
  #proven = false;
  #badRequests = 0;
  readonly #useless = new UselessWatch();
  /** Aborts with what stops the run. */
  readonly #stop = new AbortController();
  readonly #flights = new Set<Promise<void>>();
  #wake: () => void = () => undefined;

  constructor(parts: ModelRunParts) {
    this.#parts = parts;
    const { desk, requests, settings, outputs } = parts;
    this.#queue = new WorkQueue(outputs);
    this.#sizing = new RequestSizing(parts);
    this.#keeper = new AnswerKeeper({ ...parts, totalBatches: () => this.#totalBatches() });
    this.#spending = new Spending({
      settings,
      outputs,
      maxCost: () => desk.maxCost,
      maxTokens: () => desk.maxTokens,
      totals: () => requests().totals(desk.runId),
      outputLimit: (wanted) => parts.client.outputLimit(wanted),
    });
  }

  /**
   * Resolves when every user is committed or the desk's signal aborts, and nothing is in flight any more. Rejects with
   * what stops the run.
   */
  async run(): Promise<void> {
    const { desk } = this.#parts;
    const wake = (): void => this.#wake();
    desk.signal.addEventListener('abort', wake, { once: true });
    try {
      this.#parts.requests().markLost(desk.runId);
      this.#keeper.replayStored();
      while (!desk.signal.aborted) {
        this.#stop.signal.throwIfAborted();
        await desk.whileRunning();
        await this.#fill();
        if (desk.signal.aborted) return;
        const waitForProof = !this.#proven && this.#inFlight >= this.#unproven;
        const units = waitForProof ? [] : this.#queue.next(this.#limits());
        if (units.length > 0) {
          await this.#send(units);
        } else if (this.#inFlight > 0 || this.#resting > 0) {
          await this.#change();
        } else if (!this.#usersLeft && this.#queue.length === 0) {
          return;
        } else if (!desk.paused) {
          // Nothing is queued and nobody is handed out: the rest is held back until the run is paused and goes on.
          await new Promise<void>((resolve) => setImmediate(resolve));
        }
      }
    } finally {
      desk.signal.removeEventListener('abort', wake);
      if (desk.signal.aborted || this.#canStillKeep) await Promise.allSettled(this.#flights);
    }
  }

  /** Whether the run stops for a reason of its model: then what is on its way is paid for, can be stored, and is waited for. */
  get #canStillKeep(): boolean {
    const reason: unknown = this.#stop.signal.reason;
    return reason instanceof AppError && reason.code.startsWith('model.');
  }

  /** Takes users until two requests' worth of them waits; those whose answer is there already are committed at once. */
  async #fill(): Promise<void> {
    const { desk, users } = this.#parts;
    while (
      this.#usersLeft &&
      this.#queue.freshTokens < 2 * this.#sizing.limits().inputBudget &&
      !desk.signal.aborted
    ) {
      const taken = desk.takeUsers(this.#usersAtOnce);
      if (taken === null) this.#usersLeft = false;
      if (taken === null || taken.length === 0) return;
      const { waiting, ...decision } = users.admit(taken, desk.answersSince);
      this.#keeper.commit(decision);
      for (const unit of waiting) this.#queue.add(unit);
      const tokens = waiting.reduce((sum, unit) => sum + unit.encoded.tokens, 0);
      const filling = (taken.length * this.#sizing.limits().inputBudget) / Math.max(1, tokens);
      this.#usersAtOnce = Math.max(1, Math.min(USERS_AT_ONCE, Math.floor(filling)));
      await new Promise<void>((resolve) => setImmediate(resolve));
    }
  }

  async #send(chosen: UnitWork[]): Promise<void> {
    const { desk, pacer } = this.#parts;
    const stop = this.#stop.signal;
    const units = this.#whatFits(chosen);
    const job = this.#prepare(units);
    if (!job) {
      if (this.#inFlight === 0) return;
      await this.#change();
      return;
    }
    const { predictedOutputTokens } = job.request;
    const expected = this.#spending.inputTokens(job.request) + predictedOutputTokens;
    let lease: Lease;
    try {
      lease = await pacer.acquire(expected, AbortSignal.any([desk.signal, stop]), {
        outputTokens: predictedOutputTokens,
        patience: job.cause === 'timeout' ? PATIENCE_AFTER_TIMEOUT : 1,
      });
    } catch (error) {
      this.#takeBack(job);
      if (desk.signal.aborted || stop.aborted) return;
      throw error;
    }
    if (desk.paused || desk.signal.aborted || stop.aborted) {
      lease.released();
      this.#takeBack(job);
      return;
    }
    if (!this.#proven) void this.#admitOneMore();
    const weight = behavioursOf(units);
    this.#inFlight += 1;
    this.#balance.sent(units.length, weight);
    const flight = this.#ask(job, lease)
      .catch((error: unknown) => this.#stop.abort(error))
      .finally(() => {
        this.#flights.delete(flight);
        this.#inFlight -= 1;
        this.#balance.ended(weight);
        this.#wake();
      });
    this.#flights.add(flight);
  }

  /** Builds the request and reserves what it may take; null when that has to wait. Throws run.budget_reached. */
  #prepare(units: UnitWork[]): Job | null {
    const request = this.#sizing.build(units);
    const reserved = this.#spending.reserve(request);
    if (reserved !== null) {
      const cause = units.find((unit) => unit.cause !== null)?.cause ?? null;
      return { units, request, reserved, cause };
    }
    if (this.#inFlight > 0) {
      this.#queue.putBack(units);
      return null;
    }
    if (units.length > 1) {
      const half = Math.ceil(units.length / 2);
      this.#queue.putBack(units.slice(half));
      return this.#prepare(units.slice(0, half));
    }
    this.#queue.putBack(units);
    throw this.#spending.capReached(request);
  }

  #takeBack(job: Job): void {
    this.#spending.release(job.reserved);
    this.#queue.putBack(job.units);
  }

  async #ask(job: Job, lease: Lease): Promise<void> {
    const flight = new Flight({ ...this.#parts, spending: this.#spending }, job, lease);
    try {
      const landing = await flight.send(() => this.#prove());
      if (landing.kind === 'answered') this.#judge(flight.id, job, landing.answer);
      else if (landing.kind === 'failed') {
        const { rest, kept } = this.#keeper.salvage(flight.id, job, landing.came);
        if (kept.length > 0) this.#useless.answered(kept);
        this.#recover(rest, job.request, landing.error);
      }
    } finally {
      flight.end();
    }
  }

  #judge(id: number, job: Job, answer: ModelAnswer): void {
    const verdicts = judgeAnswer(answer, job.request.asked);
    learnFrom(job, answer, verdicts, this.#parts);
    const { again, judged } = this.#keeper.settle(id, job.units, verdicts);
    this.#queue.askAgain(again);
    this.#useless.answered(judged.map(({ unit }) => unit));
  }

  /** A unit whose answer is known to be too long for one is cut before it is sent, and the first part goes. */
  #whatFits(units: UnitWork[]): UnitWork[] {
    const [unit] = units;
    if (units.length !== 1 || !unit) return units;
    const parts = this.#sizing.partsOf(unit);
    const cut = parts > 1 ? this.#parts.users.cut(unit, parts, this.#parts.clock.now()) : null;
    const [first, ...rest] = cut ?? [];
    if (!first) return units;
    this.#queue.putBack(rest);
    return [first];
  }

  /** What follows for units whose request failed: the run stops, or they are asked about again. */
  #recover(units: UnitWork[], request: ModelRequest, error: ModelError): void {
    const { clock, context, pacer, sizes } = this.#parts;
    if (isFatal(error.failure)) throw new AppError(`model.${error.failure}`);
    if (error.unsupported) {
      this.#parts.client.drop(error.unsupported);
      this.#queue.askAgain(this.#keeper.withoutAnswer(units, error, false));
      return;
    }
    // Where others are taken, or might be, it is this request, and what is in it, that the provider does not want.
    if (
      error.failure === 'bad_request' &&
      !this.#keeper.anyKept &&
      ++this.#badRequests >= BAD_REQUESTS_AT_FIRST
    )
      throw new AppError('model.bad_request', { detail: error.message });
    if (error.failure === 'too_long') {
      context.refused(error.message, this.#spending.inputTokens(request) + request.maxOutputTokens);
      sizes.failed(units.length);
    }
    // A service that is down as a whole says nothing about the users of this request, unless they are all that is left.
    const down = pacer.state().throttledBy !== null;
    const counts = !isWait(error.failure) && (!down || this.#areToBlame(units, error, clock.now()));
    this.#askAgain(this.#keeper.withoutAnswer(units, error, counts), error.retryAfterMs ?? 0);
  }

  /**
   * Whether a failure is laid at the door of these units although the service seems down: it answered others, and refuses
   * none but those that have failed before. Else one poisoned user would keep a run going for ever.
   */
  #areToBlame(units: UnitWork[], error: ModelError, now: number): boolean {
    const wasThere = error.failure !== 'network' || WAS_CONNECTED.test(error.message);
    const othersWait = this.#usersLeft || this.#inFlight > 1 || this.#resting > 0;
    if (!this.#keeper.anyKept || !wasThere || othersWait) return false;
    if (this.#queue.hasOther((unit) => unit.rejections > 0)) return false;
    const [unit] = units;
    if (!unit || unit.rejections === 0 || now - unit.blamedAt < BLAME_EVERY_MS) return false;
    for (const each of units) each.blamedAt = now;
    return true;
  }

  #askAgain(units: UnitWork[], restMs: number): void {
    if (restMs <= 0) {
      this.#queue.askAgain(units);
      return;
    }
    const { clock, desk } = this.#parts;
    this.#resting += 1;
    void clock.sleep(restMs, desk.signal).then(() => {
      this.#resting -= 1;
      this.#queue.askAgain(units);
      this.#wake();
    });
  }

  /** What the next request may hold: less than fits where that makes whole rounds of requests. */
  #limits(): PackLimits {
    const { desk, pacer } = this.#parts;
    const limits = this.#sizing.limits();
    const even = this.#balance.units({
      most: (behaviours) => Math.min(limits.maxUnits, this.#sizing.unitsInAnswer(behaviours)),
      weightLeft: desk.weightLeft(),
      concurrency: Math.max(1, pacer.state().concurrency),
      perMinute: pacer.requestsPerMinute,
    });
    return { ...limits, maxUnits: Math.min(limits.maxUnits, even) };
  }

  /** How many requests the run will have had: those answered, those in flight, and the rest at the size of late. */
  #totalBatches(): number {
    const { desk } = this.#parts;
    return this.#balance.total(desk.batchesDone(), this.#inFlight, desk.weightLeft());
  }

  async #admitOneMore(): Promise<void> {
    const { clock, desk } = this.#parts;
    await clock.sleep(PROOF_BY_SILENCE_MS, desk.signal);
    this.#unproven += 1;
    this.#wake();
  }

  /** The service takes our requests: from now on more than one at a time. */
  #prove(): void {
    if (this.#proven) return;
    this.#proven = true;
    this.#wake();
  }

  #change(): Promise<void> {
    return new Promise((resolve) => {
      this.#wake = resolve;
    });
  }
}

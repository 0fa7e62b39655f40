import type { ModelSettings } from '../../../../shared/model.ts';
import type { FailureClass } from '../../../../shared/failure-classes.ts';
import type { Clock } from '../../../clock.ts';
import { AppError } from '../../../errors.ts';
import type { RunDesk } from '../../extractor.ts';
import type { ExtraWrites, RequestLedger } from '../../ports.ts';
import { judgeAnswer } from '../answer/judge-answer.ts';
import type { Lease, Pacer } from '../pacing/pacer.ts';
import type { OutputModel } from '../planning/output-model.ts';
import type { ContextSize } from '../planning/request-limits.ts';
import type { PackLimits } from '../planning/request-load.ts';
import type { SizeLearner } from '../planning/size-learner.ts';
import type { Prompt } from '../prompt/prompt.ts';
import { FAILURE_POLICIES, QUIET_MS, REFUSED_IN_QUIET } from '../failure-policy.ts';
import { ModelError } from '../types.ts';
import type { ModelAnswer, ModelClient } from '../types.ts';
import { AnswerRecorder } from './answer-recorder.ts';
import { FailureEvidence, isSuspect, NO_FAILURE, stopError, timeoutTooShort } from './failure-evidence.ts';
import type { FailureVerdict } from './failure-evidence.ts';
import { callPlanOf, ModelCall } from './model-call.ts';
import type { CallLedger, CallOutcome, PlannedRequest } from './model-call.ts';
import type { RequestFeed } from './request-feed.ts';
import { behavioursOf, learnFrom, RequestSizing } from './request-sizing.ts';
import { RoundBalance } from '../planning/round-balance.ts';
import { Spending } from './spending.ts';
import type { UnitWork } from './unit-work.ts';
import type { UnitPlanner } from './unit-planner.ts';
import { UselessWatch } from './useless-watch.ts';
import { WorkQueue } from './work-queue.ts';

/** So many users are looked at between two turns of the event loop at the most. */
const USERS_AT_ONCE = 16;
/** Timeout multiplier for a unit that has already timed out once. */
const PATIENCE_AFTER_TIMEOUT = 2;
/** If the first request stays silent this long, send a second one. A rejected key would have been reported by now. */
const PROOF_BY_SILENCE_MS = 10_000;
/** A refused request waits no longer than this by itself, while others are taken. */
const LONGEST_REST_MS = 300_000;
/** A rate limit is waited for so long at least, whatever the settings say of limits that last. */
const LEAST_LIMIT_WAIT_MS = 120_000;
/** A wait longer than this in all is of a limit that lasts: a resume by the user tries one request at once. */
const LONG_WAIT_MS = 300_000;

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
  users: UnitPlanner;
  requests: () => RequestLedger;
  feed: RequestFeed;
  /** What was learned of the model up to now. */
  learned: () => NonNullable<ExtraWrites['learned']>;
}

/** One drive of a run with a model: packs units into requests, sends them at the pace allowed, and judges the answers. */
export class ModelRun {
  readonly #parts: ModelRunParts;
  readonly #queue: WorkQueue;
  readonly #spending: Spending;
  readonly #sizing: RequestSizing;
  readonly #balance = new RoundBalance();
  readonly #recorder: AnswerRecorder;
  #inFlight = 0;
  /** Requests whose units wait until they may be asked about again. */
  #resting = 0;
  /** Units in flight, and those that wait. */
  readonly #busy = new Set<UnitWork>();
  /** Requests that came back, and what follows from them is being stored. */
  readonly #settling = new Set<PlannedRequest>();
  #usersLeft = true;
  /** As many as fill a request: long users are loaded one by one, because a few of them fill the memory. */
  #usersAtOnce = 1;
  /** Requests that may be in flight until the service has answered: a rejected key must cost one only. */
  #unproven = 1;
  #proven = false;
  /** Whether the run hands out no more users for now: they are held back until a pilot is released. */
  #heldBack = false;
  readonly #evidence: FailureEvidence;
  readonly #useless = new UselessWatch();
  /** The id of the latest request sent. */
  #latestId = 0;
  /** When the provider refused for a limit first, without an answer since; milliseconds since the epoch, null for not. */
  #limitedSince: number | null = null;
  /** When the latest request was sent; milliseconds since the epoch, null for none in this drive. */
  #sentAt: number | null = null;
  #refusedInQuiet = 0;
  /** Aborts with what stops the run. */
  readonly #stop = new AbortController();
  readonly #calls = new Set<Promise<void>>();
  #wake: () => void = () => undefined;

  constructor(parts: ModelRunParts) {
    this.#parts = parts;
    const { desk, requests, settings, outputs } = parts;
    this.#queue = new WorkQueue(outputs);
    this.#sizing = new RequestSizing(parts);
    this.#recorder = new AnswerRecorder({
      ...parts,
      types: parts.prompt.types,
      totalBatches: () => this.#totalBatches(),
    });
    this.#evidence = new FailureEvidence({
      now: () => parts.clock.now(),
      hasKept: () => this.#recorder.anyKept || desk.batchesDone() > 0,
      baseUrl: settings.baseUrl,
    });
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
      await this.#recorder.replayStored();
      this.#parts.pacer.beginRun();
      this.#beginWithinLimit();
      while (!desk.signal.aborted) {
        this.#stop.signal.throwIfAborted();
        await desk.whileRunning();
        await this.#fill();
        if (desk.signal.aborted) return;
        if (this.#settling.size > 0) {
          // The size of the next request follows from what is left, which is not known before.
          await this.#change();
          continue;
        }
        const units = this.#inFlight < this.#mostInFlight ? this.#queue.next(this.#limits()) : [];
        if (units.length > 0) {
          await this.#send(units);
        } else if (this.#inFlight + this.#resting === 0 && this.#queue.unparkAlone()) {
          continue;
        } else if (this.#inFlight > 0 || this.#resting > 0) {
          await this.#change();
        } else if (!this.#usersLeft && this.#queue.length === 0) {
          return;
        } else if (!desk.paused) {
          // Users are held back only beyond a pilot, and the commit of its last user pauses the run. Without a pause nothing
          // would ever wake this loop: the run has to fail, because it would spin for ever.
          throw new Error('the run holds users back, is not paused and has nothing to do');
        }
      }
    } finally {
      desk.signal.removeEventListener('abort', wake);
      if (desk.signal.aborted || this.#canStillKeep) await Promise.allSettled(this.#calls);
      await this.#recorder.idle();
    }
  }

  /** Whether the run stops for a reason of its model: then what is on its way is paid for, can be stored, and is waited for. */
  get #canStillKeep(): boolean {
    const reason: unknown = this.#stop.signal.reason;
    return reason instanceof AppError && reason.code.startsWith('model.');
  }

  /** Requests that may be in flight, as far as the pacing allows: one at a time while nothing speaks for the model. */
  get #mostInFlight(): number {
    if (this.#useless.isSuspicious || this.#evidence.paysForNothing || this.#spending.goesAlone) return 1;
    return this.#proven ? Infinity : this.#unproven;
  }

  /**
   * A limit that was met before may still hold. When the user resumes the run, one request is sent at once to try it.
   * A run that goes on by itself waits, or stops where that is too long.
   */
  #beginWithinLimit(): void {
    const { pacer, desk, clock } = this.#parts;
    const wait = pacer.asked;
    if (wait === null) return;
    if (!desk.automatic) {
      if (wait.until - wait.from > LONG_WAIT_MS) pacer.tryNow();
      return;
    }
    this.#limitedSince = clock.now();
    if (wait.until - clock.now() <= this.#longestLimitMs(wait.cause)) return;
    const { cause, detail, until } = wait;
    throw stopError(new ModelError(cause, detail, { providerText: detail }), FAILURE_POLICIES[cause], until);
  }

  /** Whether fewer than two requests' worth of units wait. To load and encode more would only delay the next request. */
  get #isLow(): boolean {
    const { inputBudget, maxUnits } = this.#sizing.limits();
    return this.#queue.freshTokens < 2 * inputBudget && this.#queue.freshUnits < 2 * maxUnits;
  }

  /** Loads users until two requests' worth of units wait; users whose answers are cached are committed immediately. */
  async #fill(): Promise<void> {
    const { desk, users } = this.#parts;
    while (this.#usersLeft && this.#isLow && !desk.signal.aborted) {
      const taken = await desk.takeUsers(this.#usersAtOnce);
      if (taken === null) this.#usersLeft = false;
      this.#heldBack = taken?.length === 0 && !desk.full;
      if (taken === null || taken.length === 0) return;
      const { waiting, ...decision } = users.admit(taken, desk.answersSince);
      await this.#recorder.commit(decision);
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
    const planned = this.#prepare(units);
    if (!planned) {
      if (this.#inFlight === 0) return;
      await this.#change();
      return;
    }
    const { predictedOutputTokens } = planned.request;
    const expected = this.#spending.inputTokens(planned.request) + predictedOutputTokens;
    let lease: Lease;
    try {
      lease = await pacer.acquire(expected, AbortSignal.any([desk.signal, stop]), {
        outputTokens: predictedOutputTokens,
        patience: planned.cause === 'timeout' ? PATIENCE_AFTER_TIMEOUT : 1,
      });
    } catch (error) {
      this.#takeBack(planned);
      if (desk.signal.aborted || stop.aborted) return;
      throw error;
    }
    if (desk.paused || desk.signal.aborted || stop.aborted) {
      lease.released();
      this.#takeBack(planned);
      return;
    }
    if (!this.#proven) void this.#admitOneMore();
    const now = this.#parts.clock.now();
    planned.isAfterQuiet = this.#inFlight === 0 && this.#sentAt !== null && now - this.#sentAt >= QUIET_MS;
    this.#sentAt = now;
    const weight = behavioursOf(units);
    this.#inFlight += 1;
    for (const unit of units) this.#busy.add(unit);
    this.#balance.sent(units.length, weight);
    const call = this.#ask(planned, lease)
      .catch((error: unknown) => this.#stop.abort(error))
      .finally(() => {
        this.#calls.delete(call);
        this.#settling.delete(planned);
        this.#inFlight -= 1;
        this.#balance.ended(weight);
        this.#wake();
      });
    this.#calls.add(call);
  }

  /** Builds the request and reserves what it may take; null when that has to wait. Throws run.budget_reached. */
  #prepare(units: UnitWork[]): PlannedRequest | null {
    const request = this.#sizing.build(units);
    const reserved = this.#spending.reserve(request);
    if (reserved !== null) {
      const cause = units.find((unit) => unit.cause !== null)?.cause ?? null;
      return { units, request, reserved, cause, isAfterQuiet: false };
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

  #takeBack(planned: PlannedRequest): void {
    this.#spending.release(planned.reserved);
    this.#queue.putBack(planned.units);
  }

  async #ask(planned: PlannedRequest, lease: Lease): Promise<void> {
    try {
      const unlocked = this.#parts.desk.untilUnlocked();
      if (unlocked) await unlocked;
      const mark = this.#evidence.sent();
      const judge = (error: ModelError): FailureVerdict => this.#judgeFailure(planned.units, error, mark);
      const parts = { ...this.#parts, ledger: this.#ledger(), spending: this.#spending, judge };
      const call = new ModelCall(parts, callPlanOf(planned), lease);
      this.#latestId = call.id;
      let stored: Promise<unknown>;
      try {
        const outcome = await call.send(() => this.#prove());
        stored = this.#settleCall(call.id, planned, outcome);
        this.#settling.add(planned);
      } finally {
        call.end();
      }
      await stored;
    } finally {
      // The pacer outlives this run: a lease that nothing has ended (the ledger took no row) would hold its place for good.
      lease.released();
    }
  }

  #ledger(): CallLedger {
    const { desk, requests } = this.#parts;
    return {
      begin: (request) => requests().begin({ ...request, runId: desk.runId }),
      answered: (id, answer) => requests().answered(id, answer),
      failed: (id, failed) => requests().failed(id, failed),
    };
  }

  /** What follows from what came of a request; resolves when it is stored. Throws what stops the run. */
  #settleCall(id: number, planned: PlannedRequest, outcome: CallOutcome): Promise<unknown> {
    this.#notBusy(planned.units);
    if (outcome.kind === 'answered') return this.#judge(id, planned, outcome.answer);
    if (outcome.kind !== 'failed') return Promise.resolve();
    const { rest, kept, stored } = this.#recorder.salvage(id, planned, outcome.came);
    if (kept.length > 0) {
      this.#answered();
      this.#noteUse(id, kept, 0);
    }
    if (outcome.verdict.stop) throw outcome.verdict.stop;
    return Promise.all([stored, this.#recover(rest, planned, outcome.error, outcome.verdict)]);
  }

  #judge(id: number, planned: PlannedRequest, answer: ModelAnswer): Promise<void> {
    this.#answered();
    const verdicts = this.#parts.prompt.types.decode(judgeAnswer(answer, planned.request.asked));
    learnFrom(planned, answer, verdicts, this.#parts);
    const { again, judged, stored } = this.#recorder.settle(id, planned.units, verdicts);
    this.#queue.askAgain(again);
    const units = judged.map(({ unit }) => unit);
    this.#noteUse(id, units, answer.usage.outputTokens);
    return stored;
  }

  /** The service answers: what waited for that is asked about again. */
  #answered(): void {
    this.#evidence.answered();
    this.#limitedSince = null;
    this.#refusedInQuiet = 0;
    this.#queue.unpark();
  }

  /** Of units that were in flight it is known what becomes of them. */
  #notBusy(units: UnitWork[]): void {
    for (const unit of units) this.#busy.delete(unit);
  }

  /** Throws model.useless. */
  #noteUse(id: number, units: UnitWork[], outputTokens: number): void {
    this.#useless.answered({ units, id, latestId: this.#latestId, outputTokens });
  }

  #judgeFailure(units: UnitWork[], error: ModelError, mark: number): FailureVerdict {
    // The request was refused for what we asked of it besides: it is sent again without that.
    if (error.unsupported) return NO_FAILURE;
    const verdict = this.#evidence.failed({ units, error, mark, isLast: this.#isLast(units) });
    if (!verdict.stop) return verdict;
    const stop = timeoutTooShort(error, this.#parts.settings) ?? verdict.stop;
    // Before the request gives up its place, which the next one would take.
    this.#stop.abort(stop);
    return { ...verdict, stop };
  }

  /** Whether no other unit is left to compare these with: none of another user, or suspects only. */
  #isLast(units: UnitWork[]): boolean {
    const moreToCome = this.#usersLeft && !this.#heldBack;
    if (moreToCome) return false;
    const left = [...units, ...this.#queue.units, ...this.#busy];
    return new Set(left.map(({ user }) => user)).size === 1 || left.every(isSuspect);
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

  /** What follows for units whose request failed, and did not stop the run: they are asked about again, or given up. */
  #recover(
    units: UnitWork[],
    { request, isAfterQuiet }: PlannedRequest,
    error: ModelError,
    verdict: FailureVerdict,
  ): Promise<void> {
    const { context, sizes } = this.#parts;
    if (error.unsupported) {
      this.#parts.client.drop(error.unsupported);
      const { again, stored } = this.#recorder.withoutAnswer(units, error, verdict);
      this.#queue.askAgain(again);
      return stored;
    }
    if (error.failure === 'too_long') {
      context.refused(error.message, this.#spending.inputTokens(request) + request.maxOutputTokens);
      sizes.failed(units.length);
    }
    if (error.failure === 'rate_limited' && isAfterQuiet) {
      // The provider may allow less in a minute than one request has.
      this.#refusedInQuiet += 1;
      if (this.#refusedInQuiet >= REFUSED_IN_QUIET) sizes.failed(units.length);
    }
    if (FAILURE_POLICIES[error.failure].stop.kind === 'max_wait') this.#checkLimit(error);
    const { again, stored } = this.#recorder.withoutAnswer(units, error, verdict);
    if (verdict.parks) this.#queue.park(again);
    else this.#askAgain(again, Math.max(verdict.restMs, error.retryAfterMs ?? 0));
    return stored;
  }

  /** Throws what stops the run where a limit of the provider lasts for longer than the settings allow to wait. */
  #checkLimit(error: ModelError): void {
    const { clock, pacer } = this.#parts;
    this.#limitedSince ??= clock.now();
    const until = pacer.state().throttledUntil;
    // Random refusals do not hold other requests.
    if (until === null || until - this.#limitedSince <= this.#longestLimitMs(error.failure)) return;
    const end = error.retryAfterMs === null ? null : until;
    throw stopError(error, FAILURE_POLICIES[error.failure], end);
  }

  #longestLimitMs(failure: FailureClass): number {
    const allowed = this.#parts.settings.maxWaitMinutes * 60_000;
    return failure === 'usage_limit' ? allowed : Math.max(allowed, LEAST_LIMIT_WAIT_MS);
  }

  #askAgain(units: UnitWork[], restMs: number): void {
    if (restMs <= 0) {
      this.#queue.askAgain(units);
      return;
    }
    const { clock, desk } = this.#parts;
    this.#resting += 1;
    for (const unit of units) this.#busy.add(unit);
    void clock.sleep(Math.min(restMs, LONGEST_REST_MS), desk.signal).then(() => {
      this.#resting -= 1;
      for (const unit of units) this.#busy.delete(unit);
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

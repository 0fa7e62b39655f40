import { randomUUID } from 'node:crypto';
import type { FailureClass, ModelSettings } from '../../../../shared/model.ts';
import type { Clock } from '../../../clock.ts';
import { AppError } from '../../../errors.ts';
import type { AnswerStore } from '../../../store/answer-store.ts';
import type { AskedRef, RequestStore } from '../../../store/request-store.ts';
import type { RunDesk } from '../../extractor.ts';
import { judgeAnswer } from '../answer/judge-answer.ts';
import type { Lease } from '../pacing/lease.ts';
import type { Pacer } from '../pacing/pacer.ts';
import type { OutputModel } from '../planning/output-model.ts';
import { requestLimits } from '../planning/request-limits.ts';
import type { SizeLearner } from '../planning/size-learner.ts';
import { buildRequest } from '../prompt/build-request.ts';
import type { Prompt } from '../prompt/prompt.ts';
import { ModelError } from '../types.ts';
import type {
  AskedUnit,
  FinishReason,
  ModelAnswer,
  ModelClient,
  ModelRequest,
  UnitVerdict,
} from '../types.ts';
import type { JsonModes } from './json-modes.ts';
import type { RequestFeed } from './request-feed.ts';
import { isFatal, isWait } from './retry-policy.ts';
import { RoundBalance } from './round-balance.ts';
import { settleAnswer, settleFailure } from './settlement.ts';
import { NOTHING_BILLED, Spending } from './spending.ts';
import type { UnitWork } from './user-work.ts';
import type { UserDesk } from './user-desk.ts';
import { WorkQueue } from './work-queue.ts';
import type { PackLimits } from './work-queue.ts';

/** So many users are looked at between two turns of the event loop. */
const USERS_AT_ONCE = 16;
/** Who timed out gets so many times the usual time. */
const PATIENCE_AFTER_TIMEOUT = 2;
/** What was learned is stored once in so many requests. */
const LEARN_EVERY = 20;
export interface ModelRunParts {
  desk: RunDesk;
  clock: Clock;
  settings: ModelSettings;
  client: ModelClient;
  pacer: Pacer;
  prompt: Prompt;
  jsonModes: JsonModes;
  outputs: OutputModel;
  sizes: SizeLearner;
  users: UserDesk;
  requests: () => RequestStore;
  answers: () => AnswerStore;
  feed: RequestFeed;
  /** Stores what was learned; called within a transaction. */
  saveLearned: () => void;
}

/** What has come of an answer. */
interface Came {
  text: string;
  reasoning: string;
}

/** A request on its way, from the moment its units are chosen. */
interface Job {
  units: UnitWork[];
  request: ModelRequest;
  /** Money set aside. */
  reserved: number;
  cause: FailureClass | null;
}

/** One drive of a run with a model: packs units into requests, sends them at the pace allowed, and judges the answers. */
export class ModelRun {
  readonly #parts: ModelRunParts;
  readonly #queue = new WorkQueue();
  readonly #spending: Spending;
  readonly #balance = new RoundBalance();
  #inFlight = 0;
  #usersLeft = true;
  /** True once the service has answered: before that one request at a time, because a rejected key must cost one only. */
  #proven = false;
  #answered = 0;
  #fatal: AppError | null = null;
  #wake: () => void = () => undefined;

  constructor(parts: ModelRunParts) {
    this.#parts = parts;
    const { desk, requests, settings, outputs } = parts;
    this.#spending = new Spending({
      settings,
      outputs,
      maxCost: desk.maxCost,
      totals: () => requests().totals(desk.runId),
    });
  }

  /** Resolves when every user is committed or the desk's signal aborts. Rejects with what stops the run. */
  async run(): Promise<void> {
    const { desk } = this.#parts;
    const wake = (): void => this.#wake();
    desk.signal.addEventListener('abort', wake, { once: true });
    try {
      this.#parts.requests().markLost(desk.runId);
      this.#replayStored();
      while (!desk.signal.aborted) {
        if (this.#fatal) throw this.#fatal;
        await desk.whileRunning();
        await this.#fill();
        if (desk.signal.aborted) return;
        const waitForProof = !this.#proven && this.#inFlight > 0;
        const units = waitForProof ? [] : this.#queue.next(this.#limits());
        if (units.length > 0) {
          await this.#send(units);
        } else if (this.#inFlight > 0) {
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
    }
  }

  /** Judges answers that a dead process had stored and not looked at. */
  #replayStored(): void {
    const { desk, requests, users } = this.#parts;
    for (const stored of requests().unjudged(desk.runId)) {
      const units = users.find(stored.asked);
      const asked = units && askedUnits(units);
      const { text, reasoning, finishReason } = stored;
      const verdicts = asked
        ? judgeAnswer({ text, reasoning, finishReason: toFinishReason(finishReason) }, asked)
        : [];
      this.#settle(stored.id, units ?? [], verdicts);
    }
  }

  /** Takes users until two requests' worth of them waits; those whose answer is there already are committed at once. */
  async #fill(): Promise<void> {
    const { desk, users } = this.#parts;
    while (
      this.#usersLeft &&
      this.#queue.freshTokens < 2 * requestLimits(this.#parts).inputBudget &&
      !desk.signal.aborted
    ) {
      const taken = desk.takeUsers(USERS_AT_ONCE);
      if (taken === null) this.#usersLeft = false;
      if (taken === null || taken.length === 0) return;
      const { waiting, decided, tally } = users.admit(taken, desk.fresh);
      if (decided.length > 0) {
        desk.commit({
          outcomes: decided,
          tally,
          batchesDone: 0,
          totalBatches: this.#totalBatches(),
          also: () => undefined,
        });
      }
      for (const unit of waiting) this.#queue.add(unit);
      await new Promise<void>((resolve) => setImmediate(resolve));
    }
  }

  async #send(units: UnitWork[]): Promise<void> {
    const { desk, pacer } = this.#parts;
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
      lease = await pacer.acquire(expected, desk.signal, {
        outputTokens: predictedOutputTokens,
        patience: job.cause === 'timeout' ? PATIENCE_AFTER_TIMEOUT : 1,
      });
    } catch (error) {
      this.#takeBack(job);
      if (desk.signal.aborted) return;
      throw error;
    }
    if (desk.paused || desk.signal.aborted || this.#fatal) {
      lease.released();
      this.#takeBack(job);
      return;
    }
    const weight = behavioursOf(units);
    this.#inFlight += 1;
    this.#balance.sent(units.length, weight);
    void this.#ask(job, lease)
      .catch((error: unknown) => {
        this.#fatal ??=
          error instanceof AppError ? error : new AppError('app.internal', { detail: String(error) });
      })
      .finally(() => {
        this.#inFlight -= 1;
        this.#balance.ended(weight);
        this.#wake();
      });
  }

  /** Builds the request and sets its money aside; null when that has to wait. Throws run.budget_reached. */
  #prepare(units: UnitWork[]): Job | null {
    const request = this.#build(units);
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
    throw this.#spending.capReached();
  }

  #takeBack(job: Job): void {
    this.#spending.release(job.reserved);
    this.#queue.putBack(job.units);
  }

  async #ask(job: Job, lease: Lease): Promise<void> {
    const { desk, client, clock, feed, requests, jsonModes } = this.#parts;
    const clientId = randomUUID();
    const startTime = clock.now();
    const id = requests().begin({
      runId: desk.runId,
      clientId,
      startTime,
      asked: job.units.map(refOf),
      cause: job.cause,
      reservedCost: job.reserved,
    });
    // What came before a time-out, which may be billed: the client only says that it was aborted.
    const came = { text: '', reasoning: '' };
    feed.started(id);
    desk.enter(id, [...new Set(job.units.map((unit) => unit.user.user.input.userId))]);
    try {
      const answer = await client.ask(
        job.request,
        jsonModes.current,
        {
          requestId: clientId,
          onAccepted: () => this.#prove(),
          onActivity: () => {
            lease.activity();
            this.#prove();
          },
          onText: (delta, kind) => {
            came[kind] += delta;
            feed.text(id, delta, kind);
          },
        },
        AbortSignal.any([desk.signal, lease.signal]),
      );
      requests().answered(id, { ...answer, ...this.#spending.bill(answer.usage) });
      this.#spending.release(job.reserved);
      lease.succeeded({
        tokens: answer.usage.inputTokens + answer.usage.outputTokens,
        headers: answer.headers,
      });
      this.#prove();
      if (!desk.signal.aborted) this.#judge(id, job, answer);
    } catch (error) {
      this.#failed(id, job, lease, { startTime, came, error });
    } finally {
      feed.ended(id);
      desk.leave(id);
    }
  }

  #judge(id: number, job: Job, answer: ModelAnswer): void {
    const verdicts = judgeAnswer(answer, job.request.asked);
    this.#learn(job, answer, verdicts);
    this.#settle(id, job.units, verdicts);
  }

  /** Decides what becomes of each unit of an answer and commits the users that are decided, all in one transaction. */
  #settle(id: number, units: UnitWork[], verdicts: UnitVerdict[]): void {
    const { desk, users, requests, clock, answers, saveLearned } = this.#parts;
    const { again, shown } = settleAnswer(units, verdicts);
    this.#queue.askAgain(again);
    const { decided, tally } = users.decide(units.map((unit) => unit.user));
    const accepted = units.filter((unit) => unit.result !== null);
    this.#answered += 1;
    desk.commit({
      outcomes: decided,
      tally,
      batchesDone: 1,
      totalBatches: this.#totalBatches(),
      also: () => {
        requests().judged(id, shown);
        for (const unit of accepted) users.remember(unit, answers(), clock.now());
        if (this.#answered % LEARN_EVERY === 0 || desk.weightLeft() === 0) saveLearned();
      },
    });
  }

  #failed(
    id: number,
    job: Job,
    lease: Lease,
    { startTime, came, error: thrown }: { startTime: number; came: Came; error: unknown },
  ): void {
    const { desk, clock, requests, jsonModes } = this.#parts;
    this.#spending.release(job.reserved);
    const latencyMs = clock.now() - startTime;
    const overdue = lease.signal.aborted && !desk.signal.aborted ? lease.signal.reason : null;
    const error: unknown = overdue ?? thrown;
    if (desk.signal.aborted || !(error instanceof ModelError)) {
      lease.released();
      requests().failed(id, {
        ...NOTHING_BILLED,
        state: 'aborted',
        failure: null,
        detail: '',
        httpStatus: null,
        latencyMs,
        text: '',
        reasoning: '',
      });
      if (desk.signal.aborted) return;
      throw error;
    }
    const partial = error.partial ?? (came.text + came.reasoning === '' ? null : { ...came, usage: null });
    lease.failed(error);
    requests().failed(id, {
      ...this.#spending.billFailed(job.request, error, partial),
      state: 'failed',
      failure: error.failure,
      detail: error.message,
      httpStatus: error.httpStatus,
      latencyMs,
      text: partial?.text ?? '',
      reasoning: partial?.reasoning ?? '',
    });
    if (isFatal(error.failure)) throw new AppError(`model.${error.failure}` as 'model.unauthorized');
    if (error.unsupported) {
      if (error.unsupported === 'response_format') jsonModes.stepDown();
      else this.#parts.client.drop(error.unsupported);
      this.#withoutAnswer(job.units, error.failure, false);
      return;
    }
    if (error.failure === 'bad_request') throw new AppError('model.bad_request');
    // A service that is down as a whole says nothing about the users of this request.
    const down = this.#parts.pacer.state().throttledBy !== null;
    this.#withoutAnswer(job.units, error.failure, !isWait(error.failure) && !down);
  }

  /** Asks again about the units of a request without an answer; those that had too many are given up. */
  #withoutAnswer(units: UnitWork[], failure: FailureClass, counts: boolean): void {
    const { desk, users, sizes } = this.#parts;
    if (failure === 'too_long') sizes.failed(units.length);
    this.#queue.askAgain(settleFailure(units, failure, counts));
    const { decided, tally } = users.decide(units.map((unit) => unit.user));
    if (decided.length === 0) return;
    const totalBatches = this.#totalBatches();
    desk.commit({ outcomes: decided, tally, batchesDone: 0, totalBatches, also: () => undefined });
  }

  #learn(job: Job, answer: ModelAnswer, verdicts: UnitVerdict[]): void {
    const { outputs, sizes } = this.#parts;
    const whole = verdicts.every((verdict) => verdict.status === 'complete');
    const damaged = verdicts.some((verdict) =>
      ['truncated', 'missing_user', 'bad_format'].includes(verdict.reason ?? ''),
    );
    if (whole) {
      const behaviours = behavioursOf(job.units);
      outputs.record({ behaviours, units: job.units.length, outputTokens: answer.usage.outputTokens });
      sizes.succeeded(job.units.length);
    } else if (damaged) {
      sizes.failed(job.units.length, verdicts.filter((verdict) => verdict.status !== 'complete').length);
    }
    if (answer.usage.reported) {
      outputs.recordInput({ estimated: job.request.inputTokens, reported: answer.usage.inputTokens });
    }
  }

  #build(units: UnitWork[]): ModelRequest {
    const { prompt, settings, outputs } = this.#parts;
    const { mean, p95 } = outputs.predict({ behaviours: behavioursOf(units), units: units.length });
    // Twice what is likely: a limit cuts off repetition loops, and must not cut off answers.
    const most = Math.min(settings.maxOutputTokens, Math.max(512, Math.ceil(p95 * 2)));
    return buildRequest(
      units.map((unit) => unit.encoded),
      prompt,
      Math.ceil(mean),
      most,
    );
  }

  /** What the next request may hold: less than fits where that fills the last round of requests. */
  #limits(): PackLimits {
    const { outputs, desk, pacer } = this.#parts;
    const { inputBudget, outputBudget, maxUnits } = requestLimits(this.#parts);
    return {
      units: this.#balance.units({
        most: maxUnits,
        weightLeft: desk.weightLeft(),
        concurrency: Math.max(1, pacer.state().concurrency),
      }),
      inputTokens: inputBudget,
      outputTokens: outputBudget,
      outputOf: (unit) => outputs.predict({ behaviours: unit.encoded.unit.behaviours.length, units: 1 }).mean,
    };
  }

  /** How many requests the run will have had: those answered, those in flight, and the rest at the size of late. */
  #totalBatches(): number {
    return this.#balance.total(this.#answered, this.#inFlight, this.#parts.desk.weightLeft());
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

function refOf(unit: UnitWork): AskedRef {
  const { userNo, part, parts, behaviours } = unit.encoded.unit;
  return [userNo, part, parts, behaviours.length];
}

/** The units of a request as they were numbered in it: the same as `buildRequest` does. */
function askedUnits(units: UnitWork[]): AskedUnit[] {
  let firstNumber = 1;
  return units.map(({ encoded }, index) => {
    const asked = { alias: `u${index + 1}`, firstNumber, unit: encoded.unit };
    firstNumber += encoded.unit.behaviours.length;
    return asked;
  });
}

function behavioursOf(units: UnitWork[]): number {
  return units.reduce((sum, unit) => sum + unit.encoded.unit.behaviours.length, 0);
}

const FINISH_REASONS: readonly FinishReason[] = ['stop', 'length', 'content_filter', 'other', 'unknown'];

function toFinishReason(stored: string): FinishReason {
  return FINISH_REASONS.find((reason) => reason === stored) ?? 'unknown';
}

import { createHash } from 'node:crypto';
import type { ModelSettings } from '../../shared/model.ts';
import type { FailureClass } from '../../shared/failure-classes.ts';
import type { Clock } from '../clock.ts';
import { AppError } from '../errors.ts';
import { createRedactor } from '../extract/llm/client/redact.ts';
import { NO_FAILURE, timeoutTooShort } from '../extract/llm/run/failure-evidence.ts';
import { FAILURE_POLICIES, QUIET_MS, REFUSED_IN_QUIET } from '../extract/llm/failure-policy.ts';
import type { Lease, Pacer } from '../extract/llm/pacing/pacer.ts';
import type { OutputModel } from '../extract/llm/planning/output-model.ts';
import { ModelCall } from '../extract/llm/run/model-call.ts';
import type { CallOutcome } from '../extract/llm/run/model-call.ts';
import type { RequestFeed } from '../extract/llm/run/request-feed.ts';
import { Spending } from '../extract/llm/run/spending.ts';
import type { Reservation } from '../extract/llm/run/spending.ts';
import type { ModelClient, ModelError, ModelRequest } from '../extract/llm/types.ts';
import type { InductionDesk } from './induction-engine.ts';
import { Patience } from './patience.ts';
import type { InductionModel, InductionStore } from './ports.ts';
import type { KeptAnswer } from './read-list.ts';
import type { InductionTask, Step } from './task.ts';

/** A wait longer than this is of a limit that lasts: a resume by the user tries one request at once. */
const LONG_WAIT_MS = 300_000;
/** A useless answer is dear with more than so many times the tokens that were expected, and more than this: so many of those are enough. */
const DEAR = { times: 3, tokens: 1_500, answers: 3 };

/** What a drive needs of what it belongs to, and of its books. */
export interface AskingDesk extends Pick<
  InductionDesk,
  'signal' | 'paused' | 'automatic' | 'whileRunning' | 'untilUnlocked' | 'asking'
> {
  readonly induction: { id: number; model: Pick<InductionModel, 'maxCost' | 'maxTokens'> };
  store(): Pick<
    InductionStore,
    'keptAnswer' | 'dropAnswer' | 'begin' | 'answered' | 'failed' | 'markLost' | 'totals'
  >;
}

export interface InductionRunParts<S extends Step> {
  desk: AskingDesk;
  clock: Clock;
  settings: ModelSettings;
  client: ModelClient;
  pacer: Pacer;
  outputs: OutputModel;
  feed: RequestFeed;
  task: InductionTask<S>;
}

/** A request with the key of everything that determines its answer. */
interface Asked<S extends Step> {
  step: S;
  key: string;
}

/**
 * One drive of an induction: a request after another. An answer is stored before it is read, and what it says before the next
 * request; what was answered is never asked again.
 */
export class InductionRun<S extends Step> {
  readonly #parts: InductionRunParts<S>;
  readonly #patience: Patience;
  readonly #spending: Spending;
  /** Answers to the request at hand that could not be used, and how many of them were dear. */
  #useless = 0;
  #dear = 0;
  /** Tokens of the answer that came last, and how many were expected. */
  #output = { tokens: 0, expected: 0 };
  /** When a request was sent last, milliseconds since the epoch; null for never. */
  #sentAt: number | null = null;
  /** Refusals for the rate in a row although nothing was sent for a minute before. */
  #refusedInQuiet = 0;
  /** Why it is asked again; null for a first time. */
  #cause: FailureClass | null = null;

  constructor(parts: InductionRunParts<S>) {
    const { desk, settings, outputs, client } = parts;
    this.#parts = parts;
    this.#patience = new Patience(settings.maxWaitMinutes);
    this.#spending = new Spending({
      settings,
      outputs,
      maxCost: () => desk.induction.model.maxCost,
      maxTokens: () => desk.induction.model.maxTokens,
      totals: () => desk.store().totals(desk.induction.id),
      outputLimit: (wanted) => client.outputLimit(wanted),
    });
  }

  /** Resolves when everything is answered, or the desk's signal aborts. Rejects with what stops the induction. */
  async run(): Promise<void> {
    const { desk, pacer, task } = this.#parts;
    desk.store().markLost(desk.induction.id);
    pacer.beginRun();
    const wait = pacer.asked;
    const longWaitMs = Math.min(LONG_WAIT_MS, this.#patience.longestRateLimitMs);
    if (!desk.automatic && wait !== null && wait.until - wait.from > longWaitMs) pacer.tryNow();
    while (!desk.signal.aborted) {
      await desk.whileRunning();
      const step = task.next(this.#useless > 0);
      if (step === null) return;
      const asked = this.#keyed(step);
      const answer = desk.store().keptAnswer(asked.key) ?? (await this.#ask(asked));
      const unlocked = desk.untilUnlocked();
      if (unlocked) await unlocked;
      if (desk.signal.aborted) return;
      if (answer !== null) this.#take(asked, answer);
      // Commands and timers of this thread have their turn, also where every answer is there already.
      await new Promise<void>((resolve) => setImmediate(resolve));
    }
  }

  #keyed(step: S): Asked<S> {
    return { step, key: answerKey(this.#parts.settings, step.request) };
  }

  /** Asks until there is an answer; null when the induction is paused or over meanwhile, or has to ask in smaller parts. */
  async #ask(asked: Asked<S>): Promise<KeptAnswer | null> {
    const { desk, clock, client, pacer, settings, task } = this.#parts;
    const { request } = asked.step;
    const reserved = this.#spending.reserve(request);
    if (reserved === null) throw this.#spending.capReached(request);
    const { predictedOutputTokens } = request;
    let lease: Lease;
    try {
      const expected = this.#spending.inputTokens(request) + predictedOutputTokens;
      lease = await pacer.acquire(expected, desk.signal, { outputTokens: predictedOutputTokens });
    } catch (error) {
      this.#spending.release(reserved);
      if (desk.signal.aborted) return null;
      throw error;
    }
    if (desk.paused || desk.signal.aborted) {
      lease.released();
      this.#spending.release(reserved);
      return null;
    }
    const isAfterQuiet = this.#sentAt !== null && clock.now() - this.#sentAt >= QUIET_MS;
    this.#sentAt = clock.now();
    const outcome = await this.#send(asked, reserved, lease);
    if (outcome.kind === 'aborted') return null;
    if (outcome.kind === 'answered') {
      this.#patience.answered();
      const { usage } = outcome.answer;
      this.#refusedInQuiet = 0;
      this.#output = { tokens: usage.outputTokens, expected: predictedOutputTokens };
      const { outputs } = this.#parts;
      if (usage.reported)
        outputs.recordInput({ estimated: request.inputTokens, reported: usage.inputTokens });
      return outcome.answer;
    }
    const { error } = outcome;
    if (error.unsupported) {
      client.drop(error.unsupported);
      return null;
    }
    // The provider may allow less in a minute than one request has.
    if (error.failure === 'rate_limited' && isAfterQuiet) this.#refusedInQuiet += 1;
    const isTooMuch = error.failure === 'too_long' || this.#refusedInQuiet >= REFUSED_IN_QUIET;
    if (isTooMuch && task.askLess(asked.step)) {
      this.#refusedInQuiet = 0;
      return null;
    }
    const next = this.#patience.failed(error, clock.now());
    if (next.kind === 'stop') throw timeoutTooShort(error, settings) ?? next.error;
    this.#cause = error.failure;
    await clock.sleep(next.waitMs, desk.signal);
    return null;
  }

  async #send({ step, key }: Asked<S>, reserved: Reservation, lease: Lease): Promise<CallOutcome> {
    const { desk, clock, client, feed } = this.#parts;
    const { induction, store } = desk;
    try {
      const unlocked = desk.untilUnlocked();
      if (unlocked) await unlocked;
      const call = new ModelCall(
        {
          desk: {
            signal: desk.signal,
            enter: () => desk.asking(true),
            leave: () => desk.asking(false),
            untilUnlocked: () => desk.untilUnlocked(),
          },
          clock,
          client,
          ledger: {
            begin: (request) => store().begin(induction.id, request),
            answered: (id, answer) => store().answered(id, answer, key, clock.now()),
            failed: (id, failed) => store().failed(id, failed),
          },
          feed,
          spending: this.#spending,
          judge: (error) => ({ ...NO_FAILURE, about: isOfService(error) ? 'service' : 'units' }),
        },
        { asked: step.asked(key), userIds: [], request: step.request, reserved, cause: this.#cause },
        lease,
      );
      try {
        return await call.send(() => undefined);
      } finally {
        call.end();
      }
    } finally {
      // The pacer outlives this drive: a lease that nothing has ended (the ledger took no row) would hold its place for good.
      lease.released();
    }
  }

  /** Takes what an answer says. Throws model.… when too many answers in a row could not be used. */
  #take({ step, key }: Asked<S>, answer: KeptAnswer): void {
    const { desk, task } = this.#parts;
    const failure = task.take(step, answer);
    if (failure === null) {
      this.#useless = 0;
      this.#dear = 0;
      this.#cause = null;
      return;
    }
    desk.store().dropAnswer(key);
    this.#useless += 1;
    const { tokens, expected } = this.#output;
    if (tokens > Math.max(DEAR.tokens, DEAR.times * expected)) this.#dear += 1;
    const { tries } = FAILURE_POLICIES[failure];
    if (this.#useless >= tries.alone || this.#dear >= DEAR.answers)
      throw uselessError(failure, answer, step.request);
    this.#cause = failure;
  }
}

/** The key of everything that determines the answer to a request. */
export function answerKey(
  { protocol, baseUrl, model, temperature }: ModelSettings,
  { system, user }: ModelRequest,
): string {
  const basis = [protocol, baseUrl, model, temperature, system, user];
  return createHash('sha256').update(JSON.stringify(basis)).digest('hex');
}

/** The error of an answer that cannot be used; where the model would not answer, with what it said instead. */
export function uselessError(failure: FailureClass, { text }: KeptAnswer, { user }: ModelRequest): AppError {
  const said = failure === 'refused' ? createRedactor(null)(text, user).toWellFormed() : '';
  return new AppError(FAILURE_POLICIES[failure].stopCode, said === '' ? {} : { detail: said });
}

/** Whether a failure may happen to every request, so that the pacing waits. */
function isOfService({ unsupported, failure }: ModelError): boolean {
  return unsupported === null && FAILURE_POLICIES[failure].pace !== 'none';
}

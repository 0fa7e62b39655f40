import { createHash } from 'node:crypto';
import type { InductionPhase } from '../../shared/induction.ts';
import type { FailureClass, ModelSettings } from '../../shared/model.ts';
import type { Clock } from '../clock.ts';
import { AppError } from '../errors.ts';
import type { BehaviourInput } from '../extract/extractor.ts';
import { NO_FAILURE } from '../extract/llm/run/failure-evidence.ts';
import { FAILURE_POLICIES } from '../extract/llm/failure-policy.ts';
import type { Lease, Pacer } from '../extract/llm/pacing/pacer.ts';
import type { OutputModel } from '../extract/llm/planning/output-model.ts';
import { behaviourLine } from '../extract/llm/prompt/behaviour-line.ts';
import type { EncodedUnit } from '../extract/llm/prompt/encode-unit.ts';
import { ModelCall } from '../extract/llm/run/model-call.ts';
import type { CallOutcome } from '../extract/llm/run/model-call.ts';
import type { RequestFeed } from '../extract/llm/run/request-feed.ts';
import { Spending } from '../extract/llm/run/spending.ts';
import type { Reservation } from '../extract/llm/run/spending.ts';
import type { ModelClient, ModelError, ModelRequest } from '../extract/llm/types.ts';
import type { AskedRef } from '../extract/ports.ts';
import { EXAMPLE_CHARS, nextDraft } from './draft.ts';
import type { Example } from './draft.ts';
import type { InductionDesk } from './induction-engine.ts';
import { encodeUser, LEAST_TOKENS, usersThatFit } from './minibatch.ts';
import type { SampledUser } from './minibatch.ts';
import { Patience } from './patience.ts';
import type { InductionProgress, KeptAnswer } from './ports.ts';
import type { InductionPrompt } from './prompt.ts';
import { readTypes } from './read-types.ts';
import { buildRequest } from './request.ts';

/** A wait longer than this is of a limit that lasts: a resume by the user tries one request at once. */
const LONG_WAIT_MS = 300_000;
/** So many users are loaded for a request at the most: more do not fit, however short they are. */
const MOST_USERS = 40;

export interface InductionRunParts {
  desk: InductionDesk;
  clock: Clock;
  settings: ModelSettings;
  client: ModelClient;
  pacer: Pacer;
  outputs: OutputModel;
  prompt: InductionPrompt;
  feed: RequestFeed;
  user: (userNo: number) => SampledUser | null;
  isConversion: (behaviour: BehaviourInput) => boolean;
}

/** One request of an induction, before it is sent. */
interface Step {
  phase: InductionPhase;
  units: EncodedUnit[];
  /** How many users of the sample are dealt with by it. */
  users: number;
  request: ModelRequest;
  /** Of everything that determines the answer. */
  key: string;
}

/**
 * One drive of an induction: a request after another, each about the types so far and some more users. An answer is stored
 * before it is read, and what it made of the types before the next request; what was answered is never asked again.
 */
export class InductionRun {
  readonly #parts: InductionRunParts;
  readonly #patience: Patience;
  readonly #spending: Spending;
  /** Answers to the request at hand that could not be used. */
  #useless = 0;
  /** Why it is asked again; null for a first time. */
  #cause: FailureClass | null = null;

  constructor(parts: InductionRunParts) {
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

  /** Resolves when the types are reviewed, or the desk's signal aborts. Rejects with what stops the induction. */
  async run(): Promise<void> {
    const { desk, pacer } = this.#parts;
    desk.store().markLost(desk.induction.id);
    const wait = pacer.asked;
    if (!desk.automatic && wait !== null && wait.until - wait.from > LONG_WAIT_MS) pacer.tryNow();
    while (!desk.signal.aborted) {
      await desk.whileRunning();
      const step = this.#next();
      if (step === null) return;
      const answer = desk.store().keptAnswer(step.key) ?? (await this.#ask(step));
      if (desk.signal.aborted) return;
      if (answer !== null) this.#take(step, answer);
      // Commands and timers of this thread have their turn, also where every answer is there already.
      await new Promise<void>((resolve) => setImmediate(resolve));
    }
  }

  /** What is asked next; null when the types are reviewed. */
  #next(): Step | null {
    const { desk } = this.#parts;
    const { progress, plan } = desk.induction;
    const left = plan.users.slice(progress.usersDone);
    if (left.length > 0) {
      const { units, users } = this.#minibatch(left.slice(0, MOST_USERS), progress);
      // Users who were there at the start may have been cleared since.
      if (units.length > 0) return this.#step(progress.step === 0 ? 'propose' : 'update', units, users);
      desk.save({ ...progress, usersDone: progress.usersDone + users });
      return this.#next();
    }
    if (progress.types.length === 0) throw new AppError('induction.no_users');
    return progress.reviewed ? null : this.#step('review', [], 0);
  }

  #minibatch(
    userNos: readonly number[],
    { batchTokens }: InductionProgress,
  ): { units: EncodedUnit[]; users: number } {
    const { settings, desk, isConversion, user } = this.#parts;
    const { language } = desk.induction.plan.codebook;
    const units: EncodedUnit[] = [];
    let users = 0;
    for (const userNo of userNos) {
      const sampled = user(userNo);
      const { sendUserIds } = settings;
      if (sampled)
        units.push(encodeUser(sampled, { maxTokens: batchTokens, sendUserIds, language, isConversion }));
      const tokens = units.map((unit) => unit.tokens);
      if (usersThatFit(tokens, batchTokens) < units.length) {
        units.pop();
        break;
      }
      users += 1;
    }
    return { units, users };
  }

  #step(phase: InductionPhase, units: EncodedUnit[], users: number): Step {
    const { desk, prompt, settings, outputs } = this.#parts;
    const { progress, plan } = desk.induction;
    const request = buildRequest({
      phase,
      units,
      types: progress.types,
      prompt,
      settings,
      outputs,
      expectedTypes: plan.most + plan.fixed.length,
      isPatient: this.#useless > 0,
    });
    const { protocol, baseUrl, model, temperature } = settings;
    const basis = [protocol, baseUrl, model, temperature, request.system, request.user];
    const key = createHash('sha256').update(JSON.stringify(basis)).digest('hex');
    return { phase, units, users, request, key };
  }

  /** Asks until there is an answer; null when the induction is paused or over meanwhile, or has to ask in smaller parts. */
  async #ask(step: Step): Promise<KeptAnswer | null> {
    const { desk, clock, client, pacer } = this.#parts;
    const reserved = this.#spending.reserve(step.request);
    if (reserved === null) throw this.#spending.capReached(step.request);
    const { predictedOutputTokens } = step.request;
    let lease: Lease;
    try {
      const expected = this.#spending.inputTokens(step.request) + predictedOutputTokens;
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
    const outcome = await this.#send(step, reserved, lease);
    if (outcome.kind === 'aborted') return null;
    if (outcome.kind === 'answered') {
      this.#patience.answered();
      const { usage } = outcome.answer;
      const { outputs } = this.#parts;
      if (usage.reported)
        outputs.recordInput({ estimated: step.request.inputTokens, reported: usage.inputTokens });
      return outcome.answer;
    }
    const { error } = outcome;
    if (error.unsupported) {
      client.drop(error.unsupported);
      return null;
    }
    if (error.failure === 'too_long' && this.#askLess(step)) return null;
    const next = this.#patience.failed(error, clock.now());
    if (next.kind === 'stop') throw next.error;
    this.#cause = error.failure;
    await clock.sleep(next.waitMs, desk.signal);
    return null;
  }

  async #send(step: Step, reserved: Reservation, lease: Lease): Promise<CallOutcome> {
    const { desk, clock, client, feed } = this.#parts;
    const { induction, store } = desk;
    const asked = step.units.map(({ unit }): AskedRef => [
      unit.userNo,
      unit.part,
      unit.parts,
      unit.behaviours.length,
      step.key,
    ]);
    try {
      const call = new ModelCall(
        {
          desk: { signal: desk.signal, enter: () => desk.asking(true), leave: () => desk.asking(false) },
          clock,
          client,
          ledger: {
            begin: (request) => store().begin(induction.id, request),
            answered: (id, answer) => store().answered(id, answer, step.key, clock.now()),
            failed: (id, failed) => store().failed(id, failed),
          },
          feed,
          spending: this.#spending,
          judge: (error) => ({ ...NO_FAILURE, about: isOfService(error) ? 'service' : 'units' }),
        },
        { asked, userIds: [], request: step.request, reserved, cause: this.#cause },
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

  /** Fewer behaviours in each request from now on; false when there is nothing left to leave out. */
  #askLess({ units }: Step): boolean {
    const { desk } = this.#parts;
    const { progress } = desk.induction;
    const batchTokens = Math.floor(progress.batchTokens / 2);
    if (units.length === 0 || batchTokens < LEAST_TOKENS) return false;
    desk.save({ ...progress, batchTokens });
    return true;
  }

  /** Takes what an answer says into the types. Throws model.… when too many answers in a row could not be used. */
  #take(step: Step, { text, reasoning, finishReason }: KeptAnswer): void {
    const { desk } = this.#parts;
    const { progress, plan } = desk.induction;
    const said = readTypes({ text, reasoning, finishReason });
    if (said.types === null) {
      desk.store().dropAnswer(step.key);
      this.#useless += 1;
      const policy = FAILURE_POLICIES[said.failure];
      if (this.#useless >= policy.tries.alone) throw new AppError(policy.stopCode);
      this.#cause = said.failure;
      return;
    }
    this.#useless = 0;
    this.#cause = null;
    const usersDone = progress.usersDone + step.users;
    const isReview = step.phase === 'review';
    const done = progress.step + 1;
    const left = plan.users.length - usersDone;
    desk.save({
      ...progress,
      phase: isReview || left === 0 ? 'review' : 'update',
      usersDone,
      step: done,
      // As many users in each of those that are left as in those before, and the review.
      steps: isReview ? done : done + Math.ceil((left * done) / Math.max(1, usersDone)) + 1,
      reviewed: isReview,
      types: nextDraft(progress.types, said.types, exampleIn(step.units), plan),
    });
  }
}

/** Whether a failure may happen to every request, so that the pacing waits. */
function isOfService({ unsupported, failure }: ModelError): boolean {
  return unsupported === null && FAILURE_POLICIES[failure].pace !== 'none';
}

/** The behaviours of a request by the numbers that they have in it. */
function exampleIn(units: readonly EncodedUnit[]): (number: number) => Example | null {
  return (number) => {
    let first = 1;
    for (const { unit } of units) {
      const behaviour = unit.behaviours[number - first];
      if (behaviour && number >= first) return { userNo: unit.userNo, text: exampleText(behaviour) };
      first += unit.behaviours.length;
    }
    return null;
  };
}

/** A behaviour without its time. */
function exampleText(behaviour: BehaviourInput): string {
  const { text } = behaviourLine(behaviour);
  const said = text.slice(text.indexOf(' ') + 1).trim();
  return said.length <= EXAMPLE_CHARS ? said : `${said.slice(0, EXAMPLE_CHARS - 1)}…`.toWellFormed();
}

import type { ErrorInfo } from '../../shared/errors.ts';
import { NO_INDUCTION } from '../../shared/induction.ts';
import type { InductionKind, InductionRequest, InductionSnapshot } from '../../shared/induction.ts';
import type { WaitFigure } from '../../shared/model.ts';
import type { ResumeRequest } from '../../shared/run.ts';
import type { Settings } from '../../shared/settings.ts';
import type { Clock } from '../clock.ts';
import { AppError, toAppError } from '../errors.ts';
import type { Awaitable, LiveFigures } from '../extract/extractor.ts';
import { Publisher } from '../publisher.ts';
import { decideRecovery, DEATHS_TO_STOP } from '../run/recovery.ts';
import type {
  InductionChange,
  InductionModel,
  InductionPlan,
  InductionProgress,
  InductionRow,
  InductionStore,
} from './ports.ts';
import { assignedWords, classifiedThings, proposalOf } from './proposal.ts';

/** What an induction gives to whom asks the model for it. */
export interface InductionDesk {
  /** As it is stored now. */
  readonly induction: Readonly<InductionRow>;
  /** Aborts when the induction is cancelled or let go. */
  readonly signal: AbortSignal;
  readonly paused: boolean;
  /** True when it goes on by itself after a restart. */
  readonly automatic: boolean;
  store(): InductionStore;
  /** Resolves at once while it is running, and at its continuation while it is paused. */
  whileRunning(): Promise<void>;
  /** As RunDesk.untilUnlocked. */
  untilUnlocked(): Promise<void> | null;
  /** Stores how far it has come. */
  save(progress: InductionProgress): void;
  /** Whether a request is in flight now. */
  asking(isAsking: boolean): void;
  /** Figures that are not stored have changed. */
  changed(): void;
}

/** Asks a model for the types. One instance serves one drive. */
export interface Inductor {
  readonly model: Pick<InductionModel, 'name' | 'currency' | 'priced'>;
  /** Chooses what is asked about. Throws induction.no_users, induction.no_words, induction.no_things. */
  plan(request: InductionRequest): { plan: InductionPlan; progress: InductionProgress };
  /** Resolves when the types are there, or the desk's signal aborts. Rejects with what stops the induction. */
  drive(desk: InductionDesk): Promise<void>;
  live(): Pick<LiveFigures, WaitFigure>;
}

export interface InductionEngineOptions {
  workspaceId: string;
  store: () => InductionStore;
  /** Who asks the model from now on; for what begins now, its kind. Throws what keeps the model from being asked. */
  inductor: (begins: InductionKind | null) => Awaitable<Inductor>;
  clock: Clock;
  /** Waits until no other program keeps the workspace from being written to, or the signal aborts; null when none does. */
  untilUnlocked: (signal: AbortSignal) => Promise<void> | null;
  nextRevision: () => number;
  onSnapshot: (snapshot: InductionSnapshot) => void;
  /** Called with what went wrong with the workspace. */
  onTrouble: (error: ErrorInfo) => void;
}

interface Drive {
  inductor: Inductor;
  abort: AbortController;
  isAsking: boolean;
  /** Lets a drive that waits for the end of a pause go on. */
  wake: () => void;
  ended: Promise<void>;
}

/**
 * Owns the newest induction of a workspace: its state, and what windows see of it. Like a run it is on disk with every step, so
 * that a process that dies at any instant leaves one from which `recover` goes on. Commands are carried out one after another.
 */
export class InductionEngine {
  readonly #options: InductionEngineOptions;
  readonly #publisher: Publisher<InductionSnapshot>;
  #induction: InductionRow | null;
  #drive: Drive | null = null;
  #resumedAutomatically = false;
  /** Settles when every drive that was stopped has ended. */
  #stopped: Promise<void> = Promise.resolve();
  #lastCommand: Promise<unknown> = Promise.resolve();
  /** Starts that were asked for and are not carried out yet. */
  #starting = 0;

  constructor(options: InductionEngineOptions) {
    this.#options = options;
    this.#induction = options.store().latest();
    this.#publisher = new Publisher({
      build: () => this.snapshot(),
      send: options.onSnapshot,
      failed: (error) => void this.#known(error),
      clock: options.clock,
    });
  }

  /** True while one is running or paused, or about to be. */
  get active(): boolean {
    return this.#isUnderWay || this.#starting > 0;
  }

  get #isUnderWay(): boolean {
    return this.#induction?.status === 'running' || this.#induction?.status === 'paused';
  }

  get #resumable(): boolean {
    const status = this.#induction?.status;
    return status === 'paused' || status === 'interrupted' || status === 'failed';
  }

  /** The state now, with a new revision. */
  snapshot(): InductionSnapshot {
    const { workspaceId, nextRevision, store } = this.#options;
    const induction = this.#induction;
    const base = { ...NO_INDUCTION, workspaceId, revision: nextRevision() };
    if (!induction || induction.closed) return base;
    const { id, status, plan, model, progress, error, startTime, endTime } = induction;
    const { requests, retries, inputTokens, outputTokens, cost } = store().totals(id);
    const { throttledUntil, throttledBy, throttledDetail, waitingSince, unfinishedSince, pacedUntil } =
      (status === 'running' ? this.#drive?.inductor.live() : null) ?? NO_INDUCTION;
    return {
      ...base,
      inductionId: id,
      kind: plan.kind,
      status,
      ...figuresOf(plan, progress),
      step: progress.step,
      steps: progress.steps,
      model: model.name,
      currency: model.currency,
      maxCost: model.maxCost,
      maxTokens: model.maxTokens,
      requests,
      retries,
      inputTokens,
      outputTokens,
      cost: model.priced ? cost : null,
      throttledUntil,
      throttledBy,
      throttledDetail,
      waitingSince,
      unfinishedSince,
      pacedUntil,
      startTime,
      endTime,
      error,
      resumable: this.#resumable,
      resumedAutomatically: this.#resumedAutomatically,
      ...(status === 'proposed' ? this.#found(plan, progress) : {}),
    };
  }

  /** Rejects with induction.already_active, induction.no_users, model.…, run.cap_needs_price, or what the workspace throws. */
  start(request: InductionRequest): Promise<InductionSnapshot> {
    return this.#command(
      async () => {
        if (this.#isUnderWay) throw new AppError('induction.already_active');
        const { store, clock } = this.#options;
        const inductor = await this.#options.inductor(request.kind);
        const { maxCost, maxTokens } = request;
        const model = withCaps({ ...inductor.model, maxCost, maxTokens });
        this.#induction = store().create({ ...inductor.plan(request), model, startTime: clock.now() });
        this.#resumedAutomatically = false;
        this.#startDrive(inductor);
        return this.#publisher.publishNow();
      },
      { starts: true },
    );
  }

  /** Sends no further request; what is in flight is finished and stored. Rejects with induction.not_running. */
  pause(): Promise<InductionSnapshot> {
    return this.#command(async () => {
      if (this.#induction?.status !== 'running') throw new AppError('induction.not_running');
      this.#change({ status: 'paused' });
      return this.#publisher.publishNow();
    });
  }

  /** Goes on with a paused, interrupted or failed one, perhaps with other caps. Rejects with induction.not_resumable. */
  resume(change: ResumeRequest = {}): Promise<InductionSnapshot> {
    return this.#command(
      async () => {
        if (!this.#resumable || this.#induction?.closed)
          throw new AppError(this.#isUnderWay ? 'induction.already_active' : 'induction.not_resumable');
        return this.#goOn(false, change);
      },
      { starts: true },
    );
  }

  /** Ends it now: what is in flight is dropped. Rejects with induction.not_running. */
  cancel(): Promise<InductionSnapshot> {
    return this.#command(async () => {
      if (!this.#isUnderWay && !this.#resumable) throw new AppError('induction.not_running');
      this.#stopDrive();
      this.#change({ status: 'cancelled', endTime: this.#options.clock.now(), error: null, closed: true });
      return this.#publisher.publishNow();
    });
  }

  /** Puts a proposal away, or one that failed. Rejects with induction.already_active. */
  dismiss(): Promise<InductionSnapshot> {
    return this.#command(async () => {
      if (this.#isUnderWay) throw new AppError('induction.already_active');
      if (this.#induction && !this.#induction.closed) this.#change({ closed: true });
      return this.#publisher.publishNow();
    });
  }

  /** Takes over what was chosen of the proposal, by `take`, and puts the proposal away. Rejects with induction.no_proposal. */
  accept(kind: InductionKind, take: () => Awaitable<void>): Promise<InductionSnapshot> {
    return this.#command(async () => {
      const induction = this.#induction;
      if (induction?.status !== 'proposed' || induction.closed || induction.plan.kind !== kind)
        throw new AppError('induction.no_proposal');
      await take();
      this.#change({ closed: true });
      return this.#publisher.publishNow();
    });
  }

  /** At start-up: finds one whose process died, and goes on with it by the policy. `busy`: a run is under way. */
  recover(policy: Settings['resumePolicy'], busy: boolean): Promise<InductionSnapshot> {
    return this.#command(async () => {
      const decision = decideRecovery(this.#induction, policy, this.#options.clock.now());
      if (decision.action !== 'none') {
        const error: ErrorInfo | null =
          decision.action === 'wait-for-user'
            ? { code: 'run.kept_dying', params: { count: DEATHS_TO_STOP } }
            : (this.#induction?.error ?? null);
        this.#change({ status: 'interrupted', error, deaths: decision.deaths });
        if (decision.action === 'resume' && !busy) return this.#goOnIfPossible();
      }
      return this.#publisher.publishNow();
    });
  }

  /** Stops without ending it: it is found interrupted, and goes on at the next start. */
  async suspend(): Promise<void> {
    await this.#command(async () => {
      this.#stopDrive();
      if (this.#induction?.status === 'running') this.#change({ status: 'interrupted' });
      this.dispose();
    });
    await this.#stopped;
  }

  /** Resolves when nothing of one that is no longer active can write into the workspace any more. */
  settled(): Promise<void> {
    return this.#stopped;
  }

  /** Nothing is published any more. */
  dispose(): void {
    this.#publisher.dispose();
  }

  async #command<T>(action: () => Promise<T>, { starts = false } = {}): Promise<T> {
    if (starts) this.#starting += 1;
    const done = this.#lastCommand.then(action);
    this.#lastCommand = done.catch(() => undefined);
    try {
      return await done;
    } catch (error) {
      throw this.#known(error);
    } finally {
      if (starts) this.#starting -= 1;
    }
  }

  /** At start-up no user asked for it, so what keeps it from going on is its state, not an error of the opening. */
  async #goOnIfPossible(): Promise<InductionSnapshot> {
    try {
      return await this.#goOn(true);
    } catch (error) {
      const info = this.#known(error).toInfo();
      this.#change({ status: 'failed', endTime: this.#options.clock.now(), error: info });
      return this.#publisher.publishNow();
    }
  }

  async #goOn(automatically: boolean, change: NonNullable<ResumeRequest> = {}): Promise<InductionSnapshot> {
    const induction = this.#induction;
    if (!induction) throw new AppError('induction.not_resumable');
    const kept = this.#drive?.isAsking ? this.#drive : null;
    // What was changed meanwhile (key, price, model) applies from now on, unless a request is still in flight.
    const inductor = kept?.inductor ?? (await this.#options.inductor(null));
    const { maxCost = induction.model.maxCost, maxTokens = induction.model.maxTokens } = change;
    const model = withCaps({ ...inductor.model, maxCost, maxTokens });
    if (!kept) this.#stopDrive();
    this.#change({ status: 'running', endTime: null, error: null, model });
    this.#resumedAutomatically = automatically;
    if (kept) kept.wake();
    else this.#startDrive(inductor);
    return this.#publisher.publishNow();
  }

  #startDrive(inductor: Inductor): void {
    const induction = this.#induction;
    if (!induction) return;
    const abort = new AbortController();
    const drive: Drive = {
      inductor,
      abort,
      isAsking: false,
      wake: () => undefined,
      ended: Promise.resolve(),
    };
    const isPaused = (): boolean => this.#induction?.status === 'paused';
    const desk: InductionDesk = {
      induction,
      signal: abort.signal,
      get paused() {
        return isPaused();
      },
      automatic: this.#resumedAutomatically,
      store: this.#options.store,
      whileRunning: () =>
        new Promise<void>((resolve) => {
          if (!isPaused() || abort.signal.aborted) return resolve();
          drive.wake = resolve;
        }),
      untilUnlocked: () => this.#options.untilUnlocked(abort.signal),
      save: (progress) => {
        this.#change({ progress });
        this.#publisher.mark();
      },
      asking: (isAsking) => {
        drive.isAsking = isAsking;
        this.#publisher.mark();
      },
      changed: () => this.#publisher.mark(),
    };
    this.#drive = drive;
    drive.ended = inductor.drive(desk).then(
      () => this.#ended(drive, null),
      (error: unknown) => this.#ended(drive, error),
    );
  }

  /** A drive has ended by itself: the types are there, or something stops the induction. */
  #ended(drive: Drive, thrown: unknown): void {
    if (drive !== this.#drive) return;
    this.#drive = null;
    const error = thrown === null ? null : this.#known(thrown).toInfo();
    const endTime = this.#options.clock.now();
    try {
      this.#change({ status: error ? 'failed' : 'proposed', endTime, error });
    } catch (problem) {
      // Shown all the same; on disk it stays as it was, and is found and resumed at the next start.
      const info = this.#known(problem).toInfo();
      if (this.#induction)
        Object.assign(this.#induction, { status: 'failed', endTime, error: error ?? info });
    }
    this.#publisher.publishSoon();
  }

  #stopDrive(): void {
    const drive = this.#drive;
    if (!drive) return;
    this.#drive = null;
    const before = this.#stopped;
    this.#stopped = drive.ended.then(() => before);
    drive.abort.abort();
    drive.wake();
  }

  /** On disk first: what is shown was stored. */
  #change(change: InductionChange): void {
    const induction = this.#induction;
    if (!induction) return;
    this.#options.store().change(induction.id, change);
    Object.assign(induction, change);
  }

  #found(
    plan: InductionPlan,
    progress: InductionProgress,
  ): Partial<Pick<InductionSnapshot, 'proposal' | 'assigned' | 'classified'>> {
    if (plan.kind === 'words' && progress.kind === 'words')
      return { assigned: assignedWords(plan, progress) };
    if (plan.kind === 'themes' && progress.kind === 'themes')
      return { classified: classifiedThings(plan, progress) };
    if (plan.kind !== 'types' || progress.kind !== 'types') return {};
    const users = progress.types.flatMap(({ examples }) => examples.map(({ userNo }) => userNo));
    const ids = this.#options.store().userIds([...new Set(users)]);
    return { proposal: proposalOf(progress.types, plan.codebook, (userNo) => ids.get(userNo) ?? '') };
  }

  /** Anything that was thrown as an AppError; reported, because the workspace may be the cause. */
  #known(error: unknown): AppError {
    const known = toAppError(error);
    this.#options.onTrouble(known.toInfo());
    return known;
  }
}

/** How far an induction is, in what it is about. */
function figuresOf(
  plan: InductionPlan,
  progress: InductionProgress,
): Pick<InductionSnapshot, 'phase' | 'total' | 'done' | 'types'> {
  const total = totalOf(plan);
  switch (progress.kind) {
    case 'types':
      return {
        phase: progress.phase,
        total,
        done: progress.usersDone,
        types: progress.types.length,
      };
    case 'words':
      return { phase: 'assign', total, done: progress.done, types: 0 };
    case 'themes':
      return { phase: 'classify', total, done: progress.done, types: 0 };
  }
}

function totalOf(plan: InductionPlan): number {
  switch (plan.kind) {
    case 'types':
      return plan.users.length;
    case 'words':
      return plan.words.length;
    case 'themes':
      return plan.things.length;
  }
}

/** Throws run.cap_needs_price: a cap in money needs prices to be counted. */
function withCaps(model: InductionModel): InductionModel {
  if (model.maxCost !== null && !model.priced) throw new AppError('run.cap_needs_price');
  return model;
}

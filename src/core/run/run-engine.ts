import { DEFAULT_DETAIL } from '../../shared/abstraction.ts';
import type { Detail } from '../../shared/abstraction.ts';
import type { ErrorInfo } from '../../shared/errors.ts';
import type {
  ExtractorId,
  ResumeRequest,
  RunPreflight,
  RunRequest,
  RunScope,
  RunSnapshot,
} from '../../shared/run.ts';
import type { Settings } from '../../shared/settings.ts';
import type { Clock } from '../clock.ts';
import { AppError, toAppError } from '../errors.ts';
import type { Awaitable } from '../extract/extractor.ts';
import { NO_REQUESTS } from '../extract/ports.ts';
import type { RequestTotals } from '../extract/ports.ts';
import { ActiveTime } from './active-time.ts';
import { Drive, isStreaming } from './drive.ts';
import type { AnyExtractor } from './drive.ts';
import { RunEstimator } from './estimate.ts';
import { isAtPilotEnd, modelFigures, pilotDone, shareUntilWait } from './model-figures.ts';
import type {
  DetailChange,
  NewRun,
  RunBasis,
  RunCounters,
  RunRow,
  RunState,
  RunStore,
  RunWorkspace,
} from './ports.ts';
import { Publisher } from '../publisher.ts';
import { decideRecovery, DEATHS_TO_STOP } from './recovery.ts';
import { modelOf, modelOnResume } from './run-model.ts';
import { makeSnapshot } from './snapshot.ts';
import type { StreamDesk } from './stream-desk.ts';

/** How a run is wanted, apart from whom it covers. */
export type RunOptions = Partial<Omit<RunRequest, 'scope'>>;

export interface RunEngineOptions {
  workspace: RunWorkspace;
  /**
   * What a run that starts or goes on now takes from the log; `stored`: what it took when it began, which stays. Left out:
   * nothing.
   */
  basis?: (id: ExtractorId, detail: Detail, stored: RunBasis | null) => Awaitable<RunBasis | null>;
  /** The extractor for a run that starts or goes on now. Throws what keeps it from being used. */
  extractor: (id: ExtractorId, detail: Detail, basis: RunBasis | null) => Awaitable<AnyExtractor>;
  /**
   * How the users that a run has done are regrouped for another detail, and what it takes from the log then. Left out: a run
   * keeps its detail.
   */
  regrouping?: (run: RunRow, detail: Detail) => Awaitable<Pick<DetailChange, 'basis' | 'regroup'>>;
  clock: Clock;
  nextRevision: () => number;
  /** Called at once with each change of state, and at most ten times a second with progress. */
  onSnapshot: (snapshot: RunSnapshot) => void;
  /** Called with what went wrong with the workspace, whether or not the run could go on. */
  onTrouble: (error: ErrorInfo) => void;
}

/**
 * Runs batches of users through an extractor, and owns the state of the run. Every number it shows was committed before; a
 * process that dies at any instant leaves a workspace from which `recover` goes on. Commands are carried out one after
 * another, in the order in which they were given.
 */
export class RunEngine {
  readonly #options: RunEngineOptions;
  readonly #store: RunStore;
  readonly #estimator = new RunEstimator();
  readonly #publisher: Publisher<RunSnapshot>;
  #run: RunRow | null;
  #drive: Drive | null = null;
  readonly #activeTime: ActiveTime;
  #resumedAutomatically = false;
  /** The sums of the requests of a run, as they were read last. */
  #totals: { runId: number; sums: Readonly<RequestTotals> } | null = null;
  /** A dismissal that is shown already and not written yet. */
  #dismissalOwed = false;
  /** Settles when the workers of every drive that was stopped have ended. */
  #stopped: Promise<void> = Promise.resolve();
  /** Settles when the last command is carried out. */
  #lastCommand: Promise<unknown> = Promise.resolve();
  /** Starts that were asked for and are not carried out yet. */
  #starting = 0;

  private constructor(options: RunEngineOptions, run: RunRow | null) {
    this.#options = options;
    this.#store = options.workspace.runStore;
    this.#run = run;
    this.#activeTime = new ActiveTime(options.clock, run?.activeMs ?? 0);
    this.#publisher = new Publisher({
      build: () => this.snapshot(),
      send: options.onSnapshot,
      failed: (error) => void this.#known(error),
      clock: options.clock,
    });
  }

  /** The engine of a workspace, with its newest run as it is stored. Rejects with what the workspace throws. */
  static async open(options: RunEngineOptions): Promise<RunEngine> {
    return new RunEngine(options, await options.workspace.runStore.latest());
  }

  /** True while a run is running or paused, or about to be: a second one is refused. */
  get active(): boolean {
    return this.#isUnderWay || this.#starting > 0;
  }

  get #isUnderWay(): boolean {
    return this.#run?.status === 'running' || this.#run?.status === 'paused';
  }

  /** True when `resume` would go on with the newest run. */
  get resumable(): boolean {
    const status = this.#run?.status;
    return status === 'paused' || status === 'interrupted' || status === 'failed';
  }

  /** The state now, with a new revision. */
  async snapshot(): Promise<RunSnapshot> {
    if (this.#run?.model) await this.#readTotals(this.#run.id);
    const syncing = this.#sync();
    if (syncing) await syncing;
    // From here on nothing is waited for, so that all figures are of one moment.
    const run = this.#run;
    const desk = this.#drive?.desk ?? null;
    const totals = this.#totals?.runId === run?.id ? this.#totals?.sums : undefined;
    return makeSnapshot({
      revision: this.#options.nextRevision(),
      workspaceId: this.#options.workspace.id,
      run,
      inWork: this.#drive?.inWork ?? [],
      estimatedRemainingSeconds: this.#isUnderWay ? this.#remainingSeconds(desk) : null,
      usersPerMinute: run?.status === 'running' ? this.#estimator.usersPerMinute() : null,
      waitsForLock: this.#drive?.waitsForLock ?? false,
      resumable: this.resumable,
      resumedAutomatically: this.#resumedAutomatically,
      model: run?.model ? modelFigures(run, totals ?? NO_REQUESTS, desk?.live() ?? null) : null,
    });
  }

  /** What a run of the scope would cover. Rejects with run.unknown_user. */
  async preflight(scope: RunScope): Promise<Pick<RunPreflight, 'users' | 'behaviours' | 'replacing'>> {
    await this.#checkScope(scope);
    return this.#guard(() => this.#store.scopeFigures(scope));
  }

  /** The detail of a run that is asked for: that of the latest one where none is named, so that results do not get mixed. */
  detailOf(named: Detail | undefined): Detail {
    return named ?? this.#run?.detail ?? DEFAULT_DETAIL;
  }

  /** Plans and starts a run. Rejects with run.already_active, run.nothing_to_do, run.unknown_user, or what the workspace throws. */
  start(scope: RunScope, options: RunOptions = {}): Promise<RunSnapshot> {
    return this.#command(() => this.#start(scope, options), { starts: true });
  }

  /**
   * Goes on with the unfinished run when it has this very scope and extractor, else starts one: what the same command
   * again means.
   */
  continue(scope: RunScope, options: RunOptions = {}): Promise<RunSnapshot> {
    return this.#command(
      () => {
        const same =
          JSON.stringify(this.#run?.scope) === JSON.stringify(scope) &&
          this.#run?.extractor === (options.extractor ?? 'rules') &&
          this.#run.detail === this.detailOf(options.detail);
        return same && this.resumable
          ? this.#resume({ maxCost: options.maxCost ?? null, maxTokens: options.maxTokens ?? null })
          : this.#start(scope, options);
      },
      { starts: true },
    );
  }

  /** Starts no further batch; what is in work is finished and committed. Rejects with run.not_running. */
  pause(): Promise<RunSnapshot> {
    return this.#command(async () => {
      if (this.#run?.status !== 'running') throw new AppError('run.not_running');
      this.#stopClock();
      await this.#setState({ status: 'paused', endTime: null, error: null });
      return this.#publisher.publishNow();
    });
  }

  /** Goes on with a paused, interrupted or failed run. Rejects with run.not_resumable, or what still keeps it from going on. */
  resume(change: ResumeRequest = {}): Promise<RunSnapshot> {
    return this.#command(() => this.#resume(change), { starts: true });
  }

  /** Ends the run now: what is in work is dropped, what is done is kept. Rejects with run.not_running. */
  cancel(): Promise<RunSnapshot> {
    return this.#command(async () => {
      if (!this.#isUnderWay && !this.resumable) throw new AppError('run.not_running');
      this.#stopClock();
      this.#stopDrive();
      await this.#setState({ status: 'cancelled', endTime: this.#options.clock.now(), error: null });
      return this.#publisher.publishNow();
    });
  }

  /**
   * Puts the notice of an ended run away, in every window and for good. `writable`: false while the workspace takes no
   * writes; then it is written by `writeDismissal`.
   */
  dismiss(writable = true): Promise<RunSnapshot> {
    return this.#command(async () => {
      const run = this.#run;
      if (run && !this.#isUnderWay && !run.dismissed) {
        if (writable) await this.#guard(() => this.#store.dismiss(run.id));
        else this.#dismissalOwed = true;
        run.dismissed = true;
      }
      return this.#publisher.publishNow();
    });
  }

  /** Writes what `dismiss` put off. Where that fails, the notice is merely seen once more at the next start. */
  writeDismissal(): Promise<void> {
    return this.#command(async () => {
      if (!this.#dismissalOwed || !this.#run) return;
      this.#dismissalOwed = false;
      try {
        await this.#store.dismiss(this.#run.id);
      } catch {
        // See above.
      }
    });
  }

  /** Resolves when nothing of a run that is no longer active can write into the workspace any more. */
  settled(): Promise<void> {
    return this.#stopped;
  }

  /** At start-up: finds a run whose process died or that was suspended, and goes on with it by the policy. */
  recover(policy: Settings['resumePolicy']): Promise<RunSnapshot> {
    return this.#command(async () => {
      await this.#markLost();
      const decision = decideRecovery(this.#run, policy, this.#options.clock.now());
      if (decision.action !== 'none') {
        const error: ErrorInfo | null =
          decision.action === 'wait-for-user'
            ? { code: 'run.kept_dying', params: { count: DEATHS_TO_STOP } }
            : (this.#run?.error ?? null);
        await this.#setState({ status: 'interrupted', endTime: null, error, deaths: decision.deaths });
        if (await this.#pauseAtPilotEnd()) return this.#publisher.publishNow();
        if (decision.action === 'resume') return this.#goOnIfPossible();
      }
      return this.#publisher.publishNow();
    });
  }

  /**
   * Stops without ending the run: it is found interrupted and goes on at the next start. Resolves when nothing can write into
   * the workspace any more, also when the run was cancelled or failed a moment ago and its requests are still being aborted.
   */
  async suspend(): Promise<void> {
    await this.#command(async () => {
      this.#stopClock();
      this.#stopDrive();
      if (this.#run?.status === 'running')
        await this.#setState({ status: 'interrupted', endTime: null, error: null });
      await this.#publisher.publishNow();
      this.dispose();
    });
    await this.#stopped;
  }

  /** The machine was asleep for so many milliseconds, in which the run did not run: its speed is measured anew. */
  machineSlept(ms: number): void {
    const run = this.#run;
    if (run?.status !== 'running') return;
    this.#activeTime.leaveOut(ms);
    run.activeMs = this.#activeTime.ms;
    this.#measureSpeedAnew(run);
    this.#publisher.mark();
  }

  /** Another engine takes the place of this one: nothing is published any more. */
  dispose(): void {
    this.#publisher.dispose();
  }

  /** Carries a command out after those that were given before. `starts`: it may make a run active. */
  async #command<T>(action: () => Promise<T>, { starts = false } = {}): Promise<T> {
    if (starts) this.#starting += 1;
    const done = this.#lastCommand.then(action);
    this.#lastCommand = done.catch(() => undefined);
    try {
      return await done;
    } finally {
      if (starts) this.#starting -= 1;
    }
  }

  async #start(scope: RunScope, options: RunOptions): Promise<RunSnapshot> {
    if (this.#isUnderWay) throw new AppError('run.already_active');
    await this.#checkScope(scope);
    const detail = this.detailOf(options.detail);
    await this.#guard(() => this.#store.makeReady());
    const { extractor, basis } = await this.#prepare(options.extractor ?? 'rules', detail, null);
    const run = await this.#guard(async () =>
      this.#store.create({
        extractor: extractor.id,
        extractorVersion: extractor.version,
        detail,
        scope,
        startTime: this.#options.clock.now(),
        basis,
        ...(await this.#planFor(extractor, scope, options)),
      }),
    );
    if (!run) throw new AppError('run.nothing_to_do');
    this.#run = run;
    this.#resumedAutomatically = false;
    this.#startDrive(extractor);
    return this.#publisher.publishNow();
  }

  /** The extractor of a run, and what it takes from the log. */
  async #prepare(
    id: ExtractorId,
    detail: Detail,
    stored: RunBasis | null,
  ): Promise<{ extractor: AnyExtractor; basis: RunBasis | null }> {
    const basis = (await this.#options.basis?.(id, detail, stored)) ?? null;
    return { extractor: await this.#options.extractor(id, detail, basis), basis };
  }

  /** How an extractor wants its users packed, and what else its run begins with. Throws run.cap_needs_price. */
  async #planFor(
    extractor: AnyExtractor,
    scope: RunScope,
    options: RunOptions,
  ): Promise<Pick<NewRun, 'packing' | 'totalBatches' | 'model'>> {
    if (!isStreaming(extractor)) return { packing: extractor.limits };
    const { users, behaviours } = await this.#store.scopeFigures(scope);
    const totalBatches = extractor.roughBatches(users, behaviours);
    return { packing: null, totalBatches, model: modelOf(extractor, options) };
  }

  async #resume(change: NonNullable<ResumeRequest>): Promise<RunSnapshot> {
    if (!this.#run || !this.resumable)
      throw new AppError(this.#isUnderWay ? 'run.already_active' : 'run.not_resumable');
    await this.#guard(() => this.#store.makeReady());
    return this.#goOn(false, change);
  }

  /** Of every run: one that was cancelled never goes on, and would show its last requests as in flight for good. */
  async #markLost(): Promise<void> {
    try {
      await this.#store.markLost();
    } catch {
      // A disk that takes nothing must not keep a workspace from being opened and read.
    }
  }

  /** At start-up no user asked for the run, so what keeps it from going on is its state, not an error of the opening. */
  async #goOnIfPossible(): Promise<RunSnapshot> {
    try {
      return await this.#goOn(true);
    } catch (error) {
      const info = this.#known(error).toInfo();
      await this.#setState({ status: 'failed', endTime: this.#options.clock.now(), error: info });
      return this.#publisher.publishNow();
    }
  }

  /** `change`: other caps; what is undefined stays as it is. */
  async #goOn(automatically: boolean, change: NonNullable<ResumeRequest> = {}): Promise<RunSnapshot> {
    const run = this.#run;
    // The results of a pilot that ended with a failure were not shown yet: resuming the failed run does not release the rest.
    if (run?.status !== 'paused' && (await this.#pauseAtPilotEnd())) return this.#publisher.publishNow();
    // What was changed meanwhile (key, price, prompt, rules) applies from now on, unless requests are still in flight.
    const detail = this.detailOf(change.detail ?? run?.detail);
    const other = run && detail !== run.detail ? await this.#regrouping(run, detail) : null;
    const kept = this.#drive?.desk?.inWork.length && !other ? this.#drive.extractor : null;
    const { extractor, basis } = kept
      ? { extractor: kept, basis: run?.basis ?? null }
      : await this.#prepare(run?.extractor ?? 'rules', detail, (other ?? run)?.basis ?? null);
    const model =
      run?.model && isStreaming(extractor) ? modelOnResume(run, run.model, extractor, change) : null;
    if (!kept) this.#stopDrive();
    if (run && other) await this.#changeDetail(run, detail, { ...other, basis });
    await this.#setState({
      status: 'running',
      endTime: null,
      error: null,
      extractorVersion: this.#versionWith(extractor),
      ...(model ? { model } : {}),
      ...(basis ? { basis } : {}),
    });
    // Where even the new state could not be stored, the run has failed again, with the reason.
    if (this.#run?.status === 'running') {
      this.#resumedAutomatically = automatically;
      if (kept) this.#continueDrive();
      else this.#startDrive(extractor);
    }
    return this.#publisher.publishNow();
  }

  /** Throws run.detail_fixed for a run that does not wait at the end of its pilot. */
  async #regrouping(run: RunRow, detail: Detail): Promise<Pick<DetailChange, 'basis' | 'regroup'>> {
    const { regrouping } = this.#options;
    if (!pilotDone(run) || !regrouping) throw new AppError('run.detail_fixed');
    return this.#guard(() => regrouping(run, detail));
  }

  /** Joins and divides the events of the pilot's users as another detail asks for, which is that of the run from now on. */
  async #changeDetail(
    run: RunRow,
    detail: Detail,
    { basis, regroup }: Pick<DetailChange, 'basis' | 'regroup'>,
  ): Promise<void> {
    const now = this.#options.clock.now();
    const changed = await this.#guard(() =>
      this.#store.changeDetail({ runId: run.id, detail, basis, regroup, now }),
    );
    if (!changed) throw new AppError('run.detail_fixed');
    Object.assign(run, changed);
  }

  async #checkScope(scope: RunScope): Promise<void> {
    if (scope.kind !== 'users') return;
    const unknown = await this.#guard(() => this.#store.unknownUsers(scope.userIds));
    if (unknown.length === 0) return;
    const shown = unknown.slice(0, 5).join(', ') + (unknown.length > 5 ? ' …' : '');
    throw new AppError('run.unknown_user', { userIds: shown });
  }

  /** The version for the run's record; when the rules have changed since it began, both versions. */
  #versionWith(extractor: AnyExtractor): string {
    const recorded = this.#run?.extractorVersion ?? extractor.version;
    return recorded.endsWith(extractor.version) ? recorded : `${recorded} → ${extractor.version}`;
  }

  #startDrive(extractor: AnyExtractor): void {
    const run = this.#run;
    if (!run) return;
    this.#startClock();
    const drive = new Drive({
      run,
      extractor,
      store: this.#store,
      clock: this.#options.clock,
      automatic: this.#resumedAutomatically,
      activeMs: () => this.#activeTime.ms,
      committed: (counters) => this.#committed(run, counters),
      failed: (error) => this.#failed(run, error),
      changed: () => this.#publisher.mark(),
    });
    this.#drive = drive;
    drive.start();
  }

  /**
   * Pauses a run whose pilot is processed and was not released; false when this run is none. The commit of the pilot's
   * last user pauses the run. What is left for this method is a run that then failed, or was left by an older version.
   */
  async #pauseAtPilotEnd(): Promise<boolean> {
    if (!this.#run || !isAtPilotEnd(this.#run)) return false;
    this.#stopDrive();
    this.#stopClock();
    await this.#setState({ status: 'paused', endTime: null, error: null });
    return true;
  }

  #continueDrive(): void {
    this.#startClock();
    this.#drive?.wake();
  }

  #stopDrive(): void {
    const drive = this.#drive;
    this.#drive = null;
    if (!drive) return;
    const before = this.#stopped;
    this.#stopped = drive.ended.then(
      () => before,
      () => before,
    );
    drive.stop();
  }

  /** A commit is on disk. It may have completed the run, or paused it at the end of its pilot. */
  #committed(run: RunRow, counters: RunCounters): void {
    const before = run.status;
    Object.assign(run, counters);
    if (run !== this.#run) return;
    run.activeMs = this.#activeTime.ms;
    this.#estimator.record({ activeMs: run.activeMs, weight: run.doneWeight, users: run.processedUsers });
    if (run.status === 'completed') {
      this.#stopClock();
      this.#stopDrive();
    } else if (run.status === 'paused') {
      this.#stopClock();
    }
    if (run.status === before) this.#publisher.mark();
    else this.#publisher.publishSoon();
  }

  /** A reason that no user of the run can escape: the run stops as failed, and can be resumed. */
  #failed(run: RunRow, error: unknown): void {
    this.#stopDrive();
    this.#stopClock();
    const info = this.#known(error).toInfo();
    void this.#command(async () => {
      if (run !== this.#run || !this.#isUnderWay) return;
      await this.#setState({ status: 'failed', endTime: this.#options.clock.now(), error: info });
      this.#publisher.publishSoon();
    }).catch((problem: unknown) => void this.#known(problem));
  }

  /**
   * Changes the state on disk and here. When the disk does not take it, a failure is still shown here; on disk the run
   * stays as it was, and is found and resumed at the next start.
   */
  async #setState({ model, ...state }: RunState): Promise<void> {
    const run = this.#run;
    if (!run) return;
    try {
      const stored = await this.#store.setState(run.id, {
        ...state,
        ...(model ? { model } : {}),
        activeMs: run.activeMs,
      });
      if (!stored) {
        await this.#reread(run);
        return;
      }
      Object.assign(run, state, { dismissed: false });
      if (model && run.model) Object.assign(run.model, model);
    } catch (error) {
      const info = this.#known(error).toInfo();
      const failed = state.status === 'failed' ? state.error : info;
      Object.assign(run, {
        status: 'failed',
        endTime: this.#options.clock.now(),
        error: failed,
        dismissed: false,
      });
      this.#stopDrive();
    }
  }

  /** The run was completed or cancelled meanwhile: takes over what is stored. */
  async #reread(run: RunRow): Promise<void> {
    const stored = await this.#store.latest();
    if (stored?.id === run.id) Object.assign(run, stored);
    if (!this.#isUnderWay) this.#stopDrive();
  }

  /** What is shown survives a power cut. Null where there is nothing to wait for, so that no commit comes in between. */
  #sync(): Promise<void> | null {
    try {
      const syncing = this.#store.sync();
      return syncing instanceof Promise ? syncing.catch((error: unknown) => void this.#known(error)) : null;
    } catch (error) {
      this.#known(error);
      return null;
    }
  }

  /** Where the workspace does not read any more, the last known sums stay: windows must be told of just that. */
  async #readTotals(runId: number): Promise<void> {
    try {
      this.#totals = { runId, sums: await this.#store.requestTotals(runId) };
    } catch (error) {
      this.#known(error);
    }
  }

  async #guard<T>(action: () => Awaitable<T>): Promise<T> {
    try {
      return await action();
    } catch (error) {
      throw this.#known(error);
    }
  }

  /** Anything that was thrown as an AppError; reported, because the workspace may be the cause. */
  #known(error: unknown): AppError {
    const known = toAppError(error);
    this.#options.onTrouble(known.toInfo());
    return known;
  }

  /** Work that is left, up to the end of a pilot at first, at the recent speed, plus the wait that the service imposes. */
  #remainingSeconds(desk: StreamDesk | null): number | null {
    const run = this.#run;
    if (!run) return null;
    const weight = (run.totalWeight - run.doneWeight) * shareUntilWait(run);
    const working = this.#estimator.remainingSeconds(weight, desk?.live().inFlight ?? 0);
    const until = desk?.live().throttledUntil ?? null;
    if (working === null || until === null) return working;
    return working + Math.max(0, Math.ceil((until - this.#options.clock.now()) / 1000));
  }

  #startClock(): void {
    const run = this.#run;
    if (!run) return;
    this.#activeTime.start(run.activeMs);
    this.#measureSpeedAnew(run);
  }

  #measureSpeedAnew(run: RunRow): void {
    const totals = { activeMs: run.activeMs, weight: run.doneWeight, users: run.processedUsers };
    this.#estimator.reset(totals, run.model !== null);
  }

  #stopClock(): void {
    this.#activeTime.stop();
    if (this.#run) this.#run.activeMs = this.#activeTime.ms;
  }
}

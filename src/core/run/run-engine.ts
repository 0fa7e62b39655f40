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
import { AppError } from '../errors.ts';
import type { RunCounters } from '../store/batch-store.ts';
import { sqliteError } from '../store/database.ts';
import { NO_REQUESTS } from '../store/request-store.ts';
import type { RequestTotals } from '../store/request-store.ts';
import type { RunModel, RunRow } from '../store/run-store.ts';
import { ActiveTime } from './active-time.ts';
import { Drive, isStreaming } from './drive.ts';
import type { AnyExtractor } from './drive.ts';
import { RunEstimator } from './estimate.ts';
import { isAtPilotEnd, modelFigures, shareUntilWait } from './model-figures.ts';
import { planBatches, weightOfAll } from './plan.ts';
import { decideRecovery, DEATHS_TO_STOP } from './recovery.ts';
import { modelOf, modelOnResume } from './run-model.ts';
import { Publisher } from './publisher.ts';
import type { RunWorkspace } from './run-workspace.ts';
import { makeSnapshot } from './snapshot.ts';
import type { StreamDesk } from './stream-desk.ts';

/** How a run is wanted, apart from whom it covers. */
export type RunOptions = Partial<Omit<RunRequest, 'scope'>>;

export interface RunEngineOptions {
  workspace: RunWorkspace;
  /** The extractor for a run that starts or goes on now. Throws what keeps it from being used. */
  extractor: (id: ExtractorId) => AnyExtractor;
  clock: Clock;
  nextRevision: () => number;
  /** Called at once with each change of state, and at most ten times a second with progress. */
  onSnapshot: (snapshot: RunSnapshot) => void;
  /** Called with what went wrong with the workspace, whether or not the run could go on. */
  onTrouble: (error: ErrorInfo) => void;
}

/**
 * Runs batches of users through an extractor, and owns the run's state. Every number it shows was committed before; a
 * process that dies at any instant leaves a workspace from which `recover` goes on.
 */
export class RunEngine {
  readonly #options: RunEngineOptions;
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

  constructor(options: RunEngineOptions) {
    this.#options = options;
    this.#run = options.workspace.runs.latest();
    this.#activeTime = new ActiveTime(options.clock, this.#run?.activeMs ?? 0);
    this.#publisher = new Publisher({
      build: () => this.snapshot(),
      send: options.onSnapshot,
      // The next commit meets the same trouble, and stops the run with it.
      failed: (error) => void this.#known(error),
      clock: options.clock,
    });
  }

  /** True while a run is running or paused: a second one is refused. */
  get active(): boolean {
    return this.#run?.status === 'running' || this.#run?.status === 'paused';
  }

  /** True when `resume` would go on with the newest run. */
  get resumable(): boolean {
    const status = this.#run?.status;
    return status === 'paused' || status === 'interrupted' || status === 'failed';
  }

  /** The state now, with a new revision. */
  snapshot(): RunSnapshot {
    const run = this.#run;
    const desk = this.#drive?.desk ?? null;
    const running = run?.status === 'running';
    return makeSnapshot({
      revision: this.#options.nextRevision(),
      workspaceId: this.#options.workspace.id,
      run,
      inWork: this.#drive?.inWork ?? [],
      estimatedRemainingSeconds: this.active ? this.#remainingSeconds(desk) : null,
      usersPerMinute: running ? this.#estimator.usersPerMinute() : null,
      resumable: this.resumable,
      resumedAutomatically: this.#resumedAutomatically,
      model: run?.model ? modelFigures(run, this.#totalsOf(run.id), desk?.live() ?? null) : null,
    });
  }

  /** The sums of the run's requests. Where the workspace does not read any more, the last known ones: windows must be told of that. */
  #totalsOf(runId: number): Readonly<RequestTotals> {
    try {
      this.#totals = { runId, sums: this.#options.workspace.requests.totals(runId) };
    } catch (error) {
      this.#known(error);
    }
    return this.#totals?.runId === runId ? this.#totals.sums : NO_REQUESTS;
  }

  /** Work that is left, up to the end of a pilot at first, at the speed of late, and the wait that its service has imposed. */
  #remainingSeconds(desk: StreamDesk | null): number | null {
    const weight = this.#weightLeft() * (this.#run ? shareUntilWait(this.#run) : 1);
    const working = this.#estimator.remainingSeconds(weight, desk?.live().inFlight ?? 0);
    const until = desk?.live().throttledUntil ?? null;
    if (working === null || until === null) return working;
    return working + Math.max(0, Math.ceil((until - this.#options.clock.now()) / 1000));
  }

  /** What a run of the scope would cover. Throws run.unknown_user. */
  preflight(scope: RunScope): Pick<RunPreflight, 'users' | 'behaviours' | 'replacing'> {
    this.#checkScope(scope);
    return this.#guard(() => this.#options.workspace.runs.scopeFigures(scope));
  }

  /** Plans and starts a run. Throws run.already_active, run.nothing_to_do, run.unknown_user, or what the workspace throws. */
  start(scope: RunScope, options: RunOptions = {}): RunSnapshot {
    if (this.active) throw new AppError('run.already_active');
    this.#checkScope(scope);
    const extractor = this.#options.extractor(options.extractor ?? 'rules');
    const model = isStreaming(extractor) ? modelOf(extractor, options) : null;
    this.#run = this.#guard(() => {
      this.#options.workspace.restoreIfGone();
      const { runs } = this.#options.workspace;
      const figures = runs.scopeFigures(scope);
      if (figures.users === 0) throw new AppError('run.nothing_to_do');
      const users = runs.usersOf(scope);
      return runs.create({
        extractor: extractor.id,
        extractorVersion: extractor.version,
        scope,
        startTime: this.#options.clock.now(),
        totalWeight: weightOfAll(figures),
        ...(isStreaming(extractor)
          ? {
              batches: [users],
              totalBatches: extractor.roughBatches(figures.users, figures.behaviours),
            }
          : { batches: planBatches(users, extractor.limits) }),
        ...(model ? { model } : {}),
      });
    });
    this.#resumedAutomatically = false;
    this.#startDrive(extractor);
    return this.#publish();
  }

  /**
   * Goes on with the unfinished run when it has this very scope and extractor, else starts one: what the same command
   * again means.
   */
  continue(scope: RunScope, options: RunOptions = {}): RunSnapshot {
    const same =
      JSON.stringify(this.#run?.scope) === JSON.stringify(scope) &&
      this.#run?.extractor === (options.extractor ?? 'rules');
    return same && this.resumable
      ? this.resume({ maxCost: options.maxCost ?? null })
      : this.start(scope, options);
  }

  /** Starts no further batch; what is in work is finished and committed. */
  pause(): RunSnapshot {
    if (this.#run?.status !== 'running') throw new AppError('run.not_running');
    this.#stopClock();
    this.#setState({ status: 'paused', endTime: null, error: null });
    return this.#publish();
  }

  /** Goes on with a paused, interrupted or failed run. Throws run.not_resumable, or what still keeps it from going on. */
  resume(change: ResumeRequest = {}): RunSnapshot {
    const run = this.#run;
    if (!run || !this.resumable) throw new AppError(this.active ? 'run.already_active' : 'run.not_resumable');
    this.#guard(() => this.#options.workspace.restoreIfGone());
    return this.#goOn(false, change.maxCost);
  }

  /** Ends the run now: what is in work is dropped, what is done is kept. */
  cancel(): RunSnapshot {
    if (!this.active && !this.resumable) throw new AppError('run.not_running');
    this.#stopClock();
    this.#stopDrive();
    this.#setState({ status: 'cancelled', endTime: this.#options.clock.now(), error: null });
    return this.#publish();
  }

  /**
   * Puts the notice of an ended run away, in every window and for good. `writable`: false while the workspace takes no
   * writes; then it is written by `writeDismissal`.
   */
  dismiss(writable = true): RunSnapshot {
    const run = this.#run;
    if (run && !this.active && !run.dismissed) {
      if (writable) this.#guard(() => this.#options.workspace.runs.dismiss(run.id));
      else this.#dismissalOwed = true;
      run.dismissed = true;
    }
    return this.#publish();
  }

  /** Writes what `dismiss` put off. Where that fails, the notice is merely seen once more at the next start. */
  writeDismissal(): void {
    if (!this.#dismissalOwed || !this.#run) return;
    this.#dismissalOwed = false;
    try {
      this.#options.workspace.runs.dismiss(this.#run.id);
    } catch {
      // Said above.
    }
  }

  /** Resolves when nothing of a run that is no longer active can write into the workspace any more. */
  settled(): Promise<void> {
    return this.#stopped;
  }

  /** At start-up: finds a run whose process died or that was suspended, and goes on with it by the policy. */
  recover(policy: Settings['resumePolicy']): RunSnapshot {
    this.#markLost();
    const decision = decideRecovery(this.#run, policy, this.#options.clock.now());
    if (decision.action !== 'none') {
      const error: ErrorInfo | null =
        decision.action === 'wait-for-user'
          ? { code: 'run.kept_dying', params: { count: DEATHS_TO_STOP } }
          : (this.#run?.error ?? null);
      this.#setState({ status: 'interrupted', endTime: null, error, deaths: decision.deaths });
      if (this.#pauseAtPilotEnd()) return this.#publish();
      if (decision.action === 'resume') return this.#goOnIfPossible();
    }
    return this.#publish();
  }

  /** Of every run: one that was cancelled never goes on, and would show its last requests as in flight for good. */
  #markLost(): void {
    try {
      this.#options.workspace.requests.markLost(null);
    } catch {
      // A disk that takes nothing must not keep a workspace from being opened and read.
    }
  }

  /** At start-up nobody asked for the run, so what keeps it from going on is its state, not an error of the opening. */
  #goOnIfPossible(): RunSnapshot {
    try {
      return this.#goOn(true);
    } catch (error) {
      const info = this.#known(error).toInfo();
      this.#setState({ status: 'failed', endTime: this.#options.clock.now(), error: info });
      return this.#publish();
    }
  }

  /**
   * Stops without ending the run: it is found interrupted and goes on at the next start. Resolves when nothing can write into
   * the workspace any more, also when the run was cancelled or failed a moment ago and its requests are still being aborted.
   */
  async suspend(): Promise<void> {
    this.#stopClock();
    this.#stopDrive();
    if (this.#run?.status === 'running')
      this.#setState({ status: 'interrupted', endTime: null, error: null });
    this.#publish();
    this.dispose();
    await this.#stopped;
  }

  /** Another engine takes the place of this one: nothing is told any more. */
  dispose(): void {
    this.#publisher.dispose();
  }

  #checkScope(scope: RunScope): void {
    if (scope.kind !== 'users') return;
    const unknown = this.#guard(() => this.#options.workspace.runs.unknownUsers(scope.userIds));
    if (unknown.length === 0) return;
    const shown = unknown.slice(0, 5).join(', ') + (unknown.length > 5 ? ' …' : '');
    throw new AppError('run.unknown_user', { userIds: shown });
  }

  /** `maxCost`: another cap; undefined for the one there is. */
  #goOn(automatically: boolean, maxCost?: number | null): RunSnapshot {
    const run = this.#run;
    // A pilot that ended with a failure was not looked at yet: resuming the failed run does not release the rest.
    if (run?.status !== 'paused' && this.#pauseAtPilotEnd()) return this.#publish();
    // What was changed meanwhile (a key, a price, a prompt, the rules) is taken up, unless requests are still on their way.
    const kept = this.#drive?.desk?.inWork.length ? this.#drive.extractor : null;
    const extractor = kept ?? this.#options.extractor(run?.extractor ?? 'rules');
    if (!kept) this.#stopDrive();
    const extractorVersion = this.#versionWith(extractor);
    if (run?.model && isStreaming(extractor)) run.model = modelOnResume(run, run.model, extractor, maxCost);
    this.#setState({
      status: 'running',
      endTime: null,
      error: null,
      extractorVersion,
      ...(this.#run?.model ? { model: this.#run.model } : {}),
    });
    // A disk that cannot even take the new state fails the run again, with the reason.
    if (this.#run?.status === 'running') {
      this.#resumedAutomatically = automatically;
      if (kept) this.#continueDrive();
      else this.#startDrive(extractor);
    }
    return this.#publish();
  }

  /** What the run's record says of its extractor; when the rules have changed since it began, both versions. */
  #versionWith(extractor: AnyExtractor): string {
    const recorded = this.#run?.extractorVersion ?? extractor.version;
    return recorded.endsWith(extractor.version) ? recorded : `${recorded} → ${extractor.version}`;
  }

  #startDrive(extractor: AnyExtractor): void {
    const run = this.#run;
    if (!run) return;
    this.#startClock();
    const { workspace, clock } = this.#options;
    const drive = new Drive({
      run,
      extractor,
      workspace,
      clock,
      automatic: this.#resumedAutomatically,
      activeMs: () => this.#activeTime.ms,
      committed: (counters) => this.#committed(counters),
      failed: (error) => this.#fail(error),
      changed: () => this.#publisher.mark(),
    });
    this.#drive = drive;
    drive.start();
  }

  /**
   * Pauses a run whose pilot is processed and was not released; false when this run is none. The commit of the pilot's
   * last user pauses the run. What is left for this method is a run that then failed, or was left by an older version.
   */
  #pauseAtPilotEnd(): boolean {
    if (!this.#run || !isAtPilotEnd(this.#run)) return false;
    this.#stopDrive();
    this.#stopClock();
    this.#setState({ status: 'paused', endTime: null, error: null });
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

  #committed(counters: RunCounters): void {
    const run = this.#run;
    if (!run) return;
    const before = run.status;
    Object.assign(run, counters);
    run.activeMs = this.#activeTime.ms;
    this.#estimator.record({ activeMs: run.activeMs, weight: run.doneWeight, users: run.processedUsers });
    if (run.status === 'completed') {
      this.#stopClock();
      this.#stopDrive();
    } else if (run.status === 'paused') {
      this.#stopClock();
    }
    if (run.status === before) this.#publisher.mark();
    else this.#publish();
  }

  /** A reason no user of the run can escape: the run stops as failed, and can be resumed. */
  #fail(error: unknown): void {
    this.#stopDrive();
    this.#stopClock();
    const info = this.#known(error).toInfo();
    this.#setState({ status: 'failed', endTime: this.#options.clock.now(), error: info });
    this.#publish();
  }

  /**
   * Changes the state on disk and here. When the disk does not take it, a failure is still shown here; on disk the run
   * stays as it was, and is found and resumed at the next start.
   */
  #setState(state: {
    status: RunRow['status'];
    endTime: number | null;
    error: ErrorInfo | null;
    deaths?: number[];
    extractorVersion?: string;
    model?: RunModel;
  }): void {
    const run = this.#run;
    if (!run) return;
    try {
      this.#options.workspace.runs.setState(run.id, { ...state, activeMs: run.activeMs });
      Object.assign(run, state, { dismissed: false });
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

  #guard<T>(action: () => T): T {
    try {
      return action();
    } catch (error) {
      throw this.#known(error);
    }
  }

  /** What something thrown means. */
  #known(error: unknown): AppError {
    const known = sqliteError(error, this.#options.workspace.path);
    this.#options.onTrouble(known.toInfo());
    return known;
  }

  #startClock(): void {
    const run = this.#run;
    if (!run) return;
    this.#activeTime.start(run.activeMs);
    const totals = { activeMs: run.activeMs, weight: run.doneWeight, users: run.processedUsers };
    this.#estimator.reset(totals, run.model !== null);
  }

  #stopClock(): void {
    this.#activeTime.stop();
    if (this.#run) this.#run.activeMs = this.#activeTime.ms;
  }

  #weightLeft(): number {
    return this.#run ? this.#run.totalWeight - this.#run.doneWeight : 0;
  }

  /** For changes of state. */
  #publish(): RunSnapshot {
    return this.#publisher.publishNow();
  }
}

import type { ErrorInfo } from '../../shared/errors.ts';
import type { RunPreflight, RunScope, RunSnapshot } from '../../shared/run.ts';
import type { Settings } from '../../shared/settings.ts';
import type { Clock } from '../clock.ts';
import { AppError } from '../errors.ts';
import type { Extractor } from '../extract/extractor.ts';
import type { BatchStore } from '../store/batch-store.ts';
import { sqliteError } from '../store/database.ts';
import type { RunRow, RunStore } from '../store/run-store.ts';
import { ActiveTime } from './active-time.ts';
import { askExtractor } from './ask-extractor.ts';
import { RunEstimator } from './estimate.ts';
import { planBatches, weightOf } from './plan.ts';
import { decideRecovery, DEATHS_TO_STOP } from './recovery.ts';
import { makeSnapshot } from './snapshot.ts';
import type { BatchInWork } from './snapshot.ts';

/** What the engine needs of the open workspace; asked for anew at each use, because a restored file is a new connection. */
export interface RunWorkspace {
  readonly id: string;
  readonly path: string;
  readonly runs: RunStore;
  readonly batches: BatchStore;
  /** Throws workspace.gone when the file is no longer at its path. */
  checkStillThere(): void;
  /** Puts a deleted file back. */
  restoreIfGone(): void;
}

export interface RunEngineOptions {
  workspace: RunWorkspace;
  /** The extractor for a run that starts or goes on now. */
  extractor: () => Extractor;
  clock: Clock;
  nextRevision: () => number;
  onSnapshot: (snapshot: RunSnapshot) => void;
}

/** The workers of a run from its start or recovery until it ends or is let go. Work of an older drive is never committed. */
interface Drive {
  abort: AbortController;
  extractor: Extractor;
  /** The highest batch that was handed out. */
  lastBatch: number;
  inWork: Map<number, BatchInWork>;
  /** Workers that wait for the end of a pause. */
  waiting: (() => void)[];
  /** Settles when every worker of the drive has ended. */
  ended: Promise<void>;
}

/**
 * Runs batches of users through an extractor, and owns the run's state. Every number it shows was committed before; a
 * process that dies at any instant leaves a workspace from which `recover` goes on.
 */
export class RunEngine {
  readonly #options: RunEngineOptions;
  readonly #estimator = new RunEstimator();
  #run: RunRow | null;
  #drive: Drive | null = null;
  readonly #activeTime: ActiveTime;
  #resumedAutomatically = false;

  constructor(options: RunEngineOptions) {
    this.#options = options;
    this.#run = options.workspace.runs.latest();
    this.#activeTime = new ActiveTime(options.clock, this.#run?.activeMs ?? 0);
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
    const running = this.#run?.status === 'running';
    return makeSnapshot({
      revision: this.#options.nextRevision(),
      workspaceId: this.#options.workspace.id,
      run: this.#run,
      inWork: this.#drive ? [...this.#drive.inWork.values()] : [],
      estimatedRemainingSeconds: this.active ? this.#estimator.remainingSeconds(this.#weightLeft()) : null,
      usersPerMinute: running ? this.#estimator.usersPerMinute() : null,
      resumable: this.resumable,
      resumedAutomatically: this.#resumedAutomatically,
    });
  }

  /** What a run of the scope would cover. Throws run.unknown_user. */
  preflight(scope: RunScope): RunPreflight {
    this.#checkScope(scope);
    const figures = this.#guard(() => this.#options.workspace.runs.scopeFigures(scope));
    return { extractor: this.#options.extractor().id, ...figures };
  }

  /** Plans and starts a run. Throws run.already_active, run.nothing_to_do, run.unknown_user, or what the workspace throws. */
  start(scope: RunScope): RunSnapshot {
    if (this.active) throw new AppError('run.already_active');
    this.#checkScope(scope);
    const extractor = this.#options.extractor();
    this.#run = this.#guard(() => {
      this.#options.workspace.restoreIfGone();
      const { runs } = this.#options.workspace;
      const users = runs.usersOf(scope);
      if (users.length === 0) throw new AppError('run.nothing_to_do');
      return runs.create({
        extractor: extractor.id,
        extractorVersion: extractor.version,
        scope,
        startTime: this.#options.clock.now(),
        totalWeight: users.reduce((sum, user) => sum + weightOf(user), 0),
        batches: planBatches(users, extractor.limits),
      });
    });
    this.#resumedAutomatically = false;
    this.#startDrive(extractor);
    return this.#publish();
  }

  /** Goes on with the unfinished run when it has this very scope, else starts one: what the same command again means. */
  continue(scope: RunScope): RunSnapshot {
    const sameScope = JSON.stringify(this.#run?.scope) === JSON.stringify(scope);
    return sameScope && this.resumable ? this.resume() : this.start(scope);
  }

  /** Starts no further batch; what is in work is finished and committed. */
  pause(): RunSnapshot {
    if (this.#run?.status !== 'running') throw new AppError('run.not_running');
    this.#stopClock();
    this.#setState({ status: 'paused', endTime: null, error: null });
    return this.#publish();
  }

  /** Goes on with a paused, interrupted or failed run. Throws run.not_resumable, or what still keeps it from going on. */
  resume(): RunSnapshot {
    if (!this.resumable) throw new AppError(this.active ? 'run.already_active' : 'run.not_resumable');
    this.#guard(() => this.#options.workspace.restoreIfGone());
    return this.#goOn(false);
  }

  /** Ends the run now: what is in work is dropped, what is done is kept. */
  cancel(): RunSnapshot {
    if (!this.active && !this.resumable) throw new AppError('run.not_running');
    this.#stopClock();
    this.#stopDrive();
    this.#setState({ status: 'cancelled', endTime: this.#options.clock.now(), error: null });
    return this.#publish();
  }

  /** Puts the notice of an ended run away, in every window and for good. */
  dismiss(): RunSnapshot {
    const run = this.#run;
    if (run && !this.active && !run.dismissed) {
      this.#guard(() => this.#options.workspace.runs.dismiss(run.id));
      run.dismissed = true;
    }
    return this.#publish();
  }

  /** At start-up: finds a run whose process died or that was suspended, and goes on with it by the policy. */
  recover(policy: Settings['resumePolicy']): RunSnapshot {
    const decision = decideRecovery(this.#run, policy, this.#options.clock.now());
    if (decision.action !== 'none') {
      const error: ErrorInfo | null =
        decision.action === 'wait-for-user'
          ? { code: 'run.kept_dying', params: { count: DEATHS_TO_STOP } }
          : (this.#run?.error ?? null);
      this.#setState({ status: 'interrupted', endTime: null, error, deaths: decision.deaths });
      if (decision.action === 'resume') return this.#goOn(true);
    }
    return this.#publish();
  }

  /** Lets go without ending the run: it is found interrupted and goes on at the next start. Waits for work in flight to stop. */
  async suspend(): Promise<void> {
    this.#stopClock();
    const drive = this.#stopDrive();
    if (this.#run?.status === 'running')
      this.#setState({ status: 'interrupted', endTime: null, error: null });
    this.#publish();
    await drive?.ended;
  }

  #checkScope(scope: RunScope): void {
    if (scope.kind !== 'users') return;
    const unknown = this.#guard(() => this.#options.workspace.runs.unknownUsers(scope.userIds));
    if (unknown.length === 0) return;
    const shown = unknown.slice(0, 5).join(', ') + (unknown.length > 5 ? ' …' : '');
    throw new AppError('run.unknown_user', { userIds: shown });
  }

  #goOn(automatically: boolean): RunSnapshot {
    const extractor = this.#drive?.extractor ?? this.#options.extractor();
    const extractorVersion = this.#versionWith(extractor);
    this.#setState({ status: 'running', endTime: null, error: null, extractorVersion });
    // A disk that cannot even take the new state fails the run again, with the reason.
    if (this.#run?.status === 'running') {
      this.#resumedAutomatically = automatically;
      if (this.#drive) this.#continueDrive(this.#drive);
      else this.#startDrive(extractor);
    }
    return this.#publish();
  }

  /** What the run's record says of its extractor; when the rules have changed since it began, both versions. */
  #versionWith(extractor: Extractor): string {
    const recorded = this.#run?.extractorVersion ?? extractor.version;
    return recorded.endsWith(extractor.version) ? recorded : `${recorded} → ${extractor.version}`;
  }

  #startDrive(extractor: Extractor): void {
    const run = this.#run;
    if (!run) return;
    this.#startClock();
    const drive: Drive = {
      abort: new AbortController(),
      extractor,
      lastBatch: 0,
      inWork: new Map(),
      waiting: [],
      ended: Promise.resolve(),
    };
    this.#drive = drive;
    const workers = Array.from({ length: extractor.concurrency }, () => this.#work(drive, run.id));
    drive.ended = Promise.all(workers).then(() => undefined);
  }

  #continueDrive(drive: Drive): void {
    this.#startClock();
    for (const wake of drive.waiting.splice(0)) wake();
  }

  #stopDrive(): Drive | null {
    const drive = this.#drive;
    this.#drive = null;
    drive?.abort.abort();
    for (const wake of drive?.waiting.splice(0) ?? []) wake();
    return drive;
  }

  /** One worker of a drive: batch after batch until there is none, or the drive is over. */
  async #work(drive: Drive, runId: number): Promise<void> {
    while (this.#drive === drive) {
      if (this.#run?.status === 'paused') {
        await new Promise<void>((resolve) => drive.waiting.push(resolve));
        continue;
      }
      try {
        const batchNo = this.#options.workspace.runs.nextOpenBatch(runId, drive.lastBatch);
        if (batchNo === null) return;
        drive.lastBatch = batchNo;
        await this.#runBatch(drive, runId, batchNo);
      } catch (error) {
        this.#fail(drive, error);
        return;
      }
      // Lets requests and timers of this thread have their turn between batches.
      await new Promise<void>((resolve) => setImmediate(resolve));
    }
  }

  async #runBatch(drive: Drive, runId: number, batchNo: number): Promise<void> {
    const { workspace, clock } = this.#options;
    const { extractor, abort } = drive;
    const users = workspace.batches.load(runId, batchNo, extractor.maxBehavioursPerUser);
    drive.inWork.set(batchNo, { batchNo, userIds: users.map((user) => user.input.userId) });
    this.#publish();
    try {
      const outcomes = await askExtractor(users, extractor, abort.signal);
      if (abort.signal.aborted) return;
      workspace.checkStillThere();
      const counters = workspace.batches.commit({
        runId,
        batchNo,
        outcomes,
        weight: users.reduce((sum, user) => sum + weightOf(user), 0),
        done: true,
        now: clock.now(),
        activeMs: this.#activeTime.ms,
      });
      drive.inWork.delete(batchNo);
      this.#committed(counters);
    } finally {
      drive.inWork.delete(batchNo);
    }
  }

  #committed(counters: Partial<RunRow>): void {
    const run = this.#run;
    if (!run) return;
    Object.assign(run, counters);
    run.activeMs = this.#activeTime.ms;
    this.#estimator.record({ activeMs: run.activeMs, weight: run.doneWeight, users: run.processedUsers });
    if (run.status === 'completed') {
      this.#stopClock();
      this.#stopDrive();
    }
    this.#publish();
  }

  /** A reason no user of the run can escape: the run stops as failed, and can be resumed. */
  #fail(drive: Drive, error: unknown): void {
    if (this.#drive !== drive) return;
    this.#stopDrive();
    this.#stopClock();
    const info = sqliteError(error, this.#options.workspace.path).toInfo();
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
  }): void {
    const run = this.#run;
    if (!run) return;
    try {
      this.#options.workspace.runs.setState(run.id, { ...state, activeMs: run.activeMs });
      Object.assign(run, state, { dismissed: false });
    } catch (error) {
      const info = sqliteError(error, this.#options.workspace.path).toInfo();
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
      throw sqliteError(error, this.#options.workspace.path);
    }
  }

  #startClock(): void {
    const run = this.#run;
    if (!run) return;
    this.#activeTime.start(run.activeMs);
    this.#estimator.reset({ activeMs: run.activeMs, weight: run.doneWeight, users: run.processedUsers });
  }

  #stopClock(): void {
    this.#activeTime.stop();
    if (this.#run) this.#run.activeMs = this.#activeTime.ms;
  }

  #weightLeft(): number {
    return this.#run ? this.#run.totalWeight - this.#run.doneWeight : 0;
  }

  #publish(): RunSnapshot {
    const snapshot = this.snapshot();
    this.#options.onSnapshot(snapshot);
    return snapshot;
  }
}

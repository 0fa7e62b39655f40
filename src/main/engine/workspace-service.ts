import { isAsked } from '../../shared/asking.ts';
import type { EngineApi } from '../../core/engine/engine-api.ts';
import { AppError, toErrorInfo } from '../../core/errors.ts';
import type { ErrorCode, ErrorInfo } from '../../shared/errors.ts';
import { rulesChoice } from '../../shared/settings.ts';
import type { Settings } from '../../shared/settings.ts';
import { isFileTaskCancelled } from '../../shared/workspace.ts';
import type {
  BackupFile,
  FileTask,
  FileTaskProgress,
  FileTaskState,
  RescueReport,
  WorkspaceState,
} from '../../shared/workspace.ts';
import type { Log } from '../log/rotating-log.ts';
import type { ShellState } from '../settings/shell-state.ts';
import type { LatestSnapshots } from './latest-snapshots.ts';

export interface WorkspaceServiceOptions {
  engine: () => EngineApi;
  /** Starts the engine again if it was given up. */
  reviveEngine: () => void;
  settings: () => Settings;
  /** Gives an engine what it needs before a workspace is opened in it: opening may go on with a run. */
  configureEngine: (engine: EngineApi) => Promise<void>;
  state: ShellState;
  snapshots: LatestSnapshots;
  defaultPath: string;
  log: Log;
  onChanged: (state: WorkspaceState) => void;
  /** Called when only the progress of `fileTask` is another: at most about ten times a second. */
  onProgress: (state: WorkspaceState) => void;
  /** Called when a person has stopped a rescue, a restore or a backup: with what to say of it. */
  onCancelled: (notice: ErrorInfo) => void;
  /** Called each time a workspace was opened, with where it is kept as it was before its format changed, if it did. */
  onOpened: (formatBackup: string | null) => void;
}

/** Why a workspace is closed that can be rescued. */
const DAMAGED: readonly ErrorCode[] = ['workspace.damaged', 'workspace.rescue_interrupted'];

interface Target {
  path: string;
  create: boolean;
}

/**
 * Which workspace is open, or why none is. A workspace that cannot be opened is a state that windows show with the ways out,
 * not an end of the application. One thing happens at a time, in order of asking.
 */
export class WorkspaceService {
  readonly #options: WorkspaceServiceOptions;
  #target: Target;
  #open = false;
  #error: ErrorInfo | null = null;
  #rescued: RescueReport | null = null;
  #fileTask: FileTaskState | null = null;
  #engineGivenUp = false;
  #tail: Promise<unknown> = Promise.resolve();

  constructor(options: WorkspaceServiceOptions) {
    this.#options = options;
    const last = options.state.workspacePath;
    this.#target = last ? { path: last, create: false } : { path: options.defaultPath, create: true };
  }

  state(): WorkspaceState {
    return {
      path: this.#target.path,
      open: this.#open,
      error: this.#error,
      recent: this.#options.state.recent,
      rescued: this.#rescued,
      fileTask: this.#fileTask,
    };
  }

  /** Opens the last workspace; on the first start makes one. */
  openLast(): Promise<WorkspaceState> {
    return this.#inTurn(() => this.#openNow(this.#target));
  }

  /**
   * Opens another workspace. Throws workspace.busy while a run, an import, an export, a backup that was asked for or a question to the model is going on in the
   * open one, and why the other one cannot be opened while there is one to stay in.
   */
  open(path: string, create: boolean): Promise<WorkspaceState> {
    return this.#inTurn(() => {
      const { run, import: imported, export: exported, induction, asking } = this.#options.snapshots;
      const isBusy = [run, imported, exported, induction].some(({ status }) => status === 'running');
      if (isBusy || isAsked(asking) || this.#fileTask) throw new AppError('workspace.busy');
      return this.#openNow({ path, create });
    });
  }

  /** Tries again what could not be opened. */
  retry(): Promise<WorkspaceState> {
    return this.#inTurn(async () => {
      if (this.#open) return this.state();
      this.#engineGivenUp = false;
      this.#options.reviveEngine();
      return this.#openNow(this.#target);
    });
  }

  /**
   * Recovers what reads of the workspace that is closed because it is damaged, then opens the result. Throws
   * workspace.not_damaged for any other: a window could have a file put aside that has nothing to do with us; and
   * workspace.rescue_cancelled.
   */
  rescue(): Promise<RescueReport> {
    return this.#inTurn(async () => {
      const { path } = this.#target;
      const damaged = this.#error !== null && DAMAGED.includes(this.#error.code);
      if (this.#open || !damaged || this.#error?.params?.['path'] !== path) {
        throw new AppError('workspace.not_damaged', { path });
      }
      return this.#during('rescue', async () => {
        const report = await this.#options.engine().rescueWorkspace(path);
        await this.#openNow({ path, create: false });
        return report;
      });
    });
  }

  /**
   * Puts a backup in the place of the workspace, which is open or could not be opened, and opens it. Resolves with the name
   * under which what was there is kept. Throws workspace.restore_cancelled; what was open is open again then.
   */
  restore(backupPath: string): Promise<string | null> {
    return this.#inTurn(async () => {
      const { path } = this.#target;
      if (this.#fileTask) throw new AppError('workspace.busy');
      return this.#during('restore', async () => {
        const kept = await this.#options
          .engine()
          .restoreBackup(path, backupPath)
          .catch(async (error: unknown) => {
            // Where the engine had closed it already, the workspace is opened again as it was; but not when the application quits.
            const isClosing = toErrorInfo(error).code === 'workspace.none';
            if (!isClosing && this.#open && !(await this.#isStillOpen()))
              await this.#openNow({ path, create: false });
            throw error;
          });
        this.#open = false;
        await this.#openNow({ path, create: false });
        return kept;
      });
    });
  }

  /** Makes a backup of the open workspace, which every window shows, and keeps the newest `keep`. Throws workspace.backup_cancelled. */
  async backUp(keep: number): Promise<BackupFile> {
    if (this.#fileTask && this.#fileTask.task !== 'backup') throw new AppError('workspace.busy');
    return this.#during('backup', () => this.#options.engine().backUpWorkspace(keep));
  }

  /** Asks a rescue, a restore or a backup to stop; does nothing when it is not going on. Whoever asked for it finds it stopped. */
  async cancelFileTask(task: FileTask): Promise<void> {
    if (this.#fileTask?.task !== task) return;
    this.#fileTask = { ...this.#fileTask, cancelling: true };
    this.#options.onChanged(this.state());
    await this.#options.engine().cancelFileTask(task);
  }

  /** The engine tells how far a task is. A backup by the clock is not shown. */
  fileTaskProgress({ task, ...progress }: FileTaskProgress & { task: FileTask }): void {
    if (this.#fileTask?.task !== task) return;
    this.#fileTask = { ...this.#fileTask, ...progress };
    this.#options.onProgress(this.state());
  }

  /** The user has seen the report of a rescue: it is not shown again, in this window or another one. */
  dismissRescue(): Promise<void> {
    return this.#inTurn(async () => {
      if (!this.#rescued) return;
      this.#rescued = null;
      this.#options.onChanged(this.state());
      try {
        await this.#options.engine().dismissRescue();
      } catch (error) {
        this.#options.log.warn(`the report of a rescue is shown again: ${toErrorInfo(error).code}`);
      }
    });
  }

  /** The open workspace was found damaged or replaced: closes it. Windows then show why, and the ways out. */
  damaged(error: ErrorInfo): void {
    void this.#inTurn(async () => {
      if (!this.#open || error.params?.['path'] !== this.#target.path) return;
      const { engine, log, state } = this.#options;
      const { path, detail, recovered } = error.params;
      log.warn(`${error.code}: ${String(path)} ${String(detail ?? recovered ?? '')}`);
      if (typeof recovered === 'string') state.workspaceMade(recovered);
      try {
        await engine().closeWorkspace();
      } catch (problem) {
        log.error('the workspace was not closed in order', problem);
      }
      this.#closed(error);
    });
  }

  /** The engine was started anew, nothing is open in it: opens the workspace again. */
  engineRestarted(): void {
    this.#options.snapshots.engineRestarted();
    void this.#inTurn(() => this.#openNow(this.#target));
  }

  /** The engine is down and stays so until the user asks to try again. */
  engineGivenUp(): void {
    this.#engineGivenUp = true;
    this.#options.snapshots.engineRestarted();
    this.#closed({ code: 'app.engine_given_up' });
  }

  /** Every window shows what is done meanwhile; opening what came of it ends that. */
  async #during<T>(task: FileTask, work: () => Promise<T>): Promise<T> {
    // Who asks for a backup while one is made gets that one.
    if (this.#fileTask?.task !== task) {
      this.#fileTask = { task, step: 'copying', share: null, cancelling: false };
      this.#options.onChanged(this.state());
    }
    try {
      return await work();
    } catch (error) {
      const known = toErrorInfo(error);
      if (this.#fileTask?.task === task && isFileTaskCancelled(known)) this.#options.onCancelled(known);
      throw error;
    } finally {
      if (this.#fileTask?.task === task) {
        this.#fileTask = null;
        this.#options.onChanged(this.state());
      }
    }
  }

  async #openNow(target: Target): Promise<WorkspaceState> {
    const { settings, snapshots, state } = this.#options;
    try {
      const engine = this.#options.engine();
      // Before the workspace: opening it may go on with a run, and a run needs its rules and its model.
      await engine.useRules(rulesChoice(settings()));
      await this.#options.configureEngine(engine);
      const resumePolicy = state.takeResumeOnce() ? 'resume' : settings().resumePolicy;
      const opened = await engine.openWorkspace({ ...target, resumePolicy });
      // Who hears that a workspace is open is told of its run, not of none.
      snapshots.acceptRun(await engine.runSnapshot());
      snapshots.acceptImport(await engine.importSnapshot());
      snapshots.acceptExport(await engine.exportSnapshot());
      snapshots.acceptInduction(await engine.inductionSnapshot());
      // From now on a missing file is a loss to report, never a reason to make an empty one.
      this.#target = { path: target.path, create: false };
      this.#open = true;
      this.#error = null;
      this.#rescued = opened.rescued;
      this.#fileTask = null;
      state.workspaceOpened(target.path);
      this.#options.onChanged(this.state());
      this.#options.onOpened(opened.formatBackup);
    } catch (error) {
      const message = `the workspace ${target.path} cannot be opened`;
      if (error instanceof AppError) this.#options.log.warn(`${message}: ${error.code}`);
      else this.#options.log.error(message, error);
      const { recovered } = toErrorInfo(error).params ?? {};
      if (typeof recovered === 'string') state.workspaceMade(recovered);
      if (this.#open && (await this.#isStillOpen())) throw error;
      this.#target = target;
      // An opening that the last death of the engine cut short would say that it is being restarted.
      this.#closed(this.#engineGivenUp ? { code: 'app.engine_given_up' } : toErrorInfo(error));
    }
    return this.state();
  }

  /** Whether the engine still has the workspace that was open before another one could not be opened. */
  async #isStillOpen(): Promise<boolean> {
    try {
      return (await this.#options.engine().runSnapshot()).workspaceId !== '';
    } catch {
      return false;
    }
  }

  #closed(error: ErrorInfo): void {
    this.#open = false;
    this.#error = error;
    this.#rescued = null;
    this.#fileTask = null;
    this.#options.snapshots.clearRun();
    this.#options.onChanged(this.state());
  }

  #inTurn<T>(action: () => T | Promise<T>): Promise<T> {
    const result = this.#tail.then(action);
    this.#tail = result.catch(() => undefined);
    return result;
  }
}

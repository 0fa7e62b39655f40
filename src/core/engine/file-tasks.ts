import { FILE_TASK_CANCELLED } from '../../shared/workspace.ts';
import type { BackupFile, FileTask, FileTaskProgress, RescueReport } from '../../shared/workspace.ts';
import type { Clock } from '../clock.ts';
import { AppError } from '../errors.ts';
import { backUp } from '../store/backup.ts';
import { throttled } from '../store/file-task.ts';
import { startRescue, startRestore } from '../store/file-task-job.ts';
import type { FileTaskJob } from '../store/file-task-job.ts';

export interface FileTasksOptions {
  clock: Clock;
  workerUrl: URL;
  onProgress: (progress: FileTaskProgress & { task: FileTask }) => void;
}

/** A task that is going on. */
interface Current<T> {
  done: Promise<T>;
  /** Asks it to stop, after which it rejects with this. */
  stop: (reason: AppError) => void;
}

/** What is done to the file of a workspace as a whole: a rescue and a restore of one that is closed, a backup of the open one. */
export class FileTasks {
  readonly #options: FileTasksOptions;
  #backup: (Current<BackupFile> & { path: string }) | null = null;
  #closed: (Current<unknown> & { task: FileTask; path: string }) | null = null;

  constructor(options: FileTasksOptions) {
    this.#options = options;
  }

  /** Rescues a workspace once `close` has closed the one that is open. Rejects as `rescueWorkspace`. */
  rescue(path: string, close: () => Promise<void>): Promise<RescueReport> {
    return this.#run('rescue', path, close, () =>
      startRescue({ workspacePath: path, ...this.#jobParams('rescue') }),
    );
  }

  /** Restores a backup once `close` has closed the workspace that is open. Rejects as `restoreBackup`. */
  restore(path: string, backupPath: string, close: () => Promise<void>): Promise<string | null> {
    return this.#run('restore', path, close, () =>
      startRestore({ workspacePath: path, backupPath, ...this.#jobParams('restore') }),
    );
  }

  /** Rejects as `backUp`. Who asks for one while one is made gets that one. */
  backUp(path: string, keep: number): Promise<BackupFile> {
    if (this.#backup) return this.#backup.done;
    const abort = new AbortController();
    const watch = throttled((progress) => this.#options.onProgress({ ...progress, task: 'backup' }));
    const now = this.#options.clock.now();
    const done = backUp(path, { now, keep, signal: abort.signal, watch }).finally(() => {
      this.#backup = null;
    });
    this.#backup = { path, done, stop: (reason) => abort.abort(reason) };
    return done;
  }

  /** Asks a task to stop; does nothing when it is not going on. */
  cancel(task: FileTask): void {
    const current = task === 'backup' ? this.#backup : this.#closed?.task === task ? this.#closed : null;
    current?.stop(new AppError(FILE_TASK_CANCELLED[task], { path: current.path }));
  }

  /** Stops what is going on because the workspace is closed, and waits for its end: it rejects with workspace.none unless it is done. */
  async end(): Promise<void> {
    const current = [this.#backup, this.#closed].filter((task) => task !== null);
    for (const { stop } of current) stop(new AppError('workspace.none'));
    await Promise.allSettled(current.map(({ done }) => done));
  }

  #jobParams(task: FileTask): Pick<Parameters<typeof startRescue>[0], 'now' | 'workerUrl' | 'onProgress'> {
    const { clock, workerUrl, onProgress } = this.#options;
    return { now: clock.now(), workerUrl, onProgress: (progress) => onProgress({ ...progress, task }) };
  }

  #run<T>(task: FileTask, path: string, close: () => Promise<void>, start: () => FileTaskJob<T>): Promise<T> {
    // What goes on ends first; this one can be stopped from now on.
    const ended = this.end();
    const stopped: { reason: AppError | null } = { reason: null };
    let job: FileTaskJob<T> | null = null;
    const work = async (): Promise<T> => {
      await ended;
      await close();
      if (stopped.reason) throw stopped.reason;
      job = start();
      try {
        return await job.done;
      } catch (error) {
        // Any other error came first.
        throw error instanceof AppError && error.code === FILE_TASK_CANCELLED[task]
          ? (stopped.reason ?? error)
          : error;
      }
    };
    const done: Promise<T> = work().finally(() => {
      if (this.#closed?.done === done) this.#closed = null;
    });
    const stop = (why: AppError): void => {
      stopped.reason = why;
      job?.cancel();
    };
    this.#closed = { task, path, done, stop };
    return done;
  }
}

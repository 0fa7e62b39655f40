import { basename } from 'node:path';
import type { ErrorInfo } from '../../shared/errors.ts';
import { NO_EXPORT } from '../../shared/export.ts';
import type { ExportRequest, ExportSnapshot } from '../../shared/export.ts';
import { AppError, toErrorInfo } from '../errors.ts';
import { startExportJob } from '../export/export-job.ts';
import type { ExportJob, ExportJobParams } from '../export/export-job.ts';
import { checkCarried } from '../export/check-carried.ts';
import type { ExportProgress } from '../export/run-export.ts';
import { checkTarget } from '../export/write-whole.ts';

export interface ExportSessionOptions {
  workspacePath: string;
  workerUrl: URL;
  program: string;
  /** The codebook and the rules in use. `computes`: events may be made by those; throws rules.… where they cannot be used. */
  basis: (computes: boolean) => Pick<ExportJobParams, 'codebook' | 'codebookVersion' | 'rules'>;
  nextRevision: () => number;
  onSnapshot: (snapshot: ExportSnapshot) => void;
  /** Called when an export has let go of the workspace; `error`: why it failed. */
  onEnded: (error: ErrorInfo | null) => void;
}

/** The one export of an open workspace: its state as windows see it, and the job that does it. */
export class ExportSession {
  readonly #options: ExportSessionOptions;
  #state: ExportSnapshot = NO_EXPORT;
  #job: ExportJob | null = null;
  #done: Promise<void> = Promise.resolve();

  constructor(options: ExportSessionOptions) {
    this.#options = options;
  }

  get active(): boolean {
    return this.#job !== null;
  }

  snapshot(): ExportSnapshot {
    return { ...this.#state, revision: this.#options.nextRevision() };
  }

  /** Starts an export. Throws export.already_active, and what is wrong with the request at once. */
  start(request: ExportRequest): ExportSnapshot {
    if (this.active) throw new AppError('export.already_active');
    checkCarried(request);
    checkTarget(request.path, 'export.unwritable');
    const { workspacePath, workerUrl, program, basis } = this.#options;
    const job = startExportJob({
      ...{ workspacePath, workerUrl, program, request },
      ...basis(request.detail !== undefined),
      onProgress: (progress) => this.#progress(progress),
    });
    this.#job = job;
    const { format, what, path } = request;
    this.#state = { ...NO_EXPORT, status: 'running', format, what, fileName: basename(path) };
    this.#done = job.done.then(
      (report) => this.#end({ status: 'completed', progressPercent: 100, rows: report.rows, report }),
      (error: unknown) => {
        const info = toErrorInfo(error);
        this.#end({ status: info.code === 'export.cancelled' ? 'cancelled' : 'failed', error: info });
      },
    );
    return this.#publish();
  }

  /** Stops the export; no file is left. Resolves when that is so. */
  async cancel(): Promise<ExportSnapshot> {
    this.#job?.cancel();
    await this.#done;
    return this.snapshot();
  }

  /** Puts the notice of an ended export away. */
  dismiss(): ExportSnapshot {
    if (!this.active) this.#state = NO_EXPORT;
    return this.#publish();
  }

  #progress({ done, total, rows, pace }: ExportProgress): void {
    // The last hundredth is for the end of the file.
    const progressPercent = total === 0 ? 0 : Math.floor((done / total) * 990) / 10;
    this.#state = { ...this.#state, progressPercent, rows, pace };
    this.#publish();
  }

  #end(end: Partial<ExportSnapshot>): void {
    this.#job = null;
    this.#state = { ...this.#state, ...end };
    this.#options.onEnded(end.error ?? null);
    this.#publish();
  }

  #publish(): ExportSnapshot {
    const snapshot = this.snapshot();
    this.#options.onSnapshot(snapshot);
    return snapshot;
  }
}

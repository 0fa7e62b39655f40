import { Worker } from 'node:worker_threads';
import type { ExportReport } from '../../shared/export.ts';
import { AppError } from '../errors.ts';
import type { ExportWorkerData, ExportWorkerMessage } from './export-messages.ts';
import type { ExportProgress } from './run-export.ts';

/** Heap of the export thread, in MB: a group of rows and the columns made of it. Without a limit the collector lets it grow. */
const HEAP_MB = 192;
/** Where events are computed, one user is in memory as well, and what is made of them. */
const HEAP_WITH_USER_MB = 416;

export interface ExportJob {
  /** The report; rejects with AppError (`export.cancelled` when cancelled), and then there is no file. */
  readonly done: Promise<ExportReport>;
  /** Asks the export to stop. It may still complete: `done` tells. */
  cancel(): void;
}

export interface ExportJobParams extends Omit<ExportWorkerData, 'cancelFlag'> {
  /** The file that the worker thread runs: `export-worker`, as built or as source. */
  workerUrl: URL;
  /** Called at most about ten times a second. */
  onProgress: (progress: ExportProgress) => void;
}

/** Starts an export in a worker thread of its own, with a connection of its own that only reads. */
export function startExportJob({ workerUrl, onProgress, ...data }: ExportJobParams): ExportJob {
  const cancelFlag = new SharedArrayBuffer(Int32Array.BYTES_PER_ELEMENT);
  const workerData: ExportWorkerData = { ...data, cancelFlag };
  const maxOldGenerationSizeMb = data.request.detail === undefined ? HEAP_MB : HEAP_WITH_USER_MB;
  const resourceLimits = { maxOldGenerationSizeMb, maxYoungGenerationSizeMb: 12 };
  const worker = new Worker(workerUrl, { workerData, name: 'export', resourceLimits });
  const done = new Promise<ExportReport>((resolve, reject) => {
    let outcome: (() => void) | null = null;
    worker.on('message', (message: ExportWorkerMessage) => {
      if (message.type === 'progress') onProgress(message.progress);
      else if (message.type === 'done') outcome = () => resolve(message.report);
      else outcome = () => reject(new AppError(message.error.code, message.error.params));
    });
    worker.on('error', (error) => {
      outcome = () => reject(new AppError('app.internal', { detail: error.message }, { cause: error }));
    });
    // Settle only once the thread has exited: its connection is closed then.
    worker.on('exit', (code) => {
      if (outcome) outcome();
      else reject(new AppError('app.internal', { detail: `export worker exited with code ${code}` }));
    });
  });
  return { done, cancel: () => void Atomics.store(new Int32Array(cancelFlag), 0, 1) };
}

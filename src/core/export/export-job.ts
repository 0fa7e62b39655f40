import type { ExportReport } from '../../shared/export.ts';
import { AppError } from '../errors.ts';
import { makeCancelFlag, runThread } from '../thread-job.ts';
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
  const flag = makeCancelFlag();
  const workerData: ExportWorkerData = { ...data, cancelFlag: flag.buffer };
  const maxOldGenerationSizeMb = data.request.detail === undefined ? HEAP_MB : HEAP_WITH_USER_MB;
  const done = runThread<ExportWorkerMessage, ExportReport>({
    ...{ url: workerUrl, workerData, name: 'export' },
    resourceLimits: { maxOldGenerationSizeMb, maxYoungGenerationSizeMb: 12 },
    onMessage: (message) => {
      if (message.type === 'failed') return { error: new AppError(message.error.code, message.error.params) };
      if (message.type === 'done') return { result: message.report };
      onProgress(message.progress);
      return null;
    },
  });
  return { done, cancel: () => flag.raise() };
}

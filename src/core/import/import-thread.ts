import { AppError } from '../errors.ts';
import { runThread } from '../thread-job.ts';
import { removeUnpackedBy } from './formats/unpack-file.ts';
import type { ImportWorkerData, ImportWorkerMessage } from './import-messages.ts';
import { NoUsableRows } from './no-usable-rows.ts';

/**
 * Heap of the import thread: several times what an import keeps within IMPORT_LIMITS. Without a limit the garbage
 * collector lets the heap of a long import grow to several times what is kept.
 */
const RESOURCE_LIMITS = { maxOldGenerationSizeMb: 160, maxYoungGenerationSizeMb: 32 };
/** Of a thread that only reads: it waits for the other one, and has time to collect more often. */
const READER_LIMITS = { ...RESOURCE_LIMITS, maxYoungGenerationSizeMb: 16 };

/** Runs the worker thread to its end; `onMessage` returns the result once it is there. `path`: the file that it is about. */
export function runWorker<T>(
  url: URL,
  workerData: Exclude<ImportWorkerData, { task: 'write' }>,
  path: string,
  onMessage: (message: ImportWorkerMessage) => T | null,
): Promise<T> {
  const link = workerData.task === 'import' ? workerData.link : null;
  return runThread<ImportWorkerMessage, T>({
    ...{ url, workerData, name: workerData.task },
    transferList: link ? [link.port] : [],
    resourceLimits: link ? READER_LIMITS : RESOURCE_LIMITS,
    onMessage: (message) => {
      const result = onMessage(message);
      if (result !== null) return { result };
      return message.type === 'failed' ? { error: failure(message) } : null;
    },
    errorOf: (error) => threadError(error, path),
    // A thread that ran out of memory could not remove what it had unpacked.
    onExit: removeUnpackedBy,
  });
}

/** Why the thread ended by itself: it has less memory than the process, so that no file can take the application down. */
export function threadError(error: Error, path: string): AppError {
  const cause = { cause: error };
  return 'code' in error && error.code === 'ERR_WORKER_OUT_OF_MEMORY'
    ? new AppError('import.out_of_memory', { path }, cause)
    : new AppError('app.internal', { detail: error.message }, cause);
}

/** The error of the worker thread as it was there. */
function failure({ error, report }: Extract<ImportWorkerMessage, { type: 'failed' }>): AppError {
  return report ? new NoUsableRows(report) : new AppError(error.code, error.params);
}

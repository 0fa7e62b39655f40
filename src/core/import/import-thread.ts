import { Worker } from 'node:worker_threads';
import { AppError } from '../errors.ts';
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

/** What the thread is told to stop by: it never waits for messages. */
export interface CancelFlag {
  buffer: SharedArrayBuffer;
  raise(): void;
}

export function makeCancelFlag(): CancelFlag {
  const buffer = new SharedArrayBuffer(Int32Array.BYTES_PER_ELEMENT);
  return { buffer, raise: () => void Atomics.store(new Int32Array(buffer), 0, 1) };
}

/** Runs the worker thread to its end; `onMessage` returns the result once it is there. `path`: the file that it is about. */
export function runWorker<T>(
  workerUrl: URL,
  workerData: Exclude<ImportWorkerData, { task: 'write' }>,
  path: string,
  onMessage: (message: ImportWorkerMessage) => T | null,
): Promise<T> {
  const link = workerData.task === 'import' ? workerData.link : null;
  const worker = new Worker(workerUrl, {
    workerData,
    transferList: link ? [link.port] : [],
    name: workerData.task,
    resourceLimits: link ? READER_LIMITS : RESOURCE_LIMITS,
  });
  const thread = worker.threadId;
  return new Promise<T>((resolve, reject) => {
    let outcome: (() => void) | null = null;
    worker.on('message', (message: ImportWorkerMessage) => {
      const result = onMessage(message);
      if (result !== null) outcome = () => resolve(result);
      else if (message.type === 'failed') outcome = () => reject(failure(message));
    });
    worker.on('error', (error) => {
      outcome = () => reject(threadError(error, path));
    });
    // Settle only once the thread has exited: its connection is closed then, and the next import finds no lock.
    worker.on('exit', (code) => {
      // A thread that ran out of memory could not remove what it had unpacked.
      removeUnpackedBy(thread);
      if (outcome) outcome();
      else reject(new AppError('app.internal', { detail: `import worker exited with code ${code}` }));
    });
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

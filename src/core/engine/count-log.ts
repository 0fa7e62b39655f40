import { availableParallelism } from 'node:os';
import { Worker } from 'node:worker_threads';
import { addCounts } from '../abstraction/log-counts.ts';
import type { LogCounts } from '../abstraction/log-counts.ts';
import { ALL_USERS, countLog } from '../abstraction/measure.ts';
import type { LogReader, UserStretch } from '../abstraction/measure.ts';
import { AppError } from '../errors.ts';
import type { MeasureMessage, MeasureWorkerData } from './measure-worker.ts';

/** A smaller log is counted before a second thread is ready. */
const LEAST_FOR_THREAD = 100_000;
/** The thread keeps the names of things and one portion. */
const RESOURCE_LIMITS = { maxOldGenerationSizeMb: 160, maxYoungGenerationSizeMb: 12 };

export interface CountLogOptions {
  workspacePath: string;
  /** The file that the second thread runs: `measure-worker`, as built or as source. */
  workerUrl: URL;
  signal: AbortSignal;
  /** How much of the log is read, 0 to 1. */
  onProgress: (share: number) => void;
  /** From how many behaviours on a second thread counts. */
  leastForThread?: number;
}

/**
 * Counts a log: half of a long one in this thread, between its other work, and half in a second one. The counts are the same either way.
 * Rejects with the reason of the signal, or with AppError workspace.…
 */
export async function countInThreads(log: LogReader, options: CountLogOptions): Promise<LogCounts> {
  const { signal, onProgress, leastForThread = LEAST_FOR_THREAD } = options;
  const total = log.count();
  let read = 0;
  const onRead = (behaviours: number): void => {
    read += behaviours;
    onProgress(total === 0 ? 0 : Math.min(1, read / total));
  };
  if (total < leastForThread || availableParallelism() === 1)
    return countLog(log, ALL_USERS, { signal, onRead });
  const middle = log.middleUser();
  const abort = new AbortController();
  const either = AbortSignal.any([signal, abort.signal]);
  try {
    const [first, second] = await Promise.all([
      countLog(log, { ...ALL_USERS, upTo: middle }, { signal: either, onRead }),
      countInThread({ ...ALL_USERS, after: middle }, { ...options, signal: either, onRead }),
    ]);
    return addCounts(first, second);
  } finally {
    // When one has failed, the other one is not waited for.
    abort.abort();
  }
}

function countInThread(
  users: UserStretch,
  { workspacePath, workerUrl, signal, onRead }: CountLogOptions & { onRead: (behaviours: number) => void },
): Promise<LogCounts> {
  const workerData: MeasureWorkerData = { workspacePath, users };
  const worker = new Worker(workerUrl, { workerData, name: 'measure', resourceLimits: RESOURCE_LIMITS });
  return new Promise<LogCounts>((resolve, reject) => {
    const end = (): void => void worker.terminate();
    signal.addEventListener('abort', end, { once: true });
    let counts: LogCounts | null = null;
    worker.on('message', (message: MeasureMessage) => {
      if (message.kind === 'read') onRead(message.behaviours);
      else if (message.kind === 'counted') counts = message.counts;
      else reject(new AppError(message.error.code, message.error.params));
    });
    worker.on('error', (error) => {
      reject(new AppError('app.internal', { detail: error.message }, { cause: error }));
    });
    // Only once the thread has exited its connection is closed: on Windows an open file can neither be deleted nor replaced.
    worker.on('exit', (code) => {
      signal.removeEventListener('abort', end);
      if (signal.aborted) reject(signal.reason as Error);
      else if (counts) resolve(counts);
      else
        reject(new AppError('app.internal', { detail: `the thread that measures exited with code ${code}` }));
    });
  });
}

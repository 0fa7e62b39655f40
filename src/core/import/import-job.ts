import { statSync } from 'node:fs';
import { MessageChannel, Worker } from 'node:worker_threads';
import { AppError } from '../errors.ts';
import type { ImportOptions, ImportPreview, ImportReport } from '../../shared/import.ts';
import { removeUnpackedBy } from './formats/unpack-file.ts';
import type { ImportWorkerData, ImportWorkerMessage } from './import-messages.ts';
import type { ImportProgress } from './import-progress.ts';
import { NoUsableRows } from './no-usable-rows.ts';
import { PLACE, STATE } from './threaded-store.ts';
import type { StoreLink } from './threaded-store.ts';

/**
 * Heap of the import thread: several times what an import keeps within IMPORT_LIMITS. Without a limit the garbage
 * collector lets the heap of a long import grow to several times what is kept.
 */
const RESOURCE_LIMITS = { maxOldGenerationSizeMb: 160, maxYoungGenerationSizeMb: 32 };
/** Of a thread that only reads: it waits for the other one, and has time to collect more often. */
const READER_LIMITS = { ...RESOURCE_LIMITS, maxYoungGenerationSizeMb: 16 };
/** Of the thread that writes, which keeps little. */
const WRITER_LIMITS = { maxOldGenerationSizeMb: 64, maxYoungGenerationSizeMb: 8 };
/** A smaller file is read before a second thread is there. */
const TWO_THREADS_FROM = 8_000_000;

export type { ImportProgress } from './import-progress.ts';

export interface ImportJob {
  /** The report; rejects with AppError (`import.cancelled` when cancelled, NoUsableRows with its report), and then the workspace is as it was. */
  readonly done: Promise<ImportReport>;
  /** Asks the import to stop. It may still complete when it is just being committed: `done` tells. */
  cancel(): void;
}

export interface ImportJobParams {
  /** An existing workspace of the newest format. */
  workspacePath: string;
  options: ImportOptions;
  /** The file that the worker thread runs: `import-worker`, as built or as source. */
  workerUrl: URL;
  /** Called at most about ten times a second. */
  onProgress: (progress: ImportProgress) => void;
  /** Files of so many bytes are read in one thread and written in another. */
  twoThreadsFrom?: number;
}

/** Starts an import in a worker thread of its own, or in two, with a connection of its own. */
export function startImportJob({
  workspacePath,
  options,
  workerUrl,
  onProgress,
  twoThreadsFrom = TWO_THREADS_FROM,
}: ImportJobParams): ImportJob {
  const cancelFlag = new SharedArrayBuffer(Int32Array.BYTES_PER_ELEMENT);
  const writer = isLarge(options, twoThreadsFrom)
    ? startWriter(workerUrl, workspacePath, options.path)
    : null;
  const workerData = {
    task: 'import',
    workspacePath,
    options,
    cancelFlag,
    link: writer?.link ?? null,
  } as const;
  const read = runWorker(workerUrl, workerData, (message) => {
    if (message.type === 'progress') onProgress(message.progress);
    return message.type === 'done' ? message.report : null;
  });
  const done = writer ? both(read, writer.ended) : read;
  return { done, cancel: () => void Atomics.store(new Int32Array(cancelFlag), 0, 1) };
}

/** What the thread that reads comes to, once the one that writes has ended, too: what ended that one by itself is the reason of both. */
async function both<T>(read: Promise<T>, ended: Promise<AppError | null>): Promise<T> {
  try {
    const outcome = await read;
    await ended;
    return outcome;
  } catch (error) {
    throw (await ended) ?? error;
  }
}

/** Whether two threads are worth it. Profiles are compared with those that are there, one by one. */
function isLarge({ path, kind }: ImportOptions, bytes: number): boolean {
  if (kind !== 'behaviours') return false;
  try {
    return statSync(path).size >= bytes;
  } catch {
    // What is wrong with it is told by the import.
    return false;
  }
}

/** The thread that writes what another reads. */
interface Writer {
  link: StoreLink;
  /** Once it has let go of the workspace: why it ended by itself, or null. Never rejects. */
  ended: Promise<AppError | null>;
}

function startWriter(workerUrl: URL, workspacePath: string, path: string): Writer {
  const { port1, port2 } = new MessageChannel();
  const shared = new SharedArrayBuffer(Object.keys(PLACE).length * Int32Array.BYTES_PER_ELEMENT);
  const workerData: ImportWorkerData = { task: 'write', workspacePath, link: { port: port2, shared } };
  const worker = new Worker(workerUrl, {
    workerData,
    transferList: [port2],
    name: 'import-write',
    resourceLimits: WRITER_LIMITS,
  });
  let reason: AppError | null = null;
  worker.on('error', (error) => {
    reason = threadError(error, path);
  });
  const ended = new Promise<AppError | null>((resolve) => {
    worker.on('exit', () => {
      const places = new Int32Array(shared);
      Atomics.store(places, PLACE.state, STATE.ended);
      Object.values(PLACE).forEach((place) => Atomics.notify(places, place));
      resolve(reason);
    });
  });
  return { link: { port: port1, shared }, ended };
}

export interface PreviewJobParams extends Pick<ImportJobParams, 'options' | 'workerUrl' | 'onProgress'> {
  /** Milliseconds since the epoch. */
  now: number;
}

export interface PreviewJob {
  /** Rejects as `previewImport` does, and with `import.cancelled`. */
  readonly done: Promise<ImportPreview>;
  cancel(): void;
}

/**
 * Previews a file in a worker thread of its own: what is read for it takes the time and the memory of no other work, and is gone with the
 * thread. `onProgress` is called while the file is unpacked.
 */
export function previewInThread({ options, now, workerUrl, onProgress }: PreviewJobParams): PreviewJob {
  const cancelFlag = new SharedArrayBuffer(Int32Array.BYTES_PER_ELEMENT);
  const done = runWorker(workerUrl, { task: 'preview', options, now, cancelFlag }, (message) => {
    if (message.type === 'progress') onProgress(message.progress);
    return message.type === 'previewed' ? message.preview : null;
  });
  return { done, cancel: () => void Atomics.store(new Int32Array(cancelFlag), 0, 1) };
}

/** Runs the worker thread to its end; `onMessage` returns the result once it is there. */
function runWorker<T>(
  workerUrl: URL,
  workerData: Exclude<ImportWorkerData, { task: 'write' }>,
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
      outcome = () => reject(threadError(error, workerData.options.path));
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
function threadError(error: Error, path: string): AppError {
  const cause = { cause: error };
  return 'code' in error && error.code === 'ERR_WORKER_OUT_OF_MEMORY'
    ? new AppError('import.out_of_memory', { path }, cause)
    : new AppError('app.internal', { detail: error.message }, cause);
}

/** The error of the worker thread as it was there. */
function failure({ error, report }: Extract<ImportWorkerMessage, { type: 'failed' }>): AppError {
  return report ? new NoUsableRows(report) : new AppError(error.code, error.params);
}

import { statSync } from 'node:fs';
import { MessageChannel, Worker } from 'node:worker_threads';
import type { AppError } from '../errors.ts';
import type { ImportOptions, ImportPreview, ImportReport } from '../../shared/import.ts';
import { makeCancelFlag } from '../thread-job.ts';
import type { ImportWorkerData } from './import-messages.ts';
import type { ImportProgress } from './import-progress.ts';
import { runWorker, threadError } from './import-thread.ts';
import { PLACE, STATE } from './threaded-store.ts';
import type { StoreLink } from './threaded-store.ts';

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
  const flag = makeCancelFlag();
  const writer = isLarge(options, twoThreadsFrom)
    ? startWriter(workerUrl, workspacePath, options.path)
    : null;
  const workerData = {
    task: 'import',
    workspacePath,
    options,
    cancelFlag: flag.buffer,
    link: writer?.link ?? null,
  } as const;
  const read = runWorker(workerUrl, workerData, options.path, (message) => {
    if (message.type === 'progress') onProgress(message.progress);
    return message.type === 'done' ? message.report : null;
  });
  const done = writer ? both(read, writer.ended) : read;
  return { done, cancel: () => flag.raise() };
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
  const flag = makeCancelFlag();
  const workerData = { task: 'preview', options, now, cancelFlag: flag.buffer } as const;
  const done = runWorker(workerUrl, workerData, options.path, (message) => {
    if (message.type === 'progress') onProgress(message.progress);
    return message.type === 'previewed' ? message.preview : null;
  });
  return { done, cancel: () => flag.raise() };
}

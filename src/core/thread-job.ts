import { Worker } from 'node:worker_threads';
import type { ResourceLimits, Transferable } from 'node:worker_threads';
import { AppError } from './errors.ts';

/** What a thread is told to stop by. Shared memory, because a thread at work waits for no messages. */
export interface CancelFlag {
  /** One Int32: not 0 once the thread is to stop. */
  buffer: SharedArrayBuffer;
  raise(): void;
}

export function makeCancelFlag(): CancelFlag {
  const buffer = new SharedArrayBuffer(Int32Array.BYTES_PER_ELEMENT);
  return { buffer, raise: () => void Atomics.store(new Int32Array(buffer), 0, 1) };
}

/** In the thread: whether its flag was raised. */
export function isRaised(buffer: SharedArrayBuffer): boolean {
  return Atomics.load(new Int32Array(buffer), 0) !== 0;
}

/** What a thread came to. */
export type Outcome<T> = { result: T } | { error: AppError };

export interface ThreadJob<M, T> {
  /** The file that the thread runs, as built or as source. */
  url: URL;
  workerData: unknown;
  name: string;
  resourceLimits: ResourceLimits;
  transferList?: Transferable[];
  /** Returns what the thread came to once a message tells it; null before. */
  onMessage: (message: M) => Outcome<T> | null;
  /** Why a thread ended by itself; left out: an internal error. */
  errorOf?: (error: Error) => AppError;
  /** Called with the id of the thread once it has ended. */
  onExit?: (thread: number) => void;
}

/** Runs a worker thread to its end. Settles only once it has exited: its connections and locks are closed then. */
export function runThread<M, T>({
  url,
  workerData,
  name,
  resourceLimits,
  transferList = [],
  onMessage,
  errorOf = internalError,
  onExit,
}: ThreadJob<M, T>): Promise<T> {
  const worker = new Worker(url, { workerData, transferList, name, resourceLimits });
  const thread = worker.threadId;
  return new Promise<T>((resolve, reject) => {
    let outcome: Outcome<T> | null = null;
    worker.on('message', (message: M) => {
      outcome = onMessage(message) ?? outcome;
    });
    worker.on('error', (error) => {
      outcome = { error: errorOf(error) };
    });
    worker.on('exit', (code) => {
      onExit?.(thread);
      if (outcome === null) reject(internalError(new Error(`the thread ${name} exited with code ${code}`)));
      else if ('error' in outcome) reject(outcome.error);
      else resolve(outcome.result);
    });
  });
}

function internalError(error: Error): AppError {
  return new AppError('app.internal', { detail: error.message }, { cause: error });
}

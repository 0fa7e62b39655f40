import { Worker } from 'node:worker_threads';
import type { ErrorInfo } from '../../shared/errors.ts';
import { AppError } from '../errors.ts';
import type { EngineApi, EngineListener } from './engine-api.ts';
import { ENGINE_METHODS } from './rpc.ts';
import type { EngineCall, EngineMessage, EngineMethod, EngineWorkerData } from './rpc.ts';

/**
 * Far more than the engine keeps (about 100 MB with a tokenizer), and enough for a user of 200,000 behaviours. Without a
 * limit V8 sizes the heap by the memory of the machine, and the garbage of a long run grows to several times what is kept.
 * Young memory holds a whole batch of a run: with 32 MB, batches are copied to old memory before they are done with, which took a tenth
 * of the time of a run; twice as much as this takes memory, and saves no time.
 */
const RESOURCE_LIMITS = { maxOldGenerationSizeMb: 256, maxYoungGenerationSizeMb: 48 };

export interface EngineThreadOptions {
  workerUrl: URL;
  importWorkerUrl: URL;
  insightWorkerUrl: URL;
  exportWorkerUrl: URL;
  measureWorkerUrl: URL;
  fileTaskWorkerUrl: URL;
  /** The program with its version, as exported files name it. */
  program: string;
  defaultRulesPath: string;
  promptsFolder: string;
  /** Slow mode for tests: every batch of the rules extractor takes this long. */
  slowRulesMs?: number;
}

export interface EngineHandle {
  api: EngineApi;
  /** Ends the thread. Open calls and all later ones are rejected with app.engine_stopped. */
  dispose(): Promise<void>;
}

/**
 * Starts the engine in a thread of its own. `onExit` is called when the thread dies without `dispose`. Every call that is
 * open then, and every later one, is rejected with app.engine_stopped.
 */
export function startEngine(
  options: EngineThreadOptions,
  listener: EngineListener,
  onExit: (error: ErrorInfo) => void,
): EngineHandle {
  const workerData: EngineWorkerData = {
    importWorkerUrl: options.importWorkerUrl.href,
    insightWorkerUrl: options.insightWorkerUrl.href,
    exportWorkerUrl: options.exportWorkerUrl.href,
    measureWorkerUrl: options.measureWorkerUrl.href,
    fileTaskWorkerUrl: options.fileTaskWorkerUrl.href,
    program: options.program,
    defaultRulesPath: options.defaultRulesPath,
    promptsFolder: options.promptsFolder,
    slowRulesMs: options.slowRulesMs ?? 0,
  };
  const worker = new Worker(options.workerUrl, {
    workerData,
    name: 'engine',
    resourceLimits: RESOURCE_LIMITS,
  });
  const open = new Map<number, { resolve: (data: unknown) => void; reject: (error: AppError) => void }>();
  let lastId = 0;
  let disposed = false;
  /** A message to a thread that has exited is dropped without an error, so calls must not be sent any more. */
  let stopped = false;
  let cause: ErrorInfo = { code: 'app.engine_stopped' };

  const stop = (): void => {
    stopped = true;
    for (const call of open.values()) call.reject(new AppError('app.engine_stopped'));
    open.clear();
  };

  worker.on('message', (message: EngineMessage) => {
    if (message.kind === 'event') {
      listener(message.event, message.payload);
      return;
    }
    const call = open.get(message.id);
    open.delete(message.id);
    if (message.ok) call?.resolve(message.data);
    else call?.reject(new AppError(message.error.code, message.error.params));
  });
  worker.on('error', (error: Error) => {
    cause = { code: 'app.internal', params: { detail: error.message } };
  });
  // A reply that cannot be read names no call, so one of the open calls would never settle: the thread has to go.
  worker.on('messageerror', (error: Error) => {
    cause = { code: 'app.internal', params: { detail: error.message } };
    void worker.terminate();
  });
  worker.on('exit', () => {
    stop();
    if (!disposed) onExit(cause);
  });

  const call = (method: EngineMethod, args: unknown[]): Promise<unknown> =>
    new Promise((resolve, reject) => {
      if (stopped) {
        reject(new AppError('app.engine_stopped'));
        return;
      }
      lastId += 1;
      open.set(lastId, { resolve, reject });
      try {
        worker.postMessage({ id: lastId, method, args } satisfies EngineCall);
      } catch (error) {
        open.delete(lastId);
        reject(new AppError('app.internal', { detail: (error as Error).message }, { cause: error }));
      }
    });
  const methods = ENGINE_METHODS.map(
    (method) => [method, (...args: unknown[]) => call(method, args)] as const,
  );

  return {
    api: Object.fromEntries(methods) as unknown as EngineApi,
    async dispose() {
      disposed = true;
      stop();
      await worker.terminate();
    },
  };
}

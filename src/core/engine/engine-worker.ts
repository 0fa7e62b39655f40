import { parentPort, workerData } from 'node:worker_threads';
import { systemClock } from '../clock.ts';
import { toErrorInfo } from '../errors.ts';
import { createEngine } from './engine.ts';
import { engineWorkerDataSchema, isEngineMethod } from './rpc.ts';
import type { EngineCall, EngineMessage } from './rpc.ts';

/**
 * The thread that owns the workspace: node:sqlite is synchronous, and a long query in the main thread would freeze every
 * window.
 */
const port = parentPort;
if (!port) throw new Error('engine-worker must be started as a worker thread');

const data = engineWorkerDataSchema.parse(workerData);
const send = (message: EngineMessage): void => port.postMessage(message);
const engine = createEngine(
  {
    clock: systemClock,
    defaultRulesPath: data.defaultRulesPath,
    promptsFolder: data.promptsFolder,
    importWorkerUrl: new URL(data.importWorkerUrl),
    insightWorkerUrl: new URL(data.insightWorkerUrl),
    exportWorkerUrl: new URL(data.exportWorkerUrl),
    measureWorkerUrl: new URL(data.measureWorkerUrl),
    fileTaskWorkerUrl: new URL(data.fileTaskWorkerUrl),
    program: data.program,
    slowRulesMs: data.slowRulesMs,
  },
  (event, payload) => send({ kind: 'event', event, payload } as EngineMessage),
);

async function answer(call: EngineCall): Promise<void> {
  try {
    if (!isEngineMethod(call.method)) throw new Error(`the engine has no method ${String(call.method)}`);
    const method = engine[call.method] as (...args: unknown[]) => Promise<unknown>;
    send({ kind: 'reply', id: call.id, ok: true, data: await method.apply(engine, call.args) });
  } catch (error) {
    send({ kind: 'reply', id: call.id, ok: false, error: toErrorInfo(error) });
  }
}

port.on('message', (call: EngineCall) => void answer(call));

import { parentPort } from 'node:worker_threads';
import type { EngineCall } from '../../../src/core/engine/rpc.ts';

/** Stands in for the thread of the engine: answers `rulesInfo`, never answers `runSnapshot`, dies of `workspaceInfo`. */
parentPort?.on('message', ({ id, method }: EngineCall) => {
  if (method === 'rulesInfo') parentPort?.postMessage({ kind: 'reply', id, ok: true, data: 'rules' });
  if (method === 'workspaceInfo') throw new Error('out of memory');
});

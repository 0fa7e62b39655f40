import { parentPort, workerData } from 'node:worker_threads';
import type { Codebook } from '../../shared/codebook.ts';
import type { DataRevision, InsightAnswer, InsightProgress, InsightUsersPage } from '../../shared/insight.ts';
import { toErrorInfo } from '../errors.ts';
import { InsightDesk } from './insight-desk.ts';
import type { InsightCall, InsightMessage, InsightWorkerData } from './insight-messages.ts';

/** At most ten messages a second. */
const PROGRESS_INTERVAL_MS = 100;

const port = parentPort;
if (!port) throw new Error('insight-worker must be started as a worker thread');
const desk = new InsightDesk((workerData as InsightWorkerData).workspacePath);
const send = (message: InsightMessage): void => port.postMessage(message);

function answered(
  call: InsightCall,
  codebook: Codebook,
  onProgress: (progress: InsightProgress) => void,
): InsightAnswer | InsightUsersPage | DataRevision {
  switch (call.kind) {
    case 'ask':
      return desk.ask(call.question, codebook, onProgress);
    case 'users':
      return desk.users(call.question, codebook, call, onProgress);
    case 'data':
      return desk.data(codebook, onProgress);
  }
}

port.on('message', (call: InsightCall) => {
  const { id, codebook } = call;
  let told = performance.now();
  const onProgress = ({ phase, share }: InsightProgress): void => {
    const now = performance.now();
    if (now - told < PROGRESS_INTERVAL_MS) return;
    told = now;
    send({ kind: 'progress', id, phase, share });
  };
  try {
    send({ kind: 'answer', id, result: answered(call, codebook, onProgress) });
  } catch (error) {
    send({ kind: 'failed', id, error: toErrorInfo(error) });
  }
});

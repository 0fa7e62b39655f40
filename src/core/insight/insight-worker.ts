import { parentPort, workerData } from 'node:worker_threads';
import type { InsightProgress } from '../../shared/insight.ts';
import { toErrorInfo } from '../errors.ts';
import { InsightDesk } from './insight-desk.ts';
import type { InsightCall, InsightMessage, InsightWorkerData } from './insight-messages.ts';

/** At most ten messages a second. */
const PROGRESS_INTERVAL_MS = 100;

const port = parentPort;
if (!port) throw new Error('insight-worker must be started as a worker thread');
const desk = new InsightDesk((workerData as InsightWorkerData).workspacePath);
const send = (message: InsightMessage): void => port.postMessage(message);

port.on('message', (call: InsightCall) => {
  const { id, question, codebook } = call;
  let told = performance.now();
  const onProgress = ({ phase, share }: InsightProgress): void => {
    const now = performance.now();
    if (now - told < PROGRESS_INTERVAL_MS) return;
    told = now;
    send({ kind: 'progress', id, phase, share });
  };
  try {
    const result =
      call.kind === 'ask'
        ? desk.ask(question, codebook, onProgress)
        : desk.users(question, codebook, call, onProgress);
    send({ kind: 'answer', id, result });
  } catch (error) {
    send({ kind: 'failed', id, error: toErrorInfo(error) });
  }
});

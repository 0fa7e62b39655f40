import { existsSync } from 'node:fs';
import { parentPort, workerData } from 'node:worker_threads';
import type { ExportReport } from '../../shared/export.ts';
import { systemClock } from '../clock.ts';
import { AppError, toErrorInfo } from '../errors.ts';
import { connect } from '../store/database.ts';
import { knownErrors } from '../store/known-errors.ts';
import { isRaised } from '../thread-job.ts';
import { exportWorkerDataSchema } from './export-messages.ts';
import type { ExportWorkerMessage } from './export-messages.ts';
import { runExport } from './run-export.ts';
import type { ExportProgress } from './run-export.ts';

/** At most ten messages a second. */
const PROGRESS_INTERVAL_MS = 100;

function post(message: ExportWorkerMessage): void {
  parentPort?.postMessage(message);
}

let lastSent = -Infinity;

function postProgress(progress: ExportProgress): void {
  const now = systemClock.now();
  if (now - lastSent < PROGRESS_INTERVAL_MS) return;
  lastSent = now;
  post({ type: 'progress', progress });
}

async function work(): Promise<ExportReport> {
  const { cancelFlag, ...data } = exportWorkerDataSchema.parse(workerData);
  const { workspacePath } = data;
  if (!existsSync(workspacePath)) throw new AppError('workspace.gone', { path: workspacePath });
  const db = knownErrors(workspacePath, () => connect(workspacePath, { readOnly: true }));
  try {
    return await runExport({
      ...data,
      workspace: { db },
      onProgress: postProgress,
      isCancelled: () => isRaised(cancelFlag),
      clock: systemClock,
    });
  } finally {
    db.close();
  }
}

try {
  post({ type: 'done', report: await work() });
} catch (error) {
  post({ type: 'failed', error: toErrorInfo(error) });
}

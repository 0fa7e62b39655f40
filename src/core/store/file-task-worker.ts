import { parentPort, workerData } from 'node:worker_threads';
import { AppError, toErrorInfo } from '../errors.ts';
import { restoreBackup } from './backup.ts';
import { CANCELLED, throttled } from './file-task.ts';
import type { Watch } from './file-task.ts';
import { fileTaskDataSchema } from './file-task-messages.ts';
import type { FileTaskData, FileTaskMessage } from './file-task-messages.ts';
import { rescueWorkspace } from './rescue.ts';

/** The thread of a rescue or a restore: both are synchronous and take minutes for a large file. */
function work(data: FileTaskData): FileTaskMessage {
  const { task, workspacePath: path, now, cancelFlag } = data;
  const flag = new Int32Array(cancelFlag);
  const tell = throttled(
    (progress) => post({ type: 'progress', progress }),
    performance.now.bind(performance),
  );
  const watch: Watch = (step, share) => {
    if (Atomics.load(flag, 0) !== 0) throw new AppError(CANCELLED[task], { path });
    tell(step, share);
  };
  switch (task) {
    case 'rescue':
      return { type: 'rescued', report: rescueWorkspace(path, { now, watch }) };
    case 'restore':
      return { type: 'restored', kept: restoreBackup(path, data.backupPath, { now, watch }) };
  }
}

function post(message: FileTaskMessage): void {
  parentPort?.postMessage(message);
}

try {
  post(work(fileTaskDataSchema.parse(workerData)));
} catch (error) {
  post({ type: 'failed', error: toErrorInfo(error) });
}

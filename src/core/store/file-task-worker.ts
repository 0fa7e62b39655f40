import { parentPort, workerData } from 'node:worker_threads';
import { AppError, toErrorInfo } from '../errors.ts';
import { isRaised } from '../thread-job.ts';
import { restoreBackup } from './backup.ts';
import { FILE_TASK_CANCELLED } from '../../shared/workspace.ts';
import { throttled } from './file-task.ts';
import type { Watch } from './file-task.ts';
import { fileTaskDataSchema } from './file-task-messages.ts';
import type { FileTaskData, FileTaskMessage } from './file-task-messages.ts';
import { rescueWorkspace } from './rescue.ts';

/** The thread of a rescue or a restore: both are synchronous and take minutes for a large file. */
function work(data: FileTaskData): FileTaskMessage {
  const { task, workspacePath: path, now, cancelFlag } = data;
  const tell = throttled((progress) => post({ type: 'progress', progress }));
  const watch: Watch = (step, share) => {
    if (isRaised(cancelFlag)) throw new AppError(FILE_TASK_CANCELLED[task], { path });
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

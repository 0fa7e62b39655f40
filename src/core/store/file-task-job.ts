import type { FileTaskProgress, RescueReport } from '../../shared/workspace.ts';
import { AppError } from '../errors.ts';
import { makeCancelFlag, runThread } from '../thread-job.ts';
import type { FileTaskData, FileTaskMessage } from './file-task-messages.ts';

/** Heap of the thread, in MB: the longest value that a row can have, several times. */
const RESOURCE_LIMITS = { maxOldGenerationSizeMb: 256, maxYoungGenerationSizeMb: 16 };

export interface FileTaskJob<T> {
  /** The result; rejects with AppError (that of CANCELLED when it was cancelled), and then the workspace is as it was. */
  readonly done: Promise<T>;
  /** Asks it to stop. It completes all the same where the new file takes its place already: `done` tells. */
  cancel(): void;
}

interface JobParams {
  workspacePath: string;
  /** Milliseconds since the epoch. */
  now: number;
  /** The file that the thread runs: `file-task-worker`, as built or as source. */
  workerUrl: URL;
  /** Called at most about ten times a second. */
  onProgress: (progress: FileTaskProgress) => void;
}

/** Rescues a damaged workspace in a thread of its own; rejects as `rescueWorkspace`. */
export function startRescue({ workspacePath, now, ...params }: JobParams): FileTaskJob<RescueReport> {
  return start(params, { task: 'rescue', workspacePath, now }, (message) =>
    message.type === 'rescued' ? { result: message.report } : null,
  );
}

/** Restores a backup in a thread of its own; rejects as `restoreBackup`. */
export function startRestore({
  workspacePath,
  backupPath,
  now,
  ...params
}: JobParams & { backupPath: string }): FileTaskJob<string | null> {
  return start(params, { task: 'restore', workspacePath, backupPath, now }, (message) =>
    message.type === 'restored' ? { result: message.kept } : null,
  );
}

type WithoutFlag<D> = D extends unknown ? Omit<D, 'cancelFlag'> : never;

function start<T>(
  { workerUrl, onProgress }: Pick<JobParams, 'workerUrl' | 'onProgress'>,
  data: WithoutFlag<FileTaskData>,
  resultOf: (message: FileTaskMessage) => { result: T } | null,
): FileTaskJob<T> {
  const flag = makeCancelFlag();
  const workerData: FileTaskData = { ...data, cancelFlag: flag.buffer };
  const done = runThread<FileTaskMessage, T>({
    ...{ url: workerUrl, workerData, name: data.task, resourceLimits: RESOURCE_LIMITS },
    onMessage: (message) => {
      if (message.type === 'failed') return { error: new AppError(message.error.code, message.error.params) };
      if (message.type === 'progress') onProgress(message.progress);
      return resultOf(message);
    },
  });
  return { done, cancel: () => flag.raise() };
}

import { z } from 'zod';
import type { ErrorInfo } from '../../shared/errors.ts';
import type { FileTaskProgress, RescueReport } from '../../shared/workspace.ts';

const common = {
  workspacePath: z.string().min(1),
  /** Milliseconds since the epoch: the time in the name of what is kept. */
  now: z.number(),
  /** One Int32: not 0 once the task is to stop. Shared memory, because the thread never waits for messages. */
  cancelFlag: z.instanceof(SharedArrayBuffer),
};

/** What the thread is started with. */
export const fileTaskDataSchema = z.discriminatedUnion('task', [
  z.object({ task: z.literal('rescue'), ...common }),
  z.object({ task: z.literal('restore'), ...common, backupPath: z.string().min(1) }),
]);
export type FileTaskData = z.infer<typeof fileTaskDataSchema>;

/** What the thread tells. The last message is `rescued`, `restored` or `failed`. */
export type FileTaskMessage =
  | { type: 'progress'; progress: FileTaskProgress }
  | { type: 'rescued'; report: RescueReport }
  | { type: 'restored'; kept: string | null }
  | { type: 'failed'; error: ErrorInfo };

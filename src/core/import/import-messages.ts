import { z } from 'zod';
import type { ErrorInfo } from '../../shared/errors.ts';
import { importOptionsSchema } from '../../shared/import.ts';
import type { ImportReport } from '../../shared/import.ts';
import type { ImportProgress } from './import-progress.ts';

/** What the worker thread of an import is started with. */
export const importWorkerDataSchema = z.object({
  workspacePath: z.string().min(1),
  options: importOptionsSchema,
  /** One Int32: not 0 once the import is to stop. Shared memory, because the worker never waits for messages. */
  cancelFlag: z.instanceof(SharedArrayBuffer),
});
export type ImportWorkerData = z.infer<typeof importWorkerDataSchema>;

/** What the worker thread tells. The last message is `done` or `failed`. */
export type ImportWorkerMessage =
  | { type: 'progress'; progress: ImportProgress }
  | { type: 'done'; report: ImportReport }
  | { type: 'failed'; error: ErrorInfo; report: ImportReport | null };

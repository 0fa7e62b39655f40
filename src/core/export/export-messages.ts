import { z } from 'zod';
import { codebookSchema } from '../../shared/codebook.ts';
import type { ErrorInfo } from '../../shared/errors.ts';
import { exportRequestSchema } from '../../shared/export.ts';
import type { ExportReport } from '../../shared/export.ts';
import type { Rules } from '../extract/rules/rules-schema.ts';
import type { ExportProgress } from './run-export.ts';

/** What the worker thread of an export is started with. */
export const exportWorkerDataSchema = z.object({
  workspacePath: z.string().min(1),
  request: exportRequestSchema,
  codebook: codebookSchema,
  codebookVersion: z.number().int(),
  rules: z.object({
    /** As they were read and checked by the thread that sends them. */
    rules: z.custom<Rules>((value) => typeof value === 'object' && value !== null),
    version: z.string(),
    decidesThemes: z.boolean(),
  }),
  program: z.string(),
  /** One Int32: not 0 once the export is to stop. Shared memory, because the worker rarely looks at messages. */
  cancelFlag: z.instanceof(SharedArrayBuffer),
});
export type ExportWorkerData = z.infer<typeof exportWorkerDataSchema>;

/** What the worker thread tells. The last message is `done` or `failed`. */
export type ExportWorkerMessage =
  | { type: 'progress'; progress: ExportProgress }
  | { type: 'done'; report: ExportReport }
  | { type: 'failed'; error: ErrorInfo };

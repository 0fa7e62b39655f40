import { z } from 'zod';
import type { ErrorInfo } from '../../shared/errors.ts';
import { importOptionsSchema } from '../../shared/import.ts';
import type { ImportPreview, ImportReport, ImportUndo } from '../../shared/import.ts';
import type { ImportProgress } from './import-progress.ts';
import { storeLinkSchema } from './threaded-store.ts';

/** What the worker thread is started with: an import, the writing of one that another thread reads, a preview, or the undoing of an import. */
export const importWorkerDataSchema = z.discriminatedUnion('task', [
  z.object({
    task: z.literal('import'),
    workspacePath: z.string().min(1),
    options: importOptionsSchema,
    /** One Int32: not 0 once the import is to stop. Shared memory, because the worker never waits for messages. */
    cancelFlag: z.instanceof(SharedArrayBuffer),
    /** To the thread that writes; null for an import that writes itself. */
    link: storeLinkSchema.nullable(),
  }),
  z.object({ task: z.literal('write'), workspacePath: z.string().min(1), link: storeLinkSchema }),
  z.object({
    task: z.literal('preview'),
    options: importOptionsSchema,
    /** Milliseconds since the epoch. */
    now: z.number(),
    cancelFlag: z.instanceof(SharedArrayBuffer),
  }),
  z.object({
    task: z.literal('undo'),
    workspacePath: z.string().min(1),
    importId: z.number().int(),
    cancelFlag: z.instanceof(SharedArrayBuffer),
  }),
  z.object({
    task: z.literal('undo-figures'),
    workspacePath: z.string().min(1),
    importId: z.number().int(),
  }),
]);
export type ImportWorkerData = z.infer<typeof importWorkerDataSchema>;

/** What the worker thread tells; one that writes tells only the one that reads. The last message is `done`, `previewed`, `undone`, `figures` or `failed`. */
export type ImportWorkerMessage =
  | { type: 'progress'; progress: ImportProgress }
  | { type: 'done'; report: ImportReport }
  | { type: 'previewed'; preview: ImportPreview }
  /** How much of an undo is done, 0 to 1; null while that is not known. */
  | { type: 'undoing'; share: number | null }
  | { type: 'undone' }
  | { type: 'figures'; figures: ImportUndo }
  | { type: 'failed'; error: ErrorInfo; report: ImportReport | null };

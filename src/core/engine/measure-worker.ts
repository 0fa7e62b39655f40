import { parentPort, workerData } from 'node:worker_threads';
import { z } from 'zod';
import type { ErrorInfo } from '../../shared/errors.ts';
import type { LogCounts } from '../abstraction/log-counts.ts';
import { countLog } from '../abstraction/measure.ts';
import { toErrorInfo } from '../errors.ts';
import { connect, storeError } from '../store/database.ts';
import { SqliteLogReader } from '../store/log-reader.ts';

const workerDataSchema = z.object({
  workspacePath: z.string().min(1),
  users: z.object({ after: z.number(), upTo: z.number() }),
});
export type MeasureWorkerData = z.infer<typeof workerDataSchema>;

/** What the thread tells; the last message is `counted` or `failed`. */
export type MeasureMessage =
  | { kind: 'read'; behaviours: number }
  | { kind: 'counted'; counts: LogCounts }
  | { kind: 'failed'; error: ErrorInfo };

/** Counts a part of a log on a connection of its own; the one who started this thread ends it when the counts are no longer wanted. */
async function count({ workspacePath, users }: MeasureWorkerData): Promise<LogCounts> {
  try {
    const db = connect(workspacePath, { readOnly: true });
    try {
      return await countLog(new SqliteLogReader(db), users, {
        signal: new AbortController().signal,
        onRead: (behaviours) => post({ kind: 'read', behaviours }),
      });
    } finally {
      db.close();
    }
  } catch (error) {
    throw storeError(error, workspacePath);
  }
}

function post(message: MeasureMessage): void {
  parentPort?.postMessage(message);
}

try {
  post({ kind: 'counted', counts: await count(workerDataSchema.parse(workerData)) });
} catch (error) {
  post({ kind: 'failed', error: toErrorInfo(error) });
}

import type { ImportUndo } from '../../shared/import.ts';
import { makeCancelFlag } from '../thread-job.ts';
import { runWorker } from './import-thread.ts';

export interface UndoJobParams {
  /** An existing workspace of the newest format. */
  workspacePath: string;
  importId: number;
  /** The file that the worker thread runs: `import-worker`, as built or as source. */
  workerUrl: URL;
}

export interface UndoJob {
  /** Rejects with AppError (`import.undo_cancelled` when cancelled), and then the workspace is as it was. */
  readonly done: Promise<void>;
  /** Asks the undo to stop. It may still complete when it is just being committed: `done` tells. */
  cancel(): void;
}

/**
 * Undoes an import in a worker thread of its own, with a connection of its own. `onShare` is told at most about ten times a second how
 * much is done, 0 to 1; null while that is not known.
 */
export function startUndoJob(
  { workspacePath, importId, workerUrl }: UndoJobParams,
  onShare: (share: number | null) => void,
): UndoJob {
  const flag = makeCancelFlag();
  const workerData = { task: 'undo', workspacePath, importId, cancelFlag: flag.buffer } as const;
  const ended = runWorker(workerUrl, workerData, workspacePath, (message) => {
    if (message.type === 'undoing') onShare(message.share);
    return message.type === 'undone' ? true : null;
  });
  return { done: ended.then(() => undefined), cancel: () => flag.raise() };
}

/** What undoing an import would take away, found out in a worker thread of its own. Rejects as `undoFigures` throws. */
export function undoFiguresInThread({
  workspacePath,
  importId,
  workerUrl,
}: UndoJobParams): Promise<ImportUndo> {
  const workerData = { task: 'undo-figures', workspacePath, importId } as const;
  return runWorker(workerUrl, workerData, workspacePath, (message) =>
    message.type === 'figures' ? message.figures : null,
  );
}

import type { BatchStore } from '../store/batch-store.ts';
import type { RequestStore } from '../store/request-store.ts';
import type { RunStore } from '../store/run-store.ts';

/** What the engine needs of the open workspace; asked for anew at each use, because a restored file is a new connection. */
export interface RunWorkspace {
  readonly id: string;
  readonly path: string;
  readonly runs: RunStore;
  readonly batches: BatchStore;
  readonly requests: RequestStore;
  /** Throws workspace.gone when the file is no longer at its path. */
  checkStillThere(): void;
  /** Puts a deleted file back. */
  restoreIfGone(): void;
}

import { progressPercent } from '../core/run/snapshot.ts';
import type { RunSnapshot } from '../shared/run.ts';
import type { SequenceStatus } from '../shared/users.ts';

/** What became of the users that a command is about: those named, else all of the workspace. */
export type UserCounts = Record<SequenceStatus, number>;

/** The users of a run by what became of them. */
export function countsOf(run: RunSnapshot): UserCounts {
  return {
    succeeded: run.successCount,
    failed: run.failedCount,
    pending: run.totalUsers - run.processedUsers,
  };
}

/**
 * The last snapshot of a command: the newest run's, with the figures of all users that the command is about. A run covers
 * only those that were left, and who calls again wants to know about all. `idle`: the run is over, and some are pending.
 */
export function finalSnapshot(run: RunSnapshot, users: UserCounts): RunSnapshot {
  const processed = users.succeeded + users.failed;
  const total = processed + users.pending;
  const done = users.pending === 0;
  return {
    ...run,
    status: done ? 'completed' : run.status === 'completed' ? 'idle' : run.status,
    totalUsers: total,
    processedUsers: processed,
    successCount: users.succeeded,
    failedCount: users.failed,
    progressPercent: progressPercent(processed, total),
    estimatedRemainingSeconds: done ? 0 : null,
    error: done ? null : run.error,
  };
}

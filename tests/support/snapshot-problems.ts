import type { RunSnapshot } from '../../src/shared/run.ts';

/** The violated invariants of a snapshot, as texts; empty for a valid one. */
export function snapshotProblems(previous: RunSnapshot | undefined, snapshot: RunSnapshot): string[] {
  const { status, successCount, failedCount, processedUsers, totalUsers, revision, runId } = snapshot;
  const problems: string[] = [];
  if (successCount + failedCount !== processedUsers) problems.push('counters do not add up');
  if (processedUsers > totalUsers) problems.push('more users processed than there are');
  if (revision <= (previous?.revision ?? 0)) problems.push('the revision did not grow');
  if (runId !== null && previous?.runId === runId && snapshot.progressPercent < previous.progressPercent) {
    problems.push(`percent fell from ${previous.progressPercent} to ${snapshot.progressPercent}`);
  }
  if (status === 'completed' && processedUsers !== totalUsers)
    problems.push('completed before all were done');
  if (status === 'completed' && snapshot.estimatedRemainingSeconds !== 0)
    problems.push('completed, time left');
  return problems;
}

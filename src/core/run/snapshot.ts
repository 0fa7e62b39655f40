import { CURRENT_USER_IDS_SHOWN, NO_RUN, progressPercent } from '../../shared/run.ts';
import type { ModelFigures } from '../../shared/model.ts';
import type { RunSnapshot } from '../../shared/run.ts';
import { behavioursIn } from './plan.ts';
import type { RunRow } from './ports.ts';

/** The users of one batch in work. */
export interface BatchInWork {
  batchNo: number;
  userIds: string[];
}

export interface SnapshotParts {
  revision: number;
  workspaceId: string;
  run: RunRow | null;
  inWork: BatchInWork[];
  estimatedRemainingSeconds: number | null;
  usersPerMinute: number | null;
  waitsForLock: boolean;
  resumable: boolean;
  resumedAutomatically: boolean;
  model: ModelFigures | null;
}

/** The snapshot of a run, or of none. */
export function makeSnapshot(parts: SnapshotParts): RunSnapshot {
  const { run, inWork } = parts;
  const base = { revision: parts.revision, workspaceId: parts.workspaceId };
  if (!run) return { ...NO_RUN, ...base };
  const ended = run.status === 'completed';
  const users = inWork.flatMap((batch) => batch.userIds);
  return {
    ...base,
    runId: run.id,
    status: run.status,
    extractor: run.extractor,
    detail: run.detail,
    totalUsers: run.totalUsers,
    processedUsers: run.processedUsers,
    successCount: run.successCount,
    failedCount: run.failedCount,
    behaviourCount: behavioursIn(run.totalWeight, run.totalUsers),
    eventCount: run.eventCount,
    currentBatch: Math.min(run.totalBatches, run.doneBatches + inWork.length),
    totalBatches: run.totalBatches,
    currentUserIds: users.slice(0, CURRENT_USER_IDS_SHOWN),
    currentUserCount: users.length,
    progressPercent: progressPercent(run.processedUsers, run.totalUsers),
    estimatedRemainingSeconds: ended ? 0 : parts.estimatedRemainingSeconds,
    usersPerMinute: parts.usersPerMinute,
    startTime: run.startTime,
    endTime: run.endTime,
    error: run.error,
    waitsForLock: parts.waitsForLock,
    resumable: parts.resumable,
    activeMs: run.activeMs,
    resumedAutomatically: parts.resumedAutomatically,
    dismissed: run.dismissed,
    model: parts.model,
  };
}

import type { ErrorInfo } from '../shared/errors.ts';
import { progressPercent } from '../shared/run.ts';
import type { RunSnapshot } from '../shared/run.ts';
import type { Locale } from '../shared/settings.ts';
import type { SequenceStatus } from '../shared/users.ts';
import { stopOf } from '../shared/waiting.ts';
import { errorText } from './error-text.ts';
import { localTime } from './terminal-text.ts';
import { text } from './texts.ts';

/** How many users a command is about (those named, else all of the workspace), by status. */
export type UserCounts = Record<SequenceStatus, number>;

/** The users of a run, by status. */
export function countsOf(run: RunSnapshot): UserCounts {
  return {
    succeeded: run.successCount,
    failed: run.failedCount,
    pending: run.totalUsers - run.processedUsers,
  };
}

/**
 * The last snapshot of a command: that of the newest run, with the figures of all users that the command is about. The run
 * itself covers only the users that were left. `idle`: the run is over, and some users are pending.
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

/** Why a run stopped: the reason, then the provider's message and the end of its limit unless the reason contains them. */
export function stopLines(locale: Locale, error: ErrorInfo, now: number): string[] {
  const reason = errorText(locale, error);
  const lines = [text(locale, 'runFailed', { reason })];
  const { detail, until } = stopOf(error);
  if (detail !== null && !reason.includes(detail)) lines.push(text(locale, 'stoppedWords', { detail }));
  if (until !== null) lines.push(text(locale, 'stoppedUntil', { until: localTime(until, now) }));
  return lines;
}

import type { RequestSummary } from '@shared/model';
import { REQUEST_TONES, RUN_TONES, STOP_TONES, USER_TONES } from '@shared/outcome';
import type { FailedShare, Tone } from '@shared/outcome';
import type { RunSnapshot } from '@shared/run';
import type { UserRow } from '@shared/users';

function shareOf(succeeded: number, failed: number): FailedShare {
  if (failed === 0) return 'none';
  return succeeded === 0 ? 'all' : 'some';
}

/** The tone of a run or of its record in the history. src/main/status/run-tone.ts has the same rule for the shell. */
export function runTone(run: Pick<RunSnapshot, 'status' | 'successCount' | 'failedCount' | 'error'>): Tone {
  const stop = run.status === 'failed' && run.error ? STOP_TONES[run.error.code] : undefined;
  return stop ?? RUN_TONES[run.status][shareOf(run.successCount, run.failedCount)];
}

/** The tone of a request. An answer whose users are not judged yet is still under way. */
export function requestTone(
  request: Pick<RequestSummary, 'state' | 'judged' | 'accepted' | 'userIds'>,
): Tone {
  if (request.state === 'answered' && !request.judged) return 'active';
  const { accepted, userIds } = request;
  return REQUEST_TONES[request.state][shareOf(accepted, userIds.length - accepted)];
}

/** The tone of a user. Events that leave a stretch of the behaviours out are a partial success. */
export function userTone(user: Pick<UserRow, 'status' | 'lowCoverage'>): Tone {
  return user.status === 'succeeded' && user.lowCoverage ? 'partial' : USER_TONES[user.status];
}

/**
 * Whether the number of a user's events says anything: a user who was not abstracted, or who failed without events of an
 * earlier run, has none yet, which is not the same as 0.
 */
export function hasEventCount(user: Pick<UserRow, 'status' | 'eventCount'>): boolean {
  return user.status === 'succeeded' || user.eventCount > 0;
}

import type { InductionStatus } from '../../shared/induction.ts';
import type { Settings } from '../../shared/settings.ts';
import type { RunRow } from './ports.ts';

/** A run that died this often … */
export const DEATHS_TO_STOP = 3;
/** … within this time waits for the user: what kills it would kill it again, and each try may cost money. */
export const DEATHS_WITHIN_MS = 10 * 60_000;

export type RecoveryAction = 'none' | 'leave' | 'resume' | 'wait-for-user';

export interface RecoveryDecision {
  action: RecoveryAction;
  /** The run's deaths, this one included when it died. */
  deaths: number[];
}

/** What is known of a run, or of an induction, that a process left. */
export interface Unfinished extends Pick<RunRow, 'deaths' | 'error'> {
  status: RunRow['status'] | InductionStatus;
}

/**
 * What to do at start-up with the newest run. `running` on disk means that its process died; `interrupted` that it was
 * stopped cleanly, or left alone before. Pure: the engine carries the decision out.
 */
export function decideRecovery(
  run: Unfinished | null,
  policy: Settings['resumePolicy'],
  now: number,
): RecoveryDecision {
  if (!run || (run.status !== 'running' && run.status !== 'interrupted'))
    return { action: 'none', deaths: run?.deaths ?? [] };
  const deaths = run.status === 'running' ? [...run.deaths, now] : run.deaths;
  if (run.status === 'running' && keepsDying(deaths, now)) return { action: 'wait-for-user', deaths };
  if (run.error?.code === 'run.kept_dying') return { action: 'leave', deaths };
  return { action: policy === 'resume' ? 'resume' : 'leave', deaths };
}

function keepsDying(deaths: number[], now: number): boolean {
  return deaths.filter((time) => now - time <= DEATHS_WITHIN_MS).length >= DEATHS_TO_STOP;
}

import type { RunSnapshot } from '../../shared/run.ts';
import type { Settings } from '../../shared/settings.ts';

/**
 * Whether to ask about an unfinished run that was found when its workspace was opened. One that keeps dying is not asked
 * about: it says so itself and waits.
 */
export function mustAskToResume(policy: Settings['resumePolicy'], run: RunSnapshot): boolean {
  return policy === 'ask' && run.status === 'interrupted' && run.error === null;
}

import type { RunSnapshot } from '@shared/run';
import { t } from './i18n';
import { capStop } from './run-cap';
import { runTone } from './tone';

/** The state of a run in one or two words, for lists and the side bar. A run without a success is not called completed. */
export function runStateText(
  run: Pick<RunSnapshot, 'status' | 'successCount' | 'failedCount' | 'error' | 'model'>,
): string {
  if (capStop(run.error)) return t('notice.budgetShort');
  if (run.status === 'paused' && run.model?.pilotDone) return t('run.title.pilotDone');
  const tone = run.status === 'completed' ? runTone(run) : null;
  if (tone === 'failure') return t('runStatus.allFailed');
  return t(tone === 'partial' ? 'runStatus.partlyFailed' : `runStatus.${run.status}`);
}

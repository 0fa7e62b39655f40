import { formatMessage } from '../../core/i18n.ts';
import type { ErrorInfo } from '../../shared/errors.ts';
import type { Tone } from '../../shared/outcome.ts';
import type { RunSnapshot } from '../../shared/run.ts';
import type { Locale } from '../../shared/settings.ts';
import { shellText } from '../texts/texts.ts';
import type { TextKey } from '../texts/texts.ts';
import { runTone } from './run-tone.ts';

export interface Notice {
  title: string;
  body: string;
}

const DONE_TITLES: Partial<Record<Tone, TextKey>> = {
  partial: 'done.partlyFailed',
  failure: 'done.allFailed',
};

/** True when a run stopped at its spending cap, which is no failure. */
export function isOverBudget(run: RunSnapshot): boolean {
  return run.error?.code === 'run.budget_reached';
}

/** Why a run stopped, with the provider's message unless the text contains it already. */
function stopReason(locale: Locale, error: ErrorInfo): string {
  const reason = formatMessage(locale, error);
  const detail = String(error.params?.['detail'] ?? '');
  if (detail === '' || reason.includes(detail)) return reason;
  return `${reason} ${shellText(locale, 'provider.said', { detail })}`;
}

/**
 * The notification for a run that has changed between two snapshots; null for none. Users are notified once of each end
 * and of everything that waits for them, but not of their own actions.
 */
export function runNotice(locale: Locale, now: RunSnapshot, before: RunSnapshot): Notice | null {
  if (before.runId !== now.runId) return null;
  const numbers = { total: now.totalUsers, succeeded: now.successCount, failed: now.failedCount };
  if (now.status === 'paused' && now.model?.pilotDone && !before.model?.pilotDone) {
    return { title: shellText(locale, 'pilot.title'), body: shellText(locale, 'pilot.body', numbers) };
  }
  if (before.status !== 'running' || now.status === 'running') return null;
  if (now.status === 'completed') {
    const title = DONE_TITLES[runTone(now)] ?? 'done.title';
    return { title: shellText(locale, title, numbers), body: shellText(locale, 'done.body', numbers) };
  }
  const reason = now.error ? stopReason(locale, now.error) : '';
  if (isOverBudget(now)) return { title: shellText(locale, 'budget.title'), body: reason };
  if (now.status === 'failed') return { title: shellText(locale, 'failed.title'), body: reason };
  return null;
}

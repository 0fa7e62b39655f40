import { formatMessage } from '../../core/i18n.ts';
import type { RunSnapshot } from '../../shared/run.ts';
import type { Locale } from '../../shared/settings.ts';
import { shellText } from '../texts/texts.ts';

export interface Notice {
  title: string;
  body: string;
}

/** Whether a run has stopped because the money it may spend is spent: an outcome of its own, no failure. */
export function isOverBudget(run: RunSnapshot): boolean {
  return run.error?.code === 'run.budget_reached';
}

/**
 * What a person who looks elsewhere is told when a run has gone from one snapshot to the next; null when nothing. She is
 * told of ends and of what waits for her, each once, and never of what she did herself.
 */
export function runNotice(locale: Locale, now: RunSnapshot, before: RunSnapshot): Notice | null {
  if (before.runId !== now.runId) return null;
  const numbers = { total: now.totalUsers, succeeded: now.successCount, failed: now.failedCount };
  if (now.status === 'paused' && now.model?.pilotDone && !before.model?.pilotDone) {
    return { title: shellText(locale, 'pilot.title'), body: shellText(locale, 'pilot.body', numbers) };
  }
  if (before.status !== 'running' || now.status === 'running') return null;
  if (now.status === 'completed') {
    return { title: shellText(locale, 'done.title'), body: shellText(locale, 'done.body', numbers) };
  }
  const reason = now.error ? formatMessage(locale, now.error) : '';
  if (isOverBudget(now)) return { title: shellText(locale, 'budget.title'), body: reason };
  if (now.status === 'failed') return { title: shellText(locale, 'failed.title'), body: reason };
  return null;
}

import { formatMessage } from '../../core/i18n.ts';
import type { Events } from '../../shared/contract.ts';
import type { ErrorInfo } from '../../shared/errors.ts';
import type { Tone } from '../../shared/outcome.ts';
import type { RunSnapshot } from '../../shared/run.ts';
import type { InductionKind, InductionSnapshot } from '../../shared/induction.ts';
import type { Locale, Settings } from '../../shared/settings.ts';
import { shellText } from '../texts/texts.ts';
import type { TextKey } from '../texts/texts.ts';
import { runTone } from './run-tone.ts';

/** A page of the window. */
type PageName = Events['app.navigate']['page'];

/** What a notification is about; each kind has a switch in the settings. */
export type NoticeKind = 'completed' | 'failed' | 'needsYou';

export interface Notice {
  kind: NoticeKind;
  title: string;
  body: string;
  /** Where a click leads. */
  page: PageName;
  /** The run whose conversions are told with it. */
  conversionsOf?: number;
}

const SWITCHES = {
  completed: 'notifyCompleted',
  failed: 'notifyFailed',
  needsYou: 'notifyNeedsYou',
} as const satisfies Record<NoticeKind, keyof Settings>;

/** Whether the settings want such a notification. */
export function isWanted({ kind }: Notice, settings: Settings): boolean {
  return settings[SWITCHES[kind]];
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
    return {
      kind: 'needsYou',
      title: shellText(locale, 'pilot.title'),
      body: shellText(locale, 'pilot.body', numbers),
      page: 'extract',
    };
  }
  if (before.status !== 'running' || now.status === 'running') return null;
  if (now.status === 'completed') {
    const tone = runTone(now);
    return {
      kind: tone === 'failure' ? 'failed' : 'completed',
      title: shellText(locale, DONE_TITLES[tone] ?? 'done.title', numbers),
      body: shellText(locale, 'done.body', numbers),
      page: 'extract',
      ...(now.runId === null || now.successCount === 0 ? {} : { conversionsOf: now.runId }),
    };
  }
  const reason = now.error ? stopReason(locale, now.error) : '';
  if (isOverBudget(now)) {
    return { kind: 'needsYou', title: shellText(locale, 'budget.title'), body: reason, page: 'extract' };
  }
  if (now.status === 'failed') {
    return { kind: 'failed', title: shellText(locale, 'failed.title'), body: reason, page: 'extract' };
  }
  return null;
}

/** On which page the proposal of each kind of induction is. */
const INDUCTION_PAGES = {
  types: 'types',
  words: 'types',
  themes: 'themes',
} as const satisfies Record<InductionKind, PageName>;

/** The same for an induction of event types or themes: its proposal waits for the user. */
export function inductionNotice(
  locale: Locale,
  now: InductionSnapshot,
  before: InductionSnapshot,
): Notice | null {
  if (before.inductionId !== now.inductionId || before.status !== 'running') return null;
  const page = INDUCTION_PAGES[now.kind];
  if (now.status === 'proposed') {
    const title = shellText(locale, 'proposal.title');
    return { kind: 'needsYou', title, body: shellText(locale, `proposal.${now.kind}`), page };
  }
  if (now.status !== 'failed') return null;
  const body = now.error ? stopReason(locale, now.error) : '';
  const isCap = now.error?.code === 'run.budget_reached';
  return isCap
    ? { kind: 'needsYou', title: shellText(locale, 'budget.title'), body, page }
    : { kind: 'failed', title: shellText(locale, 'proposal.failed'), body, page };
}

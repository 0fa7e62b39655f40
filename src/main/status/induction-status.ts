import type { InductionKind, InductionSnapshot } from '../../shared/induction.ts';
import type { Locale } from '../../shared/settings.ts';
import { waitOf } from '../../shared/waiting.ts';
import type { Wait } from '../../shared/waiting.ts';
import { shellText } from '../texts/texts.ts';
import type { TextKey } from '../texts/texts.ts';
import type { ShellStatus } from './shell-status.ts';
import { detailsOf, waitLine } from './wait-line.ts';

const WORKING = {
  types: 'tray.inducing.types',
  words: 'tray.inducing.words',
  themes: 'tray.inducing.themes',
} as const satisfies Record<InductionKind, TextKey>;

/** What an induction waits for; null when it does not. */
export function inductionWait(induction: InductionSnapshot, now: number): Wait | null {
  return waitOf({ ...induction, model: induction }, now);
}

/**
 * What tray, taskbar and power blocker show while a model works on a proposal; null when none does. The window has the ways to
 * pause it: the tray's are for runs.
 */
export function inductionStatus(
  induction: InductionSnapshot,
  at: { locale: Locale; now: number },
): Pick<ShellStatus, 'icon' | 'text' | 'details' | 'progress' | 'awake'> | null {
  const { status, kind, step, steps, done, total } = induction;
  if (status !== 'running') return null;
  // The number of requests is an estimate until the last one.
  const fraction = steps === 0 ? 0 : Math.min(1, Math.round((step / steps) * 100) / 100);
  const working = shellText(at.locale, WORKING[kind], { percent: Math.round(fraction * 100), done, total });
  const wait = inductionWait(induction, at.now);
  return {
    icon: 'running',
    text: waitLine(wait, working, at) ?? working,
    details: detailsOf(wait, at.locale),
    progress: { fraction, mode: 'normal' },
    awake: true,
  };
}

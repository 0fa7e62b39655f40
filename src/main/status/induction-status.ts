import type { InductionKind, InductionSnapshot } from '../../shared/induction.ts';
import type { Locale } from '../../shared/settings.ts';
import { shellText, waitText } from '../texts/texts.ts';
import type { TextKey } from '../texts/texts.ts';
import type { ShellStatus } from './shell-status.ts';

const WORKING = {
  types: 'tray.inducing.types',
  words: 'tray.inducing.words',
  themes: 'tray.inducing.themes',
} as const satisfies Record<InductionKind, TextKey>;

/** Seconds until an induction sends requests again, rounded up; 0 when it is not waiting. */
export function inductionHeldSeconds({ status, throttledUntil }: InductionSnapshot, now: number): number {
  if (status !== 'running' || throttledUntil === null) return 0;
  return Math.max(0, Math.ceil((throttledUntil - now) / 1000));
}

/**
 * What tray, taskbar and power blocker show while a model works on a proposal; null when none does. `held`: why it waits, in
 * words. The window has the ways to pause it: the tray's are for runs.
 */
export function inductionStatus(
  induction: InductionSnapshot,
  held: string,
  locale: Locale,
  now: number,
): Pick<ShellStatus, 'icon' | 'text' | 'progress' | 'awake'> | null {
  const { status, kind, step, steps, done, total } = induction;
  if (status !== 'running') return null;
  // The number of requests is an estimate until the last one.
  const fraction = steps === 0 ? 0 : Math.min(1, Math.round((step / steps) * 100) / 100);
  const working = shellText(locale, WORKING[kind], { percent: Math.round(fraction * 100), done, total });
  const seconds = inductionHeldSeconds(induction, now);
  const text =
    seconds === 0
      ? working
      : shellText(locale, 'tray.inducing.held', { reason: held, wait: waitText(locale, seconds), working });
  return { icon: 'running', text, progress: { fraction, mode: 'normal' }, awake: true };
}

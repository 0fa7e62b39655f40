import type { Settings } from '../../shared/settings.ts';

export interface CloseSituation {
  /** Whether this is the only window left. */
  isLast: boolean;
  closeBehaviour: Settings['closeBehaviour'];
  /** Whether a run or an import is going on. */
  working: boolean;
  quitting: boolean;
  hintShown: boolean;
  /** Whether the desktop shows a tray icon, from which the user can come back. */
  hasTray: boolean;
}

/**
 * What closing a window comes to. `close`: just the window. `keep`: the window goes, the application stays in the tray.
 * `quit`: the application is to quit, which asks when work is going on; also where there is no tray to stay in.
 */
export type CloseDecision = { action: 'close' | 'quit' } | { action: 'keep'; hint: boolean };

/** Decides it. `hint` is true for the first time ever that work goes on without a window. */
export function decideClose(situation: CloseSituation): CloseDecision {
  const { isLast, closeBehaviour, working, quitting, hintShown, hasTray } = situation;
  if (quitting || !isLast) return { action: 'close' };
  const wanted = closeBehaviour === 'always-tray' || (closeBehaviour === 'tray-while-running' && working);
  return wanted && hasTray ? { action: 'keep', hint: working && !hintShown } : { action: 'quit' };
}

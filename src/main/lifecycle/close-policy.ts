import type { Settings } from '../../shared/settings.ts';

export interface CloseSituation {
  /** Whether this is the only window left. */
  isLast: boolean;
  closeBehaviour: Settings['closeBehaviour'];
  /** Whether a run or an import is going on. */
  working: boolean;
  quitting: boolean;
  hintShown: boolean;
}

/**
 * What closing a window comes to. `close`: just the window. `keep`: the window goes, the application stays in the tray.
 * `quit`: the application is to quit, which asks when work is going on.
 */
export type CloseDecision = { action: 'close' | 'quit' } | { action: 'keep'; hint: boolean };

/** Decides it. `hint` is true for the first time ever that work goes on without a window. */
export function decideClose(situation: CloseSituation): CloseDecision {
  const { isLast, closeBehaviour, working, quitting, hintShown } = situation;
  if (quitting || !isLast) return { action: 'close' };
  const keep = closeBehaviour === 'always-tray' || (closeBehaviour === 'tray-while-running' && working);
  return keep ? { action: 'keep', hint: working && !hintShown } : { action: 'quit' };
}

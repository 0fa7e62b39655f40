import type { Clock } from '../clock.ts';
import { AppError } from '../errors.ts';
import type { Awaitable } from '../extract/extractor.ts';

/** So long another program may keep the workspace locked before the run stops. Virus scanners and sync clients take seconds. */
export const LOCK_PATIENCE_MS = 60_000;
const TRY_EVERY_MS = 500;

export interface WhileLockedOptions {
  clock: Clock;
  /** Ends the waiting: the action is not tried again. */
  signal: AbortSignal;
  /** Called when the waiting begins, and when it is over. */
  waiting: (waits: boolean) => void;
}

/** Tries an action that finds the workspace locked by another program again and again. Between tries the thread is free. */
export async function whileLocked<T>(action: () => Awaitable<T>, options: WhileLockedOptions): Promise<T> {
  const { clock, signal, waiting } = options;
  let waited: number | null = null;
  let turn = clock.now();
  try {
    for (;;) {
      try {
        return await action();
      } catch (error) {
        // A clock that is set back must not make a minute a day.
        if (waited !== null) waited += Math.max(clock.now() - turn, TRY_EVERY_MS);
        const isLocked = error instanceof AppError && error.code === 'workspace.locked';
        if (!isLocked || (waited ?? 0) >= LOCK_PATIENCE_MS || signal.aborted) throw error;
      }
      if (waited === null) {
        waited = 0;
        waiting(true);
      }
      turn = clock.now();
      await clock.sleep(TRY_EVERY_MS, signal);
    }
  } finally {
    if (waited !== null) waiting(false);
  }
}

/**
 * Waits until nothing is locked, before something is written that cannot be tried again. Null where there is nothing to wait
 * for, so that no turn of the event loop is lost.
 */
export function untilUnlocked(
  checkUnlocked: () => Awaitable<void>,
  options: WhileLockedOptions,
): Promise<void> | null {
  try {
    const checked = checkUnlocked();
    return checked instanceof Promise ? checked.catch(() => whileLocked(checkUnlocked, options)) : null;
  } catch {
    return whileLocked(checkUnlocked, options);
  }
}

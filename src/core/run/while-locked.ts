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
  let since: number | null = null;
  try {
    for (;;) {
      try {
        return await action();
      } catch (error) {
        const isLocked = error instanceof AppError && error.code === 'workspace.locked';
        const isOver = since !== null && clock.now() - since >= LOCK_PATIENCE_MS;
        if (!isLocked || isOver || signal.aborted) throw error;
      }
      if (since === null) {
        since = clock.now();
        waiting(true);
      }
      await clock.sleep(TRY_EVERY_MS, signal);
    }
  } finally {
    if (since !== null) waiting(false);
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

import type { FileTaskProgress, FileTaskStep } from '../../shared/workspace.ts';
import type { FileSystem } from './file-system.ts';

/** Told again and again how far a task on the file of a workspace is. Throws once the task is to stop. */
export type Watch = (step: FileTaskStep, share: number | null) => void;

/** Of a task that is not shown, and not stopped. */
export const unwatched: Watch = () => undefined;

/** File operations of which a copy tells how far it is. */
export function watchedFiles(files: FileSystem, watch: Watch): FileSystem {
  const onBytes = (done: number, total: number): void => watch('copying', shareOf(done, total));
  return { ...files, copy: (from, to) => files.copy(from, to, onBytes) };
}

/** A share from 0 to 1; null where nothing is known of the whole. */
export function shareOf(done: number, total: number): number | null {
  return total > 0 ? Math.min(1, done / total) : null;
}

/** Progress is told no more often. */
const TOLD_EVERY_MS = 100;

/** Passes progress on at most ten times a second; the begin of a step at once. `now`: milliseconds. */
export function throttled(
  tell: (progress: FileTaskProgress) => void,
  now: () => number = () => performance.now(),
): Watch {
  let lastStep: FileTaskStep | null = null;
  let lastAt = 0;
  return (step, share) => {
    const at = now();
    if (step === lastStep && at - lastAt < TOLD_EVERY_MS) return;
    lastStep = step;
    lastAt = at;
    tell({ step, share });
  };
}

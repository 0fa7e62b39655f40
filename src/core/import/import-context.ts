import { AppError } from '../errors.ts';
import type { Connection } from '../store/database.ts';
import type { ImportOptions } from '../../shared/import.ts';
import type { ImportProgress } from './import-progress.ts';

/** What an import gets from outside. */
export interface ImportContext {
  db: Connection;
  workspacePath: string;
  options: ImportOptions;
  onProgress(progress: ImportProgress): void;
  isCancelled(): boolean;
  /** Milliseconds since the epoch. */
  now(): number;
}

/** Throws `import.cancelled` once the import is to stop. */
export function throwIfCancelled(isCancelled: () => boolean): void {
  if (isCancelled()) throw new AppError('import.cancelled');
}

import { AppError } from '../errors.ts';
import type { ImportTables } from '../store/import-store.ts';
import type { ImportOptions } from '../../shared/import.ts';
import type { ImportProgress } from './import-progress.ts';

/** What an import gets from outside. */
export interface ImportContext {
  store: ImportTables;
  workspacePath: string;
  options: ImportOptions;
  onProgress(progress: ImportProgress): void;
  isCancelled(): boolean;
  /** Milliseconds since the epoch. */
  now(): number;
}

/** Does something in the transaction of an import; anything thrown takes it back and is thrown on. */
export async function inTransaction<T>(store: ImportTables, action: () => Promise<T>): Promise<T> {
  store.begin();
  try {
    const result = await action();
    store.commit();
    return result;
  } catch (error) {
    store.rollback();
    throw error;
  }
}

/** Throws `import.cancelled` once the import is to stop. */
export function throwIfCancelled(isCancelled: () => boolean): void {
  if (isCancelled()) throw new AppError('import.cancelled');
}

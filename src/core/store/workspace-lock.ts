import { DatabaseSync } from 'node:sqlite';
import { AppError } from '../errors.ts';
import type { ErrorCode } from '../../shared/errors.ts';
import { sqliteError } from './database.ts';
import { SUFFIX } from './workspace-files.ts';

/** What is wrong with the file of the lock, and would be said of the workspace. */
const OF_THE_LOCK: readonly ErrorCode[] = ['workspace.not_a_workspace', 'workspace.damaged', 'workspace.io'];

/**
 * Keeps a workspace to one process. The lock is an exclusive SQLite transaction on a file beside the workspace, so that
 * the operating system releases it at any death of the process, and no pid or clock has to be trusted.
 */
export class WorkspaceLock {
  readonly #db: DatabaseSync;

  private constructor(db: DatabaseSync) {
    this.#db = db;
  }

  /** Takes the lock, or throws `workspace.in_use` when another process has it. */
  static acquire(workspacePath: string): WorkspaceLock {
    const path = workspacePath + SUFFIX.lock;
    let db: DatabaseSync | null = null;
    try {
      db = new DatabaseSync(path, { timeout: 200 });
      // No journal file: nothing is ever written here.
      db.exec('PRAGMA journal_mode = MEMORY; BEGIN EXCLUSIVE;');
      return new WorkspaceLock(db);
    } catch (error) {
      db?.close();
      const known = sqliteError(error, workspacePath);
      if (known.code === 'workspace.locked') throw new AppError('workspace.in_use', { path: workspacePath });
      if (!OF_THE_LOCK.includes(known.code)) throw known;
      const detail = `${path}: ${error instanceof Error ? error.message : String(error)}`;
      throw new AppError('workspace.io', { path: workspacePath, detail }, { cause: error });
    }
  }

  release(): void {
    this.#db.close();
  }
}

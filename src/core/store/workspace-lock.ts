import { DatabaseSync } from 'node:sqlite';
import { AppError } from '../errors.ts';
import { sqliteError } from './database.ts';

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
    let db: DatabaseSync | null = null;
    try {
      db = new DatabaseSync(`${workspacePath}-lock`, { timeout: 200 });
      // No journal file: nothing is ever written here.
      db.exec('PRAGMA journal_mode = MEMORY; BEGIN EXCLUSIVE;');
      return new WorkspaceLock(db);
    } catch (error) {
      db?.close();
      const known = sqliteError(error, workspacePath);
      throw known.code === 'workspace.locked'
        ? new AppError('workspace.in_use', { path: workspacePath })
        : known;
    }
  }

  release(): void {
    this.#db.close();
  }
}

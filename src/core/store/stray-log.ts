import { DatabaseSync } from 'node:sqlite';
import { pathToFileURL } from 'node:url';
import type { ErrorCode } from '../../shared/errors.ts';
import { storeError } from './database.ts';

/** What SQLite says of a content that is damaged, or without the tables of a workspace. */
const OF_THE_CONTENT: readonly ErrorCode[] = [
  'workspace.damaged',
  'workspace.not_a_workspace',
  'app.internal',
];

/**
 * Whether the log beside a workspace can be that of another file: with it the workspace is damaged or is another one, and without it
 * neither. A log does not name its file, and SQLite applies it to any, for good: a sync client that brings a log alone, or a
 * workspace that was renamed beside one, would destroy the file. Nothing is changed.
 */
export function isStrayLog(file: string): boolean {
  const alone = lookAt(file, `${pathToFileURL(file).href}?immutable=1`);
  return alone !== null && lookAt(file, file) !== alone;
}

/** The identity of the workspace in a database that is whole; null for one that is damaged. Throws what a disk or a lock throws. */
function lookAt(file: string, name: string): string | null {
  let db: DatabaseSync | null = null;
  try {
    // A connection that only reads leaves the log where it is.
    db = new DatabaseSync(name, { readOnly: true });
    const verdict = Object.values(db.prepare('PRAGMA quick_check(1)').get() ?? {})[0];
    if (verdict !== 'ok') return null;
    const row = db.prepare("SELECT value FROM meta WHERE key = 'workspace_id'").get();
    return String(row?.['value'] ?? '');
  } catch (error) {
    if (OF_THE_CONTENT.includes(storeError(error, file).code)) return null;
    throw error;
  } finally {
    db?.close();
  }
}

import { existsSync } from 'node:fs';
import { dirname } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { AppError } from '../errors.ts';
import { APPLICATION_ID, scalar } from './database.ts';
import { moveToFreeName } from './file-system.ts';
import type { FileSystem } from './file-system.ts';
import { namesFor, SUFFIX } from './workspace-files.ts';

/** What SQLite keeps beside the copy while it makes or reads it. */
const BESIDE = ['-journal', SUFFIX.log, SUFFIX.logIndex];

/**
 * Writes everything that a connection sees, its log included, into one new file beside the workspace, and waits until it
 * is on disk. Returns its temporary name. Throws what SQLite or the disk throws; nothing is left then.
 */
export function copyOpenDatabase(db: DatabaseSync, file: string, files: FileSystem): string {
  const part = file + SUFFIX.recoveredPart;
  removePart(file, files);
  try {
    db.prepare('VACUUM INTO ?').run(part);
    files.syncFile(part);
    return part;
  } catch (error) {
    removePart(file, files);
    throw error;
  }
}

/** Gives such a copy the name of its own by which a user finds it. */
export function keepRecovered(file: string, part: string, files: FileSystem): string {
  const recovered = moveToFreeName(files, part, namesFor(file, 'recovered'));
  if (recovered === null) throw new Error(`no name is left for what was recovered of ${file}`);
  files.syncFolder(dirname(file));
  return recovered;
}

/**
 * Deals with a copy that a process was writing when it died: its workspace has no name any more, so that the copy can be
 * all there is. A complete one takes the place of a workspace that is missing, and throws workspace.replaced beside another
 * file. Only under the lock of the workspace.
 */
export function settleCopy(file: string, files: FileSystem): void {
  const part = file + SUFFIX.recoveredPart;
  if (!existsSync(part)) return;
  const whole = isWhole(part);
  for (const suffix of BESIDE) files.remove(part + suffix);
  if (!whole) {
    files.remove(part);
    return;
  }
  if (existsSync(file)) {
    const recovered = keepRecovered(file, part, files);
    throw new AppError('workspace.replaced', { path: file, recovered });
  }
  // The copy has what is in the log.
  for (const suffix of [SUFFIX.log, SUFFIX.logIndex]) files.remove(file + suffix);
  files.syncFolder(dirname(file));
  files.rename(part, file);
  files.syncFolder(dirname(file));
}

/** Whether there is something for `settleCopy` to do. */
export function hasUnfinishedCopy(file: string): boolean {
  return existsSync(file + SUFFIX.recoveredPart);
}

function removePart(file: string, files: FileSystem): void {
  for (const suffix of ['', ...BESIDE]) files.remove(file + SUFFIX.recoveredPart + suffix);
}

function isWhole(path: string): boolean {
  let db: DatabaseSync | null = null;
  try {
    db = new DatabaseSync(path, { readOnly: true });
    const verdict = Object.values(db.prepare('PRAGMA quick_check(1)').get() ?? {})[0];
    return verdict === 'ok' && scalar(db, 'PRAGMA application_id') === APPLICATION_ID;
  } catch {
    return false;
  } finally {
    db?.close();
  }
}

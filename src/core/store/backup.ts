import { existsSync, readdirSync, statSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { backup, DatabaseSync } from 'node:sqlite';
import type { BackupProgressInfo } from 'node:sqlite';
import { setImmediate as nextTurn } from 'node:timers/promises';
import type { BackupFile } from '../../shared/workspace.ts';
import { AppError } from '../errors.ts';
import { connect, scalar, storeError } from './database.ts';
import {
  codeOf,
  copyMode,
  fileSystem,
  identityOf,
  keepUnderFreeName,
  moveToFreeName,
  removeQuietly,
} from './file-system.ts';
import type { FileSystem } from './file-system.ts';
import { shareOf, unwatched, watchedFiles } from './file-task.ts';
import type { Watch } from './file-task.ts';
import { checkIntegrity } from './integrity.ts';
import { BESIDE_DATABASE, namesFor, realPath, splitName, SUFFIX } from './workspace-files.ts';
import { checkHeader, checkWritable, readHeader } from './workspace-header.ts';
import { WorkspaceLock } from './workspace-lock.ts';

/** So many pages are copied at a time: about 4 MB, within which the process can do nothing else with the connection. */
const PAGES_AT_ONCE = 1024;

/** The name of a backup, after the name of its workspace: by the clock, or before a change of the format. */
const NAME = /^\.(?:backup-(\d{8}-\d{6})|format-(\d+))(?:-\d+)?\.(?:eventloom|db)$/;

/** The backups that lie beside a workspace, newest first. Throws workspace.io for a folder that cannot be read. */
export function listBackups(path: string): BackupFile[] {
  const file = realPath(path);
  try {
    return backupsBeside(file).sort((a, b) => b.time - a.time);
  } catch (error) {
    throw storeError(error, path);
  }
}

function backupsBeside(file: string): BackupFile[] {
  const folder = dirname(file);
  const stem = basename(splitName(file).stem);
  const found: BackupFile[] = [];
  for (const name of existsSync(folder) ? readdirSync(folder) : []) {
    const match = name.startsWith(stem) ? NAME.exec(name.slice(stem.length)) : null;
    if (!match) continue;
    const stats = statSync(join(folder, name), { throwIfNoEntry: false });
    if (!stats?.isFile()) continue;
    found.push({
      path: join(folder, name),
      kind: match[1] === undefined ? 'format' : 'regular',
      format: match[2] === undefined ? null : Number(match[2]),
      time: stats.mtimeMs,
      sizeBytes: stats.size,
    });
  }
  return found;
}

/** Whether a file is one of the backups of a workspace, by whatever name it is called. */
export function isBackupOf(path: string, backupPath: string): boolean {
  return listBackups(path).some((known) => realPath(known.path) === realPath(backupPath));
}

/**
 * Copies an open workspace while it stays in use, and keeps the newest `keep` of its regular backups. The copy is that of one
 * moment: it reads within a transaction, so that commits of the run meanwhile neither wait nor appear in it. One at a time, of a
 * workspace that this process has open. Throws workspace.damaged for one that is found so, which must not replace an older one;
 * workspace.backup_no_space, backup_failed, and the reason of `signal` when that aborts; nothing is left then. `watch` is told how far it is.
 */
export async function backUp(
  path: string,
  {
    now,
    keep,
    signal,
    watch = unwatched,
    files = fileSystem,
  }: { now: number; keep: number; signal?: AbortSignal; watch?: Watch; files?: FileSystem },
): Promise<BackupFile> {
  const file = realPath(path);
  const part = file + SUFFIX.backupPart;
  removePart(part, files);
  let source: DatabaseSync | null = null;
  try {
    source = connect(file, { readOnly: true });
    source.exec('BEGIN');
    scalar(source, 'SELECT count(*) FROM meta');
    const progress = ({ totalPages, remainingPages }: BackupProgressInfo): void => {
      signal?.throwIfAborted();
      watch('copying', shareOf(totalPages - remainingPages, totalPages));
    };
    watch('copying', null);
    await backup(source, part, { rate: PAGES_AT_ONCE, progress });
    signal?.throwIfAborted();
    watch('checking', null);
    // What was asked meanwhile, such as to stop, comes first: the check cannot be interrupted.
    await nextTurn();
    signal?.throwIfAborted();
    checkCopy(part, path);
    const made = publish(part, namesFor(file, `backup-${stamp(now)}`), files);
    const regular = listBackups(file).filter(({ kind }) => kind === 'regular');
    const added = regular.find((known) => known.path === made);
    if (!added) throw new Error(`the backup ${made} is not there`);
    for (const old of regular.filter((known) => known !== added).slice(Math.max(0, keep - 1))) {
      removeQuietly(files, old.path);
    }
    return added;
  } catch (error) {
    throw signal?.aborted ? signal.reason : backupError(error, path);
  } finally {
    source?.close();
    removePart(part, files);
  }
}

/** Keeps a workspace as it is before its format changes. Returns where. The connection sees what is in the log, too. */
export function backUpFormat(db: DatabaseSync, file: string, format: number, files: FileSystem): string {
  const part = file + SUFFIX.backupPart;
  removePart(part, files);
  try {
    db.prepare('VACUUM INTO ?').run(part);
    return publish(part, namesFor(file, `format-${format}`), files);
  } catch (error) {
    throw backupError(error, file);
  } finally {
    removePart(part, files);
  }
}

/**
 * Puts a backup in the place of a workspace that no process has open. What was there is kept under the name that is
 * returned; null when there was nothing. Throws workspace.backup_unusable for a file that is no whole workspace. `watch` is told how far it
 * is, and stops it by throwing, before anything has taken the place of the workspace: then nothing is left beside that.
 */
export function restoreBackup(
  path: string,
  from: string,
  { now, watch = unwatched, files: given = fileSystem }: { now: number; watch?: Watch; files?: FileSystem },
): string | null {
  const file = realPath(path);
  const files = watchedFiles(given, watch);
  const part = file + SUFFIX.backupPart;
  let lock: WorkspaceLock | null = null;
  let isKept = false;
  try {
    checkWritable(file, existsSync(file));
    lock = WorkspaceLock.acquire(file);
    removePart(part, files);
    copyBackup(from, part, files);
    watch('checking', null);
    checkUsable(part, from);
    watch('finishing', null);
    // A backup may be write-protected; the workspace is not to be.
    copyMode(existsSync(file) ? file : from, part);
    files.syncFile(part);
    watch('finishing', null);
    isKept = existsSync(file);
    const kept = isKept ? keepReplaced(file, now, files) : null;
    // The log of the file before must be gone when the other one gets its name: it would be applied to that.
    for (const suffix of [SUFFIX.log, SUFFIX.logIndex, SUFFIX.session, SUFFIX.damaged])
      files.remove(file + suffix);
    files.syncFolder(dirname(file));
    files.rename(part, file);
    files.syncFolder(dirname(file));
    return kept;
  } catch (error) {
    if (isKept) removeSecondNames(file, files);
    throw storeError(error, path);
  } finally {
    // Without the lock, what is there is a backup that another process is making.
    if (lock) removePart(part, files);
    lock?.release();
  }
}

/** Removes what a process that died has left of a backup, or of a restore. Only under the lock of the workspace. */
export function removeBackupPart(file: string, files: FileSystem): void {
  if (!existsSync(file + SUFFIX.backupPart)) return;
  removeSecondNames(file, files);
  removePart(file + SUFFIX.backupPart, files);
}

/** Takes back the name under which a restore that was cut short was to keep the file, which is still in its place. */
function removeSecondNames(file: string, files: FileSystem): void {
  const identity = identityOf(file);
  const { stem, extension } = splitName(basename(file));
  for (const name of identity === null ? [] : readdirSync(dirname(file))) {
    const kept = join(dirname(file), name);
    if (!name.startsWith(`${stem}.replaced-`) || !name.endsWith(extension) || identityOf(kept) !== identity)
      continue;
    if (existsSync(kept + SUFFIX.log)) {
      if (existsSync(file + SUFFIX.log)) files.remove(kept + SUFFIX.log);
      else files.rename(kept + SUFFIX.log, file + SUFFIX.log);
    }
    files.remove(kept);
  }
}

/** Throws workspace.damaged for a copy that is, as the workspace is then, too. */
function checkCopy(copy: string, path: string): void {
  const db = connect(copy, { readOnly: true });
  try {
    checkIntegrity(db, copy);
  } catch (error) {
    const known = storeError(error, path);
    if (known.code !== 'workspace.damaged') throw known;
    throw new AppError(known.code, { ...known.params, path }, { cause: error });
  } finally {
    db.close();
  }
}

/** Copies a backup to the side of the workspace. Throws workspace.backup_unusable for one that cannot be read. */
function copyBackup(from: string, part: string, files: FileSystem): void {
  try {
    files.copy(from, part);
  } catch (error) {
    if (error instanceof AppError || storeError(error, from).code === 'workspace.disk_full') throw error;
    const detail = error instanceof Error ? error.message : String(error);
    throw new AppError('workspace.backup_unusable', { path: from, detail }, { cause: error });
  }
}

/** Gives a complete copy its name, once its content is on disk. */
function publish(part: string, names: Iterable<string>, files: FileSystem): string {
  files.syncFile(part);
  const name = moveToFreeName(files, part, names);
  if (name === null) throw new Error(`no name is left for a backup beside ${part}`);
  files.syncFolder(dirname(name));
  return name;
}

/** Throws workspace.too_new, and workspace.backup_unusable for what is no whole workspace. */
function checkUsable(copy: string, from: string): void {
  const unusable = (detail: string, cause?: unknown): AppError =>
    new AppError('workspace.backup_unusable', { path: from, detail }, { cause });
  const header = readHeader(copy);
  if (header === null) throw unusable('empty');
  let db: DatabaseSync | null = null;
  try {
    checkHeader(header, from);
    db = new DatabaseSync(copy, { readOnly: true });
    const verdict = Object.values(db.prepare('PRAGMA quick_check(1)').get() ?? {})[0];
    if (verdict !== 'ok') throw unusable(String(verdict));
  } catch (error) {
    if (error instanceof AppError && error.code !== 'workspace.damaged') throw error;
    throw unusable(error instanceof Error ? error.message : String(error), error);
  } finally {
    db?.close();
  }
}

/** Gives the present file a second name, and its log that of its own if one is left. Returns the name of the file. */
function keepReplaced(file: string, now: number, files: FileSystem): string {
  try {
    // Brings what is in the log into the file; a damaged one keeps its log.
    connect(file).close();
  } catch {
    // It is kept as it is.
  }
  const copyPart = file + SUFFIX.copyPart;
  const kept = keepUnderFreeName(files, file, copyPart, namesFor(file, `replaced-${stamp(now)}`));
  if (!existsSync(file + SUFFIX.log)) return kept;
  try {
    keepUnderFreeName(files, file + SUFFIX.log, copyPart, [kept + SUFFIX.log]);
    return kept;
  } catch (error) {
    files.remove(kept);
    throw error;
  }
}

function removePart(part: string, files: FileSystem): void {
  for (const suffix of ['', ...BESIDE_DATABASE]) removeQuietly(files, part + suffix);
}

function backupError(error: unknown, path: string): AppError {
  const known = storeError(error, path);
  if (known.code === 'workspace.damaged' || known.code === 'workspace.path_too_long') return known;
  if (known.code !== 'workspace.disk_full' && codeOf(error) !== 'ENOSPC') {
    const detail = error instanceof Error ? error.message : String(error);
    return new AppError('workspace.backup_failed', { path, detail }, { cause: error });
  }
  return new AppError('workspace.backup_no_space', { path }, { cause: error });
}

/** A moment as a part of a file name, in UTC. */
function stamp(now: number): string {
  return new Date(now).toISOString().slice(0, 19).replaceAll(/[-:]/g, '').replace('T', '-');
}

import { existsSync, readdirSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { z } from 'zod';
import type { ImportKind } from '../../shared/import.ts';
import type { RescueReport } from '../../shared/workspace.ts';
import { AppError } from '../errors.ts';
import { migrate, scalar, storeError, transaction } from './database.ts';
import { openDamaged, openWithLostLeaves } from './damaged-source.ts';
import { shareOf, unwatched, watchedFiles } from './file-task.ts';
import type { Watch } from './file-task.ts';
import { ORDINAL_SPAN } from './event-id.ts';
import {
  copyMode,
  fileSystem,
  isSameContent,
  keepUnderFreeName,
  moveToFreeName,
  removeQuietly,
  sizeOf,
} from './file-system.ts';
import type { FileSystem } from './file-system.ts';
import { MAY_LACK_ROWS } from './import-store.ts';
import { inSteps } from './in-steps.ts';
import { salvage, salvageMore, SALVAGED_TABLES } from './salvage.ts';
import { namesFor, realPath, splitName, SUFFIX } from './workspace-files.ts';
import { checkHeader, checkWritable, readHeader } from './workspace-header.ts';
import { WorkspaceLock } from './workspace-lock.ts';

/*
 * The protocol, and why a kill at any instant loses nothing (docs/decisions/0007-rescue.md):
 *
 *   1. <name>-rescue-part is built beside the damaged file, which is only read.
 *   2. The damaged file gets a second name, <name>.damaged-<time>.eventloom: a hard link, or a copy where there are none.
 *   3. The part, with the report in it, is written through to the disk and renamed to <name>-rescued. From here on the
 *      rescue counts as done; before, the next opening removes what there is of it.
 *   4. The log of the damaged file is removed: it must never be applied to another file.
 *   5. <name>-rescued is renamed over the damaged file. The next opening does 4 and 5 where they are missing.
 */

/** Where the report of a rescue is kept in the rescued workspace until the user has seen it. */
const REPORT_KEY = 'rescue_report';
const MEGABYTE = 1 << 20;
/** What the disk must have beyond the size of the damaged file. */
const SPARE_BYTES = 8 * MEGABYTE;

const storedReportSchema = z.object({
  /** The name of the damaged file's copy, beside the workspace. */
  backup: z.string().min(1),
  behaviours: z.number(),
  users: z.number(),
  events: z.number(),
  profiles: z.number(),
  damagedTables: z.array(z.string()),
});
type StoredReport = z.infer<typeof storedReportSchema>;

export interface RescueOptions {
  /** Milliseconds since the epoch: the time in the name of the damaged file's copy. */
  now: number;
  /** Replaced by tests. */
  files?: FileSystem;
  /** Told how far it is, and stops the rescue by throwing, before it counts as done. */
  watch?: Watch;
  /** Makes the database that is built; replaced by tests. */
  makeTarget?: (path: string) => DatabaseSync;
}

/**
 * Keeps the damaged workspace under another name and puts a new one in its place with everything that still reads. What
 * cannot be known any more is derived: figures of users are counted again. The plans of runs are not taken over, so a run
 * that could still go on is closed as cancelled. A process that dies meanwhile loses nothing: the next opening finishes.
 * Throws workspace.not_found, not_a_workspace, too_new, in_use, read_only, rescue_no_space, io, and what `watch` throws; the file is then
 * as it was, and nothing is beside it.
 */
export function rescueWorkspace(path: string, options: RescueOptions): RescueReport {
  const file = realPath(path);
  const { watch = unwatched } = options;
  const files = watchedFiles(options.files ?? fileSystem, watch);
  checkIsOurs(file);
  let lock: WorkspaceLock | null = null;
  try {
    checkWritable(file, false);
    lock = WorkspaceLock.acquire(file);
    const finished = settleRescue(file, files) === 'finished';
    if (!finished) rescue(file, files, watch, options);
    const report = reportOf(file);
    if (!report) throw new Error('the rescued workspace has no report');
    return { ...report, interrupted: finished };
  } catch (error) {
    throw storeError(error, path);
  } finally {
    lock?.release();
  }
}

/** Throws unless the file is a workspace, as far as can still be read: no other file is ever put aside. */
function checkIsOurs(file: string): void {
  if (existsSync(file + SUFFIX.rescued)) return;
  const header = readHeader(file);
  if (header === null) throw new AppError('workspace.not_found', { path: file });
  try {
    checkHeader(header, file);
  } catch (error) {
    if (!(error instanceof AppError) || error.code !== 'workspace.damaged') throw error;
  }
}

function rescue(file: string, files: FileSystem, watch: Watch, options: RescueOptions): void {
  const part = file + SUFFIX.rescuePart;
  const folder = dirname(file);
  const kept: string[] = [];
  // SQLite makes them to read the damaged file, and leaves them.
  const made = [SUFFIX.log, SUFFIX.logIndex]
    .map((suffix) => file + suffix)
    .filter((path) => !existsSync(path));
  let needed = SPARE_BYTES;
  const checkRoom = (bytes: number): void => {
    needed += bytes;
    checkSpace(files, file, needed);
  };
  try {
    checkRoom(sizeOf(file) + sizeOf(file + SUFFIX.log));
    const target = (options.makeTarget ?? makeTarget)(part);
    try {
      const found = build(file, target, files, checkRoom, watch);
      kept.push(...keepDamaged(file, files, options.now));
      files.syncFolder(folder);
      const [backup = ''] = kept;
      storeReport(target, { ...found, backup: basename(backup) });
    } finally {
      target.close();
    }
    copyMode(file, part);
    files.syncFile(part);
    // The last moment at which it can be stopped.
    watch('finishing', null);
    files.rename(part, file + SUFFIX.rescued);
  } catch (error) {
    for (const path of [part, ...kept, ...made]) removeQuietly(files, path);
    throw isDiskFull(error) ? noSpace(files, file, needed) : error;
  }
  files.syncFolder(folder);
  takeOver(file, files);
}

/** Steps 4 and 5 of the protocol. */
function takeOver(file: string, files: FileSystem): void {
  for (const suffix of [SUFFIX.log, SUFFIX.logIndex, SUFFIX.session]) files.remove(file + suffix);
  // A power cut must not undo the removal and leave the next step done.
  files.syncFolder(dirname(file));
  files.rename(file + SUFFIX.rescued, file);
  files.remove(file + SUFFIX.damaged);
  files.syncFolder(dirname(file));
}

/**
 * Finishes a rescue that was cut short after it counted as done, and removes what there is of one that was cut short
 * before. Only under the lock of the workspace. Throws workspace.replaced when another file was put in the place of the
 * damaged one meanwhile: that file is left alone, and the rescued workspace gets a name of its own.
 */
export function settleRescue(file: string, files: FileSystem = fileSystem): 'none' | 'undone' | 'finished' {
  const rescued = file + SUFFIX.rescued;
  if (existsSync(rescued)) {
    const backupPath = reportOf(rescued, file)?.backupPath;
    if (existsSync(file) && !(backupPath && isSameContent(file, backupPath))) {
      const recovered = moveToFreeName(files, rescued, namesFor(file, 'recovered')) ?? rescued;
      files.syncFolder(dirname(file));
      throw new AppError('workspace.replaced', { path: file, recovered });
    }
    takeOver(file, files);
    return 'finished';
  }
  const undone = existsSync(file + SUFFIX.rescuePart);
  if (undone) removeNeedlessCopies(file, files);
  for (const suffix of [SUFFIX.rescuePart, SUFFIX.copyPart, SUFFIX.mendedPart, SUFFIX.leavesPart])
    files.remove(file + suffix);
  return undone ? 'undone' : 'none';
}

/** Whether there is something for `settleRescue` to do. */
export function hasUnfinishedRescue(file: string): boolean {
  return [SUFFIX.rescued, SUFFIX.rescuePart].some((suffix) => existsSync(file + suffix));
}

/** Removes copies that an unfinished rescue kept of the damaged file, which is still in its place. */
function removeNeedlessCopies(file: string, files: FileSystem): void {
  if (!existsSync(file)) return;
  const { stem, extension } = splitName(basename(file));
  for (const name of readdirSync(dirname(file))) {
    const path = join(dirname(file), name);
    if (!name.startsWith(`${stem}.damaged-`) || !name.endsWith(extension)) continue;
    // An empty one was to become a copy.
    if (sizeOf(path) > 0 && !isSameContent(file, path)) continue;
    files.remove(path + SUFFIX.log);
    files.remove(path);
  }
}

/** Gives the damaged file, and its log if it has one, a second name. Returns the names. */
function keepDamaged(file: string, files: FileSystem, now: number): string[] {
  const time = new Date(now).toISOString().slice(0, 19).replaceAll(/[-:]/g, '').replace('T', '-');
  const copyPart = file + SUFFIX.copyPart;
  const backup = keepUnderFreeName(files, file, copyPart, namesFor(file, `damaged-${time}`));
  if (sizeOf(file + SUFFIX.log) === 0) return [backup];
  try {
    return [backup, keepUnderFreeName(files, file + SUFFIX.log, copyPart, [backup + SUFFIX.log])];
  } catch (error) {
    files.remove(backup);
    throw error;
  }
}

/** A new database that no other process has open: what it is made of needs no protection until it is complete. */
function makeTarget(path: string): DatabaseSync {
  const db = new DatabaseSync(path);
  db.exec(`
    PRAGMA journal_mode = MEMORY; PRAGMA synchronous = OFF; PRAGMA locking_mode = EXCLUSIVE;
    PRAGMA cache_size = -65536; PRAGMA temp_store = FILE;
  `);
  return db;
}

/** Fills `target` with what reads of the damaged file. `checkRoom` is called before more space is needed than for `target`. */
function build(
  file: string,
  target: DatabaseSync,
  files: FileSystem,
  checkRoom: (bytes: number) => void,
  watch: Watch,
): Omit<StoredReport, 'backup'> {
  // Rows come back in any order, and some that others refer to never do.
  target.exec('PRAGMA foreign_keys = OFF');
  migrate(target);
  const source = openDamaged(file, files, SALVAGED_TABLES, checkRoom);
  const damagedTables = transaction(target, () => {
    try {
      return source
        ? withoutIndexes(target, watch, () => {
            const damaged = salvage(source, target, watch);
            takeLostLeaves(file, target, damaged, files, checkRoom, watch);
            return damaged;
          })
        : [...SALVAGED_TABLES];
    } finally {
      source?.close();
    }
  });
  transaction(target, () => {
    mendReferences(target, watch);
    // What is left of a user may not be what the import before said: no import of profiles can be taken out rightly any more.
    if (damagedTables.some((table) => table === 'profiles' || table === 'former_profiles'))
      target.exec(
        `UPDATE imports SET profiles_kept = 0 WHERE kind = 'profiles' AND EXISTS (SELECT 1 FROM former_profiles)`,
      );
    // What is lost comes back when its file is imported again.
    for (const kind of ['behaviours', 'profiles'] satisfies ImportKind[])
      if (damagedTables.some((table) => table === kind || table === 'users'))
        target.prepare(`UPDATE imports SET ${MAY_LACK_ROWS} WHERE kind = ?`).run(kind);
  });
  const count = (table: string): number => scalar(target, `SELECT count(*) FROM ${table}`);
  return {
    behaviours: count('behaviours'),
    users: count('users'),
    events: count('events'),
    profiles: count('profiles'),
    damagedTables,
  };
}

/** Takes over the rows of damaged tables that can be found in their leaves only. */
function takeLostLeaves(
  file: string,
  target: DatabaseSync,
  damaged: readonly string[],
  files: FileSystem,
  checkRoom: (bytes: number) => void,
  watch: Watch,
): void {
  const onPages = (done: number, total: number): void => watch('checking', shareOf(done, total));
  const more = damaged.length === 0 ? null : openWithLostLeaves(file, files, checkRoom, onPages);
  try {
    if (more) salvageMore(more.db, target, damaged, watch);
  } finally {
    more?.close();
  }
}

/** Fills tables while they have no indexes: an index that is made afterwards is smaller, and made much faster. */
function withoutIndexes<T>(db: DatabaseSync, watch: Watch, fill: () => T): T {
  // The small one of `runs` stays, because damaged rows may break its rule: those are not taken over then.
  const indexes = db
    .prepare(
      "SELECT name, sql FROM sqlite_schema WHERE type = 'index' AND sql NOT NULL AND name <> 'runs_one_active'",
    )
    .all();
  for (const { name } of indexes) db.exec(`DROP INDEX ${String(name)}`);
  const result = fill();
  for (const { sql } of indexes) {
    watch('finishing', null);
    db.exec(String(sql));
  }
  return result;
}

/** Makes the rows agree with each other again. */
function mendReferences(db: DatabaseSync, watch: Watch): void {
  /** For tables that can be long: the rescue can be stopped between two steps. */
  const inRanges = (table: string, key: string, sql: string): void =>
    inSteps(db, sql, { table, key }, { onStep: () => watch('finishing', null) });
  const range = (key: string): string => `${key} BETWEEN :first AND :last`;
  const lacksUser = (table: string): void =>
    inRanges(
      table,
      'user_no',
      `DELETE FROM ${table} WHERE ${range('user_no')} AND user_no NOT IN (SELECT no FROM users)`,
    );

  inRanges(
    'behaviours',
    'id',
    `INSERT OR IGNORE INTO users (no, id)
      SELECT DISTINCT user_no, 'recovered_' || user_no FROM behaviours
      WHERE ${range('id')} AND user_no NOT IN (SELECT no FROM users)`,
  );
  lacksUser('profiles');
  db.exec('DELETE FROM former_profiles WHERE user_no NOT IN (SELECT user_no FROM profiles)');
  inRanges(
    'events',
    'id',
    `DELETE FROM events WHERE ${range('id')} AND user_no NOT IN (SELECT no FROM users)`,
  );
  lacksUser('sequences');
  watch('finishing', null);
  db.exec(`
    UPDATE requests SET run_id = NULL WHERE run_id NOT IN (SELECT id FROM runs);
    UPDATE requests SET induction_id = NULL WHERE induction_id NOT IN (SELECT id FROM inductions);
    UPDATE inductions SET status = 'cancelled', end_time = coalesce(end_time, start_time), closed = 1
      WHERE status IN ('running', 'paused', 'interrupted', 'failed');
    UPDATE requests SET state = 'lost', judged = 1 WHERE state = 'sending' OR judged = 0;
    DELETE FROM sent_prompts WHERE request_id NOT IN (SELECT id FROM requests);
    INSERT INTO imports (id, kind, file_name, file_size, file_sha256, base_id, rows_read, rows_added, rows_known, bad_rows,
        imported_at)
      SELECT import_id, 'behaviours', 'recovered_' || import_id, 0, '', 0, 0, 0, 0, count(*), 0 FROM bad_rows
      WHERE import_id NOT IN (SELECT id FROM imports) GROUP BY import_id;
    INSERT INTO sequences (user_no) SELECT no FROM users WHERE no NOT IN (SELECT user_no FROM sequences);
    UPDATE runs SET status = 'cancelled', end_time = coalesce(end_time, start_time),
      error = iif(error ->> 'code' = 'workspace.damaged', NULL, error)
      WHERE status IN ('running', 'paused', 'interrupted', 'failed');
  `);
  // Events have no index of their users, but a user's are those in a range of ids. To ask for them by `user_no` would mean
  // to go through all events for each user.
  const ofUser = `events e WHERE e.id BETWEEN sequences.user_no * ${ORDINAL_SPAN} AND sequences.user_no * ${ORDINAL_SPAN} + ${ORDINAL_SPAN - 1}`;
  inRanges(
    'sequences',
    'user_no',
    `UPDATE sequences SET
      behaviour_count = (SELECT count(*) FROM behaviours b WHERE b.user_no = sequences.user_no),
      first_time = (SELECT min(time) FROM behaviours b WHERE b.user_no = sequences.user_no),
      last_time = (SELECT max(time) FROM behaviours b WHERE b.user_no = sequences.user_no),
      run_id = iif(run_id IN (SELECT id FROM runs), run_id, NULL),
      status = iif(status = 'succeeded' AND event_count <> (SELECT count(*) FROM ${ofUser}), 'pending', status),
      event_count = (SELECT count(*) FROM ${ofUser}),
      conversion_count = (SELECT count(*) FROM ${ofUser} AND category = 'conversion')
      WHERE ${range('user_no')}`,
  );
}

function storeReport(db: DatabaseSync, report: StoredReport): void {
  db.prepare('INSERT OR REPLACE INTO meta (key, value) VALUES (?, ?)').run(
    REPORT_KEY,
    JSON.stringify(report),
  );
}

/** The report that a rescued workspace carries. */
function reportOf(file: string, workspace = file): RescueReport | null {
  const db = new DatabaseSync(file, { readOnly: true });
  try {
    return storedReport(db, workspace);
  } catch {
    return null;
  } finally {
    db.close();
  }
}

/** The report of the rescue by which the workspace at `path` was made, until it is dismissed; null when there is none. */
export function storedReport(db: DatabaseSync, path: string): RescueReport | null {
  const row = db.prepare('SELECT value FROM meta WHERE key = ?').get(REPORT_KEY);
  const stored = row ? parseReport(String(row['value'])) : null;
  if (!stored) return null;
  const { backup, ...figures } = stored;
  return { ...figures, backupPath: join(dirname(path), backup), interrupted: false };
}

function parseReport(json: string): StoredReport | null {
  try {
    return storedReportSchema.parse(JSON.parse(json));
  } catch {
    return null;
  }
}

/** Forgets the report: the user has seen it. */
export function dismissReport(db: DatabaseSync): void {
  db.prepare('DELETE FROM meta WHERE key = ?').run(REPORT_KEY);
}

function isDiskFull(error: unknown): boolean {
  return storeError(error, '').code === 'workspace.disk_full';
}

/** Throws workspace.rescue_no_space when the folder of the file has less room than `bytes`. */
function checkSpace(files: FileSystem, file: string, bytes: number): void {
  const free = files.freeBytes(dirname(file));
  if (free !== null && free < bytes) throw noSpace(files, file, bytes);
}

function noSpace(files: FileSystem, file: string, bytes: number): AppError {
  const free = files.freeBytes(dirname(file)) ?? 0;
  return new AppError('workspace.rescue_no_space', {
    path: file,
    needed: Math.ceil(bytes / MEGABYTE),
    free: Math.floor(free / MEGABYTE),
  });
}

import { dirname } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { AppError } from '../errors.ts';
import { codeOf, fileSystem } from './file-system.ts';
import { isTooLong } from './workspace-files.ts';
import { migration as initial } from './migrations/0001-initial.ts';
import { migration as model } from './migrations/0002-model.ts';
import { migration as importReading } from './migrations/0003-import-reading.ts';
import { migration as reservedTokens } from './migrations/0004-reserved-tokens.ts';
import { migration as ledgerTotals } from './migrations/0005-ledger-totals.ts';
import { migration as sentPrompts } from './migrations/0006-sent-prompts.ts';
import { migration as detail } from './migrations/0007-detail.ts';
import { migration as codebook } from './migrations/0008-codebook.ts';
import { migration as rhythm } from './migrations/0009-rhythm.ts';
import { migration as induction } from './migrations/0010-induction.ts';
import { migration as themes } from './migrations/0011-themes.ts';
import { migration as insights } from './migrations/0012-insights.ts';
import { migration as formerProfiles } from './migrations/0013-former-profiles.ts';

/** "EVLM": marks a SQLite file as a workspace (sqlite.org/pragma.html#pragma_application_id). */
export const APPLICATION_ID = 0x45564c4d;

/** Every step of the format, in order; `PRAGMA user_version` says how far a file has come. */
const migrations = [
  initial,
  model,
  importReading,
  reservedTokens,
  ledgerTotals,
  sentPrompts,
  detail,
  codebook,
  rhythm,
  induction,
  themes,
  insights,
  formerProfiles,
];

/** The newest format this version of the program knows. */
export const FORMAT_VERSION = migrations.length;

/** How long a statement waits for another process's lock before it gives up. */
const BUSY_TIMEOUT_MS = 5000;
/** The same for opening and for writes of a run, which are tried again: the thread can do nothing else meanwhile. */
const BRIEF_TIMEOUT_MS = 200;

/**
 * No value, and no row, of a workspace has more bytes: SQLite refuses a longer one before it takes the memory for it. The
 * longest that is written are the figures of an answer and the evidence of an event, of a few megabytes.
 */
const MOST_BYTES_OF_A_VALUE = 64 * 1024 * 1024;

/** A connection to a workspace file, for those who hand it on without using it. */
export type Connection = DatabaseSync;

/**
 * Opens a connection with the settings every connection to a workspace has. The file is made when missing, unless `readOnly`.
 * synchronous=FULL, because a power cut must not take back what a snapshot counted as processed. `brief`: it gives up soon when
 * another program has a lock, until `waitPatiently`.
 */
export function connect(
  path: string,
  { readOnly = false, brief = false }: { readOnly?: boolean; brief?: boolean } = {},
): DatabaseSync {
  const db = new DatabaseSync(path, {
    readOnly,
    enableForeignKeyConstraints: true,
    timeout: brief ? BRIEF_TIMEOUT_MS : BUSY_TIMEOUT_MS,
    // A file may come from anybody: no SQL can write into its schema or its pages by hand.
    defensive: true,
    limits: { length: MOST_BYTES_OF_A_VALUE },
  });
  try {
    if (!readOnly)
      db.exec('PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA wal_autocheckpoint = 8000;');
    // Its schema gets no function that does more than compute.
    db.exec('PRAGMA trusted_schema = OFF; PRAGMA cache_size = -32768; PRAGMA temp_store = MEMORY;');
  } catch (error) {
    db.close();
    throw error;
  }
  return db;
}

/**
 * Something with a connection that is replaced by another one when the workspace file is written back. What outlives a call
 * keeps this, and asks for the connection each time; a statement of the one before would be of a closed connection.
 */
export interface Connected {
  readonly db: DatabaseSync;
}

/** Runs `fn` in a write transaction; anything thrown rolls it back and is thrown on. */
export function transaction<T>(db: DatabaseSync, fn: () => T): T {
  db.exec('BEGIN IMMEDIATE');
  try {
    const result = fn();
    db.exec('COMMIT');
    return result;
  } catch (error) {
    // SQLite has already rolled back after some errors (disk full, I/O); a second ROLLBACK would hide the cause.
    if (db.isTransaction) db.exec('ROLLBACK');
    throw error;
  }
}

/** Ends what `brief` of `connect` began. */
export function waitPatiently(db: DatabaseSync): void {
  db.exec(`PRAGMA busy_timeout = ${BUSY_TIMEOUT_MS}`);
}

/** Does something that gives up soon when another program has the lock; the caller tries again. */
export function withBriefWait<T>(db: DatabaseSync, fn: () => T): T {
  db.exec(`PRAGMA busy_timeout = ${BRIEF_TIMEOUT_MS}`);
  try {
    return fn();
  } finally {
    waitPatiently(db);
  }
}

/** Throws SQLITE_BUSY at once when another program has the lock that a write needs. */
export function checkUnlocked(db: DatabaseSync): void {
  if (db.isTransaction) return;
  const patience = scalar(db, 'PRAGMA busy_timeout');
  db.exec('PRAGMA busy_timeout = 0');
  try {
    db.exec('BEGIN IMMEDIATE; ROLLBACK');
  } finally {
    db.exec(`PRAGMA busy_timeout = ${patience}`);
  }
}

/**
 * Runs a write that waits for no disk. A process that dies at any instant loses nothing of it; against a power cut it is
 * safe with the next transaction that is. Not to be called within a transaction.
 */
export function withoutSync<T>(db: DatabaseSync, fn: () => T): T {
  db.exec('PRAGMA synchronous = NORMAL');
  try {
    return fn();
  } finally {
    db.exec('PRAGMA synchronous = FULL');
  }
}

/**
 * Brings what is in the log into the file and gives the room of the log back to the disk, after something large was written or was
 * rolled back. What is committed is safe without it: where the disk is too full, or another program reads, a later call does it.
 */
export function writeBackLog(db: DatabaseSync): void {
  try {
    db.exec('PRAGMA wal_checkpoint(TRUNCATE)');
  } catch {
    // The log stays as it is until a later call.
  }
}

/** The first column of the first row of a query, as a number; 0 when there is none. */
export function scalar(db: DatabaseSync, sql: string, ...params: (string | number | null)[]): number {
  const row = db.prepare(sql).get(...params);
  return row === undefined ? 0 : Number(Object.values(row)[0] ?? 0);
}

/** The format version a file has come to; 0 for a new file. */
export function formatVersion(db: DatabaseSync): number {
  return scalar(db, 'PRAGMA user_version');
}

/** Brings a workspace to the newest format, or to an older one, each step in a transaction of its own. */
export function migrate(db: DatabaseSync, version = FORMAT_VERSION): void {
  for (const step of migrations) {
    if (step.version <= formatVersion(db) || step.version > version) continue;
    transaction(db, () => {
      db.exec(step.sql);
      db.exec(`PRAGMA user_version = ${step.version}; PRAGMA application_id = ${APPLICATION_ID};`);
    });
  }
}

/** Primary result codes (sqlite.org/rescode.html); extended ones carry them in the low byte. */
const SQLITE_ERROR = 1;
const SQLITE_BUSY = 5;
const SQLITE_LOCKED = 6;
const SQLITE_NOMEM = 7;
const SQLITE_READONLY = 8;
const SQLITE_IOERR = 10;
const SQLITE_CORRUPT = 11;
const SQLITE_FULL = 13;
const SQLITE_CANTOPEN = 14;
const SQLITE_TOOBIG = 18;
const SQLITE_CONSTRAINT = 19;
/** Of these, the row has the primary key of another one. */
const SQLITE_CONSTRAINT_PRIMARYKEY = 1555;
const SQLITE_CONSTRAINT_ROWID = 2579;
const SQLITE_MISMATCH = 20;
const SQLITE_NOTADB = 26;
/** The database file was unlinked or renamed while open. */
const SQLITE_READONLY_DBMOVED = 1032;

function resultCode(error: unknown): number | null {
  if (typeof error !== 'object' || error === null) return null;
  return 'errcode' in error && typeof error.errcode === 'number' ? error.errcode : null;
}

/** What SQLite says of content that does not read. A damaged length can ask for any amount of memory. */
const DAMAGE = [SQLITE_ERROR, SQLITE_NOMEM, SQLITE_IOERR, SQLITE_CORRUPT, SQLITE_TOOBIG, SQLITE_NOTADB];

/** Whether something thrown by a query of a damaged file is due to its content, and not to the disk, a lock or a mistake. */
export function isDamage(error: unknown): boolean {
  const code = resultCode(error);
  // node:sqlite has no number for an integer of more than 53 bits; no workspace has one.
  return code === null ? codeOf(error) === 'ERR_OUT_OF_RANGE' : DAMAGE.includes(code & 0xff);
}

/** Why a row was refused by an INSERT: another one has its primary key, or it breaks another rule; null for other errors. */
export function refusalOf(error: unknown): 'known key' | 'broken rule' | null {
  const code = resultCode(error);
  if (code === SQLITE_CONSTRAINT_PRIMARYKEY || code === SQLITE_CONSTRAINT_ROWID) return 'known key';
  return code !== null && [SQLITE_CONSTRAINT, SQLITE_MISMATCH].includes(code & 0xff) ? 'broken rule' : null;
}

/** Less than SQLite needs beside a workspace to open it at all. */
const LEAST_ROOM_BYTES = 64 * 1024;

/** Whether the disk that a workspace lies on has no room left; false where that cannot be told. */
function isFull(path: string): boolean {
  try {
    const free = fileSystem.freeBytes(dirname(path));
    return free !== null && free < LEAST_ROOM_BYTES;
  } catch {
    return false;
  }
}

/** What a failure of SQLite means to the user of the workspace at `path`. An AppError passes through. */
export function sqliteError(error: unknown, path: string): AppError {
  if (error instanceof AppError) return error;
  const detail = error instanceof Error ? error.message : String(error);
  const code = resultCode(error);
  const options = { cause: error };
  if (code === null) return new AppError('app.internal', { detail }, options);
  if (code === SQLITE_READONLY_DBMOVED) return new AppError('workspace.gone', { path }, options);
  switch (code & 0xff) {
    case SQLITE_FULL:
      return new AppError('workspace.disk_full', { path }, options);
    case SQLITE_READONLY:
      return new AppError('workspace.read_only', { path }, options);
    case SQLITE_BUSY:
    case SQLITE_LOCKED:
      return new AppError('workspace.locked', { path }, options);
    case SQLITE_CORRUPT:
      return new AppError('workspace.damaged', { path, detail }, options);
    case SQLITE_TOOBIG:
      return new AppError('workspace.bad_value', { path }, options);
    case SQLITE_NOTADB:
      return new AppError('workspace.not_a_workspace', { path }, options);
    case SQLITE_IOERR:
    case SQLITE_CANTOPEN:
      if (isTooLong(path)) return new AppError('workspace.path_too_long', { path }, options);
      // The index of a log that has no room is called so, too.
      return isFull(path)
        ? new AppError('workspace.disk_full', { path }, options)
        : new AppError('workspace.io', { path, detail }, options);
    default:
      return new AppError('app.internal', { detail }, options);
  }
}

/** What a failure of SQLite, or of an operation on the workspace's files, means to the user of the workspace at `path`. */
export function storeError(error: unknown, path: string): AppError {
  if (!(error instanceof Error) || !('syscall' in error)) return sqliteError(error, path);
  const options = { cause: error };
  switch (codeOf(error)) {
    case 'ENOSPC':
    case 'EDQUOT':
      return new AppError('workspace.disk_full', { path }, options);
    case 'EROFS':
    case 'EACCES':
    case 'EPERM':
      return new AppError('workspace.read_only', { path }, options);
    case 'ENAMETOOLONG':
      return new AppError('workspace.path_too_long', { path }, options);
    default:
      return new AppError('workspace.io', { path, detail: error.message }, options);
  }
}

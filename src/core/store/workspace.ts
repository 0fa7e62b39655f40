import { randomUUID } from 'node:crypto';
import { existsSync, mkdirSync } from 'node:fs';
import { dirname } from 'node:path';
import type { DatabaseSync } from 'node:sqlite';
import type { RescueReport } from '../../shared/workspace.ts';
import { AppError } from '../errors.ts';
import { backUpFormat, removeBackupPart } from './backup.ts';
import {
  checkUnlocked,
  connect,
  FORMAT_VERSION,
  formatVersion,
  migrate,
  scalar,
  storeError,
  waitPatiently,
} from './database.ts';
import { fileSystem, identityOf, moveToFreeName, removeQuietly, sizeOf } from './file-system.ts';
import type { FileSystem } from './file-system.ts';
import { checkSchema } from './foreign-schema.ts';
import { checkIntegrity, markDamaged } from './integrity.ts';
import { copyOpenDatabase, hasUnfinishedCopy, keepRecovered, settleCopy } from './recovered-copy.ts';
import { dismissReport, hasUnfinishedRescue, settleRescue, storedReport } from './rescue.ts';
import { readSession, writeSession } from './session-record.ts';
import { isStrayLog } from './stray-log.ts';
import { namesFor, realPath, SUFFIX } from './workspace-files.ts';
import {
  checkHeader,
  checkLength,
  checkOneName,
  checkWritable,
  readHeader,
  tooNew,
} from './workspace-header.ts';
import { WorkspaceLock } from './workspace-lock.ts';

/** The id of a workspace is a UUID; a longer one was not made by this program. */
const LONGEST_ID = 64;

/** The files that a connection has open, by which files of others at the same names are told from them. */
interface OpenFiles {
  file: string | null;
  log: string | null;
  logIndex: string | null;
}

/**
 * An open workspace file: this process's connection to it, and the lock that keeps other processes out.
 *
 * The file can be taken away while it is open: deleted, or replaced by a sync client or a restored backup. SQLite does not
 * notice. It goes on writing into the file that it opened, which has no name any more, and its log stays beside the other
 * file, where the next connection would apply it. Therefore `checkStillThere` has to be called before anything opens the
 * path anew or relies on what was written; `close` checks it, too.
 */
export class Workspace {
  /** The path by which the user knows it. */
  readonly path: string;
  /** Identity of the workspace, made with it. */
  readonly id: string;
  /** Where the file is kept as it was before its format changed at this opening; null when it did not. */
  readonly formatBackup: string | null;
  readonly #files: FileSystem;
  /** Where the workspace was opened, without symbolic links. */
  readonly #origin: string;
  readonly #locks: WorkspaceLock[];
  #db: DatabaseSync;
  /** The file of the connection: `#origin`, or the copy that took over when that was replaced. */
  #file: string;
  #opened: OpenFiles;
  #replaced: AppError | null = null;
  #replacementTold = false;
  #rescued: RescueReport | null;

  private constructor(
    path: string,
    file: string,
    db: DatabaseSync,
    lock: WorkspaceLock,
    files: FileSystem,
    { rescueFinished, formatBackup }: { rescueFinished: boolean; formatBackup: string | null },
  ) {
    this.path = path;
    this.#origin = file;
    this.#file = file;
    this.#db = db;
    this.#locks = [lock];
    this.#files = files;
    this.formatBackup = formatBackup;
    this.id = readOrMakeId(db);
    const report = storedReport(db, file);
    this.#rescued = report && { ...report, interrupted: rescueFinished };
    this.#opened = openFilesOf(file);
  }

  /** The connection. It becomes another one when `checkStillThere` throws workspace.replaced or `restoreIfGone` is true. */
  get db(): DatabaseSync {
    return this.#db;
  }

  /** The report of the rescue by which the file was made, until `dismissRescue`; null when there is none. */
  get rescued(): RescueReport | null {
    return this.#rescued;
  }

  /**
   * Opens a workspace and brings it to the newest format; makes it when `create` and missing or empty. Finishes, or undoes,
   * what a process that died has left beside it.
   * Throws workspace.not_found, not_a_workspace, too_new, damaged, rescue_interrupted, replaced, log_set_aside, in_use, linked,
   * path_too_long, read_only, beside_read_only, disk_full, io, and backup_… when it cannot be kept before its format changes; a file that is refused is left untouched.
   * workspace.locked comes soon, so that the caller can try again: a thread that waits within SQLite does nothing else.
   */
  static open(path: string, create: boolean, files: FileSystem = fileSystem): Workspace {
    const file = realPath(path);
    let lock: WorkspaceLock | null = null;
    let db: DatabaseSync | null = null;
    let isOurs = false;
    let leftRescue: 'none' | 'undone' | 'finished' = 'none';
    try {
      if (hasUnfinishedRescue(file) || hasUnfinishedCopy(file)) {
        checkWritable(file, false);
        lock = WorkspaceLock.acquire(file);
        leftRescue = settleRescue(file, files);
        settleCopy(file, files);
      }
      const header = readHeader(file);
      if (header === null && !create) throw new AppError('workspace.not_found', { path });
      if (header === null) checkLength(file);
      else checkHeader(header, file);
      isOurs = header !== null;
      mkdirSync(dirname(file), { recursive: true });
      checkWritable(file, isOurs);
      lock ??= WorkspaceLock.acquire(file);
      removeBackupPart(file, files);
      if (isOurs) {
        checkOneName(file);
        checkLastSession(file, files);
      }
      db = connect(file, { brief: true });
      writeSession(file, { opened: identityOf(file), recovered: null });
      const version = formatVersion(db);
      if (version > FORMAT_VERSION) throw tooNew(path, version);
      if (version === 0 && scalar(db, 'SELECT count(*) FROM sqlite_schema') > 0) {
        throw new AppError('workspace.not_a_workspace', { path });
      }
      if (isOurs) {
        checkSchema(db, file);
        checkIntegrity(db, file);
      }
      const isOlder = version > 0 && version < FORMAT_VERSION;
      // Before the backup: it would be made once more at each try.
      if (isOlder) checkUnlocked(db);
      const formatBackup = isOlder ? backUpFormat(db, file, version, files) : null;
      try {
        migrate(db);
      } catch (error) {
        // Not a step was made: each try would leave one more copy, on a disk that may be full already.
        if (formatBackup !== null && formatVersion(db) === version) removeQuietly(files, formatBackup);
        throw error;
      }
      const workspace = new Workspace(path, file, db, lock, files, {
        rescueFinished: leftRescue === 'finished',
        formatBackup,
      });
      waitPatiently(db);
      return workspace;
    } catch (error) {
      db?.close();
      if (db) removeQuietly(files, file + SUFFIX.session);
      lock?.release();
      throw openingError(error, path, { isOurs, rescueUndone: leftRescue === 'undone' });
    }
  }

  /**
   * Throws `workspace.gone` when there is no file at the path any more, and `workspace.replaced` when it is another one: by
   * then all data was put aside under the name that the error says, and `db` is a connection to that.
   */
  checkStillThere(): void {
    this.checkNotReplaced();
    if (!existsSync(this.#file)) throw new AppError('workspace.gone', { path: this.path });
  }

  /** Throws `workspace.replaced` as `checkStillThere` does, and nothing for a file that is missing. */
  checkNotReplaced(): void {
    if (this.#isReplaced()) this.#putAside();
    if (!this.#replaced) return;
    this.#replacementTold = true;
    throw this.#replaced;
  }

  /**
   * Writes the file back from the open connection when it was deleted. True when it did: `db` is a new connection then.
   * Throws workspace.replaced when another file lies at its place.
   */
  restoreIfGone(): boolean {
    this.checkNotReplaced();
    if (existsSync(this.#file)) return false;
    // The whole folder is away, e.g. with the stick that it is on.
    if (!existsSync(dirname(this.#file))) throw new AppError('workspace.gone', { path: this.path });
    this.#moveTo((part) => {
      const back = moveToFreeName(this.#files, part, [this.#file]);
      if (back === null) throw new AppError('workspace.gone', { path: this.path });
      this.#files.syncFolder(dirname(back));
      return back;
    });
    return true;
  }

  /** Remembers for the next opening that damage was met in use. */
  markDamaged(): void {
    markDamaged(this.#file);
  }

  /** Forgets the report of a rescue: the user has seen it. */
  dismissRescue(): void {
    dismissReport(this.#db);
    this.#rescued = null;
  }

  sizeBytes(): number {
    return sizeOf(this.#file);
  }

  /**
   * Lets go of the file. When another file has taken its place, all data is put aside first, and the next opening of the
   * path tells of it.
   */
  close(): void {
    try {
      if (this.#isReplaced()) this.#putAside();
    } catch {
      // The disk is full, for example. The log at least must not be left to the other file: see below.
    }
    try {
      // SQLite would leave the log at the path. A file that was only moved gets what is in it.
      if (identityOf(this.#file) !== this.#opened.file) this.#giveUpLog();
    } catch {
      // The disk does not answer any more.
    }
    try {
      this.#db.close();
      removeQuietly(this.#files, this.#file + SUFFIX.session);
      if (this.#replacementTold) removeQuietly(this.#files, this.#origin + SUFFIX.session);
    } finally {
      for (const lock of this.#locks) lock.release();
    }
  }

  #isReplaced(): boolean {
    const there = identityOf(this.#file);
    return there !== null && this.#opened.file !== null && there !== this.#opened.file;
  }

  /** Puts all data aside and goes on there. */
  #putAside(): void {
    this.#moveTo((part) => {
      const recovered = keepRecovered(this.#origin, part, this.#files);
      writeSession(this.#origin, { opened: null, recovered });
      this.#locks.push(WorkspaceLock.acquire(recovered));
      this.#replaced = new AppError('workspace.replaced', { path: this.path, recovered });
      return recovered;
    });
  }

  /** Copies all data into a new file, which gets its name by `publish`, and goes on with a connection to that. */
  #moveTo(publish: (part: string) => string): void {
    try {
      const part = copyOpenDatabase(this.#db, this.#origin, this.#files);
      this.#giveUpLog();
      const file = publish(part);
      const db = connect(file);
      this.#db.close();
      this.#db = db;
      this.#file = file;
      this.#opened = openFilesOf(file);
      writeSession(file, { opened: this.#opened.file, recovered: null });
    } catch (error) {
      throw storeError(error, this.path);
    }
  }

  /** Writes the log into the file of the connection, wherever that is now, and removes it from the path if it is still ours. */
  #giveUpLog(): void {
    try {
      this.#db.exec('PRAGMA wal_checkpoint(TRUNCATE)');
    } catch {
      // What is in the log is lost with the file, or was copied before.
    }
    const { log, logIndex } = this.#opened;
    for (const [suffix, opened] of [
      [SUFFIX.log, log],
      [SUFFIX.logIndex, logIndex],
    ] as const) {
      if (identityOf(this.#file + suffix) === opened) this.#files.remove(this.#file + suffix);
    }
  }
}

function openFilesOf(file: string): OpenFiles {
  return {
    file: identityOf(file),
    log: identityOf(file + SUFFIX.log),
    logIndex: identityOf(file + SUFFIX.logIndex),
  };
}

/**
 * Looks at what the last process that had the workspace open has left. Throws workspace.replaced for data that it had to
 * put aside, and workspace.log_set_aside for a log that belongs to another file; each once.
 */
function checkLastSession(file: string, files: FileSystem): void {
  const { opened, recovered } = readSession(file);
  const log = file + SUFFIX.log;
  const isOfAnother = (): boolean => (opened === null ? isStrayLog(file) : opened !== identityOf(file));
  if (sizeOf(log) > 0 && isOfAnother()) {
    const aside = moveToFreeName(files, log, namesFor(file, 'recovered', '.wal')) ?? log;
    files.remove(file + SUFFIX.logIndex);
    files.remove(file + SUFFIX.session);
    files.syncFolder(dirname(file));
    throw new AppError('workspace.log_set_aside', { path: file, aside });
  }
  if (recovered === null) return;
  files.remove(file + SUFFIX.session);
  throw new AppError('workspace.replaced', { path: file, recovered });
}

/** What keeps a workspace from being opened, under the path by which the user knows it. */
function openingError(
  error: unknown,
  path: string,
  { isOurs, rescueUndone }: { isOurs: boolean; rescueUndone: boolean },
): AppError {
  let known = storeError(error, path);
  // What has our mark but does not read is a workspace of ours that is damaged.
  if (isOurs && known !== error && known.code === 'workspace.not_a_workspace') {
    known = new AppError('workspace.damaged', { path, detail: 'SQLITE_NOTADB' }, { cause: error });
  }
  const interrupted = rescueUndone && known.code === 'workspace.damaged';
  const code = interrupted ? 'workspace.rescue_interrupted' : known.code;
  return new AppError(code, { ...known.params, path }, { cause: error });
}

function readOrMakeId(db: DatabaseSync): string {
  const row = db
    .prepare("SELECT value FROM meta WHERE key = 'workspace_id' AND length(value) BETWEEN 1 AND ?")
    .get(LONGEST_ID);
  if (row) return String(row['value']);
  const id = randomUUID();
  db.prepare("INSERT OR REPLACE INTO meta (key, value) VALUES ('workspace_id', ?)").run(id);
  return id;
}

import { randomUUID } from 'node:crypto';
import {
  accessSync,
  closeSync,
  constants,
  existsSync,
  mkdirSync,
  openSync,
  readSync,
  statSync,
} from 'node:fs';
import { dirname } from 'node:path';
import type { DatabaseSync } from 'node:sqlite';
import { AppError } from '../errors.ts';
import {
  APPLICATION_ID,
  connect,
  FORMAT_VERSION,
  formatVersion,
  migrate,
  scalar,
  sqliteError,
  transaction,
} from './database.ts';
import { checkIntegrity, markDamaged } from './integrity.ts';
import { WorkspaceLock } from './workspace-lock.ts';

const SQLITE_MAGIC = 'SQLite format 3\0';

/** An open workspace file: this process's connection to it, and the lock that keeps other processes out. */
export class Workspace {
  readonly path: string;
  /** Identity of the workspace, made with it. */
  readonly id: string;
  #db: DatabaseSync;
  readonly #lock: WorkspaceLock;
  #inode: bigint;

  private constructor(path: string, db: DatabaseSync, lock: WorkspaceLock) {
    this.path = path;
    this.#db = db;
    this.#lock = lock;
    this.id = readOrMakeId(db);
    this.#inode = inodeOf(path);
  }

  get db(): DatabaseSync {
    return this.#db;
  }

  /**
   * Opens a workspace and brings it to the newest format; makes it when `create` and missing or empty.
   * Throws workspace.not_found, not_a_workspace, too_new, damaged, in_use, read_only, disk_full, io; a file that is
   * refused is left untouched.
   */
  static open(path: string, create: boolean): Workspace {
    const header = readHeader(path);
    if (header === null && !create) throw new AppError('workspace.not_found', { path });
    if (header !== null) checkHeader(header, path);
    try {
      mkdirSync(dirname(path), { recursive: true });
    } catch (error) {
      throw new AppError('workspace.io', { path, detail: (error as Error).message }, { cause: error });
    }
    checkWritable(path, header !== null);
    const lock = WorkspaceLock.acquire(path);
    let db: DatabaseSync | null = null;
    try {
      db = connect(path);
      const version = formatVersion(db);
      if (version > FORMAT_VERSION) throw tooNew(path, version);
      if (version === 0 && scalar(db, 'SELECT count(*) FROM sqlite_schema') > 0) {
        throw new AppError('workspace.not_a_workspace', { path });
      }
      if (header !== null) checkIntegrity(db, path);
      migrate(db);
      return new Workspace(path, db, lock);
    } catch (error) {
      db?.close();
      lock.release();
      // What has our mark but does not read is not somebody else's file: it is ours, and damaged.
      const known = sqliteError(error, path);
      if (known.code === 'workspace.not_a_workspace' && header !== null) {
        throw new AppError('workspace.damaged', { path, detail: 'SQLITE_NOTADB' }, { cause: error });
      }
      throw known;
    }
  }

  /** Throws `workspace.gone` when the file is no longer at its path: SQLite itself would go on writing into nowhere. */
  checkStillThere(): void {
    if (!existsSync(this.path) || inodeOf(this.path) !== this.#inode) {
      throw new AppError('workspace.gone', { path: this.path });
    }
  }

  /**
   * Writes the file back from the open connection when it was deleted. True when it did: `db` is a new connection then.
   * Throws workspace.gone when another file lies at its place.
   */
  restoreIfGone(): boolean {
    if (existsSync(this.path)) {
      this.checkStillThere();
      return false;
    }
    try {
      this.#db.prepare('VACUUM INTO ?').run(this.path);
      this.#db.close();
      this.#db = connect(this.path);
    } catch (error) {
      throw sqliteError(error, this.path);
    }
    this.#inode = inodeOf(this.path);
    return true;
  }

  /** Remembers for the next opening that damage was met in use. */
  markDamaged(): void {
    markDamaged(this.path);
  }

  sizeBytes(): number {
    return existsSync(this.path) ? statSync(this.path).size : 0;
  }

  close(): void {
    this.#db.close();
    this.#lock.release();
  }
}

function inodeOf(path: string): bigint {
  return statSync(path, { bigint: true }).ino;
}

/** The first 100 bytes of the file (sqlite.org/fileformat.html), or null when it is missing or empty. */
function readHeader(path: string): Buffer | null {
  let fd: number;
  try {
    if (!statSync(path).isFile()) throw new AppError('workspace.not_a_workspace', { path });
    fd = openSync(path, 'r');
  } catch (error) {
    if (error instanceof AppError) throw error;
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return null;
    throw new AppError('workspace.io', { path, detail: (error as Error).message }, { cause: error });
  }
  try {
    const header = Buffer.alloc(100);
    const length = readSync(fd, header, 0, 100, 0);
    return length === 0 ? null : header.subarray(0, length);
  } finally {
    closeSync(fd);
  }
}

/** Judges the raw header, so that a file that is not ours, or newer than we are, is not even opened by SQLite. */
function checkHeader(header: Buffer, path: string): void {
  if (header.length < 100 || header.toString('latin1', 0, 16) !== SQLITE_MAGIC) {
    throw new AppError('workspace.not_a_workspace', { path });
  }
  const version = header.readUInt32BE(60);
  const applicationId = header.readUInt32BE(68);
  // A file whose first migration was killed before it reached the main file has neither yet: its log has them.
  if (applicationId === 0 && version === 0) {
    if (existsSync(`${path}-wal`) || header.readUInt32BE(28) <= 1) return;
    throw new AppError('workspace.not_a_workspace', { path });
  }
  if (applicationId !== APPLICATION_ID) throw new AppError('workspace.not_a_workspace', { path });
  if (version > FORMAT_VERSION) throw tooNew(path, version);
}

/** SQLite calls a folder it cannot write into "unable to open": the user is told what it is. */
function checkWritable(path: string, exists: boolean): void {
  try {
    accessSync(dirname(path), constants.W_OK);
    if (exists) accessSync(path, constants.W_OK);
  } catch (error) {
    throw new AppError('workspace.read_only', { path }, { cause: error });
  }
}

function tooNew(path: string, found: number): AppError {
  return new AppError('workspace.too_new', { path, found, supported: FORMAT_VERSION });
}

function readOrMakeId(db: DatabaseSync): string {
  const row = db.prepare("SELECT value FROM meta WHERE key = 'workspace_id'").get();
  if (row) return String(row['value']);
  const id = randomUUID();
  transaction(db, () => db.prepare("INSERT INTO meta (key, value) VALUES ('workspace_id', ?)").run(id));
  return id;
}

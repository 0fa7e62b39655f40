import { accessSync, closeSync, constants, existsSync, openSync, readSync, statSync } from 'node:fs';
import { dirname } from 'node:path';
import { AppError } from '../errors.ts';
import { APPLICATION_ID, FORMAT_VERSION, storeError } from './database.ts';
import { isTooLong, LONGEST_ADDITION, SUFFIX } from './workspace-files.ts';

const SQLITE_MAGIC = 'SQLite format 3\0';
const HEADER_BYTES = 100;
/** Workspaces are made with SQLite's own size of a page. */
export const PAGE_BYTES = 4096;
/** The second page is that of the first table, `meta`: a leaf of an index tree that has the identity of the workspace. */
const INDEX_LEAF = 0x0a;
const META_KEY = 'workspace_id';

/** The first 100 bytes of a file (sqlite.org/fileformat.html), or null when it is missing or empty. */
export function readHeader(path: string): Buffer | null {
  const header = readBytes(path, 0, HEADER_BYTES);
  return header === null || header.length === 0 ? null : header;
}

/**
 * Judges the header of a file by itself, so that a file that is not ours, or newer than we are, is not even opened by
 * SQLite. Throws workspace.not_a_workspace, too_new, and damaged for a workspace whose header is lost.
 */
export function checkHeader(header: Buffer, path: string): void {
  if (header.length < HEADER_BYTES || header.toString('latin1', 0, SQLITE_MAGIC.length) !== SQLITE_MAGIC) {
    const ours = hasMetaPage(path);
    throw ours
      ? new AppError('workspace.damaged', { path, detail: 'SQLITE_NOTADB' })
      : new AppError('workspace.not_a_workspace', { path });
  }
  const version = header.readUInt32BE(60);
  const applicationId = header.readUInt32BE(68);
  // A file whose first migration was killed before it reached the main file has neither yet: its log has them.
  if (applicationId === 0 && version === 0) {
    if (existsSync(path + SUFFIX.log) || header.readUInt32BE(28) <= 1) return;
    throw new AppError('workspace.not_a_workspace', { path });
  }
  if (applicationId !== APPLICATION_ID) throw new AppError('workspace.not_a_workspace', { path });
  if (version > FORMAT_VERSION) throw tooNew(path, version);
}

/** What SQLite keeps open beside a workspace. */
const WRITTEN_BESIDE = [SUFFIX.lock, SUFFIX.log, SUFFIX.logIndex];

/**
 * SQLite calls a folder it cannot write into "unable to open", and takes a lock that it cannot write without keeping anybody out:
 * the user is told what it is. Throws workspace.read_only and beside_read_only.
 */
export function checkWritable(path: string, exists: boolean): void {
  try {
    accessSync(dirname(path), constants.W_OK);
    if (exists) accessSync(path, constants.W_OK);
  } catch (error) {
    throw new AppError('workspace.read_only', { path }, { cause: error });
  }
  for (const file of WRITTEN_BESIDE.map((suffix) => path + suffix)) {
    try {
      if (existsSync(file)) accessSync(file, constants.W_OK);
    } catch (error) {
      throw new AppError('workspace.beside_read_only', { path, file }, { cause: error });
    }
  }
}

/**
 * Throws workspace.linked for a file that has another name, too: SQLite keeps its log and its locks by name, so that a process
 * that opens the other one would neither be kept out nor see what is in the log.
 */
export function checkOneName(path: string): void {
  if (statSync(path).nlink > 1) throw new AppError('workspace.linked', { path });
}

/** Throws workspace.path_too_long for a new workspace whose backups could not be named. */
export function checkLength(path: string): void {
  if (isTooLong(path, LONGEST_ADDITION)) throw new AppError('workspace.path_too_long', { path });
}

/** The error of a workspace of a newer format. */
export function tooNew(path: string, found: number): AppError {
  return new AppError('workspace.too_new', { path, found, supported: FORMAT_VERSION });
}

/** Whether a file without a header is a workspace all the same, by its second page. */
function hasMetaPage(path: string): boolean {
  const page = readBytes(path, PAGE_BYTES, PAGE_BYTES);
  return page?.length === PAGE_BYTES && page[0] === INDEX_LEAF && page.includes(META_KEY, 0, 'latin1');
}

/** Some bytes of a file; fewer where it ends, null when there is none. Not for a file that is open in SQLite. */
function readBytes(path: string, from: number, count: number): Buffer | null {
  let file: number;
  try {
    if (!statSync(path).isFile()) throw new AppError('workspace.not_a_workspace', { path });
    file = openSync(path, 'r');
  } catch (error) {
    if (error instanceof AppError) throw error;
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return null;
    throw storeError(error, path);
  }
  try {
    const bytes = Buffer.alloc(count);
    return bytes.subarray(0, readSync(file, bytes, 0, count, from));
  } finally {
    closeSync(file);
  }
}

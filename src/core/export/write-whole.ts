import {
  accessSync,
  closeSync,
  constants,
  createWriteStream,
  existsSync,
  openSync,
  readSync,
  rmSync,
  statSync,
} from 'node:fs';
import { rename, rm } from 'node:fs/promises';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { AppError } from '../errors.ts';
import { osCause } from '../os-error.ts';
import { BESIDE_DATABASE } from '../store/workspace-files.ts';

/** Every SQLite file begins with this (sqlite.org/fileformat.html). */
const SQLITE_MAGIC = 'SQLite format 3\0';
/** The errors of a file that cannot be written, by what was to be in it. */
export type UnwritableCode = 'export.unwritable' | 'import.bad_rows_unwritable';

/** Where a file is until it is whole. */
export function partialOf(path: string): string {
  return `${path}.part`;
}

/** Writes a text file that appears whole or not at all. Throws as checkTarget does. */
export async function writeWhole(
  path: string,
  chunks: Iterable<string>,
  code: UnwritableCode,
): Promise<void> {
  checkTarget(path, code);
  const partial = partialOf(path);
  try {
    await pipeline(Readable.from(chunks), createWriteStream(partial));
    await rename(partial, path);
  } catch (error) {
    await rm(partial, { force: true });
    throw unwritable(error, path, code);
  }
}

/**
 * Checks that a file can be written at `path`, and may be: a database there is never replaced, for it is a workspace with
 * everything in it, or somebody else's. Throws export.over_database, or `code` with what the system says.
 */
export function checkTarget(path: string, code: UnwritableCode): void {
  const partial = partialOf(path);
  try {
    if (existsSync(path)) {
      // Renaming would replace a device or a pipe, too, and a file that is write-protected.
      const stats = statSync(path);
      if (!stats.isFile()) {
        throw new AppError(code, { path, detail: stats.isDirectory() ? 'os.is_folder' : 'os.not_a_file' });
      }
      accessSync(path, constants.W_OK);
    }
    if (isDatabase(path) || isDatabase(partial)) throw new AppError('export.over_database', { path });
    // Only trying tells: the rights of a folder do not, on Windows or on a disk that is read-only.
    const stale = existsSync(partial);
    closeSync(openSync(partial, 'a'));
    if (!stale) rmSync(partial);
  } catch (error) {
    throw unwritable(error, path, code);
  }
}

function isDatabase(path: string): boolean {
  const isBeside = (end: string): boolean => path.endsWith(end) && hasMagic(path.slice(0, -end.length));
  return hasMagic(path) || BESIDE_DATABASE.some(isBeside);
}

function hasMagic(path: string): boolean {
  if (!existsSync(path)) return false;
  const file = openSync(path, 'r');
  try {
    const head = Buffer.alloc(SQLITE_MAGIC.length);
    return (
      readSync(file, head, 0, head.length, 0) === head.length && head.toString('latin1') === SQLITE_MAGIC
    );
  } finally {
    closeSync(file);
  }
}

function unwritable(error: unknown, path: string, code: UnwritableCode): AppError {
  if (error instanceof AppError) return error;
  return new AppError(code, { path, ...osCause(error) }, { cause: error });
}

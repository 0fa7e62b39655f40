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
/** Where the header of a database says what it is an application file of. */
const APPLICATION_ID_AT = 68;
/** "ELOC": marks a database that is an export, so that the next one may replace it. */
export const EXPORT_APPLICATION_ID = 0x454c4f43;
/** The errors of a file that cannot be written, by what was to be in it. */
export type UnwritableCode = 'export.unwritable' | 'import.bad_rows_unwritable';

/** Where a file is until it is whole. */
export function partialOf(path: string): string {
  return `${path}.part`;
}

/** Writes a text file that appears whole or not at all. Throws as checkTarget does. */
export async function writeWhole(
  path: string,
  chunks: Iterable<string> | AsyncIterable<string>,
  code: UnwritableCode,
): Promise<void> {
  await writeFileWhole(path, code, async (partial) => {
    await pipeline(Readable.from(chunks), createWriteStream(partial));
  });
}

/**
 * Makes a file that appears whole or not at all: `fill` writes it under another name in the same folder. Throws as checkTarget
 * does; an AppError of `fill` passes through.
 */
export async function writeFileWhole(
  path: string,
  code: UnwritableCode,
  fill: (partial: string) => Promise<void>,
): Promise<void> {
  checkTarget(path, code);
  const partial = partialOf(path);
  try {
    // What a process that died has left is not added to.
    await rm(partial, { force: true });
    await fill(partial);
    await rename(partial, path);
  } catch (error) {
    await rm(partial, { force: true });
    throw unwritable(error, path, code);
  }
}

/**
 * Checks that a file can be written at `path`, and may be: a database there is never replaced, for it is a workspace with
 * everything in it, or of another program, unless it is an export. Throws export.over_database, or `code` with what the system says.
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
  const isBeside = (end: string): boolean => path.endsWith(end) && isDatabaseFile(path.slice(0, -end.length));
  return isDatabaseFile(path) || BESIDE_DATABASE.some(isBeside);
}

/** Whether a file is a database, and none that an export has made. */
function isDatabaseFile(path: string): boolean {
  if (!existsSync(path)) return false;
  const file = openSync(path, 'r');
  try {
    const head = Buffer.alloc(APPLICATION_ID_AT + 4);
    const read = readSync(file, head, 0, head.length, 0);
    if (head.toString('latin1', 0, SQLITE_MAGIC.length) !== SQLITE_MAGIC) return false;
    return read < head.length || head.readUInt32BE(APPLICATION_ID_AT) !== EXPORT_APPLICATION_ID;
  } finally {
    closeSync(file);
  }
}

function unwritable(error: unknown, path: string, code: UnwritableCode): AppError {
  if (error instanceof AppError) return error;
  return new AppError(code, { path, ...osCause(error) }, { cause: error });
}

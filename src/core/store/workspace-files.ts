import { existsSync, readlinkSync, realpathSync } from 'node:fs';
import { basename, dirname, join, resolve } from 'node:path';
import { WORKSPACE_EXTENSIONS } from '../../shared/workspace.ts';

/** What SQLite and this program keep beside a workspace file, by the end of the name. */
export const SUFFIX = {
  /** SQLite's write-ahead log, and the index of it. */
  log: '-wal',
  logIndex: '-shm',
  /** Held by the process that has the workspace open (see WorkspaceLock). */
  lock: '-lock',
  /** Which file the process that has the workspace open opened (see session-record.ts). */
  session: '-session',
  /** Damage was met in the workspace while it was open (see integrity.ts). */
  damaged: '-damaged',
  /** A rescued workspace that is still being built, and one that is complete and takes the place of the damaged file next. */
  rescuePart: '-rescue-part',
  rescued: '-rescued',
  /** A copy of the damaged file that is not complete yet, on disks without hard links. */
  copyPart: '-copy-part',
  /** A copy of a damaged file with a first page made anew, to read from. */
  mendedPart: '-mended-part',
  leavesPart: '-leaves-part',
  /** A copy of an open workspace whose file was deleted or replaced, not complete yet. */
  recoveredPart: '-recovered-part',
  /** The events as columns, for questions about them: can be thrown away at any time. */
  insight: '-insight',
  /** A backup that is not complete yet, or one on its way into the place of the workspace. */
  backupPart: '-backup-part',
} as const;

/** The ends of all names that belong to a database; `-journal` is what SQLite uses before a file has a log. */
export const BESIDE_DATABASE: readonly string[] = ['-journal', ...Object.values(SUFFIX)];

/**
 * Where the file really is. SQLite keeps its log beside the file that a symbolic link leads to, and renaming a file over a
 * link would leave the damaged file in use elsewhere.
 */
export function realPath(path: string): string {
  try {
    return realpathSync(path);
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'ENOENT' ? toBeMade(path) : path;
  }
}

/** Where a file that does not exist yet would be made: a link can lead there. */
function toBeMade(path: string): string {
  try {
    return realPath(resolve(realpathSync(dirname(path)), readlinkSync(path)));
  } catch {
    return path;
  }
}

/** The longest name that file systems take, and the longest path that SQLite does: in bytes, on Windows in UTF-16 units. */
const LONGEST_NAME = 255;
const LONGEST_PATH = process.platform === 'win32' ? 259 : 511;
const lengthOf = (text: string): number =>
  process.platform === 'win32' ? text.length : Buffer.byteLength(text);

/** Whether a workspace at a path would have no room for what is kept beside it, of names that are so much longer than its own. */
export function isTooLong(path: string, more: number = SUFFIX.log.length): boolean {
  return lengthOf(basename(path)) + more > LONGEST_NAME || lengthOf(path) + more > LONGEST_PATH;
}

/** The most that the name of a backup, or of what is put aside, is longer than that of its workspace. */
export const LONGEST_ADDITION = '.replaced-20260101-000000-99'.length;

const EXTENSION = new RegExp(`\\.(?:${WORKSPACE_EXTENSIONS.join('|')})$`, 'i');
const [NEW_EXTENSION, EARLIER_EXTENSION] = WORKSPACE_EXTENSIONS;

/** Whether a file is a workspace by its name. */
export function isWorkspaceName(path: string): boolean {
  return EXTENSION.test(path);
}

/** The file of a workspace in a folder by its name: that of an earlier version where there is one, else one of today's kind. */
export function workspaceFileIn(folder: string, name: string): string {
  const file = join(folder, `${name}.${NEW_EXTENSION}`);
  const earlier = join(folder, `${name}.${EARLIER_EXTENSION}`);
  return !existsSync(file) && existsSync(earlier) ? earlier : file;
}

/** The name of a workspace file before and from its extension; it is given one where it has none of ours. */
export function splitName(path: string): { stem: string; extension: string } {
  const [extension] = EXTENSION.exec(path) ?? [];
  if (extension === undefined) return { stem: path, extension: `.${NEW_EXTENSION}` };
  return { stem: path.slice(0, -extension.length), extension };
}

/**
 * Names for something that is kept of the workspace at `path`: `<name>.<what>.eventloom`, then `<name>.<what>-2.eventloom` and
 * so on, with the extension that the workspace has unless another one is given.
 */
export function* namesFor(path: string, what: string, other?: string): Generator<string> {
  const { stem, extension: own } = splitName(path);
  const extension = other ?? own;
  yield `${stem}.${what}${extension}`;
  for (let number = 2; ; number += 1) yield `${stem}.${what}-${number}${extension}`;
}

/** Whether nothing has this name yet, nor the log that would be taken for that of a database of this name. */
export function isFree(path: string): boolean {
  return ![path, path + SUFFIX.log, path + SUFFIX.logIndex].some((name) => existsSync(name));
}

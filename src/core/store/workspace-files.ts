import { existsSync, realpathSync } from 'node:fs';

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
  /** A copy of an open workspace whose file was deleted or replaced, not complete yet. */
  recoveredPart: '-recovered-part',
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
  } catch {
    return path;
  }
}

/** Names for something that is kept of the workspace at `path`: `<name>.<what>.db`, then `<name>.<what>-2.db` and so on. */
export function* namesFor(path: string, what: string, extension = '.db'): Generator<string> {
  const stem = path.replace(/\.db$/i, '');
  yield `${stem}.${what}${extension}`;
  for (let number = 2; ; number += 1) yield `${stem}.${what}-${number}${extension}`;
}

/** Whether nothing has this name yet, nor the log that would be taken for that of a database of this name. */
export function isFree(path: string): boolean {
  return ![path, path + SUFFIX.log, path + SUFFIX.logIndex].some((name) => existsSync(name));
}

import {
  chmodSync,
  closeSync,
  constants,
  copyFileSync,
  existsSync,
  fchmodSync,
  fstatSync,
  fsyncSync,
  linkSync,
  openSync,
  readSync,
  renameSync,
  rmSync,
  statfsSync,
  statSync,
  writeSync,
} from 'node:fs';
import { isFree } from './workspace-files.ts';

/** Told how many bytes of how many are copied. */
export type OnBytes = (done: number, total: number) => void;

/** The file operations on which the durability of a workspace depends. Tests replace single ones to make them fail. */
export interface FileSystem {
  /** Gives a file a second name. Throws EEXIST when the name is taken, another code where there are no hard links. */
  link(from: string, to: string): void;
  /**
   * Copies a file to a name that is not taken. Throws EEXIST, and what `onBytes` throws, which is called from time to time; nothing is
   * left then.
   */
  copy(from: string, to: string, onBytes?: OnBytes): void;
  /** Makes an empty file under a name that is not taken. Throws EEXIST. */
  reserve(path: string): void;
  /** Moves a file, over another one if there is one. */
  rename(from: string, to: string): void;
  /** Removes a file; one that does not exist is no error. */
  remove(path: string): void;
  /** Waits until the content of a file is on disk. */
  syncFile(path: string): void;
  /** Waits until the names in a folder are on disk. */
  syncFolder(path: string): void;
  /** The bytes that can still be written into a folder; null when the system does not say. */
  freeBytes(folder: string): number | null;
}

/** Another program (a virus scanner, an indexer) holds a file on Windows for moments; so often and so long renaming waits for it. */
const RENAME_ATTEMPTS = 20;
const RENAME_PAUSE_MS = 50;

export const fileSystem: FileSystem = {
  link: linkSync,
  copy(from, to, onBytes) {
    if (!onBytes) copyFileSync(from, to, constants.COPYFILE_EXCL | constants.COPYFILE_FICLONE);
    else if (!shareContent(from, to)) copyInSteps(from, to, onBytes);
  },
  reserve: (path) => closeSync(openSync(path, 'wx')),
  rename(from, to) {
    for (let attempt = 1; ; attempt += 1) {
      try {
        renameSync(from, to);
        return;
      } catch (error) {
        const held = process.platform === 'win32' && ['EPERM', 'EACCES', 'EBUSY'].includes(codeOf(error));
        if (!held || attempt === RENAME_ATTEMPTS) throw error;
        Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, RENAME_PAUSE_MS);
      }
    }
  },
  remove: (path) => rmSync(path, { force: true }),
  syncFile(path) {
    // Windows flushes only through a handle that may write.
    const file = openSync(path, 'r+');
    try {
      fsyncSync(file);
    } finally {
      closeSync(file);
    }
  },
  syncFolder(path) {
    // Windows has no such call; it writes names in order by itself.
    if (process.platform === 'win32') return;
    const folder = openSync(path, 'r');
    try {
      fsyncSync(folder);
    } catch (error) {
      // Some network file systems do not know it either.
      if (!['EINVAL', 'ENOTSUP', 'EBADF'].includes(codeOf(error))) throw error;
    } finally {
      closeSync(folder);
    }
  },
  freeBytes(folder) {
    const { bavail, bsize, blocks } = statfsSync(folder);
    return blocks === 0 ? null : bavail * bsize;
  },
};

/** Copies a file without copying its content, where the disk can do that; false where it cannot, and nothing is there then. */
function shareContent(from: string, to: string): boolean {
  try {
    copyFileSync(from, to, constants.COPYFILE_EXCL | constants.COPYFILE_FICLONE_FORCE);
    return true;
  } catch {
    // Where it is for another reason, such as a full disk, the copying finds the same.
    return false;
  }
}

const COPIED_AT_ONCE = 4 << 20;

function copyInSteps(from: string, to: string, onBytes: OnBytes): void {
  const source = openSync(from, 'r');
  try {
    const { size, mode } = fstatSync(source);
    const target = openSync(to, 'wx');
    try {
      const bytes = Buffer.allocUnsafe(Math.min(COPIED_AT_ONCE, Math.max(1, size)));
      let done = 0;
      for (;;) {
        onBytes(done, size);
        const length = readSync(source, bytes, 0, bytes.length, done);
        if (length === 0) break;
        for (let at = 0; at < length;) at += writeSync(target, bytes, at, length - at, done + at);
        done += length;
      }
      fchmodSync(target, mode & 0o777);
    } catch (error) {
      closeSync(target);
      rmSync(to, { force: true });
      throw error;
    }
    closeSync(target);
  } finally {
    closeSync(source);
  }
}

/** The code of an error of the file system, e.g. ENOSPC; empty for any other error. */
export function codeOf(error: unknown): string {
  if (typeof error !== 'object' || error === null || !('code' in error)) return '';
  return typeof error.code === 'string' ? error.code : '';
}

/** The codes by which systems say that a disk has no hard links (or no more of them). */
const NO_LINKS = [
  'EPERM',
  'ENOTSUP',
  'EOPNOTSUPP',
  'ENOSYS',
  'EMLINK',
  'EXDEV',
  'EINVAL',
  'EISDIR',
  'UNKNOWN',
];

/**
 * Moves a complete file to the first of `names` that is free, without ever replacing a file. Returns that name, or null
 * when none of them is free.
 */
export function moveToFreeName(files: FileSystem, from: string, names: Iterable<string>): string | null {
  const identity = identityOf(from);
  for (const name of names) {
    // A process died between the two steps below: the file has this name already.
    if (identity !== null && identityOf(name) === identity) {
      files.remove(from);
      return name;
    }
    if (!isFree(name)) continue;
    try {
      files.link(from, name);
      files.remove(from);
      return name;
    } catch (error) {
      if (codeOf(error) === 'EEXIST') continue;
      if (!NO_LINKS.includes(codeOf(error))) throw error;
    }
    try {
      // The file that is replaced is the empty one made here.
      files.reserve(name);
    } catch (error) {
      if (codeOf(error) === 'EEXIST') continue;
      throw error;
    }
    files.rename(from, name);
    return name;
  }
  return null;
}

/**
 * Gives the content of a file the first of `names` that is free: by a hard link, else by a copy that is built at
 * `partPath`. The new name never stands for a part of the content. Throws what the disk throws, e.g. ENOSPC.
 */
export function keepUnderFreeName(
  files: FileSystem,
  from: string,
  partPath: string,
  names: Iterable<string>,
): string {
  for (const name of names) {
    if (!isFree(name)) continue;
    try {
      files.link(from, name);
      return name;
    } catch (error) {
      if (codeOf(error) === 'EEXIST') continue;
      if (!NO_LINKS.includes(codeOf(error))) throw error;
    }
    files.remove(partPath);
    try {
      files.copy(from, partPath);
      files.syncFile(partPath);
      const kept = moveToFreeName(files, partPath, [name]);
      if (kept !== null) return kept;
    } finally {
      files.remove(partPath);
    }
  }
  throw new Error(`no name is left for a copy of ${from}`);
}

/** Removes a file after a failure, which must not be hidden by another one. What is left is removed by the next opening. */
export function removeQuietly(files: FileSystem, path: string): void {
  try {
    files.remove(path);
  } catch {
    // Said above.
  }
}

/** What tells one file from another, whatever their names; null when there is no file, or the system numbers none. */
export function identityOf(path: string): string | null {
  const stats = statSync(path, { bigint: true, throwIfNoEntry: false });
  return stats && stats.ino !== 0n ? `${stats.dev}:${stats.ino}` : null;
}

/** Gives a file the permissions of another one, and its owner the right to write. */
export function copyMode(from: string, to: string): void {
  chmodSync(to, (statSync(from).mode & 0o777) | 0o600);
}

/** Bytes of a file; 0 when there is none. */
export function sizeOf(path: string): number {
  return statSync(path, { throwIfNoEntry: false })?.size ?? 0;
}

const COMPARED_AT_ONCE = 1 << 20;

/** Whether two files have the same content. Not for a file that is open in SQLite (see howtocorrupt.html, section 2.2). */
export function isSameContent(one: string, other: string): boolean {
  if (!existsSync(one) || !existsSync(other)) return false;
  const identity = identityOf(one);
  if (identity !== null && identity === identityOf(other)) return true;
  if (sizeOf(one) !== sizeOf(other)) return false;
  const handles: number[] = [];
  try {
    for (const path of [one, other]) handles.push(openSync(path, 'r'));
    const [first = 0, second = 0] = handles;
    const a = Buffer.alloc(COMPARED_AT_ONCE);
    const b = Buffer.alloc(COMPARED_AT_ONCE);
    for (let at = 0; ; at += COMPARED_AT_ONCE) {
      const length = readSync(first, a, 0, COMPARED_AT_ONCE, at);
      if (readSync(second, b, 0, COMPARED_AT_ONCE, at) !== length) return false;
      if (a.compare(b, 0, length, 0, length) !== 0) return false;
      if (length < COMPARED_AT_ONCE) return true;
    }
  } finally {
    for (const handle of handles) closeSync(handle);
  }
}

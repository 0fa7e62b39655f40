import { closeSync, mkdtempSync, openSync, readdirSync, rmSync, statfsSync, writeSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { threadId } from 'node:worker_threads';
import { AppError } from '../../errors.ts';
import { osCause } from '../../os-error.ts';
import { FileSource } from '../file-source.ts';
import type { SourceProgress } from '../ports.ts';
import type { ByteInput } from './byte-input.ts';
import type { FormatLimits } from './limits.ts';

/** Folders of unpacked files, behind which the numbers of the process and of the thread stand that made them. */
const PREFIX = 'eventloom-unpacked-';
/** Of the free space of the disk, what an unpacked file may take. */
const SHARE_OF_DISK = 0.5;

/** Called while a file is unpacked, with how much of the packed file was read; may throw to stop. */
export type OnUnpack = (progress: SourceProgress) => void;

/**
 * Unpacks a file that can only be read from any place of it (XLSX, Parquet, SQLite) to a temporary one, which goes when `packed` is
 * closed. Throws `import.unpack_space` when it becomes larger than the limit or half of the free space, `import.unpack_failed` where
 * the temporary file cannot be written, and as `bytes` and `onUnpack` do.
 */
export async function unpackToFile(
  packed: FileSource,
  bytes: ByteInput,
  limits: FormatLimits,
  onUnpack: OnUnpack,
): Promise<FileSource> {
  const writing = <T>(work: () => T): T => {
    try {
      return work();
    } catch (error) {
      const params = { path: packed.path, folder: tmpdir(), ...osCause(error) };
      throw new AppError('import.unpack_failed', params, { cause: error });
    }
  };
  removeForsaken();
  const folder = writing(() => mkdtempSync(join(tmpdir(), `${PREFIX}${process.pid}-${threadId}-`)));
  packed.whenClosed(() => rmSync(folder, { recursive: true, force: true }));
  const path = join(folder, 'content');
  const most = writing(() => spaceOf(folder, limits));
  const file = writing(() => openSync(path, 'wx', 0o600));
  try {
    let written = 0;
    for await (const chunk of bytes.chunks()) {
      written += chunk.length;
      if (written > most) throw noSpace(packed, most);
      writing(() => {
        for (let at = 0; at < chunk.length;) at += writeSync(file, chunk, at);
      });
      onUnpack({ bytesRead: bytes.bytesRead, bytesTotal: bytes.bytesTotal });
    }
  } finally {
    closeSync(file);
  }
  const content = new FileSource(path, packed.path);
  packed.whenClosed(() => content.close());
  return content;
}

function spaceOf(folder: string, { unpackedFileBytes }: FormatLimits): number {
  const { bavail, bsize } = statfsSync(folder);
  return Math.min(unpackedFileBytes, bavail * bsize * SHARE_OF_DISK);
}

function noSpace({ path }: FileSource, most: number): AppError {
  return new AppError('import.unpack_space', { path, gigabytes: Math.round(most / 1e8) / 10 });
}

/** Removes the temporary files of processes that did not end by themselves. */
export function removeForsaken(): void {
  removeFolders((name) => {
    const pid = Number.parseInt(name.slice(PREFIX.length), 10);
    return !Number.isNaN(pid) && !isAlive(pid);
  });
}

/** Removes the temporary files of a thread of this process that has ended, however it did. */
export function removeUnpackedBy(thread: number): void {
  removeFolders((name) => name.startsWith(`${PREFIX}${process.pid}-${thread}-`));
}

function removeFolders(isForsaken: (name: string) => boolean): void {
  for (const name of foldersIn(tmpdir())) {
    if (!name.startsWith(PREFIX) || !isForsaken(name)) continue;
    try {
      rmSync(join(tmpdir(), name), { recursive: true, force: true });
    } catch {
      // Another user's: it is theirs to remove.
    }
  }
}

function foldersIn(path: string): string[] {
  try {
    return readdirSync(path);
  } catch {
    // No folder of temporary files: nothing was unpacked there.
    return [];
  }
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    // A process of another user cannot be asked, and is alive.
    return error instanceof Error && 'code' in error && error.code === 'EPERM';
  }
}

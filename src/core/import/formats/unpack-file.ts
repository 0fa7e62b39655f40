import { closeSync, mkdtempSync, openSync, readdirSync, rmSync, statfsSync, writeSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { AppError } from '../../errors.ts';
import { osCause } from '../../os-error.ts';
import { FileSource } from '../file-source.ts';
import type { ByteInput } from './byte-input.ts';
import type { FormatLimits } from './limits.ts';

/** Folders of unpacked files, behind which the number of the process stands that made them. */
const PREFIX = 'eventloom-unpacked-';
/** Of the free space of the disk, what an unpacked file may take. */
const SHARE_OF_DISK = 0.5;

/**
 * Unpacks a file that can only be read from any place of it (XLSX, Parquet, SQLite) to a temporary one, which goes when `packed` is
 * closed. Throws `import.unpack_space` when it becomes larger than the limit or half of the free space, `import.unreadable` where no
 * temporary file can be written, and as `bytes` does.
 */
export async function unpackToFile(
  packed: FileSource,
  bytes: ByteInput,
  limits: FormatLimits,
): Promise<FileSource> {
  try {
    removeForsaken();
    const folder = mkdtempSync(join(tmpdir(), `${PREFIX}${process.pid}-`));
    packed.whenClosed(() => rmSync(folder, { recursive: true, force: true }));
    const path = join(folder, 'content');
    await unpack(packed, bytes, path, spaceOf(folder, limits));
    const content = new FileSource(path, packed.path);
    packed.whenClosed(() => content.close());
    return content;
  } catch (error) {
    if (error instanceof AppError) throw error;
    throw new AppError('import.unreadable', { path: packed.path, ...osCause(error) }, { cause: error });
  }
}

function spaceOf(folder: string, { unpackedFileBytes }: FormatLimits): number {
  const { bavail, bsize } = statfsSync(folder);
  return Math.min(unpackedFileBytes, bavail * bsize * SHARE_OF_DISK);
}

async function unpack(packed: FileSource, bytes: ByteInput, path: string, most: number): Promise<void> {
  const file = openSync(path, 'wx', 0o600);
  try {
    let written = 0;
    for await (const chunk of bytes.chunks()) {
      written += chunk.length;
      if (written > most) throw noSpace(packed, most);
      for (let at = 0; at < chunk.length;) at += writeSync(file, chunk, at);
    }
  } finally {
    closeSync(file);
  }
}

function noSpace({ path }: FileSource, most: number): AppError {
  return new AppError('import.unpack_space', { path, gigabytes: Math.round(most / 1e8) / 10 });
}

/** Removes what processes left that did not end by themselves. */
function removeForsaken(): void {
  for (const name of readdirSync(tmpdir())) {
    const pid = name.startsWith(PREFIX) ? Number.parseInt(name.slice(PREFIX.length), 10) : Number.NaN;
    if (Number.isNaN(pid) || isAlive(pid)) continue;
    try {
      rmSync(join(tmpdir(), name), { recursive: true, force: true });
    } catch {
      // Another user's: it is theirs to remove.
    }
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

import { createHash } from 'node:crypto';
import { closeSync, fstatSync, openSync, readSync, statSync } from 'node:fs';
import type { Stats } from 'node:fs';
import { AppError } from '../errors.ts';
import { osCause } from '../os-error.ts';

/** Small enough that a chunk and its rows stay in the processor's cache and young memory; larger ones are no faster. */
const CHUNK_BYTES = 1 << 16;

/** An open file that is read from the start to its end, and must not change meanwhile. */
export class FileSource {
  /** What it is called in messages. */
  readonly path: string;
  /** Where it can be opened once more. */
  readonly realPath: string;
  readonly sizeBytes: number;
  readonly #fd: number;
  readonly #stats: Stats;
  readonly #closers: (() => void)[] = [];

  /**
   * `shownAs`: what messages call it, where it stands for another file. Throws `import.not_found`, `import.unreadable`, and
   * `import.empty` for a file without a byte.
   */
  constructor(path: string, shownAs = path) {
    this.path = shownAs;
    this.realPath = path;
    try {
      // Before opening: to open a named pipe would wait for its writer.
      const stats = statSync(path);
      if (!stats.isFile()) {
        const detail = stats.isDirectory() ? 'os.is_folder' : 'os.not_a_file';
        throw new AppError('import.unreadable', { path, detail });
      }
      this.#fd = openSync(path, 'r');
    } catch (error) {
      throw readError(error, path);
    }
    this.#stats = fstatSync(this.#fd);
    this.sizeBytes = this.#stats.size;
    if (this.sizeBytes > 0) return;
    this.close();
    throw new AppError('import.empty', { path });
  }

  /** The first bytes, at most `length`. */
  head(length: number): Buffer {
    const buffer = Buffer.allocUnsafe(Math.min(length, this.sizeBytes));
    return buffer.subarray(0, this.#read(buffer, 0));
  }

  /** The bytes from `start` on, at most `length`. */
  slice(start: number, length: number): Buffer {
    const buffer = Buffer.allocUnsafeSlow(Math.max(0, Math.min(length, this.sizeBytes - start)));
    return buffer.subarray(0, this.#read(buffer, start));
  }

  /** The bytes from `start` in pieces. Every piece is in the same memory: use it before asking for the next. */
  *chunks(start: number): Generator<Buffer> {
    const buffer = Buffer.allocUnsafe(CHUNK_BYTES);
    let position = start;
    for (;;) {
      const length = this.#read(buffer, position);
      if (length === 0) return;
      position += length;
      yield buffer.subarray(0, length);
    }
  }

  /** The SHA-256 of the whole file, as hex. `onChunk` may throw to stop. */
  sha256(onChunk: (chunk: Buffer) => void): string {
    const hash = createHash('sha256');
    for (const chunk of this.chunks(0)) {
      hash.update(chunk);
      onChunk(chunk);
    }
    return hash.digest('hex');
  }

  /** Throws `import.changed_while_reading` when the file is not as it was when opened. */
  checkUnchanged(): void {
    let now: Stats | null;
    try {
      now = statSync(this.realPath);
    } catch {
      now = null;
    }
    const { size, mtimeMs, ino } = this.#stats;
    if (now?.size === size && now.mtimeMs === mtimeMs && now.ino === ino) return;
    throw new AppError('import.changed_while_reading', { path: this.path });
  }

  /** Has something done once this is closed; what was asked for last is done first. */
  whenClosed(work: () => void): void {
    this.#closers.push(work);
  }

  close(): void {
    closeSync(this.#fd);
    for (const work of this.#closers.reverse()) work();
  }

  #read(buffer: Buffer, position: number): number {
    let filled = 0;
    try {
      while (filled < buffer.length) {
        const length = readSync(this.#fd, buffer, filled, buffer.length - filled, position + filled);
        if (length === 0) break;
        filled += length;
      }
    } catch (error) {
      throw readError(error, this.path);
    }
    return filled;
  }
}

/** The error of a file that cannot be read. */
function readError(error: unknown, path: string): AppError {
  if (error instanceof AppError) return error;
  const cause = { cause: error };
  if (error instanceof Error && 'code' in error && error.code === 'ENOENT') {
    return new AppError('import.not_found', { path }, cause);
  }
  return new AppError('import.unreadable', { path, ...osCause(error) }, cause);
}

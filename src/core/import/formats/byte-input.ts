import { createHash } from 'node:crypto';
import type { Hash } from 'node:crypto';
import { Readable } from 'node:stream';
import { createGunzip, createInflateRaw } from 'node:zlib';
import { AppError } from '../../errors.ts';
import type { FileSource } from '../file-source.ts';
import { FORMAT_LIMITS } from './limits.ts';
import type { FormatLimits } from './limits.ts';

/** The bytes of a file as they are read: as they stand in it, or unpacked. */
export interface ByteInput {
  /** Of the file. */
  readonly bytesTotal: number;
  /** Of the file, by the last call of `chunks`. */
  readonly bytesRead: number;
  /** The bytes from the beginning. A piece is valid until the next one is asked for. */
  chunks(): AsyncIterable<Buffer>;
  /** The SHA-256 of the file as hex: of the very bytes that were read, once all of it was. */
  sha256(): string;
}

/** A part of a file. */
export interface ByteRange {
  start: number;
  end: number;
}

/** The bytes of a file, or of a part of it, as they stand in it. */
export class PlainBytes implements ByteInput {
  readonly bytesTotal: number;
  bytesRead = 0;
  readonly #file: FileSource;
  readonly #range: ByteRange;
  #hash: Hash | null = null;

  constructor(file: FileSource, range: ByteRange = { start: 0, end: file.sizeBytes }) {
    this.#file = file;
    this.#range = range;
    this.bytesTotal = range.end - range.start;
  }

  // Asynchronous as the others are, though a file is read at once.
  async *chunks(): AsyncGenerator<Buffer> {
    this.bytesRead = 0;
    this.#hash = createHash('sha256');
    for (const chunk of piecesOf(this.#file, this.#range)) {
      this.bytesRead += chunk.length;
      this.#hash.update(chunk);
      yield chunk;
    }
  }

  sha256(): string {
    return hashOf(this.#hash, this.#file, this.bytesRead);
  }
}

/** Where packed bytes stand in a file. */
export interface PackedRange extends ByteRange {
  method: 'gzip' | 'deflate';
}

/** The unpacked bytes of a file that is packed as a whole, or of one entry of an archive. */
export class PackedBytes implements ByteInput {
  readonly bytesTotal: number;
  bytesRead = 0;
  readonly #file: FileSource;
  readonly #range: PackedRange;
  readonly #limits: FormatLimits;
  #hash: Hash | null = null;

  constructor(
    file: FileSource,
    range: PackedRange = { method: 'gzip', start: 0, end: file.sizeBytes },
    limits: FormatLimits = FORMAT_LIMITS,
  ) {
    this.#file = file;
    this.#range = range;
    this.#limits = limits;
    this.bytesTotal = range.end - range.start;
  }

  sha256(): string {
    return hashOf(this.#hash, this.#file, this.bytesRead);
  }

  async *chunks(): AsyncGenerator<Buffer> {
    this.bytesRead = 0;
    this.#hash = createHash('sha256');
    const unpack = this.#range.method === 'gzip' ? createGunzip() : createInflateRaw();
    const packed = Readable.from(this.#packed(), { objectMode: false, highWaterMark: 1 << 16 });
    packed.on('error', (error) => unpack.destroy(error));
    packed.pipe(unpack);
    let unpacked = 0;
    try {
      for await (const chunk of unpack as AsyncIterable<Buffer>) {
        unpacked += chunk.length;
        this.#check(unpacked);
        yield chunk;
      }
    } catch (error) {
      throw unpackError(error, this.#file.path);
    } finally {
      packed.destroy();
      unpack.destroy();
    }
  }

  *#packed(): Generator<Buffer> {
    for (const piece of piecesOf(this.#file, this.#range)) {
      this.bytesRead += piece.length;
      this.#hash?.update(piece);
      // The file is read into the same memory again while this is still being unpacked.
      yield Buffer.from(piece);
    }
  }

  #check(unpacked: number): void {
    const { unpackedBytes, ratio, ratioFrom } = this.#limits;
    if (unpacked <= ratioFrom) return;
    if (unpacked > unpackedBytes || unpacked > ratio * Math.max(this.bytesRead, 1)) {
      throw new AppError('import.bomb', { path: this.#file.path, times: ratio });
    }
  }
}

function* piecesOf(file: FileSource, { start, end }: ByteRange): Generator<Buffer> {
  let left = end - start;
  for (const chunk of file.chunks(start)) {
    const piece = chunk.subarray(0, left);
    left -= piece.length;
    if (piece.length > 0) yield piece;
    if (left <= 0) return;
  }
}

/** What was hashed where that was the whole file; of a part of it the file is read once more. */
function hashOf(hash: Hash | null, file: FileSource, bytesRead: number): string {
  return hash && bytesRead === file.sizeBytes ? hash.copy().digest('hex') : file.sha256(() => undefined);
}

/** The first bytes of an input, at most `length`, and whether they are all of it. */
export async function readHead(input: ByteInput, length: number): Promise<{ head: Buffer; whole: boolean }> {
  const pieces: Buffer[] = [];
  let size = 0;
  for await (const chunk of input.chunks()) {
    pieces.push(Buffer.from(chunk));
    size += chunk.length;
    if (size > length) break;
  }
  const all = Buffer.concat(pieces);
  return { head: all.subarray(0, length), whole: size <= length };
}

function unpackError(error: unknown, path: string): unknown {
  if (!(error instanceof Error) || error instanceof AppError || !('code' in error)) return error;
  const { code } = error;
  if (code === 'Z_BUF_ERROR') return new AppError('import.packed_truncated', { path }, { cause: error });
  if (typeof code === 'string' && code.startsWith('Z_')) {
    return new AppError('import.packed_damaged', { path }, { cause: error });
  }
  return error;
}

import { AppError } from '../../errors.ts';
import type { FileSource } from '../file-source.ts';
import { PackedBytes, PlainBytes } from './byte-input.ts';
import type { ByteInput } from './byte-input.ts';
import { FORMAT_LIMITS } from './limits.ts';
import type { FormatLimits } from './limits.ts';

/** An entry of an archive, as its directory tells it (PKWARE APPNOTE 6.3.10, 4.3.12). */
export interface ZipEntry {
  name: string;
  /** 0: stored; 8: deflate. */
  method: number;
  encrypted: boolean;
  packedBytes: number;
  unpackedBytes: number;
  /** Where its own header stands. */
  offset: number;
}

/** Stored and deflate: what spreadsheets and most programs write. */
const METHODS = new Set([0, 8]);
const END_SIGNATURE = 0x06054b50;
const ENTRY_SIGNATURE = 0x02014b50;
const END_BYTES = 22;
const ENTRY_BYTES = 46;
const LOCAL_BYTES = 30;
const LONGEST_COMMENT = 0xffff;
/** What stands in a field of four bytes whose value is in the fields of a larger archive. */
const ELSEWHERE = 0xffffffff;
/** Of ZIP64. */
const LOCATOR_SIGNATURE = 0x07064b50;
const LOCATOR_BYTES = 20;
const END64_SIGNATURE = 0x06064b50;
const END64_BYTES = 56;
const LARGE_FIELDS = 0x0001;
const DIRECTORY_BYTES = 64 * 1024 ** 2;

/** The entries of a ZIP archive, from its directory. Throws `import.broken_file`. */
export function zipEntries(file: FileSource): ZipEntry[] {
  const broken = (detail: string): AppError =>
    new AppError('import.broken_file', { path: file.path, format: 'ZIP', detail });
  const tailStart = Math.max(0, file.sizeBytes - END_BYTES - LONGEST_COMMENT);
  const tail = file.slice(tailStart, file.sizeBytes - tailStart);
  let end = tail.length - END_BYTES;
  while (end >= 0 && tail.readUInt32LE(end) !== END_SIGNATURE) end -= 1;
  if (end < 0) throw broken('the directory at its end is missing');
  const { size, start } = placeOfDirectory(file, tailStart + end, tail.subarray(end)) ?? {
    size: -1,
    start: -1,
  };
  if (size < 0) throw broken('the directory at its end is damaged');
  if (size > DIRECTORY_BYTES) throw broken('its directory is too large');
  const directory = file.slice(start, size);
  const entries: ZipEntry[] = [];
  for (let at = 0; at + ENTRY_BYTES <= directory.length;) {
    if (directory.readUInt32LE(at) !== ENTRY_SIGNATURE) throw broken('an entry of its directory is damaged');
    const flags = directory.readUInt16LE(at + 8);
    const nameBytes = directory.readUInt16LE(at + 28);
    const nameStart = at + ENTRY_BYTES;
    const extraStart = nameStart + nameBytes;
    const extraEnd = extraStart + directory.readUInt16LE(at + 30);
    const large = largeFields(directory.subarray(extraStart, extraEnd));
    // In this order, those that are told elsewhere (4.5.3).
    const field = (place: number): number => {
      const value = directory.readUInt32LE(place);
      return value === ELSEWHERE ? (large.shift() ?? ELSEWHERE) : value;
    };
    const unpackedBytes = field(at + 24);
    const packedBytes = field(at + 20);
    const offset = field(at + 42);
    entries.push({
      name: directory.toString('utf8', nameStart, extraStart),
      method: directory.readUInt16LE(at + 10),
      encrypted: (flags & 1) === 1,
      ...{ packedBytes, unpackedBytes, offset },
    });
    at = extraEnd + directory.readUInt16LE(at + 32);
  }
  return entries;
}

/**
 * Where the directory stands, by the record at the end of the archive, or by that of ZIP64, which programs write that do not know beforehand how
 * large a file becomes (4.3.14, 4.3.15). Null when the latter is missing.
 */
function placeOfDirectory(
  file: FileSource,
  endAt: number,
  end: Buffer,
): { size: number; start: number } | null {
  const [size, start] = [end.readUInt32LE(12), end.readUInt32LE(16)];
  if (size !== ELSEWHERE && start !== ELSEWHERE) return { size, start };
  if (endAt < LOCATOR_BYTES) return null;
  const locator = file.slice(endAt - LOCATOR_BYTES, LOCATOR_BYTES);
  if (locator.readUInt32LE(0) !== LOCATOR_SIGNATURE) return null;
  const place = Number(locator.readBigUInt64LE(8));
  if (place + END64_BYTES > endAt) return null;
  const end64 = file.slice(place, END64_BYTES);
  if (end64.readUInt32LE(0) !== END64_SIGNATURE) return null;
  const found = { size: Number(end64.readBigUInt64LE(40)), start: Number(end64.readBigUInt64LE(48)) };
  return found.start + found.size <= place ? found : null;
}

/** The values of eight bytes in the extra fields of an entry, in their order. */
function largeFields(extra: Buffer): number[] {
  for (let at = 0; at + 4 <= extra.length;) {
    const length = extra.readUInt16LE(at + 2);
    const field = extra.subarray(at + 4, at + 4 + length);
    if (extra.readUInt16LE(at) === LARGE_FIELDS)
      return Array.from({ length: Math.min(3, Math.floor(field.length / 8)) }, (_, index) =>
        Number(field.readBigUInt64LE(index * 8)),
      );
    at += 4 + length;
  }
  return [];
}

/** The bytes of an entry, unpacked. Throws `import.unpack_first` for one that is packed in a way that is not read. */
export function zipEntryBytes(
  file: FileSource,
  entry: ZipEntry,
  limits: FormatLimits = FORMAT_LIMITS,
): ByteInput {
  const header = file.slice(entry.offset, LOCAL_BYTES);
  if (
    entry.encrypted ||
    !METHODS.has(entry.method) ||
    entry.packedBytes === ELSEWHERE ||
    header.length < LOCAL_BYTES
  ) {
    throw new AppError('import.unpack_first', { path: file.path });
  }
  const start = entry.offset + LOCAL_BYTES + header.readUInt16LE(26) + header.readUInt16LE(28);
  const range = { start, end: start + entry.packedBytes };
  return entry.method === 0
    ? new PlainBytes(file, range)
    : new PackedBytes(file, { ...range, method: 'deflate' }, limits);
}

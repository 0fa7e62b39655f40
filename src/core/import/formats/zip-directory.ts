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
  const size = tail.readUInt32LE(end + 12);
  const start = tail.readUInt32LE(end + 16);
  if (size === ELSEWHERE || start === ELSEWHERE || size > DIRECTORY_BYTES)
    throw broken('its directory is too large');
  const directory = file.slice(start, size);
  const entries: ZipEntry[] = [];
  for (let at = 0; at + ENTRY_BYTES <= directory.length;) {
    if (directory.readUInt32LE(at) !== ENTRY_SIGNATURE) throw broken('an entry of its directory is damaged');
    const flags = directory.readUInt16LE(at + 8);
    const nameBytes = directory.readUInt16LE(at + 28);
    const nameStart = at + ENTRY_BYTES;
    entries.push({
      name: directory.toString('utf8', nameStart, nameStart + nameBytes),
      method: directory.readUInt16LE(at + 10),
      encrypted: (flags & 1) === 1,
      packedBytes: directory.readUInt32LE(at + 20),
      unpackedBytes: directory.readUInt32LE(at + 24),
      offset: directory.readUInt32LE(at + 42),
    });
    at = nameStart + nameBytes + directory.readUInt16LE(at + 30) + directory.readUInt16LE(at + 32);
  }
  return entries;
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

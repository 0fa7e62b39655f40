import { inflateRawSync } from 'node:zlib';

const END = 0x06054b50;
const ENTRY = 0x02014b50;
const STORED = 0;

/** The files of a zip archive, read by its central directory; independent of the library that wrote it. */
export function unzip(bytes: Buffer): Map<string, Buffer> {
  const end = bytes.lastIndexOf(Buffer.from([0x50, 0x4b, 0x05, 0x06]));
  if (end < 0 || bytes.readUInt32LE(end) !== END) throw new Error('no end of a central directory');
  let count = bytes.readUInt16LE(end + 10);
  let at = bytes.readUInt32LE(end + 16);
  // ZIP64: the locator stands before the end.
  if (at === 0xffffffff || count === 0xffff) {
    const record = Number(bytes.readBigUInt64LE(end - 20 + 8));
    count = Number(bytes.readBigUInt64LE(record + 32));
    at = Number(bytes.readBigUInt64LE(record + 48));
  }
  const files = new Map<string, Buffer>();
  for (let index = 0; index < count; index += 1) {
    if (bytes.readUInt32LE(at) !== ENTRY) throw new Error(`no entry at ${at}`);
    const method = bytes.readUInt16LE(at + 10);
    const [nameLength, extraLength, commentLength] = [28, 30, 32].map((place) =>
      bytes.readUInt16LE(at + place),
    );
    const name = bytes.toString('utf8', at + 46, at + 46 + (nameLength ?? 0));
    const extra = bytes.subarray(
      at + 46 + (nameLength ?? 0),
      at + 46 + (nameLength ?? 0) + (extraLength ?? 0),
    );
    let [size, offset] = [bytes.readUInt32LE(at + 20), bytes.readUInt32LE(at + 42)];
    for (let place = 0; place + 4 <= extra.length; place += 4 + extra.readUInt16LE(place + 2)) {
      if (extra.readUInt16LE(place) !== 1) continue;
      let value = place + 4;
      if (bytes.readUInt32LE(at + 24) === 0xffffffff) value += 8;
      if (size === 0xffffffff) [size, value] = [Number(extra.readBigUInt64LE(value)), value + 8];
      if (offset === 0xffffffff) offset = Number(extra.readBigUInt64LE(value));
    }
    const begin = offset + 30 + bytes.readUInt16LE(offset + 26) + bytes.readUInt16LE(offset + 28);
    const data = bytes.subarray(begin, begin + size);
    files.set(name, method === STORED ? data : inflateRawSync(data));
    at += 46 + (nameLength ?? 0) + (extraLength ?? 0) + (commentLength ?? 0);
  }
  return files;
}

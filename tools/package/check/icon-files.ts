const PNG_SIGNATURE = Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]);

/** Width of a square PNG. Throws for anything else. */
export function pngSize(data: Buffer): number {
  if (!data.subarray(0, 8).equals(PNG_SIGNATURE)) throw new Error('not a PNG');
  const [width, height] = [data.readUInt32BE(16), data.readUInt32BE(20)];
  if (width !== height) throw new Error(`${width} × ${height} is not square`);
  return width;
}

/** Sizes of the PNG pictures in an .ico. */
export function icoSizes(data: Buffer): number[] {
  if (data.readUInt32LE(0) !== 0x0001_0000) throw new Error('not an .ico');
  return Array.from({ length: data.readUInt16LE(4) }, (_, index) => {
    const entry = 6 + 16 * index;
    const begin = data.readUInt32LE(entry + 12);
    return pngSize(data.subarray(begin, begin + data.readUInt32LE(entry + 8)));
  });
}

/** Sizes of the PNG pictures in an .icns. */
export function icnsSizes(data: Buffer): number[] {
  if (data.toString('latin1', 0, 4) !== 'icns') throw new Error('not an .icns');
  if (data.readUInt32BE(4) !== data.length) throw new Error('the .icns is cut');
  const sizes: number[] = [];
  for (let at = 8; at < data.length; at += data.readUInt32BE(at + 4)) {
    sizes.push(pngSize(data.subarray(at + 8, at + data.readUInt32BE(at + 4))));
  }
  return sizes;
}

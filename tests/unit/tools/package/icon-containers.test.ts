import { expect, test } from 'vitest';
import { packIcns, packIco } from '../../../../tools/lib/icon-containers.ts';
import { icnsSizes, icoSizes } from '../../../../tools/package/check/icon-files.ts';

/** The beginning of a PNG, which is all that tells its size. */
function png(size: number): Buffer {
  const data = Buffer.alloc(32);
  Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]).copy(data);
  data.writeUInt32BE(size, 16);
  data.writeUInt32BE(size, 20);
  return data;
}

const PICTURES = [16, 24, 32, 256, 1024].map((size) => ({ size, png: png(size) }));

test('an .ico holds every picture', () => {
  expect(icoSizes(packIco(PICTURES))).toEqual([16, 24, 32, 256, 1024]);
});

test('an .icns holds every picture that it has a name for, those for dense screens under both', () => {
  expect(icnsSizes(packIcns(PICTURES))).toEqual([16, 32, 32, 256, 256, 1024]);
  expect(() => icnsSizes(packIcns(PICTURES).subarray(0, 100))).toThrow('cut');
});

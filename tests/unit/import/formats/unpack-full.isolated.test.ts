import { readdirSync } from 'node:fs';
import type * as NodeFs from 'node:fs';
import { tmpdir } from 'node:os';
import { gzipSync } from 'node:zlib';
import { expect, it, vi } from 'vitest';
import { FileSource } from '../../../../src/core/import/file-source.ts';
import { FORMAT_LIMITS } from '../../../../src/core/import/formats/limits.ts';
import { recogniseFile } from '../../../../src/core/import/formats/recognise-file.ts';
import { fileOf } from './support.ts';

let isFull = false;
vi.mock('node:fs', async (original) => {
  const fs = await original<typeof NodeFs>();
  const writeSync = (...args: unknown[]): number => {
    if (isFull) throw Object.assign(new Error('ENOSPC: no space left on device, write'), { code: 'ENOSPC' });
    return Reflect.apply(fs.writeSync, fs, args) as number;
  };
  return { ...fs, writeSync };
});

const DATABASE = Buffer.concat([Buffer.from('SQLite format 3\0'), Buffer.alloc(400_000, 'abc')]);
const left = (): string[] =>
  readdirSync(tmpdir()).filter((name) => name.startsWith(`eventloom-unpacked-${process.pid}-`));

it('a full disk is told with the folder, and nothing is left of the file', async () => {
  const file = new FileSource(fileOf('a.gz', gzipSync(DATABASE)));
  isFull = true;
  try {
    await expect(recogniseFile(file)).rejects.toMatchObject({
      code: 'import.unpack_failed',
      params: { path: file.path, folder: tmpdir(), detail: 'os.disk_full' },
    });
  } finally {
    isFull = false;
    file.close();
  }
  expect(left()).toEqual([]);
});

it('how much of the packed file is read is told while it is unpacked, and stopping leaves nothing', async () => {
  const packed = gzipSync(DATABASE);
  const file = new FileSource(fileOf('b.gz', packed));
  const told: number[] = [];
  await recogniseFile(file, FORMAT_LIMITS, ({ bytesRead, bytesTotal }) => {
    expect(bytesTotal).toBe(packed.length);
    told.push(bytesRead);
  });
  file.close();
  expect(told.length).toBeGreaterThan(1);
  expect([...told].sort((a, b) => a - b)).toEqual(told);
  expect(told.at(-1)).toBe(packed.length);
  const other = new FileSource(fileOf('c.gz', packed));
  const stop = new Error('stop');
  await expect(
    recogniseFile(other, FORMAT_LIMITS, () => {
      throw stop;
    }),
  ).rejects.toBe(stop);
  other.close();
  expect(left()).toEqual([]);
});

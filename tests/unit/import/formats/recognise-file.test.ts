import { existsSync, mkdirSync, readdirSync, readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { describe, expect, it, vi } from 'vitest';
import { ZipFile } from 'yazl';
import { FileSource } from '../../../../src/core/import/file-source.ts';
import { FORMAT_LIMITS } from '../../../../src/core/import/formats/limits.ts';
import { recogniseFile } from '../../../../src/core/import/formats/recognise-file.ts';
import { fileOf } from './support.ts';

async function contentOf(path: string, limits = FORMAT_LIMITS): Promise<{ format: string; size: number }> {
  const file = new FileSource(path);
  try {
    const { format, bytes } = await recogniseFile(file, limits);
    let size = 0;
    for await (const chunk of bytes.chunks()) size += chunk.length;
    expect(bytes.bytesRead).toBeLessThanOrEqual(bytes.bytesTotal);
    return { format, size };
  } finally {
    file.close();
  }
}

async function zipOf(entries: Record<string, Buffer>): Promise<Buffer> {
  const zip = new ZipFile();
  for (const [name, content] of Object.entries(entries)) zip.addBuffer(content, name);
  zip.end();
  const pieces: Buffer[] = [];
  for await (const piece of zip.outputStream) pieces.push(Buffer.from(piece as Uint8Array));
  return Buffer.concat(pieces);
}

describe('what a file is', () => {
  it.each([
    ['user,time\n', 'csv'],
    ['<a>,b\n', 'csv'],
    ['[1],[2]\n', 'csv'],
    ['{"a":1}', 'json'],
    ['\uFEFF [ {', 'json'],
    ['<?xml version="1.0"?><!-- made by x --><log xes.version="1.0">', 'xes'],
    ['<xes:log>', 'xes'],
    ['\u001e{"a":1}\n', 'json'],
  ])('%j is %s, whatever it is called', async (text, format) => {
    expect((await contentOf(fileOf('x.dat', text))).format).toBe(format);
  });

  it.each([
    ['<html><table>', 'import.web_page'],
    ['<meta charset="utf-8"><table border=1>', 'import.web_page'],
    ['<?xml version="1.0"?><?mso-application progid="Excel.Sheet"?><Workbook>', 'import.workbook_legacy'],
    ['<?xml version="1.0"?><rss>', 'import.xml'],
    ['Rar!\x1a\x07\x01\x00', 'import.unpack_first'],
    [`log.csv${'\0'.repeat(250)}ustar\x0000`, 'import.unpack_first'],
    ['%PDF-1.7', 'import.not_text'],
    ['<?xml version="1.0"?><log><object-types><object-type name="x"/></object-types>', 'import.ocel_other'],
    ['<log><global scope="object"/><events/><objects/></log>', 'import.ocel_other'],
  ])('%j is refused as %s', async (text, code) => {
    await expect(contentOf(fileOf('x.xls', text))).rejects.toMatchObject({ code });
  });

  it('an old workbook is told from an encrypted one', async () => {
    const start = Buffer.from([0xd0, 0xcf, 0x11, 0xe0, 0xa1, 0xb1, 0x1a, 0xe1]);
    const old = Buffer.concat([start, Buffer.alloc(70_000), Buffer.from('Workbook', 'utf16le')]);
    await expect(contentOf(fileOf('a.xls', old))).rejects.toMatchObject({ code: 'import.workbook_legacy' });
    const encrypted = Buffer.concat([
      start,
      Buffer.alloc(65_520),
      Buffer.from('EncryptedPackage', 'utf16le'),
    ]);
    await expect(contentOf(fileOf('b.xlsx', encrypted))).rejects.toMatchObject({
      code: 'import.workbook_encrypted',
    });
  });
});

describe('a packed file', () => {
  const text = Buffer.from('user,time,action\n'.repeat(50_000));

  it('is read as what is in it, of several members too', async () => {
    expect(await contentOf(fileOf('a', gzipSync(text)))).toEqual({ format: 'csv', size: text.length });
    const members = Buffer.concat([gzipSync('{"a":1}\n'), gzipSync('{"a":2}\n')]);
    expect(await contentOf(fileOf('b', members))).toEqual({ format: 'json', size: 16 });
    const zip = await zipOf({
      '__MACOSX/._log.csv': Buffer.from('x'),
      'folder/.DS_Store': Buffer.from('x'),
      'folder/log.csv': text,
    });
    expect(await contentOf(fileOf('c', zip))).toEqual({ format: 'csv', size: text.length });
  });

  it('is refused where it is truncated or damaged', async () => {
    const random = Buffer.from(Array.from({ length: 300_000 }, (_, at) => ((at * at * 31) >> 5) & 255));
    const whole = gzipSync(random);
    await expect(contentOf(fileOf('a', whole.subarray(0, -2000)))).rejects.toMatchObject({
      code: 'import.packed_truncated',
    });
    const damaged = Buffer.from(whole);
    damaged.writeUInt32LE(1, damaged.length - 8);
    await expect(contentOf(fileOf('b', damaged))).rejects.toMatchObject({ code: 'import.packed_damaged' });
  });

  it('is refused where another is in it, or several files are', async () => {
    const bomb = gzipSync(gzipSync(Buffer.alloc(1_000_000)));
    await expect(contentOf(fileOf('a', bomb))).rejects.toMatchObject({ code: 'import.unpack_first' });
    const two = await zipOf({ 'a.csv': text, 'b.csv': text });
    await expect(contentOf(fileOf('b', two))).rejects.toMatchObject({
      code: 'import.zip_of_several',
      params: { count: 2 },
    });
    await expect(contentOf(fileOf('d', await zipOf({})))).rejects.toMatchObject({ code: 'import.empty' });
    const documents: [string, string][] = [
      ['word/document.xml', 'import.not_text'],
      ['Index/Document.iwa', 'import.workbook_legacy'],
    ];
    for (const [name, code] of documents) {
      const document = await zipOf({ [name]: text, other: text });
      await expect(contentOf(fileOf('e', document))).rejects.toMatchObject({ code });
    }
    const empty = gzipSync('');
    await expect(contentOf(fileOf('c', empty))).rejects.toMatchObject({ code: 'import.empty' });
  });

  it('that is read at any place is unpacked to a file, which goes with it', async () => {
    const random = Buffer.from(Array.from({ length: 200_000 }, (_, at) => ((at * at * 31) >> 5) & 255));
    const database = Buffer.concat([Buffer.from('SQLite format 3\0'), random]);
    const forsaken = join(tmpdir(), 'eventloom-unpacked-2147483646-x');
    mkdirSync(forsaken, { recursive: true });
    for (const packed of [gzipSync(database), await zipOf({ 'log.db': database })]) {
      const file = new FileSource(fileOf('packed', packed));
      const { format, content } = await recogniseFile(file);
      expect([format, content.path, content.sizeBytes]).toEqual(['sqlite', file.path, database.length]);
      expect(readFileSync(content.realPath).equals(database)).toBe(true);
      file.close();
      expect(existsSync(dirname(content.realPath))).toBe(false);
    }
    // What a process left that was killed is gone as well.
    expect(existsSync(forsaken)).toBe(false);
  });

  it('is unpacked to a file up to a limit only, and of archives only where they are workbooks', async () => {
    const database = Buffer.concat([Buffer.from('SQLite format 3\0'), Buffer.alloc(300_000)]);
    const small = { ...FORMAT_LIMITS, unpackedFileBytes: 100_000 };
    const left = (): string[] =>
      readdirSync(tmpdir()).filter((name) => name.startsWith(`eventloom-unpacked-${process.pid}-`));
    await expect(contentOf(fileOf('a', gzipSync(database)), small)).rejects.toMatchObject({
      code: 'import.unpack_space',
    });
    const archive = await zipOf({ 'a.csv': text });
    await expect(contentOf(fileOf('b', gzipSync(archive)))).rejects.toMatchObject({
      code: 'import.unpack_first',
    });
    const bomb = { ...FORMAT_LIMITS, ratioFrom: 1024 ** 2, ratio: 100 };
    const zeros = Buffer.concat([Buffer.from('PAR1'), Buffer.alloc(8 * 1024 ** 2)]);
    await expect(contentOf(fileOf('c', gzipSync(zeros)), bomb)).rejects.toMatchObject({
      code: 'import.bomb',
    });
    expect(left()).toEqual([]);
  });

  it('says so where no temporary file can be written', async () => {
    const database = gzipSync(Buffer.concat([Buffer.from('SQLite format 3\0'), Buffer.alloc(1000)]));
    const path = fileOf('a', database);
    vi.stubEnv('TMPDIR', join(tmpdir(), 'not there'));
    vi.stubEnv('TEMP', join(tmpdir(), 'not there'));
    try {
      await expect(contentOf(path)).rejects.toMatchObject({
        code: 'import.unpack_failed',
        params: { path, detail: 'os.not_found' },
      });
    } finally {
      vi.unstubAllEnvs();
    }
  });

  it('that unpacks to far more than it is, is not unpacked to its end', async () => {
    const megabytes = 80;
    const bomb = fileOf('bomb.gz', gzipSync(Buffer.alloc(megabytes * 1024 ** 2, 'a,b\n')));
    const before = process.memoryUsage().rss;
    await expect(contentOf(bomb)).rejects.toMatchObject({ code: 'import.bomb' });
    expect(process.memoryUsage().rss - before).toBeLessThan(64 * 1024 ** 2);
    // Also where an archive does not tell the size of what is in it.
    const small = { ...FORMAT_LIMITS, ratioFrom: 1024 ** 2, ratio: 100 };
    await expect(
      contentOf(fileOf('z', await zipOf({ 'a.csv': Buffer.alloc(4 * 1024 ** 2, ' ') })), small),
    ).rejects.toMatchObject({ code: 'import.bomb' });
  });
});

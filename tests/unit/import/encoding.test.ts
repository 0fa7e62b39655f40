import { describe, expect, it } from 'vitest';
import { bomLength, sniffEncoding, StreamDecoder } from '../../../src/core/import/encoding.ts';

/** 用户,时间 / 张三, with a four-byte character (㐀) in GB18030. */
const GB = Buffer.from('d3c3bba72ccab1bce40ad5c5c8fd2c8139ee39', 'hex');
const GB_TEXT = '用户,时间\n张三,㐀';
const UTF8_TEXT = 'user_id,时间\n张三,𠮷é\n';

function decodeIn(step: number, bytes: Uint8Array, decoder: StreamDecoder): string {
  let text = '';
  // The same memory for every piece, as a file is read.
  const memory = new Uint8Array(step);
  for (let at = 0; at < bytes.length; at += step) {
    const piece = bytes.subarray(at, at + step);
    memory.set(piece);
    text += decoder.decode(memory.subarray(0, piece.length));
  }
  return text + decoder.end();
}

describe('the encoding is told', () => {
  const utf8 = Buffer.from(UTF8_TEXT);
  it.each([
    ['UTF-8', utf8, 'utf-8'],
    ['UTF-8 with BOM', Buffer.concat([Buffer.from([0xef, 0xbb, 0xbf]), utf8]), 'utf-8'],
    ['ASCII', Buffer.from('user_id,time\n'), 'utf-8'],
    ['UTF-16LE with BOM', Buffer.from(`\uFEFF${UTF8_TEXT}`, 'utf16le'), 'utf-16le'],
    ['UTF-16BE with BOM', Buffer.from(`\uFEFF${UTF8_TEXT}`, 'utf16le').swap16(), 'utf-16be'],
    ['GB18030', GB, 'gb18030'],
    ['GB18030 with BOM', Buffer.concat([Buffer.from([0x84, 0x31, 0x95, 0x33]), GB]), 'gb18030'],
  ] as const)('%s', (_name, bytes, expected) => {
    expect(sniffEncoding(bytes, true)).toBe(expected);
  });

  it('wherever the beginning of the file is cut', () => {
    for (let length = 12; length < utf8.length; length++) {
      expect(sniffEncoding(utf8.subarray(0, length), false), `${length} bytes`).toBe('utf-8');
    }
  });

  it('as UTF-8 when a few characters of a long text are broken', () => {
    const damaged = Buffer.concat([Buffer.from('行为描述，'.repeat(200)), Buffer.from([0xe8, 0xa1, 0x0a])]);
    expect(sniffEncoding(damaged, true)).toBe('utf-8');
  });

  it('and the byte-order mark is measured for that encoding only', () => {
    expect(bomLength(Buffer.from([0xef, 0xbb, 0xbf, 0x41]), 'utf-8')).toBe(3);
    expect(bomLength(Buffer.from([0xef, 0xbb, 0xbf, 0x41]), 'gb18030')).toBe(0);
    expect(bomLength(Buffer.from([0xff, 0xfe]), 'utf-16le')).toBe(2);
    expect(bomLength(Buffer.from('a'), 'utf-8')).toBe(0);
  });
});

describe('text is the same however the bytes are cut', () => {
  it.each([1, 2, 3, 4, 5, 7])('%i bytes at a time', (step) => {
    expect(decodeIn(step, Buffer.from(UTF8_TEXT), new StreamDecoder('utf-8', false))).toBe(UTF8_TEXT);
    expect(decodeIn(step, GB, new StreamDecoder('gb18030', false))).toBe(GB_TEXT);
    const utf16 = Buffer.from(UTF8_TEXT, 'utf16le');
    expect(decodeIn(step, utf16, new StreamDecoder('utf-16le', true))).toBe(UTF8_TEXT);
  });
});

describe('a file that turns out not to be UTF-8', () => {
  it('is GB18030 from there on when all before was ASCII', () => {
    for (const step of [1, 2, 5, 1000]) {
      const decoder = new StreamDecoder('utf-8', false);
      const bytes = Buffer.concat([Buffer.from('user_id,time\n'), GB]);
      expect(decodeIn(step, bytes, decoder)).toBe(`user_id,time\n${GB_TEXT}`);
      expect(decoder.encoding).toBe('gb18030');
      expect(decoder.damaged).toBe(false);
    }
  });

  it('is damaged UTF-8 when it had UTF-8 characters before', () => {
    const decoder = new StreamDecoder('utf-8', false);
    const bytes = Buffer.concat([Buffer.from('时间\n'), Buffer.from([0xd5, 0xc5]), Buffer.from('\n好')]);
    const text = decodeIn(4, bytes, decoder);
    expect(text).toMatch(/^时间\n\uFFFD+\n好$/);
    expect(decoder.encoding).toBe('utf-8');
    expect(decoder.damaged).toBe(true);
  });

  it('is damaged UTF-8 when the user said UTF-8', () => {
    const decoder = new StreamDecoder('utf-8', true);
    decodeIn(3, GB, decoder);
    expect(decoder.encoding).toBe('utf-8');
    expect(decoder.damaged).toBe(true);
  });

  it('is told damaged when the last character is cut', () => {
    const decoder = new StreamDecoder('utf-8', false);
    expect(decodeIn(2, Buffer.from('时间').subarray(0, 5), decoder)).toBe('时\uFFFD');
    expect(decoder.damaged).toBe(true);
  });
});

it('a U+FFFD that is in the file is a character like any other', () => {
  const decoder = new StreamDecoder('utf-8', false);
  expect(decodeIn(1, Buffer.from('a\uFFFDb'), decoder)).toBe('a\uFFFDb');
  expect(decoder.damaged).toBe(false);
});

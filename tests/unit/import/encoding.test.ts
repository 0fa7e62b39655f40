import { describe, expect, it } from 'vitest';
import { bomLength, sniffEncoding, StreamDecoder } from '../../../src/core/import/encoding.ts';
import { RowText } from '../../../src/core/import/row-text.ts';
import type { ColumnRole } from '../../../src/shared/import.ts';

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

it('a text of bytes that are zero in the middle only is not UTF-16', () => {
  const bytes = Buffer.concat([Buffer.from('user_id,time\n'), Buffer.from('u2,2026-02-03\n', 'utf16le')]);
  expect(sniffEncoding(bytes, true).encoding).toBe('utf-8');
});

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
    expect(sniffEncoding(bytes, true).encoding).toBe(expected);
  });

  it('wherever the beginning of the file is cut', () => {
    for (let length = 12; length < utf8.length; length++) {
      expect(sniffEncoding(utf8.subarray(0, length), false).encoding, `${length} bytes`).toBe('utf-8');
    }
  });

  it('as UTF-8 when a few characters of a long text are broken', () => {
    const damaged = Buffer.concat([Buffer.from('行为描述，'.repeat(200)), Buffer.from([0xe8, 0xa1, 0x0a])]);
    expect(sniffEncoding(damaged, true).encoding).toBe('utf-8');
  });

  it('and the byte-order mark is measured for that encoding only', () => {
    expect(bomLength(Buffer.from([0xef, 0xbb, 0xbf, 0x41]), 'utf-8')).toBe(3);
    expect(bomLength(Buffer.from([0xef, 0xbb, 0xbf, 0x41]), 'gb18030')).toBe(0);
    expect(bomLength(Buffer.from([0xff, 0xfe]), 'utf-16le')).toBe(2);
    expect(bomLength(Buffer.from('a'), 'utf-8')).toBe(0);
    // Some programs write it twice.
    expect(bomLength(Buffer.from('\uFEFF\uFEFFa'), 'utf-8')).toBe(6);
  });

  it('of UTF-16 without a mark by its zero bytes', () => {
    const utf16 = Buffer.from('用户,时间\n张三,2026-02-03 09:05\n', 'utf16le');
    expect(sniffEncoding(utf16, true).encoding).toBe('utf-16le');
    expect(sniffEncoding(Buffer.from(utf16).swap16(), true).encoding).toBe('utf-16be');
    // One zero byte is damage.
    expect(sniffEncoding(Buffer.from('user,time\nu\0,2026-02-03 09:05\n'), true).encoding).toBe('utf-8');
  });

  it.each([
    [
      'texts that are cut after some bytes',
      ['浏览商品详', '加入购物车'].map((text) => Buffer.from(text).subarray(0, -1)),
    ],
    [
      'few rows in GB18030',
      [Buffer.from('浏览商品'), Buffer.from('收藏商品'), Buffer.from('d0a1c0ee', 'hex')],
    ],
    ['as many rows in GB18030', [Buffer.from('浏览商品'), Buffer.from('e4afc0c0c9ccc6b7', 'hex')]],
  ])('as UTF-8 with %s', (_name, texts) => {
    const rows = texts.flatMap((text) => [Buffer.from('u1,'), text, Buffer.from('\n')]);
    expect(sniffEncoding(Buffer.concat(rows), true)).toMatchObject({ encoding: 'utf-8', certainty: 'sure' });
  });
});

describe('other encodings are told by how natural their text is', () => {
  /** Bytes of a text in an encoding that only a decoder exists for. */
  function encode(text: string, encoding: string): Buffer {
    const decoder = new TextDecoder(encoding);
    const bytes = new Map<string, number[]>();
    for (let lead = 0x80; lead <= 0xff; lead++) {
      for (let trail = 0x40; trail <= 0xff; trail++)
        bytes.set(decoder.decode(Uint8Array.of(lead, trail)), [lead, trail]);
    }
    for (let byte = 0x80; byte <= 0xff; byte++) bytes.set(decoder.decode(Uint8Array.of(byte)), [byte]);
    return Buffer.from([...text].flatMap((character) => bytes.get(character) ?? [character.charCodeAt(0)]));
  }
  const guess = (text: string, encoding: string) => sniffEncoding(encode(text, encoding), true);

  it.each([
    ['gb18030', 'u1,浏览商品\nu2,加入购物车\n'],
    ['gb18030', 'u1,购买\n'],
    ['gb18030', 'uid,操作\nu1,浏览\nu2,浏览\n'],
    ['gb18030', 'u1,张三\nu2,李四\n'],
    ['big5', 'u1,瀏覽商品\nu2,加入購物車\n'],
    ['shift_jis', 'u1,商品を購入\nu2,田中\n'],
    ['shift_jis', 'u1,閲覧\nu2,購入\n'],
    ['euc-jp', 'u1,カートに追加\nu2,商品を見る\n'],
    ['euc-kr', 'u1,상품 보기\nu2,장바구니에 담기\n'],
    ['windows-1252', 'u1,Küche für Gäste\nu2,Käufe\n'],
    ['windows-1252', 'u1,café\n'],
    ['windows-1252', 'u1,À revoir là-bas\nu2,Réglé dès demain\n'],
    ['windows-1251', 'u1,Просмотр товара\n'],
    ['windows-1250', 'u1,nákup zboží\nu2,přidání do košíku\n'],
    ['windows-1253', 'u1,προβολή προϊόντος\n'],
    ['windows-874', 'u1,ดูสินค้า\n'],
    ['windows-1256', 'u1,عرض المنتج\n'],
    ['windows-1255', 'u1,צפייה במוצר\n'],
    ['macintosh', 'u1,Küche für Gäste\n'],
  ])('%s: %j', (encoding, text) => {
    expect(guess(text, encoding)).toMatchObject({ encoding, certainty: 'sure' });
  });

  it.each([
    ['windows-1254', 'u1,ürün görüntüleme\nu2,sepete ekleme şık\n'],
    ['windows-1250', 'u1,zakup książki\nu2,przeglądanie\n'],
    ['euc-kr', 'u1,구매\n'],
  ])('%s is asked for where others are as natural: %j', (encoding, text) => {
    const { certainty, candidates } = guess(text, encoding);
    expect(certainty).toBe('open');
    expect(candidates).toContain(encoding);
  });

  it('is told where the best of several is not far ahead', () => {
    expect(guess('u1,Straße\nu2,señor\n', 'windows-1252')).toMatchObject({
      encoding: 'windows-1252',
      certainty: 'likely',
    });
    expect(guess('u1,男\n', 'gb18030')).toMatchObject({ encoding: 'gb18030', certainty: 'likely' });
  });

  it('is asked for where nothing makes a text', () => {
    expect(sniffEncoding(Buffer.from('u1,\x81\x02\xff\xfe\n', 'latin1'), true).certainty).toBe('open');
  });
});

describe('damage in a row', () => {
  const ROLES: ColumnRole[] = ['userId', 'time', 'action', 'text', 'item', 'extra', 'ignore'];
  const HEADER = ['用户', '时间', '行为', '描述', '商品', '城市', '备注'];
  const rowText = (): RowText => new RowText({ damaged: true, hasNul: true }, ROLES, HEADER);
  const fieldsWith = (patch: Record<number, string>): string[] =>
    ['u1', '2026-02-03', 'view', '', '', '', ''].map((value, column) => patch[column] ?? value);
  /** Looks at rows as an import does, and returns why each is refused; null where it is kept. */
  const look = (text: RowText, ...rows: string[][]): (string | null)[] =>
    rows.map((fields, at) => {
      const reason = text.problem(fields);
      if (reason === null) text.keep(fields, at + 2);
      return reason?.code.replace('import.row.', '') ?? null;
    });

  it('is counted where a text is cut in a character', () => {
    const text = rowText();
    expect(
      look(
        text,
        fieldsWith({ 2: '', 3: '浏览商\uFFFD' }),
        fieldsWith({ 2: '', 3: '浏览商\uFFFD...' }),
        fieldsWith({ 3: '浏览' }),
      ),
    ).toEqual([null, null, null]);
    expect(text.notes).toEqual([{ code: 'import.note.cut_texts', params: { count: 2 } }]);
  });

  it('is marked in a text, an item or a field, with how often and where first', () => {
    const text = rowText();
    expect(
      look(
        text,
        fieldsWith({}),
        fieldsWith({ 2: '', 3: '浏\uFFFD览了车型', 5: '\uFFFD京' }),
        fieldsWith({ 2: '', 3: 'caf\uFFFD' }),
        fieldsWith({ 4: '\uFFFD', 5: '\uFFFD\uFFFD\uFFFD\uFFFD' }),
        // Another column says what was done.
        fieldsWith({ 3: '\uFFFDµ\uFFFD' }),
      ),
    ).toEqual([null, null, null, null, null]);
    expect(text.notes).toEqual([
      {
        code: 'import.note.damaged_cells',
        params: { count: 6, line: 3, column: '描述', example: '浏\uFFFD览了车型' },
      },
    ]);
  });

  it('costs nothing in a column that is left out', () => {
    const text = rowText();
    expect(look(text, fieldsWith({ 6: '\uFFFD\uFFFD' }), fieldsWith({ 6: 'a\0b' }))).toEqual([null, null]);
    expect(text.notes).toEqual([]);
  });

  it.each<[string, Record<number, string>]>([
    ['another user', { 0: '张\uFFFD' }],
    ['another time', { 1: '2026-02-0\uFFFD' }],
    ['no action', { 2: '\uFFFD\uFFFD\uFFFDµ' }],
    ['no text', { 2: '', 3: '\uFFFDµ\uFFFD' }],
    ['no text, but a brand', { 2: '', 3: 'SUV \uFFFD\uFFFD\uFFFD' }],
  ])('is a reason to refuse a row that would be %s', (_, patch) => {
    expect(look(rowText(), fieldsWith(patch))).toEqual(['bad_encoding']);
  });

  it('is a reason to refuse a row that has zero bytes', () => {
    expect(look(rowText(), fieldsWith({ 5: 'a\0b' }))).toEqual(['nul']);
  });

  it('of a row that is refused for another reason is not counted', () => {
    const text = rowText();
    expect(text.problem(fieldsWith({ 5: '\uFFFD' }))).toBeNull();
    expect(look(text, fieldsWith({}))).toEqual([null]);
    expect(text.notes).toEqual([]);
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

describe('lines in UTF-8 of a file in another encoding', () => {
  const gb = Buffer.from('75312ce4afc0c0c9ccc6b70a', 'hex');
  const utf8 = Buffer.from('u2,浏览商品\n');

  it.each([1, 2, 3, 7, 1000])('are damage, not other words (%i bytes at a time)', (step) => {
    const decoder = new StreamDecoder('gb18030', false);
    expect(decodeIn(step, Buffer.concat([gb, utf8, gb]), decoder)).toMatch(
      /^u1,浏览商品\nu2,\uFFFD+\nu1,浏览商品\n$/,
    );
    expect(decoder.damaged).toBe(true);
  });

  it('are read as they are where the user said the encoding', () => {
    const decoder = new StreamDecoder('gb18030', true);
    decodeIn(5, Buffer.concat([gb, utf8]), decoder);
    expect(decoder.damaged).toBe(false);
  });

  it('are noticed by one letter where other encodings have a byte for each', () => {
    const decoder = new StreamDecoder('windows-1252', false);
    const text = decodeIn(
      4,
      Buffer.concat([Buffer.from('K\xfcche\n', 'latin1'), Buffer.from('Küche\n')]),
      decoder,
    );
    expect(text).toBe('Küche\nK\uFFFD\uFFFDche\n');
    expect(decoder.damaged).toBe(true);
  });
});

it('a U+FFFD that is in the file is a character like any other', () => {
  const decoder = new StreamDecoder('utf-8', false);
  expect(decodeIn(1, Buffer.from('a\uFFFDb'), decoder)).toBe('a\uFFFDb');
  expect(decoder.damaged).toBe(false);
});

import { describe, expect, it } from 'vitest';
import { sniffDialect } from '../../../src/core/import/csv-dialect.ts';
import type { CsvDialect } from '../../../src/core/import/csv-dialect.ts';
import { CsvReader } from '../../../src/core/import/csv-reader.ts';
import { IMPORT_LIMITS } from '../../../src/core/import/limits.ts';
import type { ImportLimits } from '../../../src/core/import/limits.ts';
import type { Delimiter } from '../../../src/shared/import.ts';

interface Outcome {
  rows: [line: number, ...cells: string[]][];
  rejected: [line: number, code: string, raw: string][];
  raws: string[];
}

function read(
  chunks: Iterable<string>,
  delimiter: Delimiter = ',',
  limits: Partial<ImportLimits> = {},
  dialect: Partial<CsvDialect> = {},
): Outcome {
  const outcome: Outcome = { rows: [], rejected: [], raws: [] };
  const reader = new CsvReader(
    { delimiter, columns: 2, quote: '"', hasEscapes: false, hasBlanks: false, ...dialect },
    {
      row: (cells, line) => {
        outcome.rows.push([line, ...cells]);
        outcome.raws.push(reader.rawRow(line));
      },
      reject: (line, reason, raw) => outcome.rejected.push([line, reason.code, raw]),
    },
    limits,
  );
  for (const chunk of chunks) reader.push(chunk);
  reader.end();
  return outcome;
}

function* pieces(text: string, size: number): Generator<string> {
  for (let at = 0; at < text.length; at += size) yield text.slice(at, at + size);
}

const QUOTES = 'import.row.bad_quotes';

const cases: [name: string, text: string, rows: Outcome['rows'], rejected: Outcome['rejected']][] = [
  [
    'plain rows',
    'a,b\n1,2\n3,4\n',
    [
      [2, '1', '2'],
      [3, '3', '4'],
    ],
    [],
  ],
  [
    'no newline at the end',
    'a,b\n1,2\n3,4',
    [
      [2, '1', '2'],
      [3, '3', '4'],
    ],
    [],
  ],
  [
    'CR LF',
    'a,b\r\n1,2\r\n3,4\r\n',
    [
      [2, '1', '2'],
      [3, '3', '4'],
    ],
    [],
  ],
  [
    'CR alone',
    'a,b\r1,2\r3,4\r',
    [
      [2, '1', '2'],
      [3, '3', '4'],
    ],
    [],
  ],
  [
    'blank lines count as lines, not as rows',
    '\na,b\n\n1,2\n  \n\n3,4\n\n',
    [
      [4, '1', '2'],
      [7, '3', '4'],
    ],
    [],
  ],
  ['quoted delimiter and quote', 'a,b\n"1,x","say ""hi"""\n', [[2, '1,x', 'say "hi"']], []],
  [
    'quoted newlines',
    'a,b\n"1\r\nx\n\ny",2\n3,4\n',
    [
      [2, '1\nx\n\ny', '2'],
      [6, '3', '4'],
    ],
    [],
  ],
  [
    'a quote inside a field',
    'a,b\n对比_长城",2\n3,4\n',
    [
      [2, '对比_长城"', '2'],
      [3, '3', '4'],
    ],
    [],
  ],
  [
    'space after a closing quote',
    'a,b\n"1" ,"2" \n3,4\n',
    [
      [2, '1', '2'],
      [3, '3', '4'],
    ],
    [],
  ],
  ['quotes at the very end', 'a,b\n1,"2"', [[2, '1', '2']], []],
  [
    'too few and too many columns',
    'a,b\n1\n1,2,3\n3,4\n',
    [
      [2, '1'],
      [3, '1', '2', '3'],
      [4, '3', '4'],
    ],
    [],
  ],
  [
    'text after a closing quote costs its line only',
    'a,b\n"1"x,2\n3,4\n"5","6"\n',
    [
      [3, '3', '4'],
      [4, '5', '6'],
    ],
    [[2, QUOTES, '"1"x,2']],
  ],
  [
    'a quote that is never closed costs its line only',
    'a,b\n1,2\n3,"4\n5,6\n\n7,8\n',
    [
      [2, '1', '2'],
      [4, '5', '6'],
      [6, '7', '8'],
    ],
    [[3, QUOTES, '3,"4']],
  ],
  [
    'a quote that is never closed before quoted rows',
    'a,b\n1,"2\n3,"4"\n"5","6"\n',
    [
      [3, '3', '4'],
      [4, '5', '6'],
    ],
    [[2, QUOTES, '1,"2']],
  ],
  [
    'a stray quote closed by another lines below',
    'a,b\n1,"2\n3,4\n5,6"\n7,8\n',
    [
      [2, '1', '2\n3,4\n5,6'],
      [5, '7', '8'],
    ],
    [],
  ],
  [
    'a stray quote closed lines below that breaks the columns',
    'a,b\n"1,2\n3,4\n5",6,7\n7,8\n',
    [
      [3, '3', '4'],
      [4, '5"', '6', '7'],
      [5, '7', '8'],
    ],
    [[2, QUOTES, '"1,2']],
  ],
  ['a quote that is never closed in the last line', 'a,b\n1,2\n3,"4', [[2, '1', '2']], [[3, QUOTES, '3,"4']]],
];

describe('rows, their lines and numbers, and what is rejected', () => {
  it.each(cases)('%s', (_name, text, rows, rejected) => {
    const outcome = read([text]);
    expect(outcome.rows.slice(1)).toEqual(rows);
    expect(outcome.rows[0]?.slice(1)).toEqual(['a', 'b']);
    expect(outcome.rejected).toEqual(rejected);
  });

  it('are the same however the text is cut', () => {
    for (const [name, text] of cases) {
      const whole = read([text]);
      for (let size = 1; size <= text.length; size++) {
        expect(read(pieces(text, size)), `${name}, ${size} at a time`).toEqual(whole);
      }
    }
  });

  it('are the same for random text however it is cut', () => {
    // Every text over this alphabet is a legal or illegal mixture of quotes, delimiters and newlines.
    const alphabet = ['"', '"', ',', '\n', '\r\n', 'x', ' '];
    let state = 7;
    const next = (limit: number): number => {
      state = (Math.imul(state, 1103515245) + 12345) >>> 0;
      return (state >>> 16) % limit;
    };
    for (let round = 0; round < 400; round++) {
      const text = `a,b\n${Array.from({ length: 40 }, () => alphabet[next(alphabet.length)]).join('')}`;
      const whole = read([text]);
      for (const size of [1, 2, 3, 5, 11]) {
        expect(read(pieces(text, size)), JSON.stringify(text)).toEqual(whole);
      }
    }
  });

  it('the physical text of a row can be had', () => {
    expect(read(['a,b\n\n"1,x","2"\n3,4\n']).raws.slice(1)).toEqual(['"1,x","2"', '3,4']);
  });

  it('other delimiters', () => {
    expect(read(['a\tb\n"1\t"\t2\n'], '\t').rows[1]).toEqual([2, '1\t', '2']);
    expect(read(['a;b\n1,5;2\n'], ';').rows[1]).toEqual([2, '1,5', '2']);
  });
});

describe('quotation marks of other programs', () => {
  it.each<[string, string, Partial<CsvDialect>, rows: string[][]]>([
    ['apostrophes', "'a','b'\n'1,x','it''s'\n", { quote: "'" }, [['1,x', "it's"]]],
    [
      'an apostrophe before a number',
      "a,b\n'1,2\n'3,4\n",
      { quote: '"' },
      [
        ["'1", '2'],
        ["'3", '4'],
      ],
    ],
    [
      'blanks before them',
      'a,b\n"1", "x, y"\n2, "z\n, w"\n3, "say, ""hi"", ok"\n4, ""\n',
      { hasBlanks: true },
      [
        ['1', 'x, y'],
        ['2', 'z\n, w'],
        ['3', 'say, "hi", ok'],
        ['4', ''],
      ],
    ],
    [
      'backslashes',
      'a,b\n"1","say \\"hi\\", ok"\n2,x\\,y\n',
      { hasEscapes: true },
      [
        ['1', 'say "hi", ok'],
        ['2', 'x,y'],
      ],
    ],
    [
      'a backslash that escapes nothing',
      'a,b\n"1","C:\\"\n"2","x"\n',
      { hasEscapes: false },
      [
        ['1', 'C:\\'],
        ['2', 'x'],
      ],
    ],
  ])('%s', (_name, text, dialect, rows) => {
    const told = sniffDialect(text);
    expect(told).toMatchObject({ delimiter: ',', columns: 2, ...dialect });
    for (let size = 1; size <= text.length; size++) {
      const outcome = read(pieces(text, size), ',', {}, told);
      expect(
        outcome.rows.slice(1).map(([, ...cells]) => cells),
        `${size} at a time`,
      ).toEqual(rows);
      expect(outcome.rejected).toEqual([]);
    }
  });

  it('that belong to different rows are noticed by the rows between them', () => {
    const text =
      'u1,2025-01-01,"hello\nu2,2025-01-01,x\nu3,2025-01-01,world"\nu4,2025-01-01,"two\nlines, really, two"\n';
    const { rows, rejected } = read([text], ',', {}, { columns: 3 });
    expect(rejected).toEqual([[1, QUOTES, 'u1,2025-01-01,"hello']]);
    expect(rows).toEqual([
      [2, 'u2', '2025-01-01', 'x'],
      [3, 'u3', '2025-01-01', 'world"'],
      [4, 'u4', '2025-01-01', 'two\nlines, really, two'],
    ]);
  });
});

describe('a row that is far too long', () => {
  const long = 'x'.repeat(IMPORT_LIMITS.rowChars + 10);

  it.each([1000, 65_536, 10_000_000])('costs its line only (%i characters at a time)', (size) => {
    const text = `a,b\n1,2\n3,${long}\n5,6\n`;
    const { rows, rejected } = read(pieces(text, size));
    expect(rows.slice(1)).toEqual([
      [2, '1', '2'],
      [4, '5', '6'],
    ]);
    expect(rejected).toEqual([[3, 'import.row.too_long', `3,${'x'.repeat(498)}`]]);
  });

  it.each([65_536, 10_000_000])('also when a quote made it so (%i characters at a time)', (size) => {
    const filler = '5,6\n'.repeat(300_000);
    const { rows, rejected } = read(pieces(`a,b\n1,2\n3,"4\n${filler}`, size));
    expect(rejected).toEqual([[3, 'import.row.too_long', '3,"4']]);
    expect(rows).toHaveLength(300_002);
    expect(rows.at(-1)).toEqual([300_003, '5', '6']);
  });

  it('leaves a row of a million characters alone', () => {
    const text = `a,b\n1,"${'y\n'.repeat(400_000)}"\n3,4\n`;
    const { rows, rejected } = read(pieces(text, 65_536));
    expect(rejected).toEqual([]);
    expect(rows.map(([line]) => line)).toEqual([1, 2, 400_003]);
  });
});

describe('limits', () => {
  const sizes = [1, 2, 3, 7, 20, 1000];

  it.each(sizes)(
    'a row and a header are as long as they may be, not longer (%i characters at a time)',
    (size) => {
      const limits = { rowChars: 20, headerChars: 9 };
      const text = `header,b\n${'x'.repeat(18)},1\n${'y'.repeat(19)},2\n3,4\n`;
      const { rows, rejected } = read(pieces(text, size), ',', limits);
      expect(rows).toEqual([
        [1, 'header', 'b'],
        [2, 'x'.repeat(18), '1'],
        [4, '3', '4'],
      ]);
      expect(rejected).toEqual([[3, 'import.row.too_long', `${'y'.repeat(19)},2`]]);
    },
  );

  it.each(sizes)('of a row that never ends only the beginning is held (%i characters at a time)', (size) => {
    const endless = ['z"', ',', '"', 'é'].map((piece) => piece.repeat(100));
    const text = `a,b\n${endless.join('\n')}\n5,6\n`;
    const { rows, rejected } = read(pieces(text, size), ',', { rowChars: 20 });
    expect(rows.at(-1)).toEqual([6, '5', '6']);
    expect(rejected.map(([line]) => line)).toEqual([2, 3, 4, 5]);
  });

  it.each(sizes)('a first line that is too long is no header (%i characters at a time)', (size) => {
    for (const text of ['name,of,columns\n1,2,3\n', 'x'.repeat(100), `"${'x\n'.repeat(50)}",b\n`]) {
      const { rows, rejected } = read(pieces(text, size), ',', { rowChars: 20, headerChars: 10 });
      expect(rejected[0]?.slice(0, 2)).toEqual([1, 'import.header_too_long']);
      expect(rows.map(([line]) => line)).not.toContain(1);
    }
  });
});

it('reads a file full of stray quotes in a time that grows as the file does', () => {
  const seconds = (rows: number): number => {
    const text = `a,b\n${'1,"2\n'.repeat(rows)}`;
    const started = performance.now();
    expect(read(pieces(text, 65_536)).rejected).toHaveLength(rows);
    return performance.now() - started;
  };
  const least = (rows: number): number => Math.min(...[1, 2].map(() => seconds(rows)));
  least(2_000);
  // Four times as many rows; reading it over again from every broken row would take sixteen times as long.
  expect(least(8_000) / least(2_000)).toBeLessThan(10);
});

import { describe, expect, it } from 'vitest';
import { recogniseLayout } from '../../../src/core/import/recognise/table-layout.ts';
import type { SampleRow, TableLayout } from '../../../src/core/import/recognise/table-layout.ts';
import type { TableHandler } from '../../../src/core/import/ports.ts';
import { TableRows } from '../../../src/core/import/table-rows.ts';
import type { HeaderChoice } from '../../../src/shared/import.ts';

/** Rows given as lines with commas; a line with an odd number of quotation marks is a broken one. */
const sampleOf = (lines: readonly string[]): SampleRow[] =>
  lines.flatMap((line, index) => {
    const cells = line.replaceAll('"', '').split(',');
    const isBroken = (line.match(/"/g) ?? []).length % 2 === 1;
    return line === '' ? [] : [{ line: index + 1, cells, isBroken }];
  });

function layoutOf(lines: readonly string[], choice?: HeaderChoice): TableLayout {
  const layout = recogniseLayout(sampleOf(lines), { names: null, choice });
  if (!layout) throw new Error('no rows');
  return layout;
}

const ROWS = ['u1,2026-02-03 09:05:00,view', 'u2,2026-02-03 09:06:00,buy'];

describe('the header is found', () => {
  it.each<[string, string[], line: number | null, first: number, header: string, doubts: string[]]>([
    ['in the first line', ['user_id,time,action', ...ROWS], 1, 2, 'user_id,time,action', []],
    ['of names that say nothing', ['wer,wann,was', ...ROWS], 1, 2, 'wer,wann,was', []],
    ['nowhere', ROWS, null, 1, '#1,#2,#3', ['no_header']],
    [
      'nowhere, above numbers',
      ['5,71,pv,1770109500', '5,72,buy,1770109560'],
      null,
      1,
      '#1,#2,#3,#4',
      ['no_header'],
    ],
    [
      'nowhere, in a file of one row',
      ['1,2026-02-03T09:05:09.277Z,71,0'],
      null,
      1,
      '#1,#2,#3,#4',
      ['no_header'],
    ],
    ['of numbers, above other values', ['0,1,2', ...ROWS], 1, 2, '0,1,2', []],
    [
      'below titles',
      [
        '用户行为日志',
        '导出时间：2026-02-03,共 2 行',
        '',
        '用户ID,时间,行为,渠道',
        'u1,2026-02-03 09:05:00,浏览,a',
      ],
      4,
      5,
      '用户ID,时间,行为,渠道',
      ['titles'],
    ],
    [
      'below a title with as many cells',
      [
        'report,2026-02-03,shop',
        'user_id,time,action',
        '1,2026-02-03 09:05:00,view',
        '2,2026-02-03 09:05:00,view',
      ],
      2,
      3,
      'user_id,time,action',
      ['titles'],
    ],
    [
      'below comments',
      ['# -----', '# All, of it, here', '# -----', 'user_id,time,action', ...ROWS],
      4,
      5,
      'user_id,time,action',
      ['titles'],
    ],
    ['in a comment', ['#user_id,time,action', ...ROWS], 1, 2, 'user_id,time,action', []],
    [
      'in a comment, with types',
      ['#user_id,time,action', '#bigint,datetime,string', ...ROWS],
      1,
      3,
      'user_id,time,action',
      ['second_header_line'],
    ],
    [
      'in two languages',
      ['用户ID,时间,行为', 'user_id,timestamp,action', ...ROWS],
      1,
      3,
      '用户ID,时间,行为',
      ['second_header_line'],
    ],
    [
      'with types below it',
      ['user_id,time,action', 'bigint,datetime,string', ...ROWS],
      1,
      3,
      'user_id,time,action',
      ['second_header_line'],
    ],
    [
      'below names of groups',
      ['who,when and what,', 'user_id,time,action', ...ROWS],
      2,
      3,
      'user_id,time,action',
      ['titles'],
    ],
    [
      'with a broken quotation mark',
      ['"user_id,time,action', ...ROWS],
      1,
      2,
      'user_id,time,action',
      ['broken_header'],
    ],
    [
      'above a rule',
      [',user_id,time,action,', ',---,:---:,---,', ',u1,2026-02-03 09:05:00,view,'],
      1,
      3,
      ',user_id,time,action,',
      [],
    ],
    [
      'without a name for the first column',
      ['user_id,time,action', '1,u1,2026-02-03 09:05:00,view', '2,u2,2026-02-03 09:06:00,buy'],
      1,
      2,
      ',user_id,time,action',
      ['shifted_header'],
    ],
    [
      'above rows with an empty cell more',
      ['user_id,time,action', 'u1,2026-02-03,view,', 'u2,2026-02-03,buy,'],
      1,
      2,
      'user_id,time,action',
      [],
    ],
    [
      'above a first row that is incomplete',
      ['user_id,time,action', 'u1,,view', ...ROWS],
      1,
      2,
      'user_id,time,action',
      [],
    ],
  ])('%s', (_name, lines, headerLine, firstLine, header, doubts) => {
    const layout = layoutOf(lines);
    expect(layout).toMatchObject({
      headerLine,
      firstLine,
      header: header.split(','),
      isNamed: headerLine !== null,
    });
    expect(layout.doubts.map(({ code }) => code)).toEqual(doubts.map((name) => `import.doubt.${name}`));
  });

  it('with another delimiter than the rows have', () => {
    const sample = sampleOf(['', ...ROWS]);
    const first = { line: 1, cells: ['user_id;time;action'], isBroken: false };
    const layout = recogniseLayout([first, ...sample], { names: null, choice: undefined });
    expect(layout).toMatchObject({ headerLine: 1, firstLine: 2, header: ['user_id', 'time', 'action'] });
    expect(layout?.doubts.map(({ code }) => code)).toEqual(['import.doubt.header_delimiter']);
  });

  it('as the user says', () => {
    expect(layoutOf(ROWS, 'present')).toMatchObject({ headerLine: 1, firstLine: 2 });
    expect(layoutOf(['user_id,time,action', ...ROWS], 'absent')).toMatchObject({
      headerLine: null,
      firstLine: 1,
    });
  });

  it('in the format, where it knows the names', () => {
    const sample = sampleOf(ROWS);
    expect(recogniseLayout(sample, { names: ['a', 'b', 'c'], choice: undefined })).toMatchObject({
      header: ['a', 'b', 'c'],
      isNamed: true,
      firstLine: 0,
    });
    expect(recogniseLayout([], { names: null, choice: undefined })).toBeNull();
  });
});

describe('rows of a table', () => {
  /** Rows with an empty second cell are refused, as those without a time are. */
  function read(
    lines: readonly string[],
    isWhole = true,
  ): {
    rows: string[];
    refused: string[];
    notes: unknown[];
    rowsRead: number;
  } {
    const rows: string[] = [];
    const refused: string[] = [];
    const layout = layoutOf([
      'user_id,time,action,item',
      'u0,2026-02-03 09:00,view,a',
      'u0,2026-02-03 09:00,view,b',
    ]);
    const handler: TableHandler = {
      row: (fields, line, rowNumber) => {
        if (fields[1] === '') return { code: 'import.row.bad_time' };
        rows.push(`${line} ${rowNumber} ${fields.join()}`);
        return null;
      },
      refuse: (line, { code }) => refused.push(`${line} ${code.replace('import.row.', '')}`),
    };
    const table = new TableRows(layout, handler, isWhole);
    lines.forEach((line, index) => table.row(line.split(','), index + 2));
    return {
      rows,
      refused,
      notes: table.notes.map(({ code, params }) => [code, params?.['count']]),
      rowsRead: table.rowsRead,
    };
  }

  it('get the cells that they lack, and lose empty ones', () => {
    expect(read(['u,t,view', 'u,t,view,a,,', ',,,', 'u,t,view,a', '  , ,']).rows).toEqual([
      '2 1 u,t,view,',
      '3 2 u,t,view,a',
      '5 3 u,t,view,a',
    ]);
    expect(read(['u,t,view', 'u,t,view,a,,', ',,,']).notes).toEqual([
      ['import.note.blank_rows', 1],
      ['import.note.trailing_cells', 1],
      ['import.note.short_rows', 1],
    ]);
    expect(read(['u,t,view,a']).notes).toEqual([]);
    // Rows of a sheet end at their last value.
    expect(read(['u,t,view'], false).notes).toEqual([]);
  });

  it('are refused as fast where a cell is a million digits', () => {
    expect(read([`u,,view,${'1'.repeat(1_000_000)}x`]).refused).toEqual(['2 bad_time']);
  });

  it('that cannot be used say why', () => {
    expect(
      read([
        'u',
        'u,t,view,a,b',
        'user_id,time,action,item',
        '\uFEFFuser_id,time,action,item',
        '合计,,,2',
        '(2 rows)',
        'u,,view,a',
      ]).refused,
    ).toEqual([
      '2 column_count',
      '3 column_count',
      '4 repeated_header',
      '5 repeated_header',
      '6 totals',
      '7 totals',
      '8 bad_time',
    ]);
  });

  it('are no totals where they can be used', () => {
    expect(read(['total,t,view,a'])).toMatchObject({
      rows: ['2 1 total,t,view,a'],
      refused: [],
      rowsRead: 1,
    });
  });
});

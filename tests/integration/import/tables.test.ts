import { describe, expect, it } from 'vitest';
import { previewImport } from '../../../src/core/import/preview.ts';
import { TestWorkspace } from './support.ts';

const SQL = `SELECT users.id || ' ' || strftime('%Y-%m-%d %H:%M', time / 1000, 'unixepoch') || ' ' || coalesce(action, text) AS line
  FROM behaviours JOIN users ON users.no = user_no ORDER BY behaviours.id`;

/** Tables as programs write them: what is stored, which lines are refused and why, and what is told in the report. */
const TABLES: { what: string; lines: string[]; stored: string[]; refused?: string[]; told?: string[] }[] = [
  {
    what: 'without a header',
    lines: ['7001,31,view,1770109500', '7001,32,buy,1770109560', '7002,31,view,1770109620'],
    stored: ['7001 2026-02-03 17:05 view', '7001 2026-02-03 17:06 buy', '7002 2026-02-03 17:07 view'],
  },
  {
    what: 'below titles, with totals at its end',
    lines: [
      '门店日志',
      '导出人：李雷',
      '',
      '用户ID,时间,行为,数量',
      '甲,2026-02-03 09:05,浏览,1',
      '乙,2026-02-03 09:06,下单,2',
      '合计,,,3',
      '共 2 条',
    ],
    stored: ['甲 2026-02-03 09:05 浏览', '乙 2026-02-03 09:06 下单'],
    refused: ['7 totals', '8 totals'],
  },
  {
    what: 'below more comments than it has rows',
    lines: [
      '# ----',
      '# Shop',
      '# 20260201-20260203',
      '# ----',
      '',
      'user_id,time,action',
      'a,2026-02-03 09:05,view',
    ],
    stored: ['a 2026-02-03 09:05 view'],
  },
  {
    what: 'joined of two exports',
    lines: [
      'user_id,time,action',
      'a,2026-02-03 09:05,view',
      '\uFEFFuser_id,time,action',
      'b,2026-02-03 09:06,buy',
    ],
    stored: ['a 2026-02-03 09:05 view', 'b 2026-02-03 09:06 buy'],
    refused: ['3 repeated_header'],
  },
  {
    what: 'with rows of different widths',
    lines: [
      'user_id,time,action,item',
      'a,2026-02-03 09:05,view,x,',
      'a,2026-02-03 09:06,view',
      ',,,',
      'a,2026-02-03 09:07',
      'a',
      'a,2026-02-03 09:08,buy,x,y',
    ],
    stored: ['a 2026-02-03 09:05 view', 'a 2026-02-03 09:06 view'],
    refused: ['5 column_count', '6 column_count', '7 column_count'],
    told: ['blank_rows', 'trailing_cells', 'short_rows'],
  },
  {
    what: 'of R, with names of rows',
    lines: [
      '"user_id","time","action"',
      '"1","a","2026-02-03 09:05","view"',
      '"2","b","2026-02-03 09:06","buy"',
    ],
    stored: ['a 2026-02-03 09:05 view', 'b 2026-02-03 09:06 buy'],
  },
  {
    what: 'of Markdown',
    lines: ['| user_id | time | action |', '|---|:---:|---|', '| a | 2026-02-03 09:05 | view |'],
    stored: ['a 2026-02-03 09:05 view'],
  },
  {
    what: 'of psql',
    lines: [
      ' user_id |       time       | action ',
      '---------+------------------+--------',
      ' a       | 2026-02-03 09:05 | view',
      ' b       | 2026-02-03 09:06 | buy',
      '(2 rows)',
    ],
    stored: ['a 2026-02-03 09:05 view', 'b 2026-02-03 09:06 buy'],
    refused: ['5 totals'],
  },
  {
    what: 'with a header that has another delimiter',
    lines: ['user_id,time,action', 'a;2026-02-03 09:05;view', 'b;2026-02-03 09:06;buy'],
    stored: ['a 2026-02-03 09:05 view', 'b 2026-02-03 09:06 buy'],
  },
  {
    what: 'with cells between apostrophes',
    lines: ["'user_id','time','action'", "'a','2026-02-03 09:05','view, then buy'"],
    stored: ['a 2026-02-03 09:05 view, then buy'],
  },
  {
    what: 'of Hive',
    lines: ['user_id\x01time\x01action', 'a\x012026-02-03 09:05\x01view'],
    stored: ['a 2026-02-03 09:05 view'],
  },
  {
    what: 'with two stray quotation marks',
    lines: [
      'user_id,time,text',
      'a,2026-02-03 09:05,"hello',
      'b,2026-02-03 09:06,看车',
      'c,2026-02-03 09:07,world"',
      'd,2026-02-03 09:08,x',
    ],
    stored: ['b 2026-02-03 09:06 看车', 'c 2026-02-03 09:07 world"', 'd 2026-02-03 09:08 x'],
    refused: ['2 bad_quotes'],
  },
  {
    what: 'with a header that has a broken quotation mark',
    lines: ['user_id,"time,action', 'a,2026-02-03 09:05,view', 'b,2026-02-03 09:06,buy'],
    stored: ['a 2026-02-03 09:05 view', 'b 2026-02-03 09:06 buy'],
  },
];

describe('a table is read as a person reads it', () => {
  it.each(TABLES)('$what', async ({ lines, stored, refused = [], told = [] }) => {
    const workspace = new TestWorkspace();
    const path = workspace.file('log.csv', `${lines.join('\n')}\n`);
    const preview = await previewImport({ path, kind: 'behaviours', timeZone: 'Asia/Shanghai' });
    const report = await workspace.import(path);
    expect(workspace.rows(SQL).map(({ line }) => line)).toEqual(stored);
    expect(
      report.badRows.map(({ line, reason }) => `${line} ${reason.code.slice('import.row.'.length)}`),
    ).toEqual(refused);
    expect(report.warnings.map(({ code }) => code.slice('import.note.'.length))).toEqual(told);
    // The preview has told so before.
    expect(preview.tried).toMatchObject({ rows: report.rowsRead, refused: refused.length });
    expect(preview.stored.filter((row) => row.refused === null)).toHaveLength(stored.length);
  });
});

it('the same file with and without a header is two readings', async () => {
  const workspace = new TestWorkspace();
  const path = workspace.file('log.csv', 'u1,2026-02-03 09:05,view\nu1,2026-02-03 09:06,buy\n');
  expect(await workspace.import(path)).toMatchObject({ rowsAdded: 2 });
  expect(await workspace.import(path, 'behaviours', { header: 'absent' })).toMatchObject({ sameFile: true });
  await expect(
    workspace.import(path, 'behaviours', { header: 'present', roles: ['userId', 'time', 'action'] }),
  ).rejects.toMatchObject({ code: 'import.other_reading', params: { reason: 'import.reading.header' } });
});

it('a wide file is tried beyond the rows from which its columns are told', async () => {
  const workspace = new TestWorkspace();
  const wide = Array.from({ length: 100 }, (_, index) => `c${index}`).join(',');
  const cells = Array.from({ length: 100 }, () => '123456').join(',');
  const rows = Array.from({ length: 9_000 }, () => `u1,2026-02-03 09:05,view,${cells}`);
  const path = workspace.file(
    'log.csv',
    `user_id,time,action,${wide}\n${rows.join('\n')}\nu1,soon,view,${cells}\n`,
  );
  const { tried } = await previewImport({ path, kind: 'behaviours' });
  expect(tried).toMatchObject({ rows: 9_001, whole: true, refused: 1 });
});

it('numbers have a decimal comma in a file of semicolons, which is told where one may stand between thousands', async () => {
  const workspace = new TestWorkspace();
  const rows = ['12,5', '1,234', '1.234,5', '7'].map((duration) => `u1;2026-02-03 09:05;view;${duration}`);
  const path = workspace.file('log.csv', `user_id;time;action;duration\n${rows.join('\n')}\n`);
  const { doubts } = await previewImport({ path, kind: 'behaviours' });
  expect(doubts.map(({ code }) => code)).toEqual(['import.doubt.decimal_commas']);
  await workspace.import(path);
  expect(workspace.rows('SELECT duration AS d FROM behaviours ORDER BY id').map(({ d }) => d)).toEqual([
    12.5, 1.234, 1234.5, 7,
  ]);
});

it.each([
  [
    'import.server_log',
    '#Software: Microsoft Internet Information Services\n#Fields: date time c-ip\n2026-02-03 09:05 1.1.1.1\n',
  ],
  ['import.server_log', '1.1.1.1 - - [03/Feb/2026:09:05:00 +0800] "GET / HTTP/1.1" 200 12\n'],
  ['import.box_drawing', '+---------+------+\n| user_id | time |\n+---------+------+\n'],
  ['import.web_page', '<html><table><tr><td>user_id</td></tr></table></html>\n'],
])('what is no table is refused with its name: %s', async (code, content) => {
  const workspace = new TestWorkspace();
  const path = workspace.file('log.csv', content);
  await expect(previewImport({ path, kind: 'behaviours' })).rejects.toMatchObject({ code, params: { path } });
  await expect(workspace.import(path)).rejects.toMatchObject({ code });
});

it('files of one shape are known by their columns', async () => {
  const workspace = new TestWorkspace();
  const shapeOf = async (lines: string): Promise<string> =>
    (await previewImport({ path: workspace.file('log.csv', lines), kind: 'behaviours' })).shape;
  const named = await shapeOf('user_id,time,action\nu1,2026-02-03 09:05,view\n');
  expect(await shapeOf('user_id,time,action\nu2,2026-02-04 09:05,buy\nu3,2026-02-04 09:05,buy\n')).toBe(
    named,
  );
  expect(await shapeOf('user_id,action,time\nu1,view,2026-02-03 09:05\n')).not.toBe(named);
  const unnamed = await shapeOf('7,1770109500,view\n7,1770109560,buy\n');
  expect(await shapeOf('8,1770109900,buy\n9,1770109960,buy\n')).toBe(unnamed);
  expect(await shapeOf('8,view,1770109900\n9,buy,1770109960\n')).not.toBe(unnamed);
});

it('columns of one name are told in the preview and the report, and any of them can be chosen', async () => {
  const workspace = new TestWorkspace();
  const lines = [
    'user_id,time,action,action,note,note,',
    'u1,2026-02-03 09:05,view,buy,x,y,?',
    'u1,2026-02-03 09:06,view,pay,x,y,!',
  ];
  const path = workspace.file('log.csv', `${lines.join('\n')}\n`);
  const first = await previewImport({ path, kind: 'behaviours' });
  expect(first.columns.map(({ name, role }) => `${name}: ${role}`)).toEqual([
    'user_id: userId',
    'time: time',
    'action: action',
    'action (2): extra',
    'note: extra',
    'note (2): extra',
    ': ignore',
  ]);
  const told = [
    {
      code: 'import.doubt.same_name_read',
      params: { name: 'action', read: '3 (action)', others: '4 (action (2))' },
    },
    { code: 'import.doubt.same_names', params: { name: 'note', columns: '5 (note), 6 (note (2))' } },
  ];
  expect(first.doubts).toEqual([
    ...told,
    { code: 'import.doubt.unnamed_columns', params: { columns: '7', example: '?' } },
  ]);
  const roles = first.columns.map(({ role }, column) =>
    column === 2 ? 'extra' : column === 3 ? 'action' : role,
  );
  const report = await workspace.import(path, 'behaviours', { roles });
  expect(report.warnings.map(({ params }) => params)).toEqual([
    { name: 'action', read: '4 (action (2))', others: '3 (action)' },
    told[1]?.params,
  ]);
  expect(workspace.rows('SELECT action, extra FROM behaviours ORDER BY id LIMIT 1')).toEqual([
    { action: 'buy', extra: '{"action":"view","note":"x","note (2)":"y"}' },
  ]);
});

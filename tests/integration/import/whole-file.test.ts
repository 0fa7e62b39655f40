import { describe, expect, it } from 'vitest';
import { planColumns } from '../../../src/core/import/column-plan.ts';
import { FileSource } from '../../../src/core/import/file-source.ts';
import { openFile } from '../../../src/core/import/open-file.ts';
import { previewImport } from '../../../src/core/import/preview.ts';
import { AppError } from '../../../src/core/errors.ts';
import { formatMessage } from '../../../src/core/i18n.ts';
import type { ErrorInfo } from '../../../src/shared/errors.ts';
import { TestWorkspace } from './support.ts';

/** More rows than the columns are told from. */
const MANY = 12_000;
const minute = (row: number): string =>
  `${String(Math.floor(row / 60) % 24).padStart(2, '0')}:${String(row % 60).padStart(2, '0')}`;
const plain = (row: number): string => `u${row % 50},2026-02-03 ${minute(row)},view`;
const log = (...rows: string[]): string =>
  ['user_id,time,action', ...Array.from({ length: MANY }, (_, row) => plain(row)), ...rows].join('\n') + '\n';

describe('what is wrong behind the rows from which the columns are told', () => {
  it.each<{ what: string; rows: string[]; notes: ErrorInfo[] }>([
    {
      what: 'times that no log has',
      rows: ['u1,1970-01-01 08:00,view', 'u2,9999-12-31 00:00,view', 'u1,2026-02-03 09:05,view'],
      notes: [
        {
          code: 'import.note.implausible_times',
          params: { example: '1970-01-01 08:00', line: MANY + 2, column: 'time', count: 2 },
        },
      ],
    },
    {
      what: 'ids in scientific notation',
      rows: [
        '1.23457E+17,2026-02-03 09:05,view',
        '1.23457E+17,2026-02-03 09:06,view',
        '1.23458E+17,2026-02-03 09:07,view',
      ],
      notes: [
        {
          code: 'import.note.ids_scientific',
          params: { example: '1.23457E+17', line: MANY + 2, column: 'user_id', count: 2 },
        },
      ],
    },
    {
      what: 'ids that a spreadsheet has rounded',
      rows: ['310115199001010000,2026-02-03 09:05,view', '310115199001020000,2026-02-03 09:05,view'],
      notes: [
        {
          code: 'import.note.ids_rounded',
          params: { example: '310115199001010000', line: MANY + 2, column: 'user_id', count: 2 },
        },
      ],
    },
    {
      what: 'no rounded id where another has all its digits',
      rows: ['310115199001010000,2026-02-03 09:05,view', '310115199001010017,2026-02-03 09:05,view'],
      notes: [],
    },
    {
      what: 'no rounded id of sixteen digits, whose last may be a zero by chance',
      rows: ['6222124241631540,2026-02-03 09:05,view'],
      notes: [],
    },
    {
      what: 'ids in two spellings, the plain one first or last',
      rows: [
        'U1,2026-02-03 09:05,view',
        '00123,2026-02-03 09:05,view',
        '123,2026-02-03 09:06,view',
        '123.0,2026-02-03 09:06,view',
        '00123,2026-02-03 09:07,view',
      ],
      notes: [
        {
          code: 'import.note.ids_spelled_twice',
          params: { first: 'u1', second: 'U1', line: MANY + 2, column: 'user_id', count: 3 },
        },
      ],
    },
  ])('is counted over the whole import: $what', async ({ rows, notes }) => {
    const workspace = new TestWorkspace();
    const path = workspace.file('log.csv', log(...rows));
    const report = await workspace.import(path);
    expect(report).toMatchObject({ rowsAdded: MANY + rows.length, badRowCount: 0 });
    expect(report.warnings).toEqual(notes);
  });

  it('is counted for profiles, too', async () => {
    const workspace = new TestWorkspace();
    const users = Array.from({ length: MANY }, (_, row) => `${row + 1},x`);
    const path = workspace.file('users.csv', ['user_id,city', ...users, '0007,y'].join('\n'));
    expect((await workspace.import(path, 'profiles')).warnings).toEqual([
      {
        code: 'import.note.ids_spelled_twice',
        params: { first: '7', second: '0007', line: MANY + 2, column: 'user_id', count: 1 },
      },
    ]);
  });
});

describe('the order of dates', () => {
  /** A log sorted by time, whose first rows are all of one day. */
  const sorted = (firstDay: string, ...later: string[]): string =>
    [
      'user_id,time,action',
      ...Array.from({ length: MANY }, (_, row) => `u${row % 50},${firstDay} ${minute(row)},view`),
      ...later.map((day) => `u1,${day} 09:05,buy`),
    ].join('\n') + '\n';
  const range = (workspace: TestWorkspace): unknown =>
    workspace.rows(
      `SELECT date(min(time) / 1000, 'unixepoch') AS first, date(max(time) / 1000, 'unixepoch') AS last FROM behaviours`,
    )[0];

  it.each([
    ['3/2/2026', ['4/2/2026', '13/2/2026'], { first: '2026-02-03', last: '2026-02-13' }, 'day_first'],
    ['3/2/2026', ['3/3/2026', '3/14/2026'], { first: '2026-03-02', last: '2026-03-14' }, 'month_first'],
    // The same day in both orders: nothing is open as far as the first rows go.
    ['2/2/2026', ['3/2/2026', '13/2/2026'], { first: '2026-02-02', last: '2026-02-13' }, 'day_first'],
  ])('is told by a row far behind those of %s', async (first, later, expected, order) => {
    const workspace = new TestWorkspace();
    const path = workspace.file('log.csv', sorted(first, ...later));
    const preview = await previewImport({ path, kind: 'behaviours' });
    expect(preview).toMatchObject({ dateOrders: [], dateOrder: order, tried: { refused: 0 } });
    expect(await workspace.import(path)).toMatchObject({
      rowsAdded: MANY + later.length,
      badRowCount: 0,
    });
    expect(range(workspace)).toEqual(expected);
    // Asked again, the file is the same reading.
    expect(await workspace.import(path)).toMatchObject({ sameFile: true });
  });

  it('is asked where the whole file does not tell it, which is said', async () => {
    const workspace = new TestWorkspace();
    for (const first of ['3/2/2026', '2/2/2026']) {
      const path = workspace.file('log.csv', sorted(first, '4/2/2026'));
      const preview = await previewImport({ path, kind: 'behaviours' });
      expect(preview.dateOrders.map(({ order }) => order)).toEqual(['day_first', 'month_first']);
      expect(preview.dateOrderRows).toBeNull();
      await expect(workspace.import(path)).rejects.toMatchObject({
        code: 'import.undecided_dates',
        params: { example: first === '2/2/2026' ? '4/2/2026' : '3/2/2026 00:00', rows: '' },
      });
    }
  });

  it('is looked for as long as that may take: how many rows were is said', async () => {
    const workspace = new TestWorkspace();
    const path = workspace.file('log.csv', sorted('3/2/2026', '13/2/2026'));
    const source = new FileSource(path);
    const options = { path, kind: 'behaviours' } as const;
    const { rows } = await openFile(source, options, Date.UTC(2026, 2, 20));
    const plan = await planColumns(rows, options, Date.UTC(2026, 2, 20), { scanMs: 1e-9 });
    source.close();
    expect([plan.dateOrders.length, plan.dateOrderRows]).toEqual([2, plan.rows.length]);
    const params = { example: '3/2/2026', first: 'A', second: 'B', rows: 10_000 };
    const told = { code: 'import.undecided_dates', params } as const;
    expect(formatMessage('zh-CN', told)).toContain('从数据本身（前 10,000 行）无法判断');
    expect(formatMessage('en', told)).toContain('no value of the first 10,000 rows tells which');
    expect(formatMessage('zh-CN', { ...told, params: { ...params, rows: '' } })).toContain('本身无法判断');
  });

  it('is that of most days where they contradict each other, which is told', async () => {
    const workspace = new TestWorkspace();
    const path = workspace.file('log.csv', sorted('3/2/2026', '13/2/2026', '14/2/2026', '2/15/2026'));
    const preview = await previewImport({ path, kind: 'behaviours' });
    expect(preview.dateOrder).toBe('day_first');
    expect(preview.doubts).toEqual([
      {
        code: 'import.doubt.mixed_date_orders',
        params: { column: 'time', count: 1, example: '2/15/2026' },
      },
    ]);
    expect(await workspace.import(path)).toMatchObject({ badRowCount: 1 });
  });

  it('is looked for until that is cancelled', async () => {
    const workspace = new TestWorkspace();
    const path = workspace.file('log.csv', sorted('3/2/2026', '13/2/2026'));
    let steps = 0;
    const cancel = (): void => {
      steps += 1;
      if (steps === 5) throw new AppError('import.cancelled');
    };
    await expect(
      previewImport({ path, kind: 'behaviours' }, undefined, undefined, cancel),
    ).rejects.toMatchObject({ code: 'import.cancelled' });
    expect(steps).toBe(5);
  });
});

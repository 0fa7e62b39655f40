import { describe, expect, it } from 'vitest';
import { LONGEST_BEHAVIOUR } from '../../../src/core/store/behaviour-loader.ts';
import { previewImport } from '../../../src/core/import/preview.ts';
import { IMPORT_LIMITS } from '../../../src/core/import/limits.ts';
import type { ImportReport } from '../../../src/shared/import.ts';
import { makeLog, TestWorkspace } from './support.ts';

const HEADER = 'user_id,action,timestamp';
const row = (user: string, action = 'browse'): string => `${user},${action},2025-01-01 10:00:00`;
const rejected = ({ badRows }: ImportReport): unknown[] => badRows.map(({ line, reason }) => [line, reason]);
const failure = (code: string, params: Record<string, unknown>): unknown =>
  expect.objectContaining({ code, params: expect.objectContaining(params) });

describe('an id longer than the limit', () => {
  const longest = '用'.repeat(IMPORT_LIMITS.userIdChars);

  it.each(['behaviours', 'profiles'] as const)('costs its row of %s only', async (kind) => {
    const workspace = new TestWorkspace();
    const file = workspace.file(
      'log.csv',
      [HEADER, row('u1'), row(`${longest}户`), row(longest), ''].join('\n'),
    );
    const report = await workspace.import(file, kind);
    expect(report).toMatchObject({ rowsRead: 3, rowsAdded: 2, badRowCount: 1 });
    expect(rejected(report)).toEqual([
      [
        3,
        {
          code: 'import.row.long_user',
          params: {
            count: IMPORT_LIMITS.userIdChars + 1,
            limit: IMPORT_LIMITS.userIdChars,
            column: 'user_id',
          },
        },
      ],
    ]);
    expect(workspace.rows('SELECT id FROM users ORDER BY no').map(({ id }) => id)).toEqual(['u1', longest]);
  });
});

describe('a file with more columns than the limit', () => {
  const header = (columns: number): string =>
    [HEADER, ...Array.from({ length: columns - 3 }, (_, index) => `c${index}`)].join(',');
  const cells = (columns: number): string => `${row('u1')}${',x'.repeat(columns - 3)}`;

  it('is refused before anything is imported', async () => {
    const workspace = new TestWorkspace();
    const columns = IMPORT_LIMITS.columns + 1;
    const file = workspace.file('wide.csv', `${header(columns)}\n${cells(columns)}\n`);
    const refused = failure('import.too_many_columns', { count: columns, limit: IMPORT_LIMITS.columns });
    await expect(workspace.import(file)).rejects.toEqual(refused);
    await expect(workspace.import(file, 'profiles')).rejects.toEqual(refused);
    await expect(previewImport({ path: file, kind: 'behaviours' })).rejects.toEqual(refused);
    expect(workspace.rows('SELECT count(*) AS n FROM behaviours')).toEqual([{ n: 0 }]);
  });

  it('is imported up to the limit', async () => {
    const workspace = new TestWorkspace();
    const { columns } = IMPORT_LIMITS;
    const file = workspace.file('wide.csv', `${header(columns)}\n${cells(columns)}\n`);
    expect(await workspace.import(file)).toMatchObject({ rowsAdded: 1, badRowCount: 0 });
    const [behaviour] = workspace.rows('SELECT extra FROM behaviours');
    expect(Object.keys(JSON.parse(String(behaviour?.['extra'])) as object)).toHaveLength(columns - 3);
  });
});

describe('a first line that is too long for a header', () => {
  const first = 'x'.repeat(IMPORT_LIMITS.headerChars + 1);

  it.each([
    ['with rows after it', `${first}\n${HEADER}\n${row('u1')}\n`],
    ['that is all of the file', first],
    ['that is longer than a row may be', 'x,'.repeat(IMPORT_LIMITS.rowChars)],
    ['of quoted names', `"${'x\n'.repeat(IMPORT_LIMITS.headerChars)}",b\n1,2\n`],
  ])('%s is named as the reason', async (_name, content) => {
    const workspace = new TestWorkspace();
    const file = workspace.file('log.csv', content);
    const refused = failure('import.header_too_long', { limit: IMPORT_LIMITS.headerChars });
    await expect(workspace.import(file)).rejects.toEqual(refused);
    await expect(previewImport({ path: file, kind: 'behaviours' })).rejects.toEqual(refused);
  });
});

describe('rows of very long texts', () => {
  it('are imported whole, and how long they are is recorded for those who read them', async () => {
    const workspace = new TestWorkspace();
    const long = '长'.repeat(900_000);
    const lines = Array.from({ length: 8 }, (_, index) => row(`u${index % 2}`, `${long}${index}`));
    const file = workspace.file('long.csv', `${[HEADER, ...lines].join('\n')}\n`);
    expect(await workspace.import(file)).toMatchObject({ rowsAdded: 8, badRowCount: 0 });
    const stored = workspace.rows('SELECT text FROM behaviours ORDER BY id').map(({ text }) => text);
    expect(stored).toEqual(lines.map((_, index) => `${long}${index}`));
    const recorded = (): unknown =>
      workspace.rows(`SELECT value FROM meta WHERE key = '${LONGEST_BEHAVIOUR}'`);
    expect(recorded()).toEqual([{ value: '900001' }]);
    await workspace.import(workspace.file('more.csv', makeLog(10, 2)));
    expect(recorded()).toEqual([{ value: '900001' }]);
  });

  it('stay unknown in a workspace whose earlier rows were not measured', async () => {
    const workspace = new TestWorkspace();
    await workspace.import(workspace.file('first.csv', makeLog(10, 2)));
    workspace.db.exec(`DELETE FROM meta WHERE key = '${LONGEST_BEHAVIOUR}'`);
    await workspace.import(workspace.file('second.csv', makeLog(10, 2, 50)));
    expect(workspace.rows(`SELECT value FROM meta WHERE key = '${LONGEST_BEHAVIOUR}'`)).toEqual([]);
  });
});

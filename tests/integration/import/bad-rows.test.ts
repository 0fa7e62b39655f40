import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { previewImport } from '../../../src/core/import/preview.ts';
import { saveBadRows } from '../../../src/core/import/save-bad-rows.ts';
import { formatMessage } from '../../../src/core/i18n.ts';
import { makeLog, TestWorkspace } from './support.ts';

const MIXED = `user_id,timestamp,behavior_text,duration
u1,2025-01-01 10:00,ok,
,2025-01-01 10:00,no user,
u1,"2025-02-30 10:00",no such day,

u2,2025-01-01 10:00,"two
lines",5
u2,2025-01-01 10:00,ten,ten
=u3,2025-01-01 10:00
u3,2025-01-01 10:00,,
u4,2025-01-01 10:00,"never closed,
u5,2025-01-01 10:00,ok,1
`;

describe('rows that cannot be used', () => {
  it('are listed by line and reason, and do not stop the rest', async () => {
    const workspace = new TestWorkspace();
    const report = await workspace.import(workspace.file('log.csv', MIXED));
    expect(report).toMatchObject({ rowsRead: 9, rowsAdded: 3, badRowCount: 6, usersAdded: 3 });
    expect(report.badRows.map(({ line, reason, raw }) => [line, reason.code, raw])).toEqual([
      [3, 'import.row.missing_user', ',2025-01-01 10:00,no user,'],
      [4, 'import.row.bad_time', 'u1,"2025-02-30 10:00",no such day,'],
      [8, 'import.row.bad_duration', 'u2,2025-01-01 10:00,ten,ten'],
      [9, 'import.row.column_count', '=u3,2025-01-01 10:00'],
      [10, 'import.row.no_content', 'u3,2025-01-01 10:00,,'],
      [11, 'import.row.bad_quotes', 'u4,2025-01-01 10:00,"never closed,'],
    ]);
    // Bad rows have numbers, blank lines have none.
    expect(workspace.rows('SELECT id, text FROM behaviours ORDER BY id')).toEqual([
      { id: 1, text: 'ok' },
      { id: 4, text: 'two\nlines' },
      { id: 9, text: 'ok' },
    ]);
    expect(workspace.rows('SELECT id FROM users ORDER BY no')).toEqual([
      { id: 'u1' },
      { id: 'u2' },
      { id: 'u5' },
    ]);
  });

  it('can be saved as CSV, all of them, safe to open in a spreadsheet', async () => {
    const workspace = new TestWorkspace();
    const report = await workspace.import(workspace.file('log.csv', MIXED));
    const path = join(workspace.folder, 'bad.csv');
    expect(await saveBadRows(workspace.db, report.importId, path)).toBe(6);
    const lines = readFileSync(path, 'utf8').split('\r\n');
    expect(lines[0]).toBe('\uFEFF行号,原因,代码,原始行');
    expect(lines[1]).toBe(
      '3,缺少用户 ID（列“user_id”）,import.row.missing_user,",2025-01-01 10:00,no user,"',
    );
    expect(lines[4]).toBe('9,应有 4 列，实际 2 列,import.row.column_count,"\'=u3,2025-01-01 10:00"');
    expect(lines).toHaveLength(8);
    await saveBadRows(workspace.db, report.importId, path, 'en');
    expect(readFileSync(path, 'utf8')).toContain('The user id is missing (column “user_id”)');
    await expect(
      saveBadRows(workspace.db, report.importId, join(workspace.folder, 'no', 'bad.csv')),
    ).rejects.toMatchObject({ code: 'import.bad_rows_unwritable' });
  });

  it('are all stored, and the first hundred reported', async () => {
    const workspace = new TestWorkspace();
    const bad = Array.from({ length: 250 }, (_, index) => `u,never ${index},x`).join('\n');
    const path = workspace.file(
      'log.csv',
      `user_id,timestamp,text\nu,2025-01-01,good\n${bad}\n${'y'.repeat(2000)}\n`,
    );
    const report = await workspace.import(path);
    expect(report).toMatchObject({ rowsRead: 252, rowsAdded: 1, badRowCount: 251 });
    expect(report.badRows).toHaveLength(100);
    expect(
      workspace.rows('SELECT count(*) AS n, min(line) AS first, max(line) AS last FROM bad_rows'),
    ).toEqual([{ n: 251, first: 3, last: 253 }]);
    expect(workspace.rows('SELECT raw FROM bad_rows WHERE line = 253')).toEqual([{ raw: 'y'.repeat(500) }]);
  });

  it('include those with bytes that are no text', async () => {
    const workspace = new TestWorkspace();
    const rows = Buffer.from(makeLog(100, 3));
    const path = workspace.file(
      'log.csv',
      Buffer.concat([rows, Buffer.from('u,a,2025-01-01,\xe9,,,,\n', 'latin1')]),
    );
    const report = await workspace.import(path);
    expect(report).toMatchObject({ rowsAdded: 100, badRowCount: 1 });
    expect(report.badRows[0]).toMatchObject({ line: 102, reason: { code: 'import.row.bad_encoding' } });
  });
});

describe('a file that is of no use leaves the workspace as it was', () => {
  it.each([
    ['nothing', '', 'import.empty'],
    ['blank lines', '\n  \n', 'import.empty'],
    ['a header only', 'user_id,timestamp,text\n', 'import.no_rows'],
    ['no usable row', 'user_id,timestamp,text\nu1,soon,x\nu2,later,y\n', 'import.no_usable_rows'],
    ['no usable column', 'a,b\n1,2\n', 'import.missing_column'],
  ])('%s', async (_name, content, code) => {
    const workspace = new TestWorkspace();
    const before = workspace.dump();
    await expect(workspace.import(workspace.file('log.csv', content))).rejects.toMatchObject({ code });
    expect(workspace.dump()).toEqual(before);
  });

  it('and says why, in words', async () => {
    const workspace = new TestWorkspace();
    const path = workspace.file('log.csv', 'user_id,timestamp,text\n\nu1,soon,x\nu2,later,y\n');
    const error = await workspace.import(path).catch((thrown: unknown) => thrown);
    expect(error).toMatchObject({ params: { count: 2, line: 3 } });
    const { code, params } = error as {
      code: 'import.no_usable_rows';
      params: Record<string, string | number>;
    };
    expect(formatMessage('zh-CN', { code, params })).toBe(
      '文件中没有一行可用：2 行全部被拒绝，第一行（第 3 行）的原因：无法识别时间“soon”（列“timestamp”）。工作区未改动。',
    );
  });

  it('a file that is not there, or is a folder', async () => {
    const workspace = new TestWorkspace();
    const path = join(workspace.folder, 'missing.csv');
    await expect(workspace.import(path)).rejects.toMatchObject({
      code: 'import.not_found',
      params: { path },
    });
    await expect(workspace.import(workspace.folder)).rejects.toMatchObject({ code: 'import.unreadable' });
  });
});

describe('a preview', () => {
  it('tells what a file looks like without importing it', async () => {
    const workspace = new TestWorkspace();
    const path = workspace.file('log.csv', MIXED);
    const preview = await previewImport({ path, kind: 'behaviours', timeZone: 'Asia/Shanghai' });
    expect(preview).toMatchObject({
      fileName: 'log.csv',
      sizeBytes: Buffer.byteLength(MIXED),
      encoding: 'utf-8',
      delimiter: ',',
      timeZone: 'Asia/Shanghai',
      problem: null,
      columns: [
        { name: 'user_id', role: 'userId', samples: ['u1', 'u2', 'u3'] },
        { name: 'timestamp', role: 'time' },
        { name: 'behavior_text', role: 'text', samples: ['ok', 'no user', 'no such day'] },
        { name: 'duration', role: 'duration', samples: ['5', 'ten', '1'] },
      ],
    });
    expect(preview.sampleRows[3]).toEqual(['u2', '2025-01-01 10:00', 'two\nlines', '5']);
  });

  it('names what is missing, and takes the correction', async () => {
    const workspace = new TestWorkspace();
    const path = workspace.file('log.csv', 'who,when,what\na,2025-01-01,x\n');
    const kind = 'behaviours';
    expect(await previewImport({ path, kind })).toMatchObject({ problem: { code: 'import.missing_column' } });
    const corrected = await previewImport({ path, kind, roles: ['userId', 'time', 'action'] });
    expect(corrected.problem).toBeNull();
    expect(corrected.columns.map(({ role }) => role)).toEqual(['userId', 'time', 'action']);
    const stale = await previewImport({ path, kind, roles: ['userId', 'time'] });
    expect(stale.problem).toMatchObject({ code: 'import.mapping_length' });
  });

  it('shows at most twenty rows, and only whole ones, of a large file', async () => {
    const workspace = new TestWorkspace();
    const path = workspace.file('log.csv', makeLog(50_000, 10));
    const { sampleRows } = await previewImport({ path, kind: 'behaviours' });
    expect(sampleRows).toHaveLength(20);
    expect(sampleRows.every((row) => row.length === 8)).toBe(true);
  });

  it('refuses an empty file and an unknown zone', async () => {
    const workspace = new TestWorkspace();
    const path = workspace.file('log.csv', '\n');
    await expect(previewImport({ path, kind: 'behaviours' })).rejects.toMatchObject({ code: 'import.empty' });
    await expect(previewImport({ path, kind: 'behaviours', timeZone: 'Mars' })).rejects.toMatchObject({
      code: 'import.bad_time_zone',
    });
  });
});

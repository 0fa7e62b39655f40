import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { previewImport } from '../../../src/core/import/preview.ts';
import { toErrorInfo } from '../../../src/core/errors.ts';
import { NoUsableRows } from '../../../src/core/import/no-usable-rows.ts';
import { saveBadRows } from '../../../src/core/import/save-bad-rows.ts';
import { rejectedByImport, rejectedOfFile } from '../../../src/core/import/rejected-rows.ts';
import { formatMessage } from '../../../src/core/i18n.ts';
import type { ErrorInfo } from '../../../src/shared/errors.ts';
import type { ImportReport } from '../../../src/shared/import.ts';
import { encodeGb18030, makeLog, TestWorkspace } from './support.ts';

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

function idOf({ importId }: ImportReport): number {
  if (importId === null) throw new Error('the import has no record');
  return importId;
}

describe('rows that cannot be used', () => {
  it('are listed by line and reason, and do not stop the rest', async () => {
    const workspace = new TestWorkspace();
    const report = await workspace.import(workspace.file('log.csv', MIXED));
    expect(report).toMatchObject({ rowsRead: 9, rowsAdded: 4, badRowCount: 5, usersAdded: 3 });
    expect(report.badRows.map(({ line, reason, raw }) => [line, reason.code, raw])).toEqual([
      [3, 'import.row.missing_user', ',2025-01-01 10:00,no user,'],
      [4, 'import.row.bad_time', 'u1,"2025-02-30 10:00",no such day,'],
      [9, 'import.row.column_count', '=u3,2025-01-01 10:00'],
      [10, 'import.row.no_content', 'u3,2025-01-01 10:00,,'],
      [11, 'import.row.bad_quotes', 'u4,2025-01-01 10:00,"never closed,'],
    ]);
    // Bad rows have numbers, blank lines have none.
    expect(workspace.rows('SELECT id, text FROM behaviours ORDER BY id')).toEqual([
      { id: 1, text: 'ok' },
      { id: 4, text: 'two\nlines' },
      { id: 5, text: 'ten' },
      { id: 9, text: 'ok' },
    ]);
    expect(workspace.rows('SELECT id FROM users ORDER BY no')).toEqual([
      { id: 'u1' },
      { id: 'u2' },
      { id: 'u5' },
    ]);
  });

  it('are not those with a duration that cannot be read: they are counted, and the first is named', async () => {
    const workspace = new TestWorkspace();
    const rows = ['1,200', 'ten', 'u,soon', 'ten', '00:03:20'].map((text) => `u1,2025-01-01,buy,"${text}"`);
    const path = workspace.file(
      'log.csv',
      `user_id,timestamp,text,duration\n${rows.join('\n')}\nu,soon,x,bad\n`,
    );
    const report = await workspace.import(path);
    const warning = {
      code: 'import.durations_unread' as const,
      params: { count: 3, line: 3, value: 'ten', column: 'duration' },
    };
    expect(report).toMatchObject({ rowsAdded: 5, badRowCount: 1, warnings: [warning] });
    expect(formatMessage('zh-CN', warning)).toMatch(/^3 行的时长无法识别.*第 3 行：“ten”（列“duration”）/);
    expect(workspace.rows('SELECT duration AS d FROM behaviours').map(({ d }) => d)).toEqual([
      1200,
      null,
      null,
      null,
      200,
    ]);
    // Told again with the figures of then.
    expect(await workspace.import(path)).toMatchObject({ sameFile: true, warnings: [warning] });
  });

  it('are counted by the lines of the file, the one that tells Excel the delimiter included', async () => {
    const workspace = new TestWorkspace();
    const path = workspace.file(
      'log.csv',
      'sep=;\nuser_id;timestamp;text\nu1;2025-01-01;a,b,c,d\nu1;soon;x\n',
    );
    const preview = await previewImport({ path, kind: 'behaviours' });
    expect(preview).toMatchObject({ delimiter: ';', problem: null });
    expect(preview.columns.map(({ name }) => name)).toEqual(['user_id', 'timestamp', 'text']);
    const report = await workspace.import(path);
    expect(report).toMatchObject({ rowsRead: 2, rowsAdded: 1, badRows: [{ line: 4 }] });
  });

  it('can be saved as CSV, all of them, safe to open in a spreadsheet', async () => {
    const workspace = new TestWorkspace();
    const report = await workspace.import(workspace.file('log.csv', MIXED));
    const path = join(workspace.folder, 'bad.csv');
    expect(await saveBadRows([rejectedByImport(workspace, idOf(report))], path)).toBe(5);
    const lines = readFileSync(path, 'utf8').split('\r\n');
    expect(lines[0]).toBe('\uFEFF行号,原因,代码,原始行');
    expect(lines[1]).toBe(
      '3,缺少用户 ID（列“user_id”）,import.row.missing_user,",2025-01-01 10:00,no user,"',
    );
    expect(lines[3]).toBe('9,应有 4 列，实际 2 列,import.row.column_count,"\'=u3,2025-01-01 10:00"');
    expect(lines).toHaveLength(7);
    await saveBadRows([rejectedByImport(workspace, idOf(report))], path, 'en');
    expect(readFileSync(path, 'utf8')).toContain('The user id is missing (column “user_id”)');
    await expect(
      saveBadRows([rejectedByImport(workspace, idOf(report))], join(workspace.folder, 'no', 'bad.csv')),
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
      Buffer.concat([rows, Buffer.from('u\xe9,a,2025-01-01,,,,,\n', 'latin1')]),
    );
    const report = await workspace.import(path);
    expect(report).toMatchObject({ rowsAdded: 100, badRowCount: 1, warnings: [] });
    expect(report.badRows[0]).toMatchObject({ line: 102, reason: { code: 'import.row.bad_encoding' } });
  });
});

describe('cells with bytes that are no text', () => {
  const header = 'user_id,timestamp,text,city,note\n';
  const bytes = Buffer.concat([
    Buffer.from(`${header}u1,2025-01-01 10:00,浏览`),
    Buffer.of(0xff),
    Buffer.from('了新车的图片,上海,x\nu2,2025-01-01 10:01,询价,'),
    Buffer.of(0xe4, 0xba),
    Buffer.from(',y\nu3,2025-01-01 10:02,下单,北京,'),
    Buffer.of(0xff, 0xfe),
    Buffer.from('\n'),
  ]);

  it('are marked, counted and told with a line, in the preview and the report; the rest is right', async () => {
    const workspace = new TestWorkspace();
    const path = workspace.file('log.csv', bytes);
    const note = {
      code: 'import.note.damaged_cells',
      params: { count: 3, line: 2, column: 'text', example: '浏览\uFFFD了新车的图片' },
    };
    const preview = await previewImport({ path, kind: 'behaviours' });
    expect(preview).toMatchObject({ encoding: 'utf-8', doubts: [note], tried: { refused: 0 } });
    expect(await workspace.import(path)).toMatchObject({ rowsAdded: 3, badRowCount: 0, warnings: [note] });
    expect(workspace.rows('SELECT text, extra FROM behaviours ORDER BY id')).toEqual([
      { text: '浏览\uFFFD了新车的图片', extra: '{"city":"上海","note":"x"}' },
      { text: '询价', extra: '{"city":"\uFFFD","note":"y"}' },
      { text: '下单', extra: '{"city":"北京","note":"\uFFFD\uFFFD"}' },
    ]);
  });

  it('cost nothing in a column that is left out', async () => {
    const workspace = new TestWorkspace();
    const path = workspace.file('log.csv', bytes);
    const roles = ['userId', 'time', 'text', 'ignore', 'ignore'] as const;
    expect(await workspace.import(path, 'behaviours', { roles: [...roles] })).toMatchObject({
      rowsAdded: 3,
      warnings: [{ params: { count: 1 } }],
    });
  });
});

describe('a file in an encoding of its own', () => {
  const log = (text: string): string =>
    `user_id,timestamp,text\nu1,2025-01-01 10:00,${text}\nu2,2025-01-01 10:00,${text}\n`;
  const latin = (text: string): Buffer => Buffer.from(log(text), 'latin1');

  it('is read so where its text says it', async () => {
    const workspace = new TestWorkspace();
    await workspace.import(workspace.file('log.csv', latin('Käufe für Gäste')));
    expect(workspace.rows('SELECT DISTINCT text FROM behaviours')).toEqual([{ text: 'Käufe für Gäste' }]);
  });

  it('is asked for where it does not, and shown in the encodings that it may have', async () => {
    const workspace = new TestWorkspace();
    // 구매 and 备概.
    const path = workspace.file('log.csv', latin('\xb1\xb8\xb8\xc5'));
    const before = workspace.dump();
    const preview = await previewImport({ path, kind: 'behaviours' });
    expect(preview.encodingAsked).toBe(true);
    expect(preview.encodingSamples).toContainEqual({
      encoding: 'euc-kr',
      sample: 'u1,2025-01-01 10:00,구매',
    });
    expect(preview.encodingSamples).toContainEqual({
      encoding: 'gb18030',
      sample: 'u1,2025-01-01 10:00,备概',
    });
    await expect(workspace.import(path)).rejects.toMatchObject({ code: 'import.undecided_encoding' });
    expect(workspace.dump()).toEqual(before);
    expect(await previewImport({ path, kind: 'behaviours', encoding: 'euc-kr' })).toMatchObject({
      encodingAsked: false,
    });
    await workspace.import(path, 'behaviours', { encoding: 'euc-kr' });
    expect(workspace.rows('SELECT DISTINCT text FROM behaviours')).toEqual([{ text: '구매' }]);
  });

  it('is told where it shows only further on in the file', async () => {
    const workspace = new TestWorkspace();
    const ascii = 'u0,2025-01-01 10:00,plain text\n'.repeat(40_000);
    const rows = 'u1,2025-01-01 10:00,Käufe\nu2,2025-01-01 10:00,Käufe\n';
    const content = Buffer.from(`user_id,timestamp,text\n${ascii}${rows}`, 'latin1');
    const report = await workspace.import(workspace.file('log.csv', content));
    expect(report).toMatchObject({
      rowsAdded: 40_002,
      warnings: [{ code: 'import.note.encoding_changed', params: { encoding: 'windows-1252' } }],
    });
    expect(workspace.rows("SELECT DISTINCT text FROM behaviours WHERE text LIKE 'K%'")).toEqual([
      { text: 'Käufe' },
    ]);
  });

  it('is UTF-8 with the rows of another encoding refused', async () => {
    const workspace = new TestWorkspace();
    const rows = Buffer.concat([Buffer.from(log('浏览商品')), encodeGb18030('u3,2025-01-01 10:00,下单\n')]);
    const report = await workspace.import(workspace.file('log.csv', rows));
    expect(report).toMatchObject({
      rowsAdded: 2,
      badRows: [{ line: 4, reason: { code: 'import.row.bad_encoding' } }],
    });
  });

  it('keeps texts that were cut in the middle of a character', async () => {
    const workspace = new TestWorkspace();
    const cut = Buffer.from(log('浏览商品'));
    const rows = Buffer.concat([cut.subarray(0, -2), Buffer.from('\n')]);
    const path = workspace.file('log.csv', rows);
    expect((await previewImport({ path, kind: 'behaviours' })).tried.refused).toBe(0);
    const report = await workspace.import(path);
    expect(report).toMatchObject({
      rowsAdded: 2,
      badRowCount: 0,
      warnings: [{ code: 'import.note.cut_texts' }],
    });
    expect(workspace.rows('SELECT text FROM behaviours ORDER BY id')).toEqual([
      { text: '浏览商品' },
      { text: '浏览商\uFFFD' },
    ]);
  });
});

describe('a file that is no text', () => {
  const utf16 = Buffer.from('\uFEFFuser_id,timestamp,text\nu1,2025-01-01,x\n', 'utf16le');

  it.each([
    ['a workbook (XLSX)', Buffer.from('PK\x03\x04\x14\0\x06\0[Content_Types].xml'), 'import.broken_file'],
    ['a workbook (XLS)', Buffer.from('d0cf11e0a1b11ae10000', 'hex'), 'import.workbook_legacy'],
    ['another binary file', Buffer.from('user_id,timestamp,text\nu\0,2025-01-01,x\n'), 'import.not_text'],
  ])('is refused at once, before anything of it is shown: %s', async (_name, bytes, code) => {
    const workspace = new TestWorkspace();
    const before = workspace.dump();
    const path = workspace.file('renamed.csv', bytes);
    await expect(previewImport({ path, kind: 'behaviours' })).rejects.toMatchObject({
      code,
      params: { path },
    });
    await expect(workspace.import(path)).rejects.toMatchObject({ code, params: { path } });
    expect(workspace.dump()).toEqual(before);
  });

  it('is not UTF-16 without its mark', async () => {
    const workspace = new TestWorkspace();
    expect(await workspace.import(workspace.file('log.csv', utf16.subarray(2)))).toMatchObject({
      rowsAdded: 1,
    });
  });

  it('nor text with one damaged line', async () => {
    const workspace = new TestWorkspace();
    const lines = 'user_id,timestamp,text\nu1,2025-01-01,a\0b\nu2,2025-01-01,c\n';
    const report = await workspace.import(workspace.file('log.csv', lines));
    expect(report).toMatchObject({
      rowsAdded: 1,
      badRows: [{ line: 2, reason: { code: 'import.row.nul' } }],
    });
  });

  it.each(['utf-8', 'gb18030'] as const)(
    'only further on costs the rows with NUL characters, read as %s',
    async (encoding) => {
      const workspace = new TestWorkspace();
      const log = `${makeLog(30_000, 3)}u\0x,browse,2025-01-01,,,,,\nu,bro\0wse,2025-01-01,,,,,\nv,browse,2025-01-01,,,,,\n`;
      const report = await workspace.import(
        workspace.file('log.csv', encoding === 'utf-8' ? log : encodeGb18030(log)),
      );
      expect(report).toMatchObject({ rowsAdded: 30_001, badRowCount: 2, usersAdded: 4 });
      expect(report.badRows).toMatchObject([
        { line: 30_002, reason: { code: 'import.row.nul' }, raw: 'u\u2400x,browse,2025-01-01,,,,,' },
        { line: 30_003, reason: { code: 'import.row.nul' } },
      ]);
    },
  );

  it('gets no control character into a message', async () => {
    const workspace = new TestWorkspace();
    const esc = '\u001b[31m';
    const missing = workspace.file('log.csv', `wh${esc}o,when,"wh\nat"\nu${esc},2025-01-01,x\n`);
    const preview = await previewImport({ path: missing, kind: 'behaviours' });
    expect(JSON.stringify(preview)).not.toMatch(/\\u001b|\\n/);
    expect(preview.problem?.params?.['found']).toBe('wh [31mo, when, wh at');
    const twice = await previewImport({
      path: missing,
      kind: 'behaviours',
      roles: ['userId', 'time', 'time'],
    });
    expect(JSON.stringify(twice.problem)).not.toMatch(/\\u001b|\\n/);
    const bad = workspace.file('bad.csv', `user_id,ti${esc}me,text\nu,2025${esc},x\nu,2025-01-01,x\n`);
    const report = await workspace.import(bad, 'behaviours', { roles: ['userId', 'time', 'text'] });
    expect(report.badRows[0]?.reason.params).toEqual({ value: '2025 [31m', column: 'ti [31mme' });
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

  it('and tells its rows, all of which can be saved', async () => {
    const workspace = new TestWorkspace();
    const before = workspace.dump();
    const rows = Array.from({ length: 150 }, (_, index) => `u1,day ${index},x`);
    const path = workspace.file('log.csv', `user_id,timestamp,text\n${rows.join('\n')}\n`);
    const error: unknown = await workspace.import(path).catch((thrown: unknown) => thrown);
    expect(error).toBeInstanceOf(NoUsableRows);
    const { report } = error as NoUsableRows;
    expect(report).toMatchObject({
      importId: null,
      kind: 'behaviours',
      fileName: 'log.csv',
      rowsRead: 150,
      rowsAdded: 0,
      badRowCount: 150,
    });
    expect(report.badRows).toHaveLength(100);
    expect(report.badRows[1]).toMatchObject({ line: 3, reason: { code: 'import.row.bad_time' } });
    const saved = join(workspace.folder, 'bad.csv');
    expect(await saveBadRows([rejectedOfFile({ path, kind: 'behaviours' })], saved)).toBe(150);
    const lines = readFileSync(saved, 'utf8').trimEnd().split('\r\n');
    expect(lines).toHaveLength(151);
    expect(lines.at(-1)).toBe(
      '151,无法识别时间“day 149”（列“timestamp”）,import.row.bad_time,"u1,day 149,x"',
    );
    expect(workspace.dump()).toEqual(before);
  });

  it('a file that is not there, or is a folder', async () => {
    const workspace = new TestWorkspace();
    const path = join(workspace.folder, 'missing.csv');
    await expect(workspace.import(path)).rejects.toMatchObject({
      code: 'import.not_found',
      params: { path },
    });
    const folder = await workspace.import(workspace.folder).catch((thrown: unknown) => toErrorInfo(thrown));
    expect(formatMessage('zh-CN', folder as ErrorInfo)).toBe(
      `无法读取文件 ${workspace.folder}：这是一个文件夹。请检查它能否打开（读取权限、是否被其他程序占用），或把它复制到别处再导入。`,
    );
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
        { name: 'user_id', role: 'userId', samples: ['u1', 'u2', '=u3'] },
        { name: 'timestamp', role: 'time' },
        { name: 'behavior_text', role: 'text', samples: ['ok', 'no user', 'no such day'] },
        { name: 'duration', role: 'duration', samples: ['5', 'ten', '1'] },
      ],
    });
    expect(preview.sampleRows[3]).toEqual(['u2', '2025-01-01 10:00', 'two lines', '5']);
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

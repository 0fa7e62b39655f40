import { execFileSync } from 'node:child_process';
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { gzipSync } from 'node:zlib';
import { writeXlsx } from 'hucre/xlsx';
import { parquetWriteBuffer } from 'hyparquet-writer';
import { describe, expect, it } from 'vitest';
import { ZipFile } from 'yazl';
import { previewImport } from '../../../src/core/import/preview.ts';
import { rejectedOfFile } from '../../../src/core/import/rejected-rows.ts';
import { TestWorkspace } from './support.ts';

const NAMES = ['user_id', 'timestamp', 'action', 'item_id', 'duration'] as const;
const ROWS = 3000;

/** A log as every format can hold it. */
const LOG = Array.from({ length: ROWS }, (_, at) => ({
  user_id: `u${at % 70}`,
  timestamp: new Date(Date.UTC(2026, 1, 3) + at * 61_000).toISOString().slice(0, 19).replace('T', ' '),
  action: at % 9 === 0 ? '加购' : 'view, "x"',
  item_id: `i${at % 13}`,
  duration: (at % 5) + 0.5,
}));
const instant = (time: string): Date => new Date(`${time.replace(' ', 'T')}Z`);

const csv = [
  NAMES.join(','),
  ...LOG.map((row) => NAMES.map((name) => `"${String(row[name]).replaceAll('"', '""')}"`).join(',')),
].join('\n');

function database(path: string): void {
  const db = new DatabaseSync(path);
  db.exec(`CREATE TABLE notes (a, b, c); INSERT INTO notes VALUES (1, 2, 3);
    CREATE TABLE behavior_data (${NAMES.join(', ')}); CREATE TABLE copy_of_it (${NAMES.join(', ')}); BEGIN`);
  const insert = db.prepare('INSERT INTO behavior_data VALUES (?, ?, ?, ?, ?)');
  for (const row of LOG) insert.run(...NAMES.map((name) => row[name]));
  db.exec(
    `CREATE TABLE user_profiles (user_id, city); INSERT INTO user_profiles VALUES ('u1', '北京'), ('u2', NULL); COMMIT`,
  );
  db.close();
}

function xes(): string {
  const escaped = (text: string): string => text.replaceAll('"', '&quot;');
  const events = LOG.map(
    ({ user_id, timestamp, action, item_id, duration }) =>
      `<trace><string key="concept:name" value="${user_id}"/><event><string key="concept:name" value="${escaped(action)}"/>
       <date key="time:timestamp" value="${timestamp.replace(' ', 'T')}"/><string key="item_id" value="${item_id}"/>
       <float key="duration" value="${duration}"/></event></trace>`,
  );
  return `<?xml version="1.0"?><log>${events.join('')}</log>`;
}

/** Each format by the name of its file: nothing is told from the name. */
const FILES: Record<string, (path: string) => Promise<void> | void> = {
  'CSV, packed': (path) => writeFileSync(path, gzipSync(csv)),
  'JSON Lines': (path) => writeFileSync(path, LOG.map((row) => JSON.stringify(row)).join('\n')),
  'JSON array, packed': (path) => writeFileSync(path, gzipSync(JSON.stringify(LOG, null, 1))),
  XLSX: async (path) =>
    writeFileSync(
      path,
      await writeXlsx({
        sheets: [
          { name: 'about', rows: [['exported by', 'x']] },
          {
            name: 'log',
            rows: [
              ['June', null],
              [...NAMES],
              ...LOG.map((row) => [
                row.user_id,
                instant(row.timestamp),
                row.action,
                row.item_id,
                row.duration,
              ]),
            ],
          },
        ],
      }),
    ),
  Parquet: (path) =>
    writeFileSync(
      path,
      new Uint8Array(
        parquetWriteBuffer({
          columnData: [
            { name: 'user_id', data: LOG.map((row) => row.user_id), type: 'STRING' },
            { name: 'timestamp', data: LOG.map((row) => row.timestamp), type: 'STRING' },
            { name: 'action', data: LOG.map((row) => row.action), type: 'STRING' },
            { name: 'item_id', data: LOG.map((row) => row.item_id), type: 'STRING' },
            { name: 'duration', data: LOG.map((row) => row.duration), type: 'DOUBLE' },
          ],
          rowGroupSize: 1000,
        }),
      ),
    ),
  SQLite: database,
  XES: (path) => writeFileSync(path, xes()),
};

const BEHAVIOURS = `SELECT u.id AS user, b.time, b.action, b.item, b.duration FROM behaviours b JOIN users u ON u.no = b.user_no ORDER BY b.id`;

describe('the same log', () => {
  it.each(Object.keys(FILES))('as %s gives the behaviours that it gives as CSV', async (name) => {
    const workspace = new TestWorkspace();
    await workspace.import(workspace.file('log.csv', csv));
    const wanted = workspace.rows(BEHAVIOURS);
    expect(wanted).toHaveLength(ROWS);

    const other = new TestWorkspace();
    const path = join(other.folder, 'file');
    await FILES[name]?.(path);
    const preview = await previewImport({ path, kind: 'behaviours', timeZone: 'Asia/Shanghai' });
    expect([preview.problem, preview.partIsOpen, preview.tried]).toEqual([
      null,
      false,
      { rows: ROWS, whole: true, refused: 0, reasons: [] },
    ]);
    const phases: number[] = [];
    const report = await other.start(path, 'behaviours', {}, ({ bytesRead, bytesTotal }) =>
      phases.push(bytesRead / bytesTotal),
    ).done;
    expect(report).toMatchObject({ rowsRead: ROWS, rowsAdded: ROWS, badRowCount: 0, usersAdded: 70 });
    expect(other.rows(BEHAVIOURS)).toEqual(wanted);
    expect([phases.every((share, at) => share >= (phases[at - 1] ?? 0)), phases.at(-1)]).toEqual([true, 1]);
    // The same file again is known.
    expect(await other.import(path)).toMatchObject({ sameFile: true, rowsAdded: 0, part: report.part });
  });
});

describe('the same log, packed', () => {
  const kinds = ['JSON Lines', 'XLSX', 'Parquet', 'SQLite', 'XES'].flatMap((name) =>
    ['gzip', 'ZIP'].map((pack) => [name, pack] as const),
  );

  it.each(kinds)('%s in %s gives the same behaviours, and leaves no file behind', async (name, pack) => {
    const workspace = new TestWorkspace();
    const plain = join(workspace.folder, 'plain');
    await FILES[name]?.(plain);
    const content = readFileSync(plain);
    const packed = workspace.file(
      'log.packed',
      pack === 'gzip' ? gzipSync(content) : await zipOf('x/log', content),
    );
    const options = { path: packed, kind: 'behaviours', timeZone: 'Asia/Shanghai' } as const;
    const preview = await previewImport(options);
    expect([preview.problem, preview.tried]).toMatchObject([null, { rows: ROWS, refused: 0 }]);
    await workspace.import(packed);
    const rows = workspace.rows(BEHAVIOURS);
    const other = new TestWorkspace();
    await other.import(plain);
    expect(rows).toHaveLength(ROWS);
    expect(rows).toEqual(other.rows(BEHAVIOURS));
    expect((await workspace.import(packed)).sameFile).toBe(true);
    const left = readdirSync(tmpdir()).filter((each) =>
      each.startsWith(`eventloom-unpacked-${process.pid}-`),
    );
    expect(left).toEqual([]);
  });
});

async function zipOf(name: string, content: Buffer): Promise<Buffer> {
  const zip = new ZipFile();
  zip.addBuffer(content, name);
  zip.end();
  const pieces: Buffer[] = [];
  for await (const piece of zip.outputStream) pieces.push(Buffer.from(piece as Uint8Array));
  return Buffer.concat(pieces);
}

describe('a file with several tables', () => {
  it('has the one that is meant, by its name or by its columns', async () => {
    const workspace = new TestWorkspace();
    const path = join(workspace.folder, 'file');
    database(path);
    const log = await previewImport({ path, kind: 'behaviours' });
    expect([log.format, log.part, log.partIsOpen]).toEqual(['sqlite', 'behavior_data', false]);
    expect(log.parts).toEqual([
      { name: 'notes', rows: 1 },
      { name: 'behavior_data', rows: ROWS },
      { name: 'copy_of_it', rows: 0 },
      { name: 'user_profiles', rows: 2 },
    ]);
    expect((await workspace.import(path, 'profiles')).part).toBe('user_profiles');
    expect(workspace.rows('SELECT fields FROM profiles ORDER BY user_no')).toEqual([
      { fields: '[{"name":"city","value":"北京"}]' },
      { fields: '[]' },
    ]);
  });

  it('is asked about where two could be meant, and each is an import of its own', async () => {
    const workspace = new TestWorkspace();
    const path = join(workspace.folder, 'book.xlsx');
    const rows = (user: string) => [
      ['user_id', 'timestamp', 'action'],
      [user, '2026-02-03 09:05:00', 'view'],
      [user, '2026-02-03 09:06:00', 'soon'],
      [user, 'soon', 'view'],
    ];
    writeFileSync(
      path,
      await writeXlsx({
        sheets: [
          { name: '一月', rows: rows('a') },
          { name: '二月', rows: rows('b') },
        ],
      }),
    );
    const preview = await previewImport({ path, kind: 'behaviours' });
    expect([preview.part, preview.partIsOpen]).toEqual(['一月', true]);
    expect((await previewImport({ path, kind: 'behaviours', part: '二月' })).partIsOpen).toBe(false);
    const first = await workspace.import(path, 'behaviours', { part: '一月' });
    const second = await workspace.import(path, 'behaviours', { part: '二月' });
    expect(first).toMatchObject({ part: '一月', unit: 'row', rowsAdded: 2, badRows: [{ line: 4 }] });
    expect(second).toMatchObject({ part: '二月', rowsAdded: 2, sameFile: false });
    expect(second.badRows[0]?.raw).toBe('b,soon,view');
    expect(workspace.rows('SELECT id FROM users ORDER BY no')).toEqual([{ id: 'a' }, { id: 'b' }]);
    await expect(workspace.import(path, 'behaviours', { part: '三月' })).rejects.toMatchObject({
      code: 'import.no_such_part',
      params: { part: '三月', found: '一月, 二月' },
    });
  });
});

it('rows of a file of which none can be used are read once more, to be saved', async () => {
  const workspace = new TestWorkspace();
  const lines = ['a', 'b', 'c'].map((user) =>
    JSON.stringify({ user_id: user, timestamp: 'soon', action: 'x' }),
  );
  const path = workspace.file('log.jsonl', `${lines.join('\n')}\n{"broken`);
  await expect(workspace.import(path)).rejects.toMatchObject({ code: 'import.no_usable_rows' });
  const rejected = [];
  for await (const row of rejectedOfFile({ path, kind: 'behaviours' }).rows) rejected.push(row);
  expect(rejected.map(({ line, reason }) => [line, reason.code])).toEqual([
    [1, 'import.row.bad_time'],
    [2, 'import.row.bad_time'],
    [3, 'import.row.bad_time'],
    [4, 'import.row.bad_json'],
  ]);
});

it('an import that a cancelled, truncated or hostile file ends leaves the workspace as it was', async () => {
  const workspace = new TestWorkspace();
  const before = workspace.dump();
  const packed = gzipSync(csv);
  const cut = workspace.file('cut.gz', packed.subarray(0, packed.length - 100));
  await expect(workspace.import(cut)).rejects.toMatchObject({ code: 'import.packed_truncated' });
  const bomb = workspace.file(
    'bomb.gz',
    gzipSync(Buffer.concat([Buffer.from(csv), Buffer.alloc(80 * 1024 ** 2, '\n')])),
  );
  await expect(workspace.import(bomb)).rejects.toMatchObject({ code: 'import.bomb' });
  const slow = workspace.file(
    'log.jsonl',
    LOG.map((row) => JSON.stringify(row))
      .join('\n')
      .repeat(20),
  );
  const job = workspace.start(slow, 'behaviours', {}, () => job.cancel());
  await expect(job.done).rejects.toMatchObject({ code: 'import.cancelled' });
  mkdirSync(join(workspace.folder, 'folder'));
  await expect(workspace.import(join(workspace.folder, 'folder'))).rejects.toMatchObject({
    code: 'import.unreadable',
  });
  if (process.platform !== 'win32') {
    execFileSync('mkfifo', [join(workspace.folder, 'pipe')]);
    await expect(workspace.import(join(workspace.folder, 'pipe'))).rejects.toMatchObject({
      code: 'import.unreadable',
    });
  }
  expect(workspace.dump()).toEqual(before);
});

it('a file with more columns than there may be is refused before they are looked at', async () => {
  const workspace = new TestWorkspace();
  const wide = `{${Array.from({ length: 30_000 }, (_, at) => `"f${at}":1`).join(',')}}\n`;
  const path = workspace.file('wide.jsonl', wide.repeat(8));
  await expect(workspace.import(path)).rejects.toMatchObject({
    code: 'import.too_many_columns',
    params: { count: 30_000 },
  });
});

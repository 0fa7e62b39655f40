import { readdirSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { parquetWriteBuffer } from 'hyparquet-writer';
import { describe, expect, it } from 'vitest';
import { connect, migrate } from '../../../../src/core/store/database.ts';
import { tempFolder } from '../../../support/temp.ts';
import { fileOf, readTable } from './support.ts';

describe('SQLite', () => {
  function database(sql: string): string {
    const path = join(tempFolder(), 'log.bin');
    const db = new DatabaseSync(path);
    db.exec(sql);
    db.close();
    return path;
  }

  it('is read table by table, with large numbers as they are, and left as it was', async () => {
    const path = database(
      `CREATE TABLE "the ""log""" (user_id INTEGER, t TEXT, x REAL, b BLOB);
       INSERT INTO "the ""log""" VALUES (9007199254740993, '2026-02-03', 1.5, x'e794b2'), (NULL, '', 2.0, NULL);
       CREATE TABLE other (a); CREATE VIEW v AS SELECT 1;`,
    );
    const { format, parts, names, rows } = await readTable(path, 'the "log"');
    expect([format, names]).toEqual(['sqlite', ['user_id', 't', 'x', 'b']]);
    expect(parts).toEqual([
      { name: 'the "log"', rows: 2 },
      { name: 'other', rows: 0 },
    ]);
    expect(rows).toEqual([
      ['9007199254740993', '2026-02-03', '1.5', '甲'],
      ['', '', '2.0', ''],
    ]);
    expect(readdirSync(dirname(path))).toEqual(['log.bin']);
  });

  it('shows rows that are still in the log of its changes', async () => {
    const path = database('PRAGMA journal_mode = WAL; CREATE TABLE t (a); INSERT INTO t VALUES (1);');
    const writer = new DatabaseSync(path);
    writer.exec('INSERT INTO t VALUES (2)');
    expect((await readTable(path)).rows).toEqual([['1'], ['2']]);
    writer.close();
  });

  it('is refused where it is a workspace of our own, or damaged', async () => {
    const path = join(tempFolder(), 'ws.eventloom');
    const db = connect(path);
    migrate(db);
    db.close();
    await expect(readTable(path)).rejects.toMatchObject({ code: 'import.own_workspace' });
    const broken = fileOf('broken.db', `SQLite format 3\0${'x'.repeat(5000)}`);
    await expect(readTable(broken)).rejects.toMatchObject({ code: 'import.broken_file' });
  });

  it('has no table without tables', async () => {
    await expect(readTable(database('PRAGMA user_version = 1'))).rejects.toMatchObject({
      code: 'import.no_tables',
    });
  });
});

describe('Parquet', () => {
  it('is read across groups of rows, with times and large numbers as they are', async () => {
    const count = 120_000;
    const buffer = parquetWriteBuffer({
      columnData: [
        { name: 'user', data: Array.from({ length: count }, (_, at) => `u${at % 1000}`), type: 'STRING' },
        {
          name: 'n',
          data: Array.from({ length: count }, (_, at) => 9007199254740000n + BigInt(at)),
          type: 'INT64',
        },
        {
          name: 't',
          data: Array.from({ length: count }, (_, at) => new Date(1770109500000 + at * 1000)),
          type: 'TIMESTAMP',
        },
        {
          name: 'tag',
          data: Array.from({ length: count }, (_, at) => (at === 1 ? null : { a: at })),
          type: 'JSON',
        },
      ],
      rowGroupSize: 110_000,
    });
    const { format, names, rows, entries } = await readTable(fileOf('log', new Uint8Array(buffer)));
    expect([format, names]).toEqual(['parquet', ['user', 'n', 't', 'tag']]);
    expect(rows.slice(0, 2)).toEqual([
      ['u0', '9007199254740000', '2026-02-03T09:05:00.000Z', '{"a":0}'],
      ['u1', '9007199254740001', '2026-02-03T09:05:01.000Z', ''],
    ]);
    expect(rows.at(-1)?.slice(0, 2)).toEqual(['u999', String(9007199254740000n + BigInt(count - 1))]);
    expect([rows.length, entries.every(({ line }, at) => line === at + 1)]).toEqual([count, true]);
  });

  it('is refused where it is damaged', async () => {
    const buffer = Buffer.from(
      parquetWriteBuffer({ columnData: [{ name: 'a', data: ['x', 'y'], type: 'STRING' }] }),
    );
    for (const bytes of [
      buffer.subarray(0, -20),
      Buffer.concat([buffer.subarray(0, 8), Buffer.alloc(40, 7)]),
    ]) {
      await expect(readTable(fileOf('cut.parquet', bytes))).rejects.toMatchObject({
        code: 'import.broken_file',
        params: { format: 'Parquet' },
      });
    }
  });
});

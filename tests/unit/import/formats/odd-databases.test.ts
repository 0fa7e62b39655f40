import { copyFileSync, existsSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { expect, it, onTestFinished } from 'vitest';
import { previewImport } from '../../../../src/core/import/preview.ts';
import { tempFolder } from '../../../support/temp.ts';
import { fileOf, readTable } from './support.ts';

function database(sql: string): string {
  const path = join(tempFolder(), 'log.db');
  const db = new DatabaseSync(path);
  db.exec(sql);
  db.close();
  return path;
}

const preview = (path: string) => previewImport({ path, kind: 'behaviours', timeZone: 'Asia/Shanghai' });

it.each([
  ['julian days', `julianday('2026-02-03 09:05:07')`],
  ['seconds', `unixepoch('2026-02-03 09:05:07')`],
  ['seconds with a point', `unixepoch('2026-02-03 09:05:07') + 0.0`],
  ['milliseconds', `unixepoch('2026-02-03 09:05:07') * 1000`],
  ['text in UTC', `'2026-02-03T09:05:07Z'`],
])('times are read as %s', async (_what, expression) => {
  const path = database(
    `CREATE TABLE log (user_id, event_time, action); INSERT INTO log VALUES ('u1', ${expression}, 'view'), ('u2', ${expression}, 'buy')`,
  );
  const { stored, problem } = await preview(path);
  expect(problem).toBeNull();
  // As the clock of Shanghai shows it.
  expect(stored).toMatchObject([{ time: Date.UTC(2026, 1, 3, 17, 5, 7) }, { userId: 'u2' }]);
});

it('ids of bytes stay apart, and names with blanks and quotes are read', async () => {
  const path = database(
    `CREATE TABLE "my log" ("user id" BLOB, "a ""b""" TEXT, [c d] REAL);
     INSERT INTO "my log" VALUES (x'ff01', 'x', 1), (x'fe01', 'y', 2), (x'e794b2', 'z', 2.5)`,
  );
  const { names, rows } = await readTable(path);
  expect(names).toEqual(['user id', 'a "b"', 'c d']);
  expect(rows).toEqual([
    ['ff01', 'x', '1.0'],
    ['fe01', 'y', '2.0'],
    ['甲', 'z', '2.5'],
  ]);
});

it('tables without numbers of rows are read, computed columns and views are told, virtual tables are none', async () => {
  const path = database(
    `CREATE TABLE log (user_id TEXT, ts INTEGER, action TEXT, day AS (ts / 86400), kept AS (ts + 1) STORED,
       PRIMARY KEY (user_id, ts)) WITHOUT ROWID;
     INSERT INTO log VALUES ('u1', 1770109500, 'view');
     CREATE VIEW v AS SELECT * FROM log; CREATE VIRTUAL TABLE words USING fts5(word)`,
  );
  const { parts, names, rows, told } = await readTable(path, 'log');
  expect(parts.map(({ name }) => name).filter((name) => !name.startsWith('words_'))).toEqual(['log']);
  expect([names, rows]).toEqual([
    ['user_id', 'ts', 'action', 'kept'],
    [['u1', '1770109500', 'view', '1770109501']],
  ]);
  expect(told).toEqual(['import.note.computed_columns day', 'import.note.views v log']);
  await expect(readTable(database('CREATE VIEW v AS SELECT 1'))).rejects.toMatchObject({
    code: 'import.no_tables',
  });
});

it('of several tables of one form the first is shown, and told', async () => {
  const table = (name: string): string =>
    `CREATE TABLE ${name} (user_id, time, action); INSERT INTO ${name} VALUES ('u', '2026-02-03 09:05', 'x');`;
  const { part, partIsOpen, doubts } = await preview(
    database(`CREATE TABLE about (a); ${table('jan')} ${table('feb')}`),
  );
  expect([part, partIsOpen, doubts[0]?.code]).toEqual(['jan', true, 'import.doubt.part_open']);
});

it('one that another program is writing is refused, and read once that is done', async () => {
  const path = database(`CREATE TABLE log (a); INSERT INTO log VALUES (1)`);
  const writer = new DatabaseSync(path);
  onTestFinished(() => writer.close());
  writer.exec('BEGIN EXCLUSIVE; INSERT INTO log VALUES (2)');
  await expect(readTable(path)).rejects.toMatchObject({ code: 'import.database_busy', params: { path } });
  writer.exec('COMMIT');
  expect((await readTable(path)).rows).toEqual([['1'], ['2']]);
});

it('one whose last change was not ended is refused, and left as it is', async () => {
  const path = database(`CREATE TABLE log (a); INSERT INTO log VALUES (1)`);
  const writer = new DatabaseSync(path);
  writer.exec('PRAGMA cache_size = 1; BEGIN; ');
  // More than the cache holds: pages of the change are in the file, and what was there before in the journal.
  writer.exec(`WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 20000)
    INSERT INTO log SELECT printf('%050d', i) FROM n`);
  const copy = join(tempFolder(), 'copy.db');
  copyFileSync(path, copy);
  copyFileSync(`${path}-journal`, `${copy}-journal`);
  writer.exec('ROLLBACK');
  writer.close();
  await expect(readTable(copy)).rejects.toMatchObject({ code: 'import.database_busy' });
  expect(existsSync(`${copy}-journal`)).toBe(true);
});

it('an encrypted one is no text, which is said', async () => {
  const random = Buffer.from(Array.from({ length: 8192 }, (_, at) => (at * at * 31 + (at >> 3)) & 255));
  const path = fileOf('secret.db', random);
  await expect(preview(path)).rejects.toMatchObject({ code: 'import.not_text' });
  writeFileSync(path, '');
  await expect(preview(path)).rejects.toMatchObject({ code: 'import.empty' });
});

import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { describe, expect, it } from 'vitest';
import { exportEvents } from '../../../src/core/export/export-events.ts';
import { checkTarget, writeWhole } from '../../../src/core/export/write-whole.ts';
import { tempFolder } from '../../support/temp.ts';

const CODE = 'export.unwritable';

/** A database as a workspace is one: with its log beside it. */
function database(path: string): Buffer {
  const db = new DatabaseSync(path);
  db.exec('PRAGMA journal_mode = WAL; CREATE TABLE t (a)');
  db.close();
  return readFileSync(path);
}

describe('a file that is written', () => {
  it('replaces one of its kind, and leaves nothing else behind', async () => {
    const path = join(tempFolder(), 'a.csv');
    writeFileSync(path, 'old');
    await writeWhole(path, ['new', 'er'], CODE);
    expect(readFileSync(path, 'utf8')).toBe('newer');
    expect(readdirSync(join(path, '..'))).toEqual(['a.csv']);
  });

  it('is there whole or not at all', async () => {
    const path = join(tempFolder(), 'a.csv');
    writeFileSync(path, 'old');
    const broken = function* (): Generator<string> {
      yield 'half';
      throw new Error('no more');
    };
    await expect(writeWhole(path, broken(), CODE)).rejects.toMatchObject({
      code: CODE,
      params: { path, detail: 'os.other', cause: 'no more' },
    });
    expect(readFileSync(path, 'utf8')).toBe('old');
    expect(readdirSync(join(path, '..'))).toEqual(['a.csv']);
  });

  it.each(['', '-wal', '-shm', '-lock', '-journal'])('never replaces a database (name%s)', async (suffix) => {
    const path = join(tempFolder(), 'somebody.db');
    const before = database(path);
    await expect(exportEvents([], `${path}${suffix}`, { agent: [] })).rejects.toMatchObject({
      code: 'export.over_database',
      params: { path: `${path}${suffix}` },
    });
    expect(readFileSync(path)).toEqual(before);
  });

  it('does not replace a database that has the name it has while it is not whole', async () => {
    const path = join(tempFolder(), 'a.csv');
    const before = database(`${path}.part`);
    await expect(exportEvents([], path, { agent: [] })).rejects.toMatchObject({
      code: 'export.over_database',
    });
    expect(readFileSync(`${path}.part`)).toEqual(before);
  });
});

describe('a look beforehand', () => {
  it('leaves no trace where a file can be written', () => {
    const folder = tempFolder();
    checkTarget(join(folder, 'a.csv'), CODE);
    expect(readdirSync(folder)).toEqual([]);
  });

  it.each([
    ['a folder that is not there', 'none/a.csv', { detail: 'os.not_found' }],
    ['a file as folder', 'file/a.csv', { detail: 'os.other', cause: 'ENOTDIR: not a directory' }],
    ['a folder as file', 'folder', { detail: 'os.is_folder' }],
  ])('refuses %s', (_what, name, why) => {
    const folder = tempFolder();
    mkdirSync(join(folder, 'folder'));
    writeFileSync(join(folder, 'file'), '');
    const path = join(folder, name);
    expect(() => checkTarget(path, CODE)).toThrowError(
      expect.objectContaining({ code: CODE, params: expect.objectContaining({ path, ...why }) }),
    );
  });
});

import { fork } from 'node:child_process';
import { once } from 'node:events';
import { chmodSync, linkSync, readFileSync, renameSync, statSync, symlinkSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { describe, expect, it, vi } from 'vitest';
import { FORMAT_VERSION, storeError } from '../../../src/core/store/database.ts';
import { fileSystem } from '../../../src/core/store/file-system.ts';
import { Workspace } from '../../../src/core/store/workspace.ts';
import { fillWorkspace } from '../../support/fill-workspace.ts';
import { tempFolder } from '../../support/temp.ts';

function newWorkspace(): string {
  const path = join(tempFolder(), 'folder of its own', 'test.db');
  Workspace.open(path, true).close();
  return path;
}

function openError(path: string, create = false): { code: string; params: Record<string, unknown> } {
  try {
    Workspace.open(path, create).close();
  } catch (error) {
    return error as { code: string; params: Record<string, unknown> };
  }
  throw new Error('the workspace was opened');
}

describe('opening a workspace', () => {
  it('makes one with every table strict and keeps its identity', () => {
    const path = newWorkspace();
    const first = Workspace.open(path, false);
    const { id } = first;
    const tables = first.db
      .prepare(
        "SELECT name, strict FROM pragma_table_list WHERE schema = 'main' AND name NOT LIKE 'sqlite_%'",
      )
      .all();
    expect(tables.length).toBeGreaterThanOrEqual(10);
    expect(tables.filter((table) => table['strict'] !== 1)).toEqual([]);
    expect(first.db.prepare('PRAGMA journal_mode').get()).toEqual({ journal_mode: 'wal' });
    expect(first.db.prepare('PRAGMA foreign_keys').get()).toEqual({ foreign_keys: 1 });
    first.close();
    const second = Workspace.open(path, false);
    expect(second.id).toBe(id);
    second.close();
  });

  it('does not make a missing one unless asked to', () => {
    expect(openError(join(tempFolder(), 'none.db'))).toMatchObject({ code: 'workspace.not_found' });
  });

  it('refuses a newer version and leaves every byte as it was', () => {
    const path = newWorkspace();
    const db = new DatabaseSync(path);
    db.exec(`PRAGMA user_version = ${FORMAT_VERSION + 1}; PRAGMA wal_checkpoint(TRUNCATE)`);
    db.close();
    const before = readFileSync(path);
    expect(openError(path, true)).toMatchObject({
      code: 'workspace.too_new',
      params: { found: FORMAT_VERSION + 1, supported: FORMAT_VERSION },
    });
    expect(readFileSync(path).equals(before)).toBe(true);
  });

  it.each([
    ['a text', () => Buffer.from('user_id,timestamp\n1,2\n')],
    ['another program’s database', foreignDatabase],
  ])('refuses %s and leaves it untouched, even with create', (_name, content) => {
    const path = join(tempFolder(), 'x.db');
    const bytes = content();
    writeFileSync(path, bytes);
    expect(openError(path, true)).toMatchObject({ code: 'workspace.not_a_workspace' });
    expect(readFileSync(path).equals(bytes)).toBe(true);
  });

  it('takes an empty file for a new workspace when asked to make one', () => {
    const path = join(tempFolder(), 'empty.db');
    writeFileSync(path, '');
    Workspace.open(path, true).close();
    Workspace.open(path, false).close();
  });

  it('finds damage', () => {
    const path = newWorkspace();
    const workspace = Workspace.open(path, false);
    fillWorkspace(workspace.db, 200, 20);
    workspace.close();
    const bytes = readFileSync(path);
    bytes.fill(0xff, 4096 * 20, 4096 * 22);
    writeFileSync(path, bytes);
    expect(openError(path)).toMatchObject({ code: 'workspace.damaged', params: { path } });
  });

  it('is refused while another process has it, and free again once that process is killed', async () => {
    const path = newWorkspace();
    const holder = fork(new URL('../../support/hold-workspace.ts', import.meta.url), [path]);
    await once(holder, 'message');
    expect(openError(path)).toMatchObject({ code: 'workspace.in_use' });
    holder.kill('SIGKILL');
    await once(holder, 'exit');
    Workspace.open(path, false).close();
  });

  it.skipIf(process.getuid?.() === 0).each(['-lock', '-wal', '-shm'])(
    'is refused beside a %s that cannot be written, which is named',
    (suffix) => {
      const path = newWorkspace();
      writeFileSync(path + suffix, '', { mode: 0o444 });
      chmodSync(path + suffix, 0o444);
      expect(openError(path)).toMatchObject({
        code: 'workspace.beside_read_only',
        params: { path, file: path + suffix },
      });
      chmodSync(path + suffix, 0o644);
    },
  );

  it('names the file of the lock where that is none', () => {
    const path = newWorkspace();
    writeFileSync(`${path}-lock`, 'something else. '.repeat(1000));
    expect(openError(path)).toMatchObject({
      code: 'workspace.io',
      params: { path, detail: `${path}-lock: file is not a database` },
    });
  });

  it('is refused under a second name, which would neither have its lock nor its log', () => {
    const path = newWorkspace();
    const second = join(tempFolder(), 'second.db');
    linkSync(path, second);
    const before = readFileSync(path);
    for (const name of [path, second])
      expect(openError(name)).toMatchObject({ code: 'workspace.linked', params: { path: name } });
    expect(readFileSync(path).equals(before)).toBe(true);
    fileSystem.remove(second);
    Workspace.open(path, false).close();
  });

  it.skipIf(process.platform === 'win32')('makes it where a link leads, and locks it there', () => {
    const folder = tempFolder();
    const [link, between, target] = ['link.db', 'between.db', 'target.db'].map((name) => join(folder, name));
    symlinkSync('between.db', String(link));
    symlinkSync(String(target), String(between));
    const workspace = Workspace.open(String(link), true);
    expect(openError(String(target))).toMatchObject({ code: 'workspace.in_use' });
    workspace.close();
    expect(statSync(String(target)).size).toBeGreaterThan(0);
  });

  it.each([
    ['name', 'x'.repeat(240)],
    [
      'path',
      Array.from({ length: 40 }, () => 'a long name')
        .join('/')
        .padStart(600, 'x/'),
    ],
  ])('refuses a %s that leaves no room for the names beside it', (_what, name) => {
    const path = join(tempFolder(), `${name}.db`);
    expect(openError(path, true)).toMatchObject({ code: 'workspace.path_too_long', params: { path } });
  });

  it('that fails on a disk without room says so, whatever SQLite calls it', () => {
    const failure = Object.assign(new Error('disk I/O error'), { errcode: 4874 });
    expect(storeError(failure, newWorkspace()).code).toBe('workspace.io');
    const room = vi.spyOn(fileSystem, 'freeBytes').mockReturnValue(4096);
    expect(storeError(failure, newWorkspace()).code).toBe('workspace.disk_full');
    room.mockRestore();
  });
});

describe('a folder that goes away', () => {
  it('can come back: nothing is made in its place', () => {
    const path = newWorkspace();
    const workspace = Workspace.open(path, false);
    const folder = dirname(path);
    renameSync(folder, `${folder}.away`);
    expect(() => workspace.restoreIfGone()).toThrow('workspace.gone');
    renameSync(`${folder}.away`, folder);
    expect(workspace.restoreIfGone()).toBe(false);
    workspace.close();
    Workspace.open(path, false).close();
  });

  it.skipIf(process.platform === 'win32')('and answers no question keeps no connection open', () => {
    const path = newWorkspace();
    const workspace = Workspace.open(path, false);
    const folder = dirname(path);
    renameSync(folder, `${folder}.away`);
    symlinkSync(folder, folder);
    workspace.close();
    expect(workspace.db.isOpen).toBe(false);
    const back = join(`${folder}.away`, 'test.db');
    Workspace.open(back, false).close();
  });
});

function foreignDatabase(): Buffer {
  const path = join(tempFolder(), 'foreign.db');
  const db = new DatabaseSync(path);
  db.exec('CREATE TABLE other (a); INSERT INTO other VALUES (1)');
  db.close();
  return readFileSync(path);
}

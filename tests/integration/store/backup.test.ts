import {
  chmodSync,
  existsSync,
  linkSync,
  readdirSync,
  readFileSync,
  renameSync,
  statSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { beforeEach, describe, expect, it, onTestFinished } from 'vitest';
import { backUp, isBackupOf, listBackups, restoreBackup } from '../../../src/core/store/backup.ts';
import { FORMAT_VERSION, migrate, scalar } from '../../../src/core/store/database.ts';
import { fileSystem } from '../../../src/core/store/file-system.ts';
import { Workspace } from '../../../src/core/store/workspace.ts';
import { damagePage } from '../../support/damage-page.ts';
import { fillWorkspace } from '../../support/fill-workspace.ts';
import { tempFolder } from '../../support/temp.ts';

const NOW = Date.UTC(2026, 10, 26, 15, 5, 0);

let folder: string;
let path: string;

beforeEach(() => {
  folder = tempFolder();
  path = join(folder, 'w.db');
});

function open(): Workspace {
  const workspace = Workspace.open(path, true);
  let isOpen = true;
  const close = workspace.close.bind(workspace);
  workspace.close = () => {
    if (isOpen) close();
    isOpen = false;
  };
  onTestFinished(() => workspace.close());
  return workspace;
}

const users = (file: string): number => {
  const db = new DatabaseSync(file, { readOnly: true });
  try {
    return scalar(db, 'SELECT count(*) FROM users');
  } finally {
    db.close();
  }
};

describe('a backup of a workspace that is open', () => {
  it('is that of one moment, commits go on meanwhile, and nothing else is left beside the file', async () => {
    const workspace = open();
    fillWorkspace(workspace.db, 300, 20);
    const before = readdirSync(folder);
    const made = backUp(path, { now: NOW, keep: 4 });
    // The write is not held up by the copy, and is not in it.
    workspace.db.exec("DELETE FROM meta WHERE key = 'nothing'; CREATE TABLE later (x);");
    const backup = await made;
    expect(backup).toMatchObject({ path: join(folder, 'w.backup-20261126-150500.db'), kind: 'regular' });
    expect(users(backup.path)).toBe(300);
    const copy = new DatabaseSync(backup.path, { readOnly: true });
    expect(scalar(copy, "SELECT count(*) FROM sqlite_schema WHERE name = 'later'")).toBe(0);
    expect(Object.values(copy.prepare('PRAGMA integrity_check').get() ?? {})).toEqual(['ok']);
    copy.close();
    const added = readdirSync(folder).filter((name) => !before.includes(name) && !/-(wal|shm)$/.test(name));
    expect(added).toEqual(['w.backup-20261126-150500.db']);
  });

  it('takes the place of the oldest; those of a change of format, and files of others, are never removed', async () => {
    open();
    for (const name of ['w.format-3.db', 'w.backup-notes.db', 'ww.backup-20200101-000000.db'])
      writeFileSync(join(folder, name), 'x');
    for (let day = 0; day < 4; day += 1) {
      const now = NOW + day * 86_400_000;
      const { path: made } = await backUp(path, { now, keep: 2 });
      utimesSync(made, now / 1000, now / 1000);
    }
    const kept = listBackups(path).map(({ path: file }) => file.slice(folder.length + 1));
    expect(kept.filter((name) => name.includes('backup'))).toEqual([
      'w.backup-20261129-150500.db',
      'w.backup-20261128-150500.db',
    ]);
    for (const name of ['w.format-3.db', 'w.backup-notes.db', 'ww.backup-20200101-000000.db'])
      expect(existsSync(join(folder, name)), name).toBe(true);
  });

  it('that the disk does not take leaves the older ones and nothing of itself', async () => {
    open();
    const { path: first } = await backUp(path, { now: NOW, keep: 1 });
    const full = {
      ...fileSystem,
      syncFile: () => {
        throw Object.assign(new Error('ENOSPC'), { code: 'ENOSPC', syscall: 'fsync' });
      },
    };
    const again = backUp(path, { now: NOW + 1000, keep: 1, files: full });
    await expect(again).rejects.toThrow('workspace.backup_no_space');
    expect(listBackups(path).map((known) => known.path)).toEqual([first]);
    expect(readdirSync(folder).filter((name) => name.includes('backup-part'))).toEqual([]);
  });
});

it('a workspace that turns out to be damaged gets no backup, which would take the place of a whole one', async () => {
  const workspace = open();
  fillWorkspace(workspace.db, 300, 20);
  const { path: whole } = await backUp(path, { now: NOW, keep: 1 });
  damagePage(path, 'behaviours');
  const again = backUp(path, { now: NOW + 1000, keep: 1 });
  await expect(again).rejects.toMatchObject({ code: 'workspace.damaged', params: { path } });
  expect(listBackups(path).map((known) => known.path)).toEqual([whole]);
  expect(readdirSync(folder).filter((name) => name.includes('part'))).toEqual([]);
});

it('backups beside what is no folder cannot be listed', () => {
  writeFileSync(path, '');
  expect(() => listBackups(join(path, 'w.db'))).toThrow('workspace.io');
});

describe('a workspace of an older format', () => {
  function makeOld(version: number): void {
    const db = new DatabaseSync(path);
    db.exec('PRAGMA journal_mode = WAL');
    migrate(db, version);
    db.exec("INSERT INTO meta (key, value) VALUES ('mark', 'old')");
    db.close();
  }

  it('is kept as it was before it is changed, once', () => {
    makeOld(FORMAT_VERSION - 1);
    const workspace = open();
    const kept = join(folder, `w.format-${FORMAT_VERSION - 1}.db`);
    expect(workspace.formatBackup).toBe(kept);
    expect(scalar(workspace.db, 'PRAGMA user_version')).toBe(FORMAT_VERSION);
    const copy = new DatabaseSync(kept, { readOnly: true });
    expect(scalar(copy, 'PRAGMA user_version')).toBe(FORMAT_VERSION - 1);
    expect(scalar(copy, "SELECT count(*) FROM meta WHERE value = 'old'")).toBe(1);
    copy.close();
    expect(listBackups(path)).toMatchObject([{ kind: 'format', format: FORMAT_VERSION - 1, path: kept }]);
    workspace.close();
    expect(open().formatBackup).toBeNull();
    expect(listBackups(path)).toHaveLength(1);
  });

  it('is not changed when it cannot be kept', () => {
    makeOld(FORMAT_VERSION - 1);
    const full = {
      ...fileSystem,
      link: () => {
        throw Object.assign(new Error('EIO'), { code: 'EIO', syscall: 'link' });
      },
    };
    expect(() => Workspace.open(path, false, full)).toThrow('workspace.backup_failed');
    const db = new DatabaseSync(path, { readOnly: true });
    expect(scalar(db, 'PRAGMA user_version')).toBe(FORMAT_VERSION - 1);
    db.close();
    expect(listBackups(path)).toEqual([]);
  });

  it('is kept once, however often the change does not succeed', () => {
    makeOld(FORMAT_VERSION - 1);
    const other = new DatabaseSync(path);
    onTestFinished(() => other.close());
    // Another program locks it between the copy and the change.
    const lateLock = {
      ...fileSystem,
      link: (from: string, to: string) => {
        fileSystem.link(from, to);
        other.exec('BEGIN IMMEDIATE');
      },
    };
    for (let attempt = 0; attempt < 2; attempt += 1) {
      expect(() => Workspace.open(path, false, lateLock)).toThrow('workspace.locked');
      other.exec('ROLLBACK');
      expect(listBackups(path)).toEqual([]);
    }
    expect(open().formatBackup).toBe(join(folder, `w.format-${FORMAT_VERSION - 1}.db`));
  });

  it('can be restored, and is brought to the new format again', () => {
    makeOld(FORMAT_VERSION - 1);
    const first = open();
    fillWorkspace(first.db, 5, 1);
    first.close();
    const [backup] = listBackups(path);
    const kept = restoreBackup(path, backup?.path ?? '', { now: NOW });
    expect(kept).toBe(join(folder, 'w.replaced-20261126-150500.db'));
    expect([users(path), users(kept ?? '')]).toEqual([0, 5]);
    expect(open().formatBackup).toBe(join(folder, `w.format-${FORMAT_VERSION - 1}-2.db`));
  });
});

describe('restoring a backup', () => {
  async function backedUp(): Promise<string> {
    const workspace = open();
    fillWorkspace(workspace.db, 7, 2);
    const { path: backup } = await backUp(path, { now: NOW, keep: 4 });
    workspace.db.exec('DELETE FROM behaviours');
    workspace.close();
    return backup;
  }
  const behaviours = (): number => {
    const workspace = open();
    const count = scalar(workspace.db, 'SELECT count(*) FROM behaviours');
    workspace.close();
    return count;
  };

  it('puts it in the place of the workspace and keeps both that and itself', async () => {
    const backup = await backedUp();
    const kept = restoreBackup(path, backup, { now: NOW });
    expect(behaviours()).toBe(14);
    expect([existsSync(backup), existsSync(kept ?? '')]).toEqual([true, true]);
  });

  it('does so with a file that is damaged, together with its log, and with one that is missing', async () => {
    const backup = await backedUp();
    writeFileSync(path, 'damaged');
    writeFileSync(`${path}-wal`, 'log');
    const kept = restoreBackup(path, backup, { now: NOW }) ?? '';
    expect(readFileSync(kept, 'utf8')).toBe('damaged');
    expect(existsSync(`${path}-wal`)).toBe(false);
    expect(behaviours()).toBe(14);
    fileSystem.remove(path);
    expect(restoreBackup(path, backup, { now: NOW })).toBeNull();
    expect(behaviours()).toBe(14);
  });

  it.each([
    ['is no database', 'text', 'workspace.not_a_workspace'],
    ['is empty', '', 'workspace.backup_unusable'],
  ])('refuses a backup that %s, and changes nothing', async (_what, content, code) => {
    const backup = await backedUp();
    writeFileSync(backup, content);
    expect(() => restoreBackup(path, backup, { now: NOW })).toThrow(code);
    expect(behaviours()).toBe(0);
    expect(readdirSync(folder).filter((name) => /replaced|part/.test(name))).toEqual([]);
  });

  it('refuses a backup of which a part is missing', async () => {
    const backup = await backedUp();
    writeFileSync(backup, readFileSync(backup).subarray(0, 8192));
    expect(() => restoreBackup(path, backup, { now: NOW })).toThrow('workspace.backup_unusable');
    expect(behaviours()).toBe(0);
  });

  it('refuses a workspace that another process has open', async () => {
    const backup = await backedUp();
    const workspace = open();
    // It is making a backup.
    writeFileSync(`${path}-backup-part`, 'half');
    expect(() => restoreBackup(path, backup, { now: NOW })).toThrow('workspace.in_use');
    expect(scalar(workspace.db, 'SELECT count(*) FROM behaviours')).toBe(0);
    expect(readFileSync(`${path}-backup-part`, 'utf8')).toBe('half');
  });

  it('gives a workspace that can be written to, whatever the backup is', async () => {
    const backup = await backedUp();
    chmodSync(backup, 0o444);
    restoreBackup(path, backup, { now: NOW });
    fileSystem.remove(path);
    restoreBackup(path, backup, { now: NOW });
    expect(statSync(path).mode & 0o200).toBe(0o200);
    expect(behaviours()).toBe(14);
  });

  it('leaves the file with one name where its place cannot be taken', async () => {
    const backup = await backedUp();
    const held = {
      ...fileSystem,
      rename: (from: string, to: string) => {
        if (to === path) throw Object.assign(new Error('EBUSY'), { code: 'EBUSY', syscall: 'rename' });
        fileSystem.rename(from, to);
      },
    };
    expect(() => restoreBackup(path, backup, { now: NOW, files: held })).toThrow('workspace.io');
    expect(readdirSync(folder).filter((name) => /replaced|part/.test(name))).toEqual([]);
    expect(behaviours()).toBe(0);
  });

  it('is undone by the next opening where the process died before the file was replaced', async () => {
    await backedUp();
    writeFileSync(`${path}-backup-part`, 'not whole');
    const kept = join(folder, 'w.replaced-20261126-150500.db');
    linkSync(path, kept);
    writeFileSync(`${path}-wal`, '');
    renameSync(`${path}-wal`, `${kept}-wal`);
    expect(behaviours()).toBe(0);
    expect(readdirSync(folder).filter((name) => /replaced|part/.test(name))).toEqual([]);
    expect(statSync(path).nlink).toBe(1);
  });

  it('knows its backups from other files', async () => {
    const backup = await backedUp();
    writeFileSync(join(folder, 'x.db'), '');
    expect([
      isBackupOf(path, backup),
      isBackupOf(path, join(folder, 'x.db')),
      isBackupOf(path, path),
    ]).toEqual([true, false, false]);
  });
});

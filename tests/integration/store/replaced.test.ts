import { fork } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import {
  copyFileSync,
  existsSync,
  linkSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { dirname, join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { describe, expect, it, onTestFinished } from 'vitest';
import { fileSystem } from '../../../src/core/store/file-system.ts';
import { Workspace } from '../../../src/core/store/workspace.ts';
import { fillWorkspace } from '../../support/fill-workspace.ts';
import { tempFolder } from '../../support/temp.ts';

/** A workspace with some users. */
function filledWorkspace(users: number, folder = tempFolder()): string {
  const path = join(folder, 'test.db');
  const workspace = Workspace.open(path, true);
  fillWorkspace(workspace.db, users, 3);
  workspace.close();
  return path;
}

/** A workspace that is closed after the test at the latest. */
function open(path: string, files = fileSystem): Workspace {
  const workspace = Workspace.open(path, false, files);
  let closed = false;
  const close = workspace.close.bind(workspace);
  workspace.close = () => {
    if (!closed) close();
    closed = true;
  };
  onTestFinished(() => workspace.close());
  return workspace;
}

/** An open workspace with a change that is in its log only. */
function openChanged(path: string): Workspace {
  const workspace = open(path);
  workspace.db.exec("PRAGMA wal_autocheckpoint = 0; INSERT INTO meta VALUES ('held', 'yes')");
  return workspace;
}

/** Moves another workspace, of seven users, to the path, as a sync client does. Gives its content. */
function replace(path: string): Buffer {
  const other = filledWorkspace(7);
  const content = readFileSync(other);
  // On the same disk, where moving a file does not copy it.
  copyFileSync(other, `${path}.new`);
  renameSync(`${path}.new`, path);
  return content;
}

/** A copy of a workspace with less in it, whose pages lie elsewhere. */
function olderState(path: string): string {
  const older = path.replace('.db', '-older.db');
  copyFileSync(path, older);
  const db = new DatabaseSync(older);
  db.exec('PRAGMA foreign_keys = OFF; DELETE FROM behaviours WHERE id > 100; DELETE FROM sequences; VACUUM;');
  db.close();
  return older;
}

function errorOf(action: () => unknown): { code: string; params: Record<string, unknown> } {
  try {
    action();
  } catch (error) {
    return error as { code: string; params: Record<string, unknown> };
  }
  throw new Error('nothing was thrown');
}

const countUsers = (db: DatabaseSync): number =>
  Number(db.prepare('SELECT count(*) AS n FROM users').get()?.['n']);
const isHeld = (db: DatabaseSync): boolean =>
  db.prepare("SELECT 1 FROM meta WHERE key = 'held'").get() !== undefined;

/** What is in the workspace at a path: how many users, and whether the change is there. */
function contentOf(path: string): { users: number; held: boolean } {
  const workspace = Workspace.open(path, false);
  try {
    expect(workspace.db.prepare('PRAGMA integrity_check').all()).toEqual([{ integrity_check: 'ok' }]);
    return { users: countUsers(workspace.db), held: isHeld(workspace.db) };
  } finally {
    workspace.close();
  }
}

const namesBeside = (path: string): string[] =>
  readdirSync(dirname(path))
    .filter((name) => !name.endsWith('-lock'))
    .sort();

describe('another file that was moved to the path of an open workspace', () => {
  it('is noticed by the next check; all data is put aside, and what is written after that goes there', () => {
    const path = filledWorkspace(3);
    const workspace = openChanged(path);
    const newcomer = replace(path);
    const recovered = path.replace('.db', '.recovered.db');
    const error = errorOf(() => workspace.checkStillThere());
    expect(error).toMatchObject({ code: 'workspace.replaced', params: { path, recovered } });
    // Whatever is asked of it, the answer is the same until it is closed.
    expect(errorOf(() => workspace.restoreIfGone())).toMatchObject(error);
    expect(errorOf(() => workspace.checkNotReplaced())).toMatchObject(error);
    workspace.db.exec("INSERT INTO meta VALUES ('after', 'yes')");
    workspace.close();
    expect(readFileSync(path).equals(newcomer)).toBe(true);
    expect(namesBeside(path)).toEqual(['test.db', 'test.recovered.db']);
    expect(contentOf(path)).toEqual({ users: 7, held: false });
    expect(contentOf(recovered)).toEqual({ users: 3, held: true });
    const opened = Workspace.open(recovered, false);
    expect(opened.db.prepare("SELECT value FROM meta WHERE key = 'after'").get()).toEqual({ value: 'yes' });
    opened.close();
  });

  it('is noticed when the workspace is closed, and the next opening tells of it once', () => {
    const path = filledWorkspace(3);
    const workspace = openChanged(path);
    const newcomer = replace(path);
    workspace.close();
    expect(readFileSync(path).equals(newcomer)).toBe(true);
    const recovered = path.replace('.db', '.recovered.db');
    expect(errorOf(() => Workspace.open(path, false))).toMatchObject({
      code: 'workspace.replaced',
      params: { path, recovered },
    });
    expect(contentOf(path)).toEqual({ users: 7, held: false });
    expect(contentOf(recovered)).toEqual({ users: 3, held: true });
  });

  it('is noticed by a process that slept meanwhile, before anything of it touches the file', async () => {
    const path = filledWorkspace(3);
    const holder = await hold(path);
    holder.kill('SIGSTOP');
    const newcomer = replace(path);
    holder.kill('SIGCONT');
    holder.send('close');
    await once(holder, 'exit');
    expect(readFileSync(path).equals(newcomer)).toBe(true);
    expect(namesBeside(path)).toEqual(['test.db', 'test.db-session', 'test.recovered.db']);
    expect(contentOf(path.replace('.db', '.recovered.db'))).toEqual({ users: 3, held: true });
  });

  it('keeps the log that came with it', () => {
    const path = filledWorkspace(3);
    const workspace = openChanged(path);
    const folder = dirname(crashedCopy(filledWorkspace(7)));
    for (const suffix of ['-wal', '']) {
      copyFileSync(join(folder, `test.db${suffix}`), `${path}${suffix}.new`);
      renameSync(`${path}${suffix}.new`, path + suffix);
    }
    workspace.close();
    expect(errorOf(() => Workspace.open(path, false))).toMatchObject({ code: 'workspace.replaced' });
    expect(contentOf(path)).toEqual({ users: 7, held: true });
    expect(contentOf(path.replace('.db', '.recovered.db'))).toEqual({ users: 3, held: true });
  });

  it('never costs a file that has the name already', () => {
    const path = filledWorkspace(3);
    const taken = path.replace('.db', '.recovered.db');
    writeFileSync(taken, 'mine');
    const workspace = openChanged(path);
    replace(path);
    expect(errorOf(() => workspace.checkStillThere()).params).toEqual({
      path,
      recovered: path.replace('.db', '.recovered-2.db'),
    });
    expect(readFileSync(taken, 'utf8')).toBe('mine');
  });

  it('is left alone by a disk that is too full to put anything aside; that is tried again', () => {
    const path = filledWorkspace(3);
    let full = true;
    const syncFile = (file: string): void => {
      if (full) throw Object.assign(new Error('no space'), { code: 'ENOSPC', syscall: 'fsync' });
      fileSystem.syncFile(file);
    };
    const workspace = open(path, { ...fileSystem, syncFile });
    const newcomer = replace(path);
    expect(errorOf(() => workspace.checkStillThere())).toMatchObject({ code: 'workspace.disk_full' });
    expect(countUsers(workspace.db)).toBe(3);
    full = false;
    expect(errorOf(() => workspace.checkStillThere())).toMatchObject({ code: 'workspace.replaced' });
    expect(readFileSync(path).equals(newcomer)).toBe(true);
  });

  it('gets no log of a workspace that cannot be put aside when it is closed', () => {
    const path = filledWorkspace(3);
    const syncFile = (): never => {
      throw Object.assign(new Error('no space'), { code: 'ENOSPC', syscall: 'fsync' });
    };
    const workspace = Workspace.open(path, false, { ...fileSystem, syncFile });
    workspace.db.exec("PRAGMA wal_autocheckpoint = 0; INSERT INTO meta VALUES ('held', 'yes')");
    const newcomer = replace(path);
    workspace.close();
    expect(readFileSync(path).equals(newcomer)).toBe(true);
    expect(namesBeside(path)).toEqual(['test.db']);
  });
});

/** A process that has the workspace open, with a change in its log. Ended after the test. */
async function hold(path: string): Promise<ChildProcess> {
  const holder = fork(new URL('../../support/hold-workspace.ts', import.meta.url), [path]);
  onTestFinished(() => void holder.kill('SIGKILL'));
  await once(holder, 'message');
  return holder;
}

async function killedProcess(path: string): Promise<void> {
  const holder = await hold(path);
  holder.kill('SIGKILL');
  await once(holder, 'exit');
}

/** A copy of a workspace in another folder as a process leaves it that dies: with a change in its log. */
function crashedCopy(path: string): string {
  const workspace = openChanged(path);
  const copy = join(tempFolder(), 'test.db');
  for (const suffix of ['', '-wal', '-session']) copyFileSync(path + suffix, copy + suffix);
  workspace.close();
  return copy;
}

describe('the log of a process that died', () => {
  it('is applied to its file', async () => {
    const path = filledWorkspace(3);
    await killedProcess(path);
    expect(contentOf(path)).toEqual({ users: 3, held: true });
  });

  it('is not applied to another file that was moved to the path since; that is told once', async () => {
    const path = filledWorkspace(3);
    await killedProcess(path);
    const log = readFileSync(`${path}-wal`);
    const newcomer = replace(path);
    const aside = path.replace('.db', '.recovered.wal');
    expect(errorOf(() => Workspace.open(path, false))).toMatchObject({
      code: 'workspace.log_set_aside',
      params: { path, aside },
    });
    expect(readFileSync(path).equals(newcomer)).toBe(true);
    expect(readFileSync(aside).equals(log)).toBe(true);
    expect(contentOf(path)).toEqual({ users: 7, held: false });
  });

  it('is applied to its file where both were copied elsewhere', () => {
    const copy = crashedCopy(filledWorkspace(3));
    expect(contentOf(copy)).toEqual({ users: 3, held: true });
  });

  it.each([
    ['of another workspace', () => filledWorkspace(40)],
    ['of another state of the workspace', olderState],
  ])('%s is not applied, though no record of the process tells', (_what, makeFile) => {
    const other = filledWorkspace(300);
    const path = makeFile(other);
    const workspace = openChanged(other);
    workspace.db.exec("UPDATE behaviours SET item = item || 'x' WHERE id % 2 = 0");
    copyFileSync(`${other}-wal`, `${path}-wal`);
    workspace.close();
    const bytes = readFileSync(path);
    expect(errorOf(() => Workspace.open(path, false))).toMatchObject({
      code: 'workspace.log_set_aside',
      params: { path, aside: path.replace('.db', '.recovered.wal') },
    });
    expect(readFileSync(path).equals(bytes)).toBe(true);
    expect(contentOf(path)).toMatchObject({ held: false });
  });

  it('is applied where the record of the process does not read', async () => {
    const path = filledWorkspace(3);
    await killedProcess(path);
    writeFileSync(`${path}-session`, '{"self":');
    expect(contentOf(path)).toEqual({ users: 3, held: true });
  });
});

describe('a workspace file that was moved away or deleted', () => {
  it('has everything in its new place once the workspace is closed, and leaves no log behind', () => {
    const path = filledWorkspace(3);
    const workspace = openChanged(path);
    const away = `${path}.away`;
    renameSync(path, away);
    expect(errorOf(() => workspace.checkStillThere())).toMatchObject({
      code: 'workspace.gone',
      params: { path },
    });
    workspace.close();
    expect(namesBeside(path)).toEqual(['test.db.away']);
    expect(contentOf(away)).toEqual({ users: 3, held: true });
  });

  it('is written back whole, and never in part', () => {
    const path = filledWorkspace(3);
    let full = true;
    const syncFile = (file: string): void => {
      if (full) throw Object.assign(new Error('no space'), { code: 'ENOSPC', syscall: 'fsync' });
      fileSystem.syncFile(file);
    };
    const workspace = open(path, { ...fileSystem, syncFile });
    rmSync(path);
    expect(errorOf(() => workspace.restoreIfGone())).toMatchObject({ code: 'workspace.disk_full' });
    expect(existsSync(path)).toBe(false);
    full = false;
    expect(workspace.restoreIfGone()).toBe(true);
    workspace.db.exec("INSERT INTO meta VALUES ('held', 'yes')");
    workspace.close();
    expect(namesBeside(path)).toEqual(['test.db']);
    expect(contentOf(path)).toEqual({ users: 3, held: true });
  });

  it('is written back by the next process where one died before it could', () => {
    const path = filledWorkspace(3);
    renameSync(path, `${path}-recovered-part`);
    expect(contentOf(path)).toEqual({ users: 3, held: false });
    expect(namesBeside(path)).toEqual(['test.db']);
  });

  it('is kept beside another file where a process died before it could put it aside', () => {
    const path = filledWorkspace(3);
    renameSync(path, `${path}-recovered-part`);
    copyFileSync(filledWorkspace(7), path);
    const recovered = path.replace('.db', '.recovered.db');
    expect(errorOf(() => Workspace.open(path, false))).toMatchObject({
      code: 'workspace.replaced',
      params: { path, recovered },
    });
    expect(contentOf(path).users).toBe(7);
    expect(contentOf(recovered).users).toBe(3);
  });

  it('is kept under one name where a process died while it gave it that', () => {
    const path = filledWorkspace(5);
    const recovered = path.replace('.db', '.recovered.db');
    copyFileSync(path, recovered);
    linkSync(recovered, `${path}-recovered-part`);
    expect(errorOf(() => Workspace.open(path, false))).toMatchObject({
      code: 'workspace.replaced',
      params: { recovered },
    });
    expect(contentOf(recovered)).toMatchObject({ users: 5 });
    expect(namesBeside(path).filter((name) => /recovered/.test(name))).toEqual(['test.recovered.db']);
  });

  it('is not written back from a copy that is not complete', () => {
    const path = filledWorkspace(3);
    writeFileSync(`${path}-recovered-part`, readFileSync(path).subarray(0, 8192));
    expect(contentOf(path).users).toBe(3);
    expect(namesBeside(path)).toEqual(['test.db']);
  });
});

import { linkSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeEach, describe, expect, it } from 'vitest';
import { fileSystem } from '../../../src/core/store/file-system.ts';
import type { FileSystem } from '../../../src/core/store/file-system.ts';
import { rescueWorkspace } from '../../../src/core/store/rescue.ts';
import { Workspace } from '../../../src/core/store/workspace.ts';
import { damagePage } from '../../support/damage-page.ts';
import { fillWorkspace } from '../../support/fill-workspace.ts';
import { tempFolder } from '../../support/temp.ts';

/*
 * Deaths between any two operations on files. A process that dies does nothing any more: from one operation on all of them
 * fail here, those that would clean up included. Deaths at other times are in tests/integration/kill.
 */

let damaged = Buffer.alloc(0);
/** Of which the figures are as those of an undisturbed rescue. */
let expected: { users: number; behaviours: number };

beforeEach(() => {
  if (damaged.length > 0) return;
  const path = join(tempFolder(), 'w.db');
  const workspace = Workspace.open(path, true);
  fillWorkspace(workspace.db, 60, 20);
  workspace.close();
  damagePage(path, 'behaviours');
  damaged = readFileSync(path);
  const { users, behaviours } = rescueWorkspace(path, { now: 0 });
  expected = { users, behaviours };
});

class Death extends Error {}

/** The operations of a process that dies before the n-th of them; it counts those that there were. */
function dyingBefore(n: number, withoutLinks: boolean): { files: FileSystem; done: () => number } {
  let operations = 0;
  const step = <A extends unknown[], R>(operation: (...args: A) => R): ((...args: A) => R) => {
    return (...args) => {
      operations += 1;
      if (operations >= n) throw new Death();
      return operation(...args);
    };
  };
  const noLink = (): never => {
    throw Object.assign(new Error('no hard links'), { code: 'ENOTSUP' });
  };
  const files: FileSystem = {
    link: step(withoutLinks ? noLink : fileSystem.link),
    copy: step(fileSystem.copy),
    reserve: step(fileSystem.reserve),
    rename: step(fileSystem.rename),
    remove: step(fileSystem.remove),
    syncFile: step(fileSystem.syncFile),
    syncFolder: step(fileSystem.syncFolder),
    freeBytes: step(fileSystem.freeBytes),
  };
  return { files, done: () => operations };
}

function place(): { folder: string; path: string } {
  const folder = tempFolder();
  const path = join(folder, 'w.db');
  writeFileSync(path, damaged);
  return { folder, path };
}

const isCopy = (name: string): boolean => /^w\.damaged-.*\.db$/.test(name);

function expectDamagedIsKept(folder: string): void {
  const kept = readdirSync(folder).filter((name) => name === 'w.db' || isCopy(name));
  expect(kept.some((name) => readFileSync(join(folder, name)).equals(damaged))).toBe(true);
}

/** Opens the workspace as often as needed, rescues it again where it is still damaged, and checks what is there then. */
function expectWhole(folder: string, path: string, copies: number): void {
  let workspace: Workspace;
  try {
    workspace = Workspace.open(path, false);
  } catch (error) {
    expect(['workspace.damaged', 'workspace.rescue_interrupted']).toContain((error as { code: string }).code);
    expect(readFileSync(path).equals(damaged)).toBe(true);
    rescueWorkspace(path, { now: 1000 });
    workspace = Workspace.open(path, false);
  }
  const count = (table: string): unknown =>
    workspace.db.prepare(`SELECT count(*) AS n FROM ${table}`).get()?.['n'];
  expect({ users: count('users'), behaviours: count('behaviours') }).toEqual(expected);
  const backupPath = workspace.rescued?.backupPath ?? '';
  expect(readFileSync(backupPath).equals(damaged)).toBe(true);
  workspace.close();
  const names = readdirSync(folder);
  expect(names.filter((name) => !isCopy(name)).sort()).toEqual(['w.db', 'w.db-lock']);
  expect(names.filter(isCopy).length).toBeLessThanOrEqual(copies);
}

describe.each([
  ['with hard links', false],
  ['without hard links', true],
])('a process that dies on a disk %s', (_disk, withoutLinks) => {
  it('in a rescue, before any of its operations, loses nothing', () => {
    for (let n = 1; ; n += 1) {
      const { folder, path } = place();
      const { files, done } = dyingBefore(n, withoutLinks);
      try {
        rescueWorkspace(path, { now: 0, files });
      } catch {
        // It died.
      }
      expectDamagedIsKept(folder);
      expectWhole(folder, path, 1);
      if (done() < n) break;
    }
  });

  it.each<[string, (folder: string, path: string) => void]>([
    ['that finishes a rescue', completeRescue],
    ['that undoes a rescue', beginRescue],
  ])('in an opening %s, before any of its operations, loses nothing', (_what, prepare) => {
    for (let n = 1; ; n += 1) {
      const { folder, path } = place();
      prepare(folder, path);
      const { files, done } = dyingBefore(n, withoutLinks);
      try {
        Workspace.open(path, false, files).close();
      } catch {
        // It died, or the workspace is still damaged.
      }
      expectDamagedIsKept(folder);
      expectWhole(folder, path, 1);
      if (done() < n) break;
    }
  });
});

/** What a rescue leaves that died just before the last step. */
function completeRescue(_folder: string, path: string): void {
  const rename = (from: string, to: string): void => {
    if (to === path) throw new Death();
    fileSystem.rename(from, to);
  };
  expect(() => rescueWorkspace(path, { now: 0, files: { ...fileSystem, rename } })).toThrow();
  expect(readFileSync(path).equals(damaged)).toBe(true);
}

/** What a rescue leaves that died after the damaged file had got its second name. */
function beginRescue(folder: string, path: string): void {
  linkSync(path, join(folder, 'w.damaged-19700101-000000.db'));
  writeFileSync(`${path}-rescue-part`, 'half');
}

describe('an opening after a rescue that was cut short', () => {
  it('says that it was finished, until that is dismissed', () => {
    const { folder, path } = place();
    completeRescue(folder, path);
    const workspace = Workspace.open(path, false);
    expect(workspace.rescued).toMatchObject({ ...expected, interrupted: true });
    workspace.close();
    const again = Workspace.open(path, false);
    expect(again.rescued).toMatchObject({ ...expected, interrupted: false });
    again.dismissRescue();
    expect(again.rescued).toBeNull();
    again.close();
    const last = Workspace.open(path, false);
    expect(last.rescued).toBeNull();
    last.close();
  });

  it('says that it was undone', () => {
    const { folder, path } = place();
    beginRescue(folder, path);
    expect(() => Workspace.open(path, false)).toThrow('workspace.rescue_interrupted');
    expect(() => Workspace.open(path, false)).toThrow('workspace.damaged');
    expect(readdirSync(folder).filter(isCopy)).toEqual([]);
  });

  it('leaves a file alone that was put in the place of the damaged one since', () => {
    const { folder, path } = place();
    completeRescue(folder, path);
    const other = join(folder, 'other');
    mkdirSync(other);
    const workspace = Workspace.open(join(other, 'w.db'), true);
    fillWorkspace(workspace.db, 2, 2);
    workspace.close();
    const backup = readFileSync(join(other, 'w.db'));
    fileSystem.rename(join(other, 'w.db'), path);
    const recovered = join(folder, 'w.recovered.db');
    expect(() => Workspace.open(path, false)).toThrow(
      expect.objectContaining({ code: 'workspace.replaced', params: { path, recovered } }),
    );
    expect(readFileSync(path).equals(backup)).toBe(true);
    Workspace.open(path, false).close();
    const rescued = Workspace.open(recovered, false);
    expect(rescued.db.prepare('SELECT count(*) AS n FROM users').get()).toEqual({ n: expected.users });
    rescued.close();
    expectDamagedIsKept(folder);
  });

  it('takes the place of a damaged file that was deleted since', () => {
    const { folder, path } = place();
    completeRescue(folder, path);
    fileSystem.remove(path);
    const workspace = Workspace.open(path, false);
    expect(workspace.rescued).toMatchObject(expected);
    workspace.close();
    expectDamagedIsKept(folder);
  });
});

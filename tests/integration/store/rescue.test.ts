import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { rescueWorkspace } from '../../../src/core/store/rescue.ts';
import { WorkspaceStore } from '../../../src/core/store/workspace-store.ts';
import { Workspace } from '../../../src/core/store/workspace.ts';
import { fillWorkspace } from '../../support/fill-workspace.ts';
import { tempFolder } from '../../support/temp.ts';

const PAGE = 4096;

function damagedWorkspace(damage: (bytes: Buffer) => void): string {
  const path = join(tempFolder(), 'test.db');
  const workspace = Workspace.open(path, true);
  fillWorkspace(workspace.db, 300, 30);
  workspace.close();
  const bytes = readFileSync(path);
  damage(bytes);
  writeFileSync(path, bytes);
  return path;
}

function figuresOf(path: string): ReturnType<WorkspaceStore['figures']> {
  const workspace = Workspace.open(path, false);
  try {
    expect(workspace.db.prepare('PRAGMA foreign_key_check').all()).toEqual([]);
    return new WorkspaceStore(workspace.db).figures();
  } finally {
    workspace.close();
  }
}

describe('rescueWorkspace', () => {
  it('recovers all but what lay on damaged pages, and keeps the damaged file', () => {
    const path = damagedWorkspace((bytes) => bytes.fill(0xee, PAGE * 40, PAGE * 42));
    const damaged = readFileSync(path);
    const backupPath = `${path}.aside`;
    const report = rescueWorkspace(path, backupPath);
    expect(readFileSync(backupPath).equals(damaged)).toBe(true);
    expect(report.damagedTables.length).toBeGreaterThan(0);
    expect(report).toMatchObject({ backupPath, users: 300 });
    expect(report.behaviours).toBeGreaterThan(8000);
    expect(report.behaviours).toBeLessThan(9000);
    expect(figuresOf(path)).toMatchObject({ users: 300, behaviours: report.behaviours });
  });

  it('makes an empty workspace, and says so, when nothing reads', () => {
    const path = damagedWorkspace((bytes) => bytes.fill(0xee, 100));
    const report = rescueWorkspace(path, `${path}.aside`);
    expect(report).toMatchObject({ users: 0, behaviours: 0 });
    expect(report.damagedTables).toContain('behaviours');
    expect(existsSync(`${path}.aside`)).toBe(true);
    expect(figuresOf(path)).toMatchObject({ users: 0, behaviours: 0 });
  });

  it('loses nothing of a whole workspace', () => {
    const path = damagedWorkspace(() => undefined);
    expect(rescueWorkspace(path, `${path}.aside`)).toMatchObject({
      users: 300,
      behaviours: 9000,
      damagedTables: [],
    });
  });
});

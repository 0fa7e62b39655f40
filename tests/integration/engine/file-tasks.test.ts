import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { Workspace } from '../../../src/core/store/workspace.ts';
import type { FileTask } from '../../../src/shared/workspace.ts';
import { damagePage } from '../../support/damage-page.ts';
import { EngineHarness } from '../../support/engine-harness.ts';
import { fillWorkspace } from '../../support/fill-workspace.ts';
import { tempFolder } from '../../support/temp.ts';

/** A workspace that a rescue takes some hundred milliseconds for. */
function filled(): { folder: string; path: string } {
  const folder = tempFolder();
  const path = join(folder, 'w.eventloom');
  const file = Workspace.open(path, true);
  fillWorkspace(file.db, 2000, 50);
  file.close();
  return { folder, path };
}

/** An engine that asks a task to stop as soon as it tells how far it is. */
function stopping(task: FileTask): EngineHarness {
  const harness = new EngineHarness({}, (event) => {
    if (event === 'fileTask') void harness.engine.cancelFileTask(task);
  });
  return harness;
}

const OPEN = { create: false, resumePolicy: 'leave' } as const;

it('a rescue that is cancelled leaves the damaged file alone, and the next one completes', async () => {
  const { folder, path } = filled();
  damagePage(path, 'behaviours');
  const [names, damaged] = [readdirSync(folder), readFileSync(path)];
  const { engine } = stopping('rescue');
  await expect(engine.rescueWorkspace(path)).rejects.toMatchObject({
    code: 'workspace.rescue_cancelled',
    params: { path },
  });
  expect([readdirSync(folder), readFileSync(path).equals(damaged)]).toEqual([names, true]);

  const harness = new EngineHarness();
  expect(await harness.engine.rescueWorkspace(path)).toMatchObject({ users: 2000, interrupted: false });
  const told = harness.payloads('fileTask');
  expect(new Set(told.map(({ task }) => task))).toEqual(new Set(['rescue']));
  const shares = told.flatMap(({ step, share }) => (step === 'reading' && share !== null ? [share] : []));
  expect(shares).toEqual([...shares].sort((a, b) => a - b));
  await harness.engine.openWorkspace({ path, ...OPEN });
});

it('a rescue can be cancelled before its thread has begun', async () => {
  const { folder, path } = filled();
  damagePage(path, 'behaviours');
  const names = readdirSync(folder);
  const { engine } = new EngineHarness();
  const rescued = engine.rescueWorkspace(path);
  const refused = expect(rescued).rejects.toMatchObject({ code: 'workspace.rescue_cancelled' });
  await Promise.resolve();
  await engine.cancelFileTask('rescue');
  await refused;
  expect(readdirSync(folder)).toEqual(names);
});

it('a rescue ends with the engine, which waits for its thread', async () => {
  const { folder, path } = filled();
  damagePage(path, 'behaviours');
  const names = readdirSync(folder);
  const harness: EngineHarness = new EngineHarness({}, (event) => {
    if (event === 'fileTask') void harness.engine.closeWorkspace();
  });
  const refused = expect(harness.engine.rescueWorkspace(path)).rejects.toMatchObject({
    code: 'workspace.none',
  });
  await refused;
  expect(readdirSync(folder)).toEqual(names);
});

it('a restore that is cancelled leaves the workspace as it was', async () => {
  const { folder, path } = filled();
  const { path: backup } = await openedBackup(path);
  const before = readdirSync(folder);
  const { engine } = stopping('restore');
  await expect(engine.restoreBackup(path, backup)).rejects.toMatchObject({
    code: 'workspace.restore_cancelled',
  });
  expect(readdirSync(folder)).toEqual(before);
  expect(await engine.openWorkspace({ path, ...OPEN })).toMatchObject({ behaviours: 100_000 });
});

it('a backup that is cancelled leaves no file, and the workspace stays open', async () => {
  const { folder, path } = filled();
  const harness = stopping('backup');
  await harness.engine.openWorkspace({ path, ...OPEN });
  const names = readdirSync(folder);
  await expect(harness.engine.backUpWorkspace(3)).rejects.toMatchObject({
    code: 'workspace.backup_cancelled',
    params: { path },
  });
  expect(readdirSync(folder).filter((name) => !names.includes(name))).toEqual([]);
  expect(await harness.engine.workspaceInfo()).toMatchObject({ users: 2000 });
});

it('a backup tells the share of the pages that are copied', async () => {
  const { path } = filled();
  const harness = await openedBackup(path);
  const told = harness.payloads('fileTask');
  expect(told[0]).toEqual({ task: 'backup', step: 'copying', share: null });
  expect(told.map(({ step }) => step)).toContain('checking');
});

/** Makes a backup of a workspace, and closes it again. */
async function openedBackup(path: string): Promise<EngineHarness & { path: string }> {
  const harness = new EngineHarness();
  await harness.engine.openWorkspace({ path, ...OPEN });
  const made = await harness.engine.backUpWorkspace(3);
  await harness.engine.closeWorkspace();
  return Object.assign(harness, { path: made.path });
}

import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { Workspace } from '../../../src/core/store/workspace.ts';
import { ALL, EngineHarness } from '../../support/engine-harness.ts';
import { tempFolder } from '../../support/temp.ts';

/** Rows of the users from a number on, a minute apart. */
function log(rows: number, users: number, from = 0): string {
  const lines = Array.from({ length: rows }, (_, n) => {
    const time = new Date(Date.UTC(2026, 0, 1) + (from + n) * 60_000).toISOString().slice(0, 19);
    return `u${from + (n % users)},browse,${time}`;
  });
  return `user_id,action,timestamp\n${lines.join('\n')}\n`;
}

interface Undoable {
  harness: EngineHarness;
  path: string;
  /** Of the second file, of 3,000 rows of 300 users; the first has 100 rows of 20 others. */
  importId: number;
}

async function twoImports(): Promise<Undoable> {
  const harness = new EngineHarness();
  const folder = tempFolder();
  const path = join(folder, 'test.db');
  await harness.engine.openWorkspace({ path, create: true, resumePolicy: 'leave' });
  for (const [name, text] of [
    ['a.csv', log(100, 20, 9000)],
    ['b.csv', log(3000, 300)],
  ] as const) {
    writeFileSync(join(folder, name), text);
    await harness.engine.startImport({ path: join(folder, name), kind: 'behaviours' });
    await harness.importEnded();
  }
  const [latest] = (await harness.engine.workspaceInfo()).imports;
  return { harness, path, importId: latest?.importId ?? 0 };
}

it('undoing an import is told as it goes on, and everything is as it is without the import then', async () => {
  const { harness, importId } = await twoImports();
  const { engine } = harness;
  await engine.startRun(ALL);
  await harness.runIs('completed');
  const longer = (await harness.rhythmIs('measured')).actions;
  const before = (await engine.importSnapshot()).revision;
  expect(await engine.undoFigures(importId)).toMatchObject({ rows: 3000, users: 300, fileName: 'b.csv' });

  const begun = await engine.startUndo(importId);
  expect(begun).toMatchObject({ work: 'undo', status: 'running', phase: 'removing', fileName: 'b.csv' });
  // It has the workspace to itself, and what is asked of the workspace meanwhile is answered from before it.
  await expect(engine.startUndo(importId)).rejects.toMatchObject({ code: 'workspace.busy' });
  await expect(engine.clearWorkspace('all')).rejects.toMatchObject({ code: 'workspace.busy' });
  await expect(engine.startRun(ALL)).rejects.toMatchObject({ code: 'run.import_active' });
  await harness.importEnded();

  const told = harness
    .payloads('import')
    .filter(({ revision, work }) => revision > before && work === 'undo');
  const percents = told.map(({ progressPercent }) => progressPercent);
  expect(percents).toEqual([...percents].sort((a, b) => a - b));
  expect(told.map(({ status }) => status).filter((status) => status !== 'running')).toEqual(['completed']);
  expect(await engine.importSnapshot()).toMatchObject({ work: 'undo', status: 'completed', error: null });
  expect(await engine.workspaceInfo()).toMatchObject({ users: 20, behaviours: 100 });
  expect((await harness.rhythmIs('measured')).actions).not.toEqual(longer);
  expect(await engine.dismissImport()).toMatchObject({ work: 'import', status: 'idle' });
  // The workspace can be used as before.
  expect(await engine.startRun({ ...ALL, scope: { kind: 'all' } })).toMatchObject({ totalUsers: 20 });
  await harness.runIs('completed');
  await expect(engine.startUndo(importId)).rejects.toMatchObject({ code: 'import.unknown' });
  await expect(engine.undoFigures(importId)).rejects.toMatchObject({ code: 'import.unknown' });
});

it('an undo that is cancelled leaves everything as it was, and can be done later', async () => {
  const { harness, path, importId } = await twoImports();
  const { engine } = harness;
  const before = await engine.workspaceInfo();
  await engine.startUndo(importId);
  expect(await engine.cancelImport()).toMatchObject({
    ...{ work: 'undo', status: 'cancelled', fileName: 'b.csv' },
    error: { code: 'import.undo_cancelled' },
  });
  expect(await engine.workspaceInfo()).toEqual(before);
  await harness.undone(importId);
  expect((await engine.workspaceInfo()).behaviours).toBe(100);
  await engine.closeWorkspace();
  const workspace = Workspace.open(path, false);
  expect(workspace.db.prepare('PRAGMA integrity_check').get()).toEqual({ integrity_check: 'ok' });
  workspace.close();
});

it('closing the workspace stops an undo; it is whole when it is opened again, and shows no undo', async () => {
  const { harness, path, importId } = await twoImports();
  const { engine } = harness;
  await engine.startUndo(importId);
  await engine.closeWorkspace();
  await engine.openWorkspace({ path, create: false, resumePolicy: 'leave' });
  expect(await engine.importSnapshot()).toMatchObject({ work: 'import', status: 'idle' });
  expect([100, 3100]).toContain((await engine.workspaceInfo()).behaviours);
});

it('the notice of a run that is dismissed during an undo stays dismissed', async () => {
  const { harness, path, importId } = await twoImports();
  const { engine } = harness;
  await engine.startRun(ALL);
  await harness.runIs('completed');
  await engine.startUndo(importId);
  expect(await engine.dismissRun()).toMatchObject({ dismissed: true });
  await harness.importEnded();
  expect(await engine.runSnapshot()).toMatchObject({ status: 'completed', dismissed: true });
  await engine.closeWorkspace();
  await engine.openWorkspace({ path, create: false, resumePolicy: 'leave' });
  expect(await engine.runSnapshot()).toMatchObject({ status: 'completed', dismissed: true });
});

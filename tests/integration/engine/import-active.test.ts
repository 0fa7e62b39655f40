import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { generateSample } from '../../../src/core/sample/generate-sample.ts';
import { Workspace } from '../../../src/core/store/workspace.ts';
import { ALL, EngineHarness } from '../../support/engine-harness.ts';
import { fillWorkspace } from '../../support/fill-workspace.ts';
import { tempFolder } from '../../support/temp.ts';

/** Far less than the five seconds that SQLite waits for a lock. */
const AT_ONCE_MS = 1000;

let folder: string;
let largeLog: string;

/** Begins an import, and waits until it has the lock. */
async function importing(harness: EngineHarness, path: string): Promise<void> {
  await harness.engine.startImport({ path: largeLog, kind: 'behaviours' });
  while ((await harness.engine.importSnapshot()).rowsRead === 0)
    await new Promise((resolve) => setTimeout(resolve, 5));
  expect(() => Workspace.open(path, false)).toThrow('workspace.in_use');
}

function filledWorkspace(): string {
  const path = join(tempFolder(), 'test.db');
  const workspace = Workspace.open(path, true);
  fillWorkspace(workspace.db, 20, 5);
  workspace.close();
  return path;
}

async function timed<T>(action: () => Promise<T>): Promise<T> {
  const begin = performance.now();
  try {
    return await action();
  } finally {
    expect(performance.now() - begin).toBeLessThan(AT_ONCE_MS);
  }
}

describe('during an import, which keeps the workspace locked', () => {
  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), 'eventloom-test-'));
    largeLog = join(folder, 'behaviors.csv');
    // So large that everything below happens within its import.
    await generateSample({ users: 4000, seed: 7, rowsPerUser: 150, behaviorsPath: largeLog });
  });
  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  it('an interrupted run is neither resumed nor cancelled, says why at once, and can be cancelled afterwards', async () => {
    const harness = new EngineHarness({ slowRulesMs: 200 });
    const { engine } = harness;
    const path = filledWorkspace();
    await engine.openWorkspace({ path, create: false, resumePolicy: 'leave' });
    await engine.startRun(ALL);
    await engine.closeWorkspace();
    await engine.openWorkspace({ path, create: false, resumePolicy: 'leave' });
    await harness.runIs('interrupted');

    await importing(harness, path);
    for (const change of [
      () => engine.cancelRun(),
      () => engine.resumeRun(),
      () => engine.startRun(ALL),
      () => engine.continueRun(ALL),
      () => engine.pauseRun(),
    ])
      await timed(() => expect(change()).rejects.toMatchObject({ code: 'run.import_active' }));
    await timed(() => expect(engine.clearWorkspace('all')).rejects.toMatchObject({ code: 'workspace.busy' }));
    expect(await engine.runSnapshot()).toMatchObject({ status: 'interrupted', error: null });
    expect((await engine.importSnapshot()).status).toBe('running');

    await engine.cancelImport();
    expect(await engine.cancelRun()).toMatchObject({ status: 'cancelled', error: null });
    expect((await engine.workspaceInfo()).users).toBe(20);
  });

  it('the notice of a finished run goes away at once, and for good', async () => {
    const harness = new EngineHarness();
    const { engine } = harness;
    const path = filledWorkspace();
    await engine.openWorkspace({ path, create: false, resumePolicy: 'leave' });
    await engine.startRun(ALL);
    await harness.runIs('completed');

    await importing(harness, path);
    expect(await timed(() => engine.dismissRun())).toMatchObject({ status: 'completed', dismissed: true });
    expect((await engine.importSnapshot()).status).toBe('running');
    await engine.cancelImport();
    await engine.closeWorkspace();
    await engine.openWorkspace({ path, create: false, resumePolicy: 'leave' });
    expect(await engine.runSnapshot()).toMatchObject({ status: 'completed', dismissed: true });
  });

  it('windows ask for more snapshots than a block of revisions has, and none of them waits', async () => {
    const harness = new EngineHarness();
    const { engine } = harness;
    const path = filledWorkspace();
    await engine.openWorkspace({ path, create: false, resumePolicy: 'leave' });
    await importing(harness, path);
    let last = 0;
    for (let n = 0; n < 15_000; n += 1) {
      const begin = performance.now();
      last = (await engine.runSnapshot()).revision;
      expect(performance.now() - begin).toBeLessThan(AT_ONCE_MS);
    }
    expect((await engine.importSnapshot()).status).toBe('running');
    await engine.cancelImport();
    await engine.closeWorkspace();

    // A process that dies now has shown no revision that a later one shows again.
    const next = new EngineHarness();
    await next.engine.openWorkspace({ path, create: false, resumePolicy: 'leave' });
    expect((await next.engine.runSnapshot()).revision).toBeGreaterThan(last);
  });
});

import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { damageMark } from '../../../src/core/store/integrity.ts';
import { Workspace } from '../../../src/core/store/workspace.ts';
import { damagePage } from '../../support/damage-page.ts';
import { ALL, EngineHarness } from '../../support/engine-harness.ts';
import { fillWorkspace } from '../../support/fill-workspace.ts';
import { tempFolder } from '../../support/temp.ts';

/** An engine with a workspace that is damaged after it was opened, as one is that was too large to be checked. */
async function openDamaged(table: string): Promise<EngineHarness & { path: string }> {
  const path = join(tempFolder(), 'test.db');
  const workspace = Workspace.open(path, true);
  fillWorkspace(workspace.db, 400, 30);
  workspace.close();
  const harness = new EngineHarness();
  await harness.engine.openWorkspace({ path, create: false, resumePolicy: 'leave' });
  // A workspace that is in use was measured after its import.
  await harness.rhythmIs('measured');
  damagePage(path, table);
  return Object.assign(harness, { path });
}

describe('damage that is met in use', () => {
  it('by a run stops the run, is told, and is remembered; what still reads can be rescued', async () => {
    const { engine, path, ...harness } = await openDamaged('behaviours');
    await engine.startRun(ALL);
    while ((await engine.runSnapshot()).status === 'running')
      await new Promise((resolve) => setTimeout(resolve, 5));
    expect(await engine.runSnapshot()).toMatchObject({
      status: 'failed',
      error: { code: 'workspace.damaged' },
    });
    expect(harness.told).toContainEqual({
      event: 'damaged',
      payload: expect.objectContaining({ params: expect.objectContaining({ path }) as unknown }) as unknown,
    });
    expect(existsSync(damageMark(path))).toBe(true);

    await engine.closeWorkspace();
    const again = engine.openWorkspace({ path, create: false, resumePolicy: 'resume' });
    await expect(again).rejects.toMatchObject({ code: 'workspace.damaged' });
    await engine.rescueWorkspace(path);
    await engine.openWorkspace({ path, create: false, resumePolicy: 'resume' });
    // Its plan is not rescued, so there is nothing to go on with.
    expect(await engine.runSnapshot()).toMatchObject({ status: 'cancelled', resumable: false, error: null });
    await engine.startRun(ALL);
  });

  it('by a question of a window is told and remembered, too', async () => {
    const { engine, path, ...harness } = await openDamaged('users');
    const list = engine.listUsers({
      page: 1,
      pageSize: 400,
      search: '',
      status: 'all',
      sortBy: 'userId',
      sortOrder: 'asc',
    });
    await expect(list).rejects.toMatchObject({ code: 'workspace.damaged' });
    expect(harness.told.map(({ event }) => event)).toContain('damaged');
    expect(existsSync(damageMark(path))).toBe(true);
  });
});

import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { Workspace } from '../../../src/core/store/workspace.ts';
import { EngineHarness } from '../../support/engine-harness.ts';
import { fillWorkspace } from '../../support/fill-workspace.ts';
import { tempFolder } from '../../support/temp.ts';

/** An open workspace whose backup takes more than one step. */
async function opened(): Promise<{ harness: EngineHarness; path: string; folder: string }> {
  const folder = tempFolder();
  const path = join(folder, 'w.eventloom');
  const file = Workspace.open(path, true);
  fillWorkspace(file.db, 2000, 50);
  file.close();
  const harness = new EngineHarness();
  await harness.engine.openWorkspace({ path, create: false, resumePolicy: 'leave' });
  return { harness, path, folder };
}

const madeIn = (folder: string): string[] =>
  readdirSync(folder).filter((name) => /backup|replaced|part/.test(name));

it('a backup that is asked for while one is made is that one', async () => {
  const { harness, folder } = await opened();
  const [first, second] = await Promise.all([0, 1].map(() => harness.engine.backUpWorkspace(3)));
  expect(second).toEqual(first);
  expect(madeIn(folder)).toHaveLength(1);
});

it('a backup that is being made ends with the workspace, and leaves nothing', async () => {
  const { harness, folder } = await opened();
  const made = harness.engine.backUpWorkspace(3);
  const refused = expect(made).rejects.toMatchObject({ code: 'workspace.none' });
  await harness.engine.closeWorkspace();
  await refused;
  expect(madeIn(folder)).toEqual([]);
});

it('a backup is restored, whatever is being made', async () => {
  const { harness, path, folder } = await opened();
  const { path: backup } = await harness.engine.backUpWorkspace(3);
  const made = harness.engine.backUpWorkspace(3);
  const refused = expect(made).rejects.toMatchObject({ code: 'workspace.none' });
  await harness.engine.restoreBackup(path, backup);
  await refused;
  expect(madeIn(folder).map((name) => name.replaceAll(/\d/g, '0'))).toEqual([
    'w.backup-00000000-000000.eventloom',
    'w.replaced-00000000-000000.eventloom',
  ]);
  expect(await harness.engine.openWorkspace({ path, create: false, resumePolicy: 'leave' })).toMatchObject({
    behaviours: 100_000,
  });
});

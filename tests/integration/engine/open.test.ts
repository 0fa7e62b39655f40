import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { Workspace } from '../../../src/core/store/workspace.ts';
import { ALL, EngineHarness } from '../../support/engine-harness.ts';
import { fillWorkspace } from '../../support/fill-workspace.ts';
import { tempFolder } from '../../support/temp.ts';

function filledWorkspace(users: number): string {
  const path = join(tempFolder(), 'test.db');
  const workspace = Workspace.open(path, true);
  fillWorkspace(workspace.db, users, 5);
  workspace.close();
  return path;
}

const options = (path: string) => ({ path, create: false, resumePolicy: 'leave' }) as const;

describe('opening another workspace', () => {
  it('leaves the one that is open as it is when the other does not open', async () => {
    const { engine } = new EngineHarness({ slowRulesMs: 20 });
    const path = filledWorkspace(20);
    await engine.openWorkspace(options(path));
    await engine.startRun(ALL);
    await engine.pauseRun();
    const wrong = join(tempFolder(), 'log.csv');
    writeFileSync(wrong, 'user_id,timestamp\n');
    await expect(engine.openWorkspace(options(wrong))).rejects.toMatchObject({
      code: 'workspace.not_a_workspace',
    });
    await expect(engine.openWorkspace(options(`${path}.gone`))).rejects.toMatchObject({
      code: 'workspace.not_found',
    });
    expect(await engine.runSnapshot()).toMatchObject({ status: 'paused' });
    await engine.resumeRun();
    while ((await engine.runSnapshot()).status === 'running')
      await new Promise((resolve) => setTimeout(resolve, 5));
    expect(await engine.workspaceInfo()).toMatchObject({ path, sequences: { succeeded: 20 } });
  });

  it('lets go of the one that was open, and opens the same one again', async () => {
    const { engine } = new EngineHarness();
    const [one, other] = [filledWorkspace(3), filledWorkspace(4)];
    await engine.openWorkspace(options(one));
    expect(await engine.openWorkspace(options(other))).toMatchObject({ users: 4 });
    Workspace.open(one, false).close();
    expect(await engine.openWorkspace(options(other))).toMatchObject({ users: 4 });
  });
});

import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { EngineHarness } from '../../support/engine-harness.ts';
import { tempFolder } from '../../support/temp.ts';

async function filled(): Promise<EngineHarness> {
  const folder = tempFolder();
  const harness = new EngineHarness();
  await harness.engine.openWorkspace({ path: join(folder, 'w.db'), create: true, resumePolicy: 'leave' });
  const path = join(folder, 'log.csv');
  const rows = ['ann_1', 'ann%2', 'bob'].map((user) => `${user},2026-03-01 09:00:00,browse,Lamp`);
  writeFileSync(path, ['user_id,timestamp,action,item', ...rows].join('\n'));
  await harness.engine.startImport({ path, kind: 'behaviours' });
  await harness.importEnded();
  return harness;
}

it('a run covers what the table shows under a search and a status, or all users once more', async () => {
  const harness = await filled();
  const { engine } = harness;
  const users = async (search: string, status: 'all' | 'pending' | 'succeeded') =>
    (await engine.preflightRun({ kind: 'filter', search, status })).users;
  expect(await users('ann', 'all')).toBe(2);
  expect(await users('%', 'all')).toBe(1);
  await engine.startRun({ ...request, scope: { kind: 'filter', search: 'ann', status: 'all' } });
  await harness.runIs('completed');
  expect([await users('', 'succeeded'), await users('', 'pending'), await users('ann', 'pending')]).toEqual([
    2, 1, 0,
  ]);
  expect(await engine.userIds({ search: 'ann', status: 'succeeded', limit: 10 })).toEqual(['ann_1', 'ann%2']);
  expect(await engine.userIds({ search: '', status: 'all', limit: 2 })).toEqual(['ann_1', 'ann%2']);

  expect(await engine.preflightRun({ kind: 'all' })).toMatchObject({ users: 3, replacing: 2 });
  await engine.startRun({ ...request, scope: { kind: 'all' } });
  await harness.runIs('completed');
  expect((await engine.workspaceInfo()).sequences).toEqual({ pending: 0, succeeded: 3, failed: 0 });
  expect((await engine.runHistory()).map(({ scope, successCount }) => [scope, successCount])).toEqual([
    ['all', 3],
    ['filter', 2],
  ]);
});

const request = {
  maxCost: null,
  maxTokens: null,
  pilotUsers: null,
  detail: 'fine',
  fresh: false,
} as const;

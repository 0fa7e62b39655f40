import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { ColumnRole } from '../../../src/shared/import.ts';
import { ALL, EngineHarness } from '../../support/engine-harness.ts';
import { tempFolder } from '../../support/temp.ts';

const ROWS = [
  '1001,electronics.smartphone.apple,acme',
  '1002,electronics.smartphone.samsung,acme',
  '1003,appliances.kitchen.washer,',
  '1004,,acme',
];

function writeLog(folder: string, header = 'item_id,Category_Code,brand', rows = ROWS): string {
  const path = join(folder, 'log.csv');
  const lines = rows.map((row, n) => `u1,view,2026-03-02 09:0${n}:00,${row}`);
  writeFileSync(path, `user_id,action,timestamp,${header}\n${lines.join('\n')}\n`);
  return path;
}

async function open(folder: string): Promise<EngineHarness> {
  const harness = new EngineHarness();
  await harness.engine.openWorkspace({ path: join(folder, 'w.db'), create: true, resumePolicy: 'leave' });
  return harness;
}

async function importFile(harness: EngineHarness, path: string, roles?: ColumnRole[]): Promise<void> {
  await harness.engine.startImport({ path, kind: 'behaviours', ...(roles ? { roles } : {}) });
  await harness.importEnded();
  expect(await harness.engine.importSnapshot()).toMatchObject({ status: 'completed' });
  await harness.rhythmIs('measured');
}

async function themesOf(harness: EngineHarness): Promise<string[]> {
  const view = await harness.engine.themes({ search: '', sortBy: 'name', offset: 0, limit: 50 });
  return view.status === 'ready' ? view.rows.map(({ name, sources }) => `${name} ${sources.join()}`) : [];
}

const BY_CODE = ['1004 itself', 'appliances.kitchen column', 'electronics.smartphone column'];

describe('a column that says the theme', () => {
  it('is suggested for the names that such columns have, one of them, and only for behaviours', async () => {
    const folder = tempFolder();
    const { engine } = await open(folder);
    const rolesOf = async (header: string): Promise<ColumnRole[]> => {
      const path = writeLog(folder, header);
      return (await engine.previewImport({ path, kind: 'behaviours' })).columns
        .slice(4)
        .map(({ role }) => role);
    };
    expect(await rolesOf('item_id,Category_Code,brand')).toEqual(['theme', 'extra']);
    expect(await rolesOf('item_id,price,BRAND')).toEqual(['extra', 'theme']);
    expect(await rolesOf('item_id,品类,品牌')).toEqual(['extra', 'theme']);
    expect(await rolesOf('item_id,category,price')).toEqual(['theme', 'extra']);
    const { columns } = await engine.previewImport({ path: writeLog(folder), kind: 'profiles' });
    expect(columns.map(({ role }) => role)).not.toContain('theme');
  });

  it('decides before the names; the analyst decides before it', async () => {
    const folder = tempFolder();
    const harness = await open(folder);
    await importFile(harness, writeLog(folder));
    expect(await themesOf(harness)).toEqual(BY_CODE);
    await harness.engine.changeThemes({ kind: 'move', things: ['1003'], into: '家电' });
    expect(await themesOf(harness)).toEqual(['1004 itself', 'electronics.smartphone column', '家电 table']);
    await harness.engine.startRun({ ...ALL, detail: 'standard' });
    await harness.runIs('completed');
    const { events } = await harness.engine.getUser('u1');
    expect(events.map(({ context, evidence }) => [context['object'], evidence.length])).toEqual([
      ['electronics.smartphone', 2],
      ['家电', 1],
      ['1004', 1],
    ]);
  });

  it('keeps its values with the behaviours as a column without a role does', async () => {
    const extras = async (roles?: ColumnRole[]): Promise<unknown[]> => {
      const folder = tempFolder();
      const harness = await open(folder);
      await importFile(harness, writeLog(folder), roles);
      const page = await harness.engine.listBehaviours({ userId: 'u1', offset: 0, limit: 10 });
      return page.rows.map(({ extra }) => extra);
    };
    const kept = await extras(['userId', 'action', 'time', 'item', 'extra', 'extra']);
    expect(kept[0]).toEqual({ Category_Code: 'electronics.smartphone.apple', brand: 'acme' });
    expect(await extras()).toEqual(kept);
  });

  it('can be put off, and chosen later: the same file adds nothing twice', async () => {
    const folder = tempFolder();
    const harness = await open(folder);
    const path = writeLog(folder);
    const roles: ColumnRole[] = ['userId', 'action', 'time', 'item', 'extra', 'extra'];
    await importFile(harness, path, roles);
    expect(await themesOf(harness)).toEqual(['1001', '1002', '1003', '1004'].map((name) => `${name} itself`));
    await importFile(harness, path);
    expect((await harness.engine.workspaceInfo()).behaviours).toBe(4);
    expect(await themesOf(harness)).toEqual(BY_CODE);
    await importFile(harness, path, [...roles.slice(0, 5), 'theme']);
    expect(await themesOf(harness)).toEqual(['1003 itself', 'acme column']);
    await importFile(harness, path, roles);
    expect(await themesOf(harness)).toEqual(['1001', '1002', '1003', '1004'].map((name) => `${name} itself`));
    // Two columns cannot both say it.
    const both: ColumnRole[] = [...roles.slice(0, 4), 'theme', 'theme'];
    expect(
      (await harness.engine.previewImport({ path, kind: 'behaviours', roles: both })).problem,
    ).toMatchObject({
      code: 'import.duplicate_role',
    });
  });

  it('may have a name that no other column would have', async () => {
    const folder = tempFolder();
    const harness = await open(folder);
    const roles: ColumnRole[] = ['userId', 'action', 'time', 'item', 'theme', 'ignore'];
    await importFile(harness, writeLog(folder, 'item_id,"$.[""x""]",y'), roles);
    expect(await themesOf(harness)).toEqual(BY_CODE);
  });
});

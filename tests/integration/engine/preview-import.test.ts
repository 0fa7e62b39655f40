import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { previewImport } from '../../../src/core/import/preview.ts';
import { EngineHarness } from '../../support/engine-harness.ts';
import { tempFolder } from '../../support/temp.ts';

it('a file is previewed in a thread of its own, without a workspace, as it would be in this one', async () => {
  const { engine } = new EngineHarness();
  const path = join(tempFolder(), 'log.csv');
  writeFileSync(path, 'user_id,timestamp,behavior_text\nu1,2026-01-01 08:00:00,浏览\nu2,yesterday,搜索\n');
  const preview = await engine.previewImport({ path, kind: 'behaviours' });
  expect(preview.tried).toMatchObject({ rows: 2, refused: 1 });
  expect(preview).toEqual(await previewImport({ path, kind: 'behaviours' }));
});

it('what is wrong with a file is told by the thread as it was there', async () => {
  const { engine } = new EngineHarness();
  const path = join(tempFolder(), 'none.csv');
  await expect(engine.previewImport({ path, kind: 'behaviours' })).rejects.toMatchObject({
    code: 'import.not_found',
    params: { path },
  });
  writeFileSync(path, '');
  await expect(engine.previewImport({ path, kind: 'behaviours' })).rejects.toMatchObject({
    code: 'import.empty',
  });
});

it('the values of profiles are shown as they would be stored', async () => {
  const path = join(tempFolder(), 'users.csv');
  writeFileSync(path, 'user_id,city,age\nu1,武汉,31\nu2,,44\n,x,1\n');
  const preview = await previewImport({ path, kind: 'profiles' });
  expect(preview.stored).toEqual([
    {
      userId: 'u1',
      fields: [
        ['city', '武汉'],
        ['age', '31'],
      ],
      refused: null,
    },
    { userId: 'u2', fields: [['age', '44']], refused: null },
    { refused: { code: 'import.row.missing_user', params: { column: 'user_id' } } },
  ]);
  expect(preview.tried).toMatchObject({ rows: 3, whole: true, refused: 1 });
});

it('it is told whether times were converted to the zone, and whether all rows were tried', async () => {
  const path = join(tempFolder(), 'log.csv');
  const row = (time: string) => `u1,${time},view,text\n`;
  const options = { path, kind: 'behaviours', timeZone: 'Asia/Shanghai' } as const;
  writeFileSync(path, `user_id,timestamp,action,note_text\n${row('2026-01-01 08:00:00')}`);
  expect(await previewImport(options)).toMatchObject({ zoneUsed: false, tried: { whole: true } });
  const rows = row('2026-01-01T08:00:00Z').repeat(10_001);
  writeFileSync(path, `user_id,timestamp,action,text\n${rows}`);
  expect(await previewImport(options)).toMatchObject({
    zoneUsed: true,
    tried: { rows: 10_000, whole: false, refused: 0 },
    stored: { 0: { time: Date.UTC(2026, 0, 1, 16), action: 'view', text: 'text' } },
  });
});

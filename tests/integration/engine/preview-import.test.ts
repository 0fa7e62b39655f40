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

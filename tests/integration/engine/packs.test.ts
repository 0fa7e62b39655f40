import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { ALL, EngineHarness } from '../../support/engine-harness.ts';
import { tempFolder } from '../../support/temp.ts';

/** A workspace with a log of these behaviours, `action,place` each (with `more`: and other columns), an hour apart. */
async function open(behaviours: string[], more = ''): Promise<EngineHarness> {
  const folder = tempFolder();
  const path = join(folder, 'log.csv');
  const rows = behaviours.map((row, n) => `u1,2026-03-02 ${String(n % 24).padStart(2, '0')}:00:00,${row}`);
  writeFileSync(path, `user_id,timestamp,action,poi_id${more}\n${rows.join('\n')}\n`);
  const harness = new EngineHarness();
  await harness.engine.openWorkspace({ path: join(folder, 'w.db'), create: true, resumePolicy: 'leave' });
  expect(await harness.engine.suggestRules()).toBeNull();
  await harness.engine.startImport({ path, kind: 'behaviours' });
  await harness.importEnded();
  return harness;
}

describe('the suggested rules', () => {
  it('are those of the kind of log, until they are chosen', async () => {
    const { engine } = await open(['browse,', 'search,', 'visit_poi,长城4S店', 'click,']);
    expect(await engine.suggestRules()).toEqual({ pack: 'auto', looked: 4, known: 4, knownNow: 4, own: 1 });
    expect(await engine.rulesInfo()).toMatchObject({ pack: 'general' });
    expect(await engine.useRules({ pack: 'auto' })).toMatchObject({
      pack: 'auto',
      builtIn: true,
      name: 'auto',
    });
    expect(await engine.suggestRules()).toBeNull();
  });

  it('are those that know most of its words', async () => {
    const { engine } = await open(['view,', 'cart_view,', 'order_list,', 'cart,', 'visit_poi,长城4S店']);
    expect(await engine.suggestRules()).toMatchObject({ pack: 'shop', known: 5, knownNow: 3 });
  });

  it('name what their themes say, in the types of events, too', async () => {
    const apps = ['汽车之家', '懂车帝', '易车', '微信'];
    const harness = await open(['browse,', ...apps.map((app) => `use_app,,${app}`)], ',app_id');
    const { engine } = harness;
    const typesOf = async (): Promise<unknown[]> => {
      await engine.startRun({ ...ALL, scope: { kind: 'all' }, detail: 'standard' });
      await harness.runIs('completed');
      return (await engine.getUser('u1')).events
        .map(({ type, evidence }) => [type, evidence.length])
        .slice(1);
    };
    expect(await typesOf()).toEqual(apps.map((app) => [`使用${app}`, 1]));
    await engine.useRules({ pack: 'auto' });
    expect(await typesOf()).toEqual([
      ['使用汽车媒体', 3],
      ['使用微信', 1],
    ]);
  });

  it('are none where no pack knows better, or a file of the user is chosen', async () => {
    const plain = await open(['browse,', 'search,', 'like,']);
    expect(await plain.engine.suggestRules()).toBeNull();
    const cars = await open(['visit_poi,长城4S店']);
    const file = join(tempFolder(), 'own.yaml');
    writeFileSync(file, 'extends: general\nname: own\nversion: 1\n');
    expect(await cars.engine.useRules({ path: file })).toMatchObject({
      pack: null,
      name: 'own',
      error: null,
    });
    expect(await cars.engine.suggestRules()).toBeNull();
  });
});

import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { newType } from '../../../src/core/abstraction/codebook.ts';
import { conversionsOf } from '../../../src/main/status/run-conversions.ts';
import type { UserRow } from '../../../src/shared/users.ts';
import { ALL, EngineHarness } from '../../support/engine-harness.ts';
import { tempFolder } from '../../support/temp.ts';

const LOG = [
  'user_id,timestamp,action,item,poi_id',
  'a,2026-03-01 09:00:00,browse,Lamp,',
  'a,2026-03-01 09:05:00,visit_poi,,长城4S店',
  'a,2026-03-02 09:00:00,visit_poi,,长城4S店',
  'a,2026-03-03 09:00:00,purchase,Lamp,',
  'b,2026-03-01 10:00:00,add_cart,Sofa,',
  'b,2026-03-01 10:05:00,wave,Sofa,',
  'c,2026-03-01 10:05:00,browse,Sofa,',
].join('\n');

async function filled(folder: string): Promise<EngineHarness> {
  const harness = new EngineHarness();
  await harness.engine.openWorkspace({ path: join(folder, 'w.db'), create: true, resumePolicy: 'leave' });
  const path = join(folder, 'log.csv');
  writeFileSync(path, LOG);
  await harness.engine.startImport({ path, kind: 'behaviours' });
  await harness.importEnded();
  await harness.engine.startRun({ ...ALL, detail: 'standard' });
  await harness.runIs('completed');
  return harness;
}

async function conversionsByUser({ engine }: EngineHarness): Promise<Record<string, UserRow['conversions']>> {
  const query = { page: 1, pageSize: 20, search: '', status: 'all' } as const;
  const { rows } = await engine.listUsers({ ...query, sortBy: 'userId', sortOrder: 'asc' });
  for (const { userId, conversions, conversionCount } of rows) {
    expect(conversions.reduce((sum, { events }) => sum + events, 0)).toBe(conversionCount);
    expect((await engine.getUser(userId)).user.conversions).toEqual(conversions);
  }
  return Object.fromEntries(rows.map(({ userId, conversions }) => [userId, conversions]));
}

describe('conversions', () => {
  it('of a user are told by type in the order of the codebook, under the names that it gives now', async () => {
    const harness = await filled(tempFolder());
    const { types } = (await harness.engine.codebook()).codebook;
    const order = types.map(({ id }) => id).filter((id) => ['购买', '加购', '到店'].includes(id));
    const byUser = await conversionsByUser(harness);
    const [visits, purchase] = [
      { type: '到店', events: 2 },
      { type: '购买', events: 1 },
    ];
    expect(byUser).toEqual({
      a: order.indexOf('到店') < order.indexOf('购买') ? [visits, purchase] : [purchase, visits],
      b: [{ type: '加购', events: 1 }],
      c: [],
    });
    await harness.engine.changeCodebook({ kind: 'join', ids: ['到店'], into: '购买' });
    expect((await conversionsByUser(harness))['a']).toEqual([{ type: '购买', events: 3 }]);
    await harness.engine.undoCodebook();
    expect(await conversionsByUser(harness)).toEqual(byUser);
  });

  it('have a column by type in the export of users', async () => {
    const folder = tempFolder();
    const { engine } = await filled(folder);
    const path = join(folder, 'users.jsonl');
    await engine.startExport({ path, what: 'users', format: 'jsonl' });
    while ((await engine.exportSnapshot()).status === 'running') await new Promise((go) => setTimeout(go, 5));
    const lines = readFileSync(path, 'utf8').trim().split('\n');
    const rows = lines.map((line) => JSON.parse(line) as Record<string, unknown>);
    expect(rows.map(({ conversions }) => conversions)).toEqual([3, 1, 0]);
    expect(
      rows.map((row) =>
        String(row['conversions_by_type'] ?? '')
          .split(' · ')
          .toSorted(),
      ),
    ).toEqual([['到店 2', '购买 1'], ['加购 1'], ['']]);
  });

  it('and an action with the word of one are two figures', async () => {
    const harness = await filled(tempFolder());
    const { engine } = harness;
    const type = newType({ id: '', zh: 'wave', en: 'Wave', category: 'conversion' });
    await engine.changeCodebook({ kind: 'add', type });
    const use = await engine.codebookUse();
    expect(use.types).not.toHaveProperty('wave');
    expect(use.types['wave（互动）']).toEqual({ events: 1, users: 1 });
    expect(use.candidates.map(({ word, category }) => [word, category])).toEqual([['wave', 'engagement']]);
    expect(await engine.eventTypes()).toContainEqual({
      type: 'wave（互动）',
      category: 'engagement',
      events: 1,
    });
    const words = [{ word: 'wave', category: 'engagement' as const }];
    await engine.changeCodebook({ kind: 'settle', lines: [{ words, into: '了解', type: null }] });
    expect((await engine.codebookUse()).candidates).toEqual([]);
    expect((await engine.getUser('b')).events.map((event) => event.type).toSorted()).toEqual([
      '了解',
      '加购',
    ]);
  });
});

describe('the outcome of a run', () => {
  it('is of the users of whom no later run has made the events once more', async () => {
    const harness = await filled(tempFolder());
    const { engine } = harness;
    const all = await engine.runOutcome(1);
    expect(all).toMatchObject({ users: 3, other: 0 });
    const byType = ({ conversions }: typeof all) =>
      Object.fromEntries(conversions.map(({ type, events, users }) => [type, [events, users]]));
    expect(byType(all)).toEqual({ 到店: [2, 1], 购买: [1, 1], 加购: [1, 1] });
    const { events, types } = await engine.codebookUse();
    expect([all.events, all.types]).toEqual([events, Object.keys(types).length]);

    await engine.startRun({ ...ALL, scope: { kind: 'users', userIds: ['a'] } });
    await harness.runIs('completed');
    const [first, second] = [await engine.runOutcome(1), await engine.runOutcome(2)];
    expect([first.users, second.users]).toEqual([2, 1]);
    expect(byType(first)).toEqual({ 加购: [1, 1] });
    expect(byType(second)).toEqual({ 到店: [2, 1], 购买: [1, 1] });
    expect(first.events + second.events).toBe((await engine.codebookUse()).events);
    expect(await engine.runOutcome(7)).toEqual({ users: 0, events: 0, types: 0, other: 0, conversions: [] });
  });

  it('tells its conversions in a notification, each type by itself, and is silent where they cannot be counted', async () => {
    const { engine } = await filled(tempFolder());
    const said = await conversionsOf(engine, 1, 'zh-CN');
    expect(said).toMatch(/^转化：.*。$/);
    for (const part of ['到店 2', '购买 1', '加购 1']) expect(said).toContain(part);
    expect(await conversionsOf(engine, 1, 'en')).toMatch(/^Conversions: .*Dealer visit 2/);
    expect(await conversionsOf(engine, 9, 'en')).toBe('');
    const closed = { ...engine, runOutcome: () => Promise.reject(new Error('closed')) };
    expect(await conversionsOf(closed, 1, 'en')).toBe('');
  });
});

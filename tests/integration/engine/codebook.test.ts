import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { describe, expect, it } from 'vitest';
import { codebookSchema, codebookTypeSchema } from '../../../src/shared/codebook.ts';
import type { CodebookUse } from '../../../src/shared/codebook.ts';
import type { DataRevision } from '../../../src/shared/insight.ts';
import { ALL, EngineHarness } from '../../support/engine-harness.ts';
import { tempFolder } from '../../support/temp.ts';

const LOG = [
  'user_id,timestamp,action,item',
  'a,2026-03-01 09:00:00,browse,Lamp',
  'a,2026-03-01 09:05:00,search,Lamp',
  'a,2026-03-02 09:00:00,wave,Lamp',
  'a,2026-03-03 09:00:00,purchase,Lamp',
  'b,2026-03-01 10:00:00,search,Sofa',
  'b,2026-03-01 10:05:00,wave,Sofa',
].join('\n');

async function open(folder: string): Promise<EngineHarness> {
  const harness = new EngineHarness();
  await harness.engine.openWorkspace({ path: join(folder, 'w.db'), create: true, resumePolicy: 'leave' });
  return harness;
}

async function filled(folder: string): Promise<EngineHarness> {
  const harness = await open(folder);
  const path = join(folder, 'log.csv');
  writeFileSync(path, LOG);
  await harness.engine.startImport({ path, kind: 'behaviours' });
  await harness.importEnded();
  await harness.engine.startRun({ ...ALL, detail: 'fine' });
  await harness.runIs('completed');
  return harness;
}

const typesOf = async ({ engine }: EngineHarness, userId: string): Promise<string[]> =>
  (await engine.getUser(userId)).events.map(({ type }) => type);

const used = ({ types }: CodebookUse): Record<string, number> =>
  Object.fromEntries(Object.entries(types).map(([id, { events }]) => [id, events]));

const dataOf = async ({ engine }: EngineHarness): Promise<DataRevision> =>
  (await engine.askInsight({ analysis: 'overview', level: 'events' })).data;

describe('the codebook of a workspace', () => {
  it('has the types of the rules, counts their use, and lists the actions that no rule names', async () => {
    const harness = await filled(tempFolder());
    const { version, codebook, undo } = await harness.engine.codebook();
    expect([version, undo]).toEqual([0, null]);
    expect(codebook.types.find(({ id }) => id === '购买')).toMatchObject({
      en: 'Purchase',
      category: 'conversion',
    });
    // What the rules say of a type they say in both languages, until somebody writes something else.
    const { builtIn } = await harness.engine.codebook();
    expect(builtIn['购买']?.zh).toMatch(/^动作为 .*等的行为。$/);
    expect(builtIn['购买']?.en).toMatch(/^Behaviours such as /);
    const fields = { definition: '付了钱。' };
    const edited = await harness.engine.changeCodebook({ kind: 'edit', id: '购买', fields });
    expect(edited.builtIn).not.toHaveProperty('购买');
    await harness.engine.undoCodebook();
    const english = await harness.engine.changeCodebook({ kind: 'language', language: 'en' });
    expect(english.builtIn).toEqual(builtIn);
    await harness.engine.undoCodebook();
    const use = await harness.engine.codebookUse();
    expect(used(use)).toEqual({ 浏览: 1, 搜索: 2, wave: 2, 购买: 1 });
    expect(use.types['搜索']).toEqual({ events: 2, users: 2 });
    expect(use.candidates).toEqual([
      { word: 'wave', category: 'engagement', byModel: false, events: 2, users: 2 },
    ]);
  });

  it('joins types of stored events at once, and takes it back exactly', async () => {
    const folder = tempFolder();
    const harness = await filled(folder);
    const { engine } = harness;
    const before = [await engine.codebook(), await engine.codebookUse()];
    const joined = await engine.changeCodebook({ kind: 'join', ids: ['搜索'], into: '浏览' });
    expect(joined).toMatchObject({ undo: 'join', redo: null });
    expect(await typesOf(harness, 'a')).toEqual(['浏览', '浏览', 'wave', '购买']);
    expect((await engine.codebookUse()).types['浏览']).toEqual({ events: 3, users: 2 });
    expect(await engine.eventTypes()).toContainEqual({ type: '浏览', category: 'engagement', events: 3 });

    const taken = await engine.undoCodebook();
    expect(taken).toMatchObject({
      undo: null,
      redo: 'join',
      codebook: (before[0] as typeof joined).codebook,
    });
    expect(await typesOf(harness, 'a')).toEqual(['浏览', '搜索', 'wave', '购买']);
    expect(await engine.codebookUse()).toEqual(before[1]);
    expect((await engine.redoCodebook()).codebook).toEqual(joined.codebook);
    await engine.closeWorkspace();

    // It is part of the workspace.
    const again = await open(folder);
    expect(await again.engine.codebook()).toEqual(joined);
    expect(await typesOf(again, 'a')).toEqual(['浏览', '浏览', 'wave', '购买']);
  });

  it('settles candidates, and names types in an export as they are called now', async () => {
    const folder = tempFolder();
    const harness = await filled(folder);
    const { engine } = harness;
    await engine.changeCodebook({
      kind: 'map',
      words: [{ word: 'wave', category: 'engagement' }],
      into: '浏览',
    });
    await engine.changeCodebook({ kind: 'edit', id: '浏览', fields: { zh: '看一看' } });
    expect((await engine.codebookUse()).candidates).toEqual([]);
    const path = join(folder, 'events.jsonl');
    await engine.exportEvents(path);
    const types = readFileSync(path, 'utf8')
      .trim()
      .split('\n')
      .map((line) => (JSON.parse(line) as { event_type: string }).event_type);
    expect(types).toEqual(['看一看', '搜索', '看一看', '购买', '搜索', '看一看']);
  });

  it('has the definitions of the rules in its language; those of the analyst stay as they are', async () => {
    const { engine } = await filled(tempFolder());
    await engine.changeCodebook({ kind: 'edit', id: '搜索', fields: { definition: '找东西。' } });
    const { codebook } = await engine.changeCodebook({ kind: 'language', language: 'en' });
    const definition = (id: string): string | undefined =>
      codebook.types.find((type) => type.id === id)?.definition;
    expect(definition('浏览')).toMatch(/^Behaviours such as browse/);
    expect(definition('搜索')).toBe('找东西。');
  });

  it('keeps words of a model outside of it as proposals of the type for the rest', async () => {
    const folder = tempFolder();
    const harness = await filled(folder);
    await harness.engine.closeWorkspace();
    const db = new DatabaseSync(join(folder, 'w.db'));
    db.exec("UPDATE events SET type = '闲逛', origin = 'llm' WHERE type = '搜索'");
    db.close();
    const again = await open(folder);
    const { codebook } = await again.engine.codebook();
    expect((await again.engine.getUser('b')).events[0]).toMatchObject({
      type: codebook.other,
      proposed: '闲逛',
    });
    const path = join(folder, 'events.jsonl');
    await again.engine.exportEvents(path);
    expect(readFileSync(path, 'utf8')).toContain('"proposed":"闲逛"');
    const use = await again.engine.codebookUse();
    expect(use.types[codebook.other]).toEqual({ events: 2, users: 2 });
    expect(use.candidates.map(({ word, byModel, events }) => [word, byModel, events])).toEqual([
      ['wave', false, 2],
      ['闲逛', true, 2],
    ]);
  });

  it('goes out as YAML and comes in again; a mistake is told with its line, and changes nothing', async () => {
    const folder = tempFolder();
    const { engine } = await filled(folder);
    const path = join(folder, 'types.yaml');
    const before = await engine.changeCodebook({ kind: 'join', ids: ['搜索'], into: '浏览' });
    await engine.exportCodebook(path);
    await engine.undoCodebook();
    expect(await engine.importCodebook(path)).toMatchObject({ codebook: before.codebook, undo: 'file' });

    const text = readFileSync(path, 'utf8');
    const line = text.split('\n').findIndex((each) => each.includes('category: conversion')) + 1;
    writeFileSync(path, text.replace('category: conversion', 'category: sale'));
    await expect(engine.importCodebook(path)).rejects.toMatchObject({
      code: 'codebook.invalid',
      params: { line, field: 'types[0].category' },
    });
    writeFileSync(path, text.replace('en: Purchase', 'en: 浏览'));
    await expect(engine.importCodebook(path)).rejects.toMatchObject({
      code: 'codebook.duplicate',
      params: { value: '浏览' },
    });
    expect((await engine.codebook()).codebook).toEqual(before.codebook);
  });

  it('has a colour for each type, which is changed, undone, written and read as the rest is', async () => {
    const folder = tempFolder();
    const harness = await filled(folder);
    const { engine } = harness;
    const colours = async (): Promise<Record<string, string | undefined>> =>
      Object.fromEntries((await engine.codebook()).codebook.types.map(({ id, colour }) => [id, colour]));
    const first = await colours();
    expect(Object.values(first)).not.toContain(undefined);
    // Those of the rules; the type for the rest is neutral.
    expect(first).toMatchObject({ 购买: 'wine', 加购: 'orange', 了解: 'blue', 其他行为: 'grey' });
    const path = join(folder, 'types.yaml');
    const { id: data } = await dataOf(harness);
    const edited = await engine.changeCodebook({ kind: 'edit', id: '购买', fields: { colour: 'navy' } });
    expect(await colours()).toEqual({ ...first, 购买: 'navy' });
    // A colour changes no figure: answers that are kept stay of the same state of the data.
    expect((await dataOf(harness)).id).toBe(data);
    await engine.exportCodebook(path);
    expect((await engine.undoCodebook()).redo).toBe('edit');
    expect(await colours()).toEqual(first);
    await engine.redoCodebook();
    expect(await colours()).toEqual({ ...first, 购买: 'navy' });
    await engine.undoCodebook();
    expect((await engine.importCodebook(path)).codebook).toEqual(edited.codebook);

    // A file of a version without colours leaves those that there are.
    const text = readFileSync(path, 'utf8');
    expect(text).toContain('colour: navy');
    writeFileSync(path, text.replaceAll(/^ *colour: .*\n/gm, ''));
    expect((await engine.importCodebook(path)).codebook).toEqual(edited.codebook);
    const line = text.split('\n').findIndex((each) => each.includes('colour: ')) + 1;
    writeFileSync(path, text.replace(/colour: \w+/, 'colour: mauve'));
    await expect(engine.importCodebook(path)).rejects.toMatchObject({
      code: 'codebook.invalid',
      params: { line, field: 'types[0].colour', actual: '"mauve"' },
    });
  });

  it('of a version without colours gets them when it is read: those of the rules, and always the same', async () => {
    const folder = tempFolder();
    const first = await filled(folder);
    await first.engine.changeCodebook({
      ...{ kind: 'add' },
      type: codebookTypeSchema
        .omit({ id: true, state: true })
        .parse({ zh: '挥手', en: 'Wave', category: 'engagement' }),
    });
    const { codebook } = await first.engine.codebook();
    await first.engine.closeWorkspace();
    const db = new DatabaseSync(join(folder, 'w.db'));
    for (const { version, content } of db.prepare('SELECT version, content FROM codebooks').all()) {
      const stored = codebookSchema.parse(JSON.parse(String(content)));
      for (const type of stored.types) delete type.colour;
      db.prepare('UPDATE codebooks SET content = ? WHERE version = ?').run(
        JSON.stringify(stored),
        Number(version),
      );
    }
    db.close();
    const again = await open(folder);
    expect((await again.engine.codebook()).codebook).toEqual(codebook);
    // The next change stores them.
    await again.engine.changeCodebook({ kind: 'retire', id: '搜索' });
    await again.engine.closeWorkspace();
    const after = new DatabaseSync(join(folder, 'w.db'), { readOnly: true });
    const [row] = after.prepare('SELECT content FROM codebooks ORDER BY version DESC LIMIT 1').all();
    after.close();
    expect(
      codebookSchema.parse(JSON.parse(String(row?.['content']))).types.map(({ id, colour }) => [id, colour]),
    ).toEqual(codebook.types.map(({ id, colour }) => [id, colour]));
  });
});

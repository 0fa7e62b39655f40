import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { ThemesPage, ThemesQuery } from '../../../src/shared/themes.ts';
import { ALL, EngineHarness } from '../../support/engine-harness.ts';
import { tempFolder } from '../../support/temp.ts';

const QUERY: ThemesQuery = { search: '', sortBy: 'behaviours', offset: 0, limit: 50 };
const ITEMS = ['大众_途观', '大众_迈腾', '大众_朗逸', '汽车之家', '懂车帝'];
const USERS = 20;
const STANDARD = { ...ALL, detail: 'standard' as const };
const REDO = { ...STANDARD, scope: { kind: 'all' as const } };

/** A log in which each user browses every item twice, ten minutes apart. */
function writeLog(folder: string, items = ITEMS, prefix = 'u'): string {
  const rows = ['user_id,action,timestamp,item_id'];
  for (let user = 0; user < USERS; user += 1) {
    for (let n = 0; n < 2 * items.length; n += 1) {
      const time = new Date(Date.UTC(2026, 2, 2, 9, user + 10 * n)).toISOString().slice(0, 19);
      rows.push(`${prefix}${user},browse,${time.replace('T', ' ')},${items[n % items.length]}`);
    }
  }
  const path = join(folder, `${prefix}.csv`);
  writeFileSync(path, `${rows.join('\n')}\n`);
  return path;
}

async function open(folder: string, slowRulesMs = 0): Promise<EngineHarness> {
  const harness = new EngineHarness({ slowRulesMs });
  await harness.engine.openWorkspace({ path: join(folder, 'w.db'), create: true, resumePolicy: 'leave' });
  return harness;
}

async function openFilled(folder = tempFolder(), slowRulesMs = 0): Promise<EngineHarness> {
  const harness = await open(folder, slowRulesMs);
  await harness.engine.startImport({ path: writeLog(folder), kind: 'behaviours' });
  await harness.importEnded();
  await harness.rhythmIs('measured');
  return harness;
}

async function pageOf({ engine }: EngineHarness, query: Partial<ThemesQuery> = {}): Promise<ThemesPage> {
  const view = await engine.themes({ ...QUERY, ...query });
  if (view.status !== 'ready') throw new Error(view.status);
  return view;
}

const figuresOf = async (harness: EngineHarness): Promise<[string, number, number][]> =>
  (await pageOf(harness)).rows.map(({ name, things, behaviours }) => [name, things, behaviours]);

async function run(harness: EngineHarness, request = STANDARD): Promise<void> {
  await harness.engine.startRun(request);
  await harness.runIs('completed');
}

/** What the events of all users are about, each with its behaviours. */
async function objectsOf({ engine }: EngineHarness): Promise<string[][]> {
  const all: string[][] = [];
  for (let user = 0; user < USERS; user += 1) {
    const { events } = await engine.getUser(`u${user}`);
    all.push(events.map(({ context, evidence }) => `${String(context['object'])} ${evidence.length}`));
  }
  return all;
}

const COMPUTED: [string, number, number][] = [
  ['大众', 3, 120],
  ['懂车帝', 1, 40],
  ['汽车之家', 1, 40],
];
const JOINED: [string, number, number][] = [
  ['大众', 3, 120],
  ['车媒', 2, 80],
];
const EVENTS = ['大众 6', '汽车之家 2', '懂车帝 2'];
const EVENTS_JOINED = ['大众 6', '车媒 4'];
const everybody = (events: string[]): string[][] => Array.from({ length: USERS }, () => events);

describe('the table of themes', () => {
  it('is told as far as the log is measured, with where each theme comes from', async () => {
    const folder = tempFolder();
    const harness = await open(folder);
    expect(await harness.engine.themes(QUERY)).toEqual({ status: 'empty' });
    await harness.engine.startImport({ path: writeLog(folder), kind: 'behaviours' });
    await harness.importEnded();
    await harness.rhythmIs('measured');
    expect(await figuresOf(harness)).toEqual(COMPUTED);
    const page = await pageOf(harness, { search: '途观' });
    expect(page).toMatchObject({
      total: 1,
      all: { themes: 3, things: 5 },
      decided: false,
      undo: null,
      redo: null,
      staleUsers: 0,
      rows: [{ name: '大众', sources: ['names'] }],
    });
    const things = { theme: '大众', search: '', offset: 0, limit: 2 };
    expect(await harness.engine.themeThings(things)).toMatchObject({
      total: 3,
      rows: [
        { field: 'item', behaviours: 40, source: 'names', otherwise: '大众' },
        { field: 'item', behaviours: 40 },
      ],
    });
  });

  it('is undone and redone exactly, also after a restart, and without measuring the log again', async () => {
    const folder = tempFolder();
    const harness = await openFilled(folder);
    const { engine } = harness;
    const told = harness.payloads('rhythm').length;
    await engine.changeThemes({ kind: 'join', themes: ['汽车之家', '懂车帝'], into: '车媒' });
    await engine.changeThemes({ kind: 'move', things: ['大众_迈腾'], into: '迈腾' });
    // What changes nothing is no step.
    await engine.changeThemes({ kind: 'move', things: ['大众_迈腾'], into: '迈腾' });
    const after = await pageOf(harness);
    expect(after).toMatchObject({ decided: true, undo: 'move', redo: null, all: { themes: 3 } });
    await engine.undoThemes();
    expect(await figuresOf(harness)).toEqual(JOINED);
    await engine.undoThemes();
    expect(await pageOf(harness)).toMatchObject({ decided: false, undo: null, redo: 'join' });
    expect(await figuresOf(harness)).toEqual(COMPUTED);
    await engine.undoThemes();
    expect(harness.payloads('rhythm')).toHaveLength(told);
    await engine.closeWorkspace();

    const again = await open(folder);
    expect(await figuresOf(again)).toEqual(COMPUTED);
    await again.engine.redoThemes();
    expect(await figuresOf(again)).toEqual(JOINED);
    await again.engine.redoThemes();
    await again.engine.redoThemes();
    expect(await pageOf(again)).toEqual(after);
    // A change after an undo leaves what was undone behind.
    await again.engine.undoThemes();
    await again.engine.changeThemes({ kind: 'resetAll' });
    expect(await pageOf(again)).toMatchObject({ decided: false, undo: 'resetAll', redo: null });
    await again.engine.undoThemes();
    expect(await figuresOf(again)).toEqual(JOINED);
  });

  it('outlives a rescue, and holds for what is imported later', async () => {
    const folder = tempFolder();
    const harness = await openFilled(folder);
    await harness.engine.changeThemes({ kind: 'rename', theme: '大众', into: 'VW' });
    await harness.engine.rescueWorkspace(join(folder, 'w.db'));
    const rescued = await open(folder);
    await rescued.engine.startImport({ path: writeLog(folder, ['大众_途锐'], 'v'), kind: 'behaviours' });
    await rescued.importEnded();
    await rescued.rhythmIs('measured');
    expect((await figuresOf(rescued))[0]).toEqual(['VW', 4, 160]);
    expect(await pageOf(rescued)).toMatchObject({ undo: 'rename' });
  });

  it('can hold only so much', async () => {
    const { engine } = await openFilled();
    const things = (from: number): string[] => Array.from({ length: 1000 }, (_, n) => `t${from + n}`);
    for (let from = 0; from < 20_000; from += 1000)
      await engine.changeThemes({ kind: 'move', things: things(from), into: 'x' });
    await expect(engine.changeThemes({ kind: 'move', things: ['one more'], into: 'x' })).rejects.toThrow(
      'themes.too_many',
    );
  });
});

describe('a file of themes', () => {
  const decide = async ({ engine }: EngineHarness): Promise<void> => {
    await engine.changeThemes({ kind: 'join', themes: ['汽车之家', '懂车帝'], into: '7' });
    await engine.changeThemes({ kind: 'move', things: ['大众_迈腾', '大众_朗逸'], into: 'null: [x]\n# "é' });
  };
  const ofFile = ['7', 'null: [x]\n# "é', '大众'];
  const namesOf = async (harness: EngineHarness): Promise<string[]> =>
    (await pageOf(harness, { sortBy: 'name' })).rows.map(({ name }) => name);

  it('extends the pack in use, says the same as rules and as a table, and is written the same again', async () => {
    const folder = tempFolder();
    const harness = await openFilled(folder);
    const { engine } = harness;
    await decide(harness);
    const before = await pageOf(harness);
    expect(await namesOf(harness)).toEqual(ofFile);
    const path = join(folder, 'themes.yaml');
    await engine.exportThemes(path);
    const text = readFileSync(path, 'utf8');
    expect(text).toMatch(/^# EventLoom[^]*\nextends: general\n/);

    await engine.changeThemes({ kind: 'resetAll' });
    await engine.importThemes(path);
    const { rows, undo } = await pageOf(harness);
    expect([rows, undo]).toEqual([before.rows, 'file']);
    await engine.exportThemes(path);
    expect(readFileSync(path, 'utf8')).toBe(text);
    await engine.undoThemes();
    expect(await figuresOf(harness)).toEqual(COMPUTED);

    expect((await engine.useRules({ path })).error).toBeNull();
    const asRules = await pageOf(harness);
    const figures = ({ name, things, behaviours }: ThemesPage['rows'][number]): unknown[] => [
      name,
      things,
      behaviours,
    ];
    expect(asRules.rows.map(figures)).toEqual(before.rows.map(figures));
    expect(asRules.rows.flatMap(({ sources }) => sources)).not.toContain('table');
    const again = join(folder, 'again.yaml');
    await engine.exportThemes(again);
    expect(readFileSync(again, 'utf8')).toBe(text);
    await run(harness);
    expect((await engine.runHistory())[0]?.extractorVersion).toContain('general-themes');
  });

  it('keeps all else that the rules of a file say, its comments, too', async () => {
    const folder = tempFolder();
    const harness = await openFilled(folder);
    const path = join(folder, 'own.yaml');
    const own = `# our own
extends: general
name: own
version: 4 # of March
conversions:
  - { id: vip, zh: 开通会员, en: Membership, thing: [item], when: { word: [vip] } }
`;
    writeFileSync(path, own);
    await harness.engine.useRules({ path });
    await decide(harness);
    const out = join(folder, 'out.yaml');
    await harness.engine.exportThemes(out);
    expect(readFileSync(out, 'utf8').startsWith(own)).toBe(true);
    const { conversions, error, name } = await harness.engine.useRules({ path: out });
    expect({ error, name, first: conversions[0]?.id }).toEqual({ error: null, name: 'own', first: 'vip' });
    await harness.engine.changeThemes({ kind: 'resetAll' });
    expect(await namesOf(harness)).toEqual(ofFile);

    // Themes that the file has already are replaced where they stand.
    const middle = `${own}themes:\n  - { name: x, things: [a] } # as agreed\nagent: [age]\n`;
    writeFileSync(path, middle);
    await harness.engine.useRules({ path });
    await harness.engine.changeThemes({ kind: 'rename', theme: '大众', into: 'VW' });
    await harness.engine.exportThemes(out);
    const text = readFileSync(out, 'utf8');
    expect(text.startsWith(`${own}themes:\n  - name: VW\n`)).toBe(true);
    expect(text).toMatch(/- name: x\n {4}things:\n {6}- a\n[^]*agent: \[age\]\n$/);
    expect((await harness.engine.useRules({ path: out })).error).toBeNull();
    await harness.engine.changeThemes({ kind: 'resetAll' });
    expect(await namesOf(harness)).toContain('VW');
    const json = join(folder, 'own.json');
    writeFileSync(json, '{ "extends": "general", "name": "own", "version": 1 }');
    await harness.engine.useRules({ path: json });
    await decide(harness);
    await harness.engine.exportThemes(out);
    await harness.engine.changeThemes({ kind: 'resetAll' });
    expect((await harness.engine.useRules({ path: out })).error).toBeNull();
    expect(await namesOf(harness)).toEqual(ofFile);
  });

  it('with a mistake is told with its line, and changes nothing', async () => {
    const folder = tempFolder();
    const harness = await openFilled(folder);
    const { engine } = harness;
    const path = join(folder, 'themes.yaml');
    const read = (themes: string): Promise<void> => {
      writeFileSync(path, `extends: general\nname: own\nversion: 1\n${themes}`);
      return engine.importThemes(path);
    };
    await expect(read('')).rejects.toMatchObject({ code: 'themes.none_in_file' });
    const mistakes: [themes: string, code: string, params: Record<string, unknown>][] = [
      ['themes:\n  - { name: a }', 'rules.missing_field', { line: 5, field: 'themes[0].things' }],
      ['themes:\n  - name: a\n    thing: [b]', 'rules.unknown_field', { line: 6, field: 'themes[0].thing' }],
      [
        'themes:\n  - { name: a, things: [x] }\n  - { name: b, things: [y, x] }',
        'rules.duplicate',
        { line: 6, field: 'themes[1].things[1]', value: 'x' },
      ],
      ['themes:\n  - { name: a, replaces: [7] }', 'rules.invalid', { line: 5, actual: '7' }],
      ['themes: { a: [x] }', 'rules.invalid', { line: 4, field: 'themes' }],
    ];
    for (const [themes, code, params] of mistakes)
      await expect(read(themes)).rejects.toMatchObject({ code, params: { path, ...params } });
    expect(await pageOf(harness)).toMatchObject({ decided: false, undo: null });
  });

  it('that would be larger than rules may be is not written', async () => {
    const folder = tempFolder();
    const harness = await openFilled(folder);
    const long = (n: number): string => `${n}`.padEnd(200, '长');
    for (let from = 0; from < 2_000; from += 1_000) {
      const things = Array.from({ length: 1_000 }, (_, n) => long(from + n));
      await harness.engine.changeThemes({ kind: 'move', things, into: 'x' });
    }
    const path = join(folder, 'themes.yaml');
    await expect(harness.engine.exportThemes(path)).rejects.toMatchObject({ code: 'themes.too_large' });
    expect(existsSync(path)).toBe(false);
  });
});

describe('a run', () => {
  it('uses the table as it is when it begins; stored events follow only a run', async () => {
    const harness = await openFilled();
    const { engine } = harness;
    await run(harness);
    expect(await objectsOf(harness)).toEqual(everybody(EVENTS));
    await engine.changeThemes({ kind: 'join', themes: ['汽车之家', '懂车帝'], into: '车媒' });
    expect(await objectsOf(harness)).toEqual(everybody(EVENTS));
    expect((await pageOf(harness)).staleUsers).toBe(USERS);
    const preview = await engine.previewDetails({ kind: 'all' });
    expect(preview.events.standard).toBe(2 * USERS);
    await run(harness, REDO);
    expect(await objectsOf(harness)).toEqual(everybody(EVENTS_JOINED));
    expect((await pageOf(harness)).staleUsers).toBe(0);
    await engine.undoThemes();
    expect((await pageOf(harness)).staleUsers).toBe(USERS);
    await run(harness, REDO);
    expect(await objectsOf(harness)).toEqual(everybody(EVENTS));
  });

  it('that is under way ends as it began, also when it goes on after a restart', async () => {
    const folder = tempFolder();
    const harness = await openFilled(folder, 20);
    const { engine } = harness;
    await engine.changeThemes({ kind: 'join', themes: ['汽车之家', '懂车帝'], into: '车媒' });
    await engine.startRun(STANDARD);
    while ((await engine.runSnapshot()).processedUsers < 5) await new Promise((go) => setTimeout(go, 5));
    await engine.changeThemes({ kind: 'rename', theme: '车媒', into: '媒体' });
    await engine.closeWorkspace();

    const again = await open(folder);
    expect(await again.engine.runSnapshot()).toMatchObject({ status: 'interrupted' });
    expect((await again.engine.runSnapshot()).processedUsers).toBeLessThan(USERS);
    await again.engine.changeThemes({ kind: 'resetAll' });
    await again.engine.resumeRun();
    await again.runIs('completed');
    expect(await objectsOf(again)).toEqual(everybody(EVENTS_JOINED));
    expect((await pageOf(again)).staleUsers).toBe(USERS);
  });

  it('takes the themes of the rules, and those of the table before them', async () => {
    const folder = tempFolder();
    const harness = await openFilled(folder);
    const path = join(folder, 'rules.yaml');
    const themes = ['{ name: 德系, replaces: [大众] }', '{ name: 汽车媒体, things: [汽车之家, 懂车帝] }'];
    writeFileSync(
      path,
      `extends: general\nname: own\nversion: 1\nthemes:\n${themes.map((theme) => `  - ${theme}\n`).join('')}`,
    );
    expect((await harness.engine.useRules({ path })).error).toBeNull();
    await harness.engine.changeThemes({ kind: 'move', things: ['懂车帝'], into: '短视频' });
    expect((await pageOf(harness)).rows.map(({ name, sources }) => [name, sources])).toEqual([
      ['德系', ['rules']],
      ['汽车媒体', ['rules']],
      ['短视频', ['table']],
    ]);
    await run(harness);
    expect(await objectsOf(harness)).toEqual(everybody(['德系 6', '汽车媒体 2', '短视频 2']));
  });

  it('names types by the themes that were decided, where those are few', async () => {
    const folder = tempFolder();
    const harness = await open(folder);
    const apps = Array.from({ length: 20 }, (_, n) => `应用${String.fromCodePoint(0x4e00 + 100 * n)}`);
    const rows = apps.map(
      (app, n) => `u1,use_app,2026-03-02 09:${String(n).padStart(2, '0')}:00,${app.slice(2)}`,
    );
    const path = join(folder, 'apps.csv');
    writeFileSync(path, `user_id,action,timestamp,app_id\n${rows.join('\n')}\n`);
    await harness.engine.startImport({ path, kind: 'behaviours' });
    await harness.importEnded();
    await harness.rhythmIs('measured');
    await run(harness);
    const typesOf = async (): Promise<Set<string>> =>
      new Set((await harness.engine.getUser('u1')).events.map(({ type }) => type));
    expect(await typesOf()).toEqual(new Set(['使用应用']));
    const themes = apps.map((app) => app.slice(2));
    await harness.engine.changeThemes({ kind: 'join', themes, into: '工具' });
    await run(harness, REDO);
    expect(await typesOf()).toEqual(new Set(['使用工具']));
  });
});

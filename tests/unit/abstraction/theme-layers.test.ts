import { describe, expect, it } from 'vitest';
import type { LoggedThing } from '../../../src/core/abstraction/measure.ts';
import { ThemeIndex } from '../../../src/core/abstraction/theme-index.ts';
import {
  changeThemes,
  entriesOf,
  layerOf,
  mergedThemes,
  NO_DECISIONS,
  sourceOf,
} from '../../../src/core/abstraction/theme-layers.ts';
import type { ThemeLayer, ThemeLayers } from '../../../src/core/abstraction/theme-layers.ts';
import { Random } from '../../../src/core/sample/random.ts';
import type { ThemeChange } from '../../../src/shared/themes.ts';

const thing = (
  name: string,
  theme = name,
  by: LoggedThing['by'] = theme === name ? 'itself' : 'names',
): LoggedThing => ({ field: 'item', name, behaviours: 1, theme, by });

/** 大众 and 本田 by their names, 汽车之家 and 懂车帝 by nothing, 途安 by a column. */
const LOG = [
  thing('大众_途观', '大众'),
  thing('大众_迈腾', '大众'),
  thing('本田_雅阁', '本田'),
  thing('汽车之家'),
  thing('懂车帝'),
  thing('途安', 'VW', 'column'),
];
const isLogged = (theme: string): boolean => LOG.some((each) => each.theme === theme);

function indexOf(layers: ThemeLayers, things: readonly LoggedThing[] = LOG): ThemeIndex {
  const steps = ThemeIndex.make(things, layers);
  for (;;) {
    const step = steps.next();
    if (step.done) return step.value;
  }
}

/** The names of the things of each theme. */
function grouped(layers: ThemeLayers): Record<string, string[]> {
  const index = indexOf(layers);
  const { rows } = index.list({ search: '', sortBy: 'name', offset: 0, limit: 200 });
  return Object.fromEntries(
    rows.map(({ name }) => [
      name,
      index.things({ theme: name, search: '', offset: 0, limit: 200 }).rows.map((row) => row.name),
    ]),
  );
}

function after(changes: ThemeChange[], rules: ThemeLayer = NO_DECISIONS): ThemeLayers {
  let table = NO_DECISIONS;
  for (const change of changes) table = changeThemes({ table, rules }, change, isLogged);
  return { table, rules };
}

describe('themes that were decided', () => {
  it('are those of the log while nothing is', () => {
    const lookup = (): string => 'of the log';
    expect(mergedThemes({ table: NO_DECISIONS, rules: NO_DECISIONS }, lookup)).toBe(lookup);
    expect(grouped(after([]))).toEqual({
      VW: ['途安'],
      大众: ['大众_途观', '大众_迈腾'],
      懂车帝: ['懂车帝'],
      本田: ['本田_雅阁'],
      汽车之家: ['汽车之家'],
    });
  });

  it('are renamed, joined, split off and moved', () => {
    const layers = after([
      { kind: 'join', themes: ['汽车之家', '懂车帝'], into: '汽车媒体' },
      { kind: 'join', themes: ['大众', 'VW'], into: '大众' },
      { kind: 'move', things: ['大众_迈腾'], into: '迈腾' },
      { kind: 'rename', theme: '汽车媒体', into: '车媒' },
      { kind: 'rename', theme: '迈腾', into: 'Magotan' },
    ]);
    expect(grouped(layers)).toEqual({
      Magotan: ['大众_迈腾'],
      大众: ['大众_途观', '途安'],
      本田: ['本田_雅阁'],
      车媒: ['汽车之家', '懂车帝'],
    });
    // Only what was decided is kept, so that what is imported later is computed.
    expect(entriesOf(layers.table)).toEqual([
      { name: 'Magotan', things: ['大众_迈腾'], replaces: [] },
      { name: '大众', things: [], replaces: ['VW'] },
      { name: '车媒', things: [], replaces: ['懂车帝', '汽车之家'] },
    ]);
  });

  it('hold for things of the theme that come later, but not for those that were split off', () => {
    const { table, rules } = after([
      { kind: 'move', things: ['大众_迈腾'], into: '迈腾' },
      { kind: 'rename', theme: '大众', into: '大众汽车' },
    ]);
    const themeOf = mergedThemes({ table, rules }, ({ name }: { name: string }) => name.slice(0, 2));
    expect(['大众_朗逸', '大众_迈腾', '本田_思域'].map((name) => themeOf({ name }))).toEqual([
      '大众汽车',
      '迈腾',
      '本田',
    ]);
  });

  it('are forgotten by a reset, of a theme, of things, and of all', () => {
    const joined: ThemeChange = { kind: 'join', themes: ['汽车之家', '懂车帝'], into: '汽车媒体' };
    const moved: ThemeChange = { kind: 'move', things: ['大众_迈腾', '大众_途观'], into: 'VW' };
    const nothing = grouped(after([]));
    expect(grouped(after([joined, { kind: 'reset', theme: '汽车媒体' }]))).toEqual(nothing);
    expect(grouped(after([moved, joined, { kind: 'resetAll' }]))).toEqual(nothing);
    const one = grouped(after([moved, { kind: 'resetThings', things: ['大众_途观'] }]));
    expect([one['大众'], one['VW']]).toEqual([['大众_途观'], ['大众_迈腾', '途安']]);
    expect(grouped(after([moved, { kind: 'reset', theme: 'VW' }]))).toEqual(nothing);
  });

  it('leave nothing behind when a theme gets the name back that it has in the log', () => {
    const there: ThemeChange = { kind: 'rename', theme: '本田', into: 'Honda' };
    expect(after([there, { kind: 'rename', theme: 'Honda', into: '本田' }]).table).toEqual(NO_DECISIONS);
  });

  it('go before those of the rules, and those before a column and the names', () => {
    const rules = layerOf([
      { name: '德系', replaces: ['大众', 'VW'] },
      { name: '媒体', things: ['汽车之家', '懂车帝'] },
    ]);
    const layers = after(
      [
        { kind: 'move', things: ['懂车帝'], into: '短视频' },
        { kind: 'rename', theme: '德系', into: '德国车' },
      ],
      rules,
    );
    expect(grouped(layers)).toEqual({
      媒体: ['汽车之家'],
      德国车: ['大众_途观', '大众_迈腾', '途安'],
      本田: ['本田_雅阁'],
      短视频: ['懂车帝'],
    });
    const before = { table: NO_DECISIONS, rules };
    const sources = (of: ThemeLayers): string[] => LOG.map((each) => sourceOf(of, each.name, each));
    expect(sources(before)).toEqual(['rules', 'rules', 'names', 'rules', 'rules', 'rules']);
    expect(sources(layers)).toEqual(['table', 'table', 'names', 'rules', 'table', 'table']);
    expect(sources(after([]))).toEqual(['names', 'names', 'names', 'itself', 'itself', 'column']);
    const { rows } = indexOf(layers).things({ theme: '德国车', search: '途安', offset: 0, limit: 10 });
    expect(rows).toEqual([
      { field: 'item', name: '途安', behaviours: 1, source: 'table', otherwise: '德系' },
    ]);
  });

  it('are the same after they were written down, whatever was changed, and each thing has exactly one', () => {
    const random = new Random(11, 0);
    const pick = <T>(list: readonly T[]): T => list[Math.floor(random.next() * list.length)] as T;
    for (let round = 0; round < 60; round += 1) {
      const rules =
        round % 2 === 0 ? NO_DECISIONS : layerOf([{ name: 'R', things: ['懂车帝'], replaces: ['本田'] }]);
      let layers: ThemeLayers = { table: NO_DECISIONS, rules };
      for (let n = 0; n < 12; n += 1) {
        const themes = Object.keys(grouped(layers));
        const into = random.next() < 0.5 ? pick(themes) : `新${n}`;
        const change = pick<ThemeChange>([
          { kind: 'rename', theme: pick(themes), into },
          { kind: 'join', themes: [pick(themes), pick(themes)], into },
          { kind: 'move', things: [pick(LOG).name], into },
          { kind: 'reset', theme: pick(themes) },
          { kind: 'resetThings', things: [pick(LOG).name] },
        ]);
        const before = grouped(layers);
        layers = { table: changeThemes(layers, change, isLogged), rules };
        const now = grouped(layers);
        expect(Object.values(now).flat().sort()).toEqual(LOG.map(({ name }) => name).sort());
        if (change.kind === 'rename' && change.theme !== into)
          expect(now[into]?.toSorted()).toEqual(
            [...new Set([...(before[change.theme] ?? []), ...(before[into] ?? [])])].sort(),
          );
        const stored = layerOf(entriesOf(layers.table));
        expect(entriesOf(stored)).toEqual(entriesOf(layers.table));
        expect(grouped({ table: stored, rules })).toEqual(now);
      }
    }
  });
});

describe('the list of themes', () => {
  const things = Array.from({ length: 100_000 }, (_, n): LoggedThing => ({
    field: 'item',
    name: `t${n % 1000}_${n}`,
    behaviours: 1,
    theme: `t${n % 1000}`,
    by: 'names',
  }));
  const index = indexOf({ table: NO_DECISIONS, rules: NO_DECISIONS }, things);

  it('has 100,000 things, page by page', () => {
    expect(index.size).toEqual({ themes: 1000, things: 100_000 });
    const page = index.list({ search: '', sortBy: 'behaviours', offset: 995, limit: 50 });
    expect(page.total).toBe(1000);
    expect(page.rows).toHaveLength(5);
    const [first] = page.rows;
    expect(first).toMatchObject({ things: 100, behaviours: 100, sources: ['names'] });
    expect(first?.examples).toHaveLength(5);
  });

  it('is searched by the names of themes and of things', () => {
    const found = index.list({ search: 'T17_ ', sortBy: 'name', offset: 0, limit: 50 });
    expect(found.rows.map(({ name }) => name)).toEqual(['t17']);
    expect(index.things({ theme: 't17', search: '_99017', offset: 0, limit: 10 })).toMatchObject({
      total: 1,
      rows: [{ name: 't17_99017', otherwise: 't17', source: 'names' }],
    });
    expect(index.list({ search: 'nothing', sortBy: 'name', offset: 0, limit: 50 })).toEqual({
      total: 0,
      rows: [],
    });
  });
});

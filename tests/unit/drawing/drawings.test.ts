import { readFileSync } from 'node:fs';
import { SaxesParser } from 'saxes';
import { describe, expect, it } from 'vitest';
import { rowLabel } from '../../../src/shared/drawing/comparison.ts';
import { drawAnswer } from '../../../src/shared/drawing/draw-answer.ts';
import { cutText, textWidth, wrapText } from '../../../src/shared/drawing/drawing.ts';
import type { Drawing, GroupMark, Mark } from '../../../src/shared/drawing/drawing.ts';
import { layOut } from '../../../src/shared/drawing/layout.ts';
import { PAINTS, PICTURE_THEMES, THEME_COLOURS } from '../../../src/shared/drawing/paint.ts';
import { sheetOf } from '../../../src/shared/drawing/sheet.ts';
import { svgOf } from '../../../src/shared/drawing/svg.ts';
import { sideNames } from '../../../src/shared/drawing/question-text.ts';
import { ANALYSES, questionSchema } from '../../../src/shared/insight.ts';
import type {
  Analysis,
  Compare,
  ComparedSide,
  Comparison,
  FunnelGroup,
} from '../../../src/shared/insight.ts';
import { coloursOf } from '../../../src/shared/type-colours.ts';
import { tableOf, typesOfRow } from '../../../src/shared/insight-table.ts';
import { asked, smallAnswers } from './answers.ts';

const colourOf = coloursOf({ types: [] });
const options = { locale: 'zh-CN', width: 800, nameOf: (type: string) => type, colourOf, layOut } as const;
const answers = smallAnswers(['了解', '购买']);

const draw = (analysis: Analysis, of = answers, empty = false): Drawing[] =>
  drawAnswer(of[analysis].question, empty ? of[analysis].empty : of[analysis].result, options);

function all(marks: readonly Mark[]): Mark[] {
  return marks.flatMap((mark) => (mark.kind === 'group' ? [mark, ...all(mark.marks)] : [mark]));
}
const marksOf = (drawings: readonly Drawing[]): Mark[] => drawings.flatMap(({ marks }) => all(marks));
const keysOf = (drawings: readonly Drawing[]): string[] =>
  marksOf(drawings).flatMap((mark) => (mark.kind === 'group' && mark.users ? [mark.users.key] : []));
const textsOf = (drawings: readonly Drawing[]): string[] =>
  marksOf(drawings).flatMap((mark) => (mark.kind === 'text' ? [mark.text] : []));

/** What a parser of XML finds in a document: its elements with their attributes, and its texts. */
function parse(xml: string): {
  elements: { name: string; attributes: Record<string, string> }[];
  texts: string[];
} {
  const parser = new SaxesParser();
  const [elements, texts]: [{ name: string; attributes: Record<string, string> }[], string[]] = [[], []];
  parser.on('error', (error) => {
    throw error;
  });
  parser.on('opentag', ({ name, attributes }) => elements.push({ name, attributes }));
  parser.on('text', (text) => texts.push(text));
  parser.write(xml).close();
  return { elements, texts };
}

describe('a picture of an answer', () => {
  it.each(ANALYSES)('%s: each figure that is drawn has its users, and its numbers are finite', (analysis) => {
    const drawings = draw(analysis);
    expect(keysOf(drawings).length).toBeGreaterThan(0);
    const { keys } = tableOf(answers[analysis].result, answers[analysis].question, (type) => type);
    // Each row of the table that is drawn is found by the same key.
    expect(keysOf(drawings)).toEqual(
      expect.arrayContaining(keys.slice(0, 12).filter((key) => key !== 'f1' && key !== 'x1')),
    );
    for (const { width, height } of drawings) {
      expect(width).toBeGreaterThanOrEqual(300);
      expect(height).toBeGreaterThan(20);
    }
    expect(JSON.stringify(drawings, (_, value: unknown) => value)).not.toMatch(/null|NaN/);
  });

  it.each(ANALYSES)('%s: of no users, it says that there is nothing', (analysis) => {
    const drawings = draw(analysis, answers, true);
    expect(keysOf(drawings)).toEqual([]);
    // The heat map of a week is empty cells.
    expect(textsOf(drawings)).toContain('没有可画的数据。');
  });

  it('draws what is counted: lengths are in the ratio of the figures', () => {
    const [funnel] = draw('funnel');
    const fills = all(funnel?.marks ?? []).flatMap((mark) =>
      mark.kind === 'path' && mark.fillOpacity !== undefined ? [mark.d] : [],
    );
    expect(fills).toHaveLength(2);
    const widths = marksOf(draw('overview').slice(1, 2)).flatMap((mark) =>
      mark.kind === 'rect' && mark.fillOpacity !== undefined ? [mark.width] : [],
    );
    expect(widths[0]).toBeCloseTo((widths[1] ?? 0) * 4, 0);
    expect(textsOf(draw('funnel'))).toEqual(
      expect.arrayContaining([
        ...['购买 · <x>', '25.0%', '中位 1 小时（四分位 30 分钟 – 2 小时）', '3 人没有走到', '了解 2'],
      ]),
    );
  });

  it('of an overview has bars by type or by category, and says when its periods are longer than asked for', () => {
    const [a, b, c] = ['了解', '浏览', '购买'];
    const { question, result } = answers.overview;
    const types = [a, b, c].map((type = '', at) => ({
      ...{ key: `t${at}`, type, events: 4, users: 1 },
      category: type === c ? ('conversion' as const) : ('engagement' as const),
    }));
    const counts = [
      [3, 1],
      [1, 3],
      [0, 4],
    ];
    const time = (patch: object): Drawing | undefined =>
      drawAnswer(asked({ question }, patch), { ...result, types, counts }, options)[0];
    expect(time({})?.table).toEqual([
      ['时间', '了解', '浏览', '购买'],
      ['2025-12-01', '3', '1', '0'],
      ['2025-12-02', '1', '3', '4'],
    ]);
    const byCategory = time({ view: { by: 'category' } });
    expect(byCategory?.table).toEqual([
      ['时间', '互动', '转化'],
      ['2025-12-01', '4', '0'],
      ['2025-12-02', '4', '4'],
    ]);
    expect(keysOf(byCategory ? [byCategory] : [])).toEqual(['time:0', 'time:1']);
    expect(time({ bin: 'day' })?.note).toBeUndefined();
    expect(time({ bin: 'hour' })?.note).toBe('按小时画出的时段太多，已改为按天。');
  });

  it('of variants tells the share of each, and of all down to it', () => {
    const drawings = draw('variants');
    expect(textsOf(drawings).filter((text) => text.includes('累计'))).toHaveLength(12);
    expect(textsOf(drawings)).toEqual(
      expect.arrayContaining(['13.3% · 累计 13.3%', '12.4% · 累计 25.7%', '2.9% · 累计 97.1%']),
    );
    // Numbers do not run into each other.
    const [row] = drawings[0]?.marks ?? [];
    const [users, shares] = (row?.kind === 'group' ? row.marks : []).filter(
      (mark) => mark.kind === 'text' && mark.anchor === 'end',
    );
    if (users?.kind !== 'text' || shares?.kind !== 'text') throw new Error('no numbers');
    expect(users.x).toBeLessThan(shares.x - textWidth(shares.text, shares.size));
  });

  it('of a funnel says what is between steps in two lines where one has no room for it', () => {
    const { question, result } = answers.funnel;
    const at = (width: number): { height: number; lines: number; texts: string[] } => {
      const [funnel] = drawAnswer(question, result, { ...options, width });
      const texts = all(funnel?.marks ?? []).filter((mark) => mark.kind === 'text');
      const small = texts.filter(({ size }) => size === 13);
      const rights = small.map(({ x, text, size }) => x + textWidth(text, size));
      expect(Math.max(...rights)).toBeLessThanOrEqual(width);
      const lines = new Set(small.map(({ y }) => y)).size;
      return { height: funnel?.height ?? 0, lines, texts: small.map(({ text }) => text) };
    };
    const [wide, narrow, tiny] = [at(800), at(360), at(220)];
    expect([wide.lines, narrow.lines]).toEqual([1, 2]);
    expect(narrow.texts).toEqual(wide.texts);
    expect(narrow.height).toBe(wide.height + 22);
    expect(tiny.texts[0]).toBe('中位 1 小时');
    // Nobody is told to have gone on to nothing.
    expect(tiny.texts.at(-1)).not.toBe('接下来去了：');
  });

  it('says what is not drawn', () => {
    expect(draw('variants')[0]?.note).toBe('另有 2 行未画出');
    expect(draw('evolution')[0]?.note).toBe('另有 0 条边未显示，1 对与偶然无异');
  });

  it('of paths has the names of low nodes within it, at its top, too', () => {
    const { question, result } = answers.paths;
    const [first, ...others] = result.nodes;
    if (!first) throw new Error('there is no node');
    const nodes = [{ ...first, users: 40 }, ...others.map((node) => ({ ...node, users: 1 }))];
    const texts = marksOf(drawAnswer(question, { ...result, users: 40, nodes }, options)).flatMap((mark) =>
      mark.kind === 'text' ? [mark] : [],
    );
    expect(texts.length).toBeGreaterThan(1);
    for (const { y, size } of texts) expect(y).toBeGreaterThanOrEqual(size);
  });

  it('of paths that lead to an event has that event at the right', () => {
    const { question, result } = answers.paths;
    const xOf = (direction: 'from' | 'to'): number => {
      const drawings = drawAnswer(asked({ question }, { direction }), result, options);
      const group = marksOf(drawings).find(
        (mark): mark is GroupMark => mark.kind === 'group' && mark.users?.key === 'p0',
      );
      const box = group?.marks[0];
      return box?.kind === 'rect' ? box.x : NaN;
    };
    expect(xOf('from')).toBe(0);
    expect(xOf('to')).toBeGreaterThan(400);
  });

  it('of an evolution graph: nodes are where they were put, what is hidden is gone and said, notes are numbered', () => {
    const { question, result } = answers.evolution;
    const view = {
      ...{ edges: 25, pins: [{ type: '购买', x: 700, y: 300 }], hidden: [] },
      notes: [{ on: { from: '了解', to: '购买' }, text: '广告之后' }],
    };
    const [pinned] = drawAnswer(asked({ question }, { view }), result, options);
    const node = all(pinned?.marks ?? []).find(
      (mark): mark is GroupMark => mark.kind === 'group' && mark.name === 'node-购买',
    );
    expect([node?.x, node?.y]).toEqual([700, 300]);
    expect(pinned?.height).toBeGreaterThan(330);
    expect(textsOf(pinned ? [pinned] : [])).toContain('备注 1 · 了解 → 购买：广告之后');

    const hidden = [{ from: '了解', to: '购买' }];
    const [less] = drawAnswer(asked({ question }, { view: { ...view, hidden } }), result, options);
    expect(keysOf(less ? [less] : [])).toEqual([]);
    expect(less?.note).toContain('手动隐藏了 0 个类型、1 条边');
  });
});

describe('a picture of two selections', () => {
  const compares = (analysis: Analysis): boolean =>
    questionSchema.safeParse({ ...answers[analysis].question, compare: 'others' }).success;
  const side = (key: string, users: number, of: number): ComparedSide => ({
    ...{ key, users, share: users / of, of, events: null, medianSeconds: null },
  });
  const comparison: Comparison = {
    ...{ users: 10, shared: 0, total: 14 },
    rows: [
      {
        ...{ types: ['了解'], step: 0, field: null, value: null, difference: 0.25 },
        ...{ own: side('own:a', 2, 4), other: side('other:a', 2, 8), interval: { low: 0.1, high: 0.4 } },
      },
      {
        ...{ types: ['购买'], step: 1, field: null, value: null, difference: 0, interval: null },
        ...{ own: side('own:none', 0, 4), other: side('other:none', 0, 8) },
      },
    ],
  };
  const compare = { profile: { 性别: '男' } };
  const drawn = (analysis: Analysis): Drawing[] =>
    drawAnswer(
      asked(answers[analysis], { select: { profile: { 性别: '女' } }, compare }),
      { ...answers[analysis].result, comparison },
      options,
    );

  it.each(ANALYSES.filter((analysis) => compares(analysis)))(
    '%s: has both, each with its users, and says of which one the others are',
    (analysis) => {
      const [both, ...others] = drawn(analysis);
      if (!both) throw new Error('no drawing');
      // A bar of no users opens no list.
      expect(keysOf([both])).toEqual(['own:a', 'other:a']);
      expect(textsOf([both])).toEqual(
        expect.arrayContaining(['50.0%', '25.0%', '+25.0 个百分点', '+10.0 … +40.0', '0.0 个百分点']),
      );
      expect(both.note).toBe('另有 12 行未画出');
      expect(others.length).toBeGreaterThan(0);
      if (analysis !== 'profile') for (const { title } of others) expect(title).toContain('（性别：女）');
    },
  );

  it.each<[Analysis, object, string]>([
    ['paths', { types: ['了解', '购买'], step: 2 }, '了解 → 购买 · 步骤 2'],
    ['graph', { types: ['了解', '购买'] }, '了解 → 购买'],
    ['variants', { types: ['了解', '购买'] }, '了解 > 购买'],
    ['profile', { types: [], field: '性别', value: '女' }, '性别 · 女'],
    // A column that is known has its name in the language of the picture.
    ['profile', { types: [], field: 'Occupation', value: '教师' }, '职业 · 教师'],
    ['profile', { types: [], field: 'vip', value: '1' }, 'vip · 1'],
    ['funnel', { types: [], step: 1 }, '购买 · <x>'],
  ])('names a row of %s', (analysis, patch, name) => {
    const [row] = comparison.rows;
    if (!row) throw new Error('no row');
    expect(rowLabel({ ...row, ...patch }, answers[analysis].question, options)).toBe(name);
  });

  it('tells them apart without colours: one is filled, the other one hatched; lengths are in the ratio of the shares', () => {
    const [both] = drawn('funnel');
    const bar = (name: string): Mark[] =>
      all(both?.marks ?? []).flatMap((mark) =>
        mark.kind === 'group' && mark.name === name
          ? mark.marks.filter(({ kind }) => kind !== 'text').slice(1)
          : [],
      );
    const [own, other] = [bar('compared-own-0'), bar('compared-other-0')];
    expect(own.map(({ kind }) => kind)).toEqual(['rect']);
    expect(other.map(({ kind }) => kind)).toEqual(['rect', 'path']);
    expect(own[0]).toMatchObject({ fill: 'teal' });
    expect(other[0]).not.toHaveProperty('fill');
    const widths = [own[0], other[0]].map((mark) => (mark?.kind === 'rect' ? mark.width : NaN));
    // The outline of a hatched one is drawn inside it.
    expect(widths[0]).toBeCloseTo(((widths[1] ?? 0) + 1) * 2, 0);
    expect(textsOf(both ? [both] : [])).toEqual(
      expect.arrayContaining(['性别：女 · 4 个用户', '性别：男 · 10 个用户']),
    );
    expect(parse(svgOf(both ?? sheetOf({ name: '', title: '' }, []), 'light')).texts).toContain(
      '性别：男 · 10 个用户',
    );
  });

  it.each([
    ['others', { own: '性别：女', other: '其余用户' }],
    [{ converted: '购买' }, { own: '性别：女 · 有：购买', other: '性别：女 · 没有：购买' }],
    [{}, { own: '性别：女', other: '全部用户' }],
    [
      { saved: '北京', from: '2025-12-01' },
      { own: '性别：女', other: '北京 · 从 2025-12-01' },
    ],
  ] satisfies [Compare, object][])('names the sides of %o', (other, names) => {
    const question = asked(answers.overview, { select: { profile: { 性别: '女' } }, compare: other });
    expect(sideNames(question, options)).toEqual(names);
  });
});

describe('the picture of waiting', () => {
  it('has the users who came to the event by day, those of several days together where the curve has one point for them', () => {
    const [curve, days] = draw('around');
    expect(days?.table?.slice(1)).toEqual([
      ['第 0 天', '0'],
      ['第 1 天', '2'],
      ['第 2–4 天', '0'],
    ]);
    expect(curve?.table?.[2]).toEqual(['第 1 天', '50.0%', '2', '1']);
    expect(keysOf(days ? [days] : [])).toEqual(['waiting:1']);
  });
});

describe('a picture of both sides', () => {
  const [own, beside] = [smallAnswers(['了解', '购买']), smallAnswers(['了解', '到店'])];
  const side = (key: string): ComparedSide => ({
    ...{ key, users: 1, share: 0.25, of: 4, events: null, medianSeconds: null },
  });
  const comparison = (analysis: Analysis): Comparison => ({
    ...{ users: 8, shared: 0, total: 1 },
    rows: [
      {
        ...{ types: ['了解', '购买'], step: 0, field: null, value: null, difference: 0.25 },
        ...{ own: side('own:e1'), other: side('other:none'), interval: { low: 0.1, high: 0.4 } },
      },
    ],
    beside: { ...beside[analysis].result, users: 8 },
  });
  const compare = { profile: { 性别: '男' } };
  const drawn = (analysis: Analysis, other = comparison(analysis)): Drawing[] =>
    drawAnswer(
      asked(own[analysis], { select: { profile: { 性别: '女' } }, compare }),
      { ...own[analysis].result, comparison: other },
      options,
    ).slice(1);
  const groups = (drawings: readonly Drawing[]): GroupMark[] =>
    marksOf(drawings).filter((mark): mark is GroupMark => mark.kind === 'group');

  it.each([
    ['overview', ['n1', 'n2', 'beside:n1', 'beside:n2']],
    ['funnel', ['s0', 's1', 'i1', 'beside:s0', 'beside:s1', 'beside:i1']],
    ['paths', ['p0', 'p1', 'l0', 'beside:p0', 'beside:p1', 'beside:l0']],
    ['graph', ['g0', 'g1', 'e1', 'e2', 'beside:g0', 'beside:g1', 'beside:e1']],
    ['variants', ['v0', 'beside:v0']],
    ['sequences', ['q0', 'q1', 'beside:q0', 'beside:q1']],
    ['around', ['r0', 'waiting:1', 'beside:r0', 'beside:waiting:1']],
  ] as const)('%s: each figure lists the users of its side, and says which one that is', (analysis, keys) => {
    const drawings = drawn(analysis);
    expect(keysOf(drawings)).toEqual(expect.arrayContaining([...keys]));
    for (const { users } of groups(drawings))
      if (users) expect(users.title).toContain(users.key.startsWith('beside:') ? '性别：男' : '性别：女');
    expect(new Set(drawings.map(({ name }) => name)).size).toBe(drawings.length);
    expect(JSON.stringify(drawings)).not.toMatch(/null|NaN/);
    for (const theme of PICTURE_THEMES)
      expect(parse(svgOf(sheetOf({ name: '', title: '' }, drawings), theme)).texts.join()).toContain(
        '性别：男',
      );
  });

  it('has bars by time for each hundred users: upwards filled, downwards hatched, with one scale', () => {
    const [time] = drawn('overview');
    const columns = groups(time ? [time] : []);
    const column = (side: string, index: number): (typeof columns)[number] | undefined =>
      columns.find(({ name }) => name === `time-${side}-${index}`);
    const height = (side: string): number =>
      (column(side, 1)?.marks.slice(1) ?? []).reduce(
        (sum, mark) =>
          mark.kind === 'rect' && (side === 'own') === Boolean(mark.fill) ? sum + mark.height : sum,
        0,
      );
    // The second side has the same events of twice as many users; the outline of a hatched bar is drawn inside it.
    expect(height('own')).toBeCloseTo(110, 0);
    expect(height('other')).toBeCloseTo(55 - 2, 0);
    for (const side of ['own', 'other'])
      expect(column(side, 0)?.tip).toBe(
        '性别：女 · 2025-12-01：3 个事件，每 100 个用户 75 个\n性别：男 · 2025-12-01：3 个事件，每 100 个用户 38 个',
      );
    expect(column('own', 1)?.users).toEqual({ key: 'time:1', title: '2025-12-02 · 性别：女' });
    expect(column('other', 1)?.users).toEqual({ key: 'beside:time:1', title: '2025-12-02 · 性别：男' });
    // 到店 and 购买 are other types, which have columns of their own in the table of both sides.
    expect(time?.table?.[0]).toEqual([
      '时间',
      ...['女', '男'].flatMap((sex) => ['了解', '购买', '到店'].map((type) => `${type}（性别：${sex}）`)),
    ]);
    expect(time?.table?.[2]).toEqual(['2025-12-02', '2', '2', '0', '2', '0', '2']);
  });

  it('has bars by time by category of both', () => {
    const [, time] = drawAnswer(
      asked(own.overview, { select: { profile: { 性别: '女' } }, compare, view: { by: 'category' } }),
      { ...own.overview.result, comparison: comparison('overview') },
      options,
    );
    expect(time?.table?.[0]).toEqual([
      '时间',
      ...['女', '男'].flatMap((sex) => ['互动', '转化'].map((type) => `${type}（性别：${sex}）`)),
    ]);
    expect(time?.table?.[2]).toEqual(['2025-12-02', '2', '2', '2', '2']);
  });

  it('begins two times that do not overlap side by side, and says so', () => {
    const other = comparison('overview');
    const { result } = beside.overview;
    const later = result.binStarts.map((start) => start + 40 * 86_400_000);
    const [time] = drawn('overview', { ...other, beside: { ...result, binStarts: later } });
    expect(time?.note).toContain('不重叠');
    expect(time?.table?.map(([when]) => when)).toEqual([
      '时间',
      '2025-12-01 / 2026-01-10',
      '2025-12-02 / 2026-01-11',
    ]);
    expect(textsOf(time ? [time] : [])).toEqual(expect.arrayContaining(['2025-12-01', '2026-01-10']));
  });

  it('has two heat maps of one scale', () => {
    const week = drawn('overview').at(-1);
    const shades = marksOf(week ? [week] : []).flatMap((mark) =>
      mark.kind === 'rect' && mark.fill === 'teal' && mark.fillOpacity !== 0.8 ? [mark.fillOpacity] : [],
    );
    const half = shades.length / 2;
    expect(Math.max(...shades.slice(0, half).map(Number))).toBeCloseTo(0.85, 2);
    expect(Math.max(...shades.slice(half).map(Number))).toBeCloseTo(0.425, 1);
    expect(week?.table).toHaveLength(15);
  });

  it('has flows of one scale: a node is as high as its share of its side, hatched on the second', () => {
    const [first, second] = drawn('paths');
    const boxOf = (drawing: Drawing | undefined, key: string): Mark[] =>
      groups(drawing ? [drawing] : []).find(({ users }) => users?.key === key)?.marks ?? [];
    const [one, two] = [boxOf(first, 'p0'), boxOf(second, 'beside:p0')];
    const heights = [one[0], two[0]].map((mark) => (mark?.kind === 'rect' ? mark.height : NaN));
    // The same number of users is half of the share on the other side.
    expect(heights[0]).toBeCloseTo((heights[1] ?? 0) * 2, 0);
    expect(one.some(({ kind }) => kind === 'path')).toBe(false);
    expect(two.some(({ kind }) => kind === 'path')).toBe(true);
    expect(textsOf(first ? [first] : [])).toContain('了解 100.0%');
  });

  it('has one evolution graph: pairs that are more than chance on either side, with what was done by hand, each number with its users', () => {
    const [one] = own.evolution.result.edges;
    if (!one) throw new Error('no edge');
    const edges = [{ ...one, certain: false }];
    const other = { ...own.evolution.result, users: 8, edges: [one] };
    const row = {
      ...{ types: [one.from, one.to], step: null, field: null, value: null, difference: -0.3 },
      own: { ...side(`own:${one.key}`), users: 1, of: 5, share: 0.2, medianSeconds: 60 },
      other: { ...side(`other:${one.key}`), users: 2, of: 4, share: 0.5, medianSeconds: 3600 },
      interval: { low: -0.6, high: -0.1 },
    };
    const both = { ...comparison('evolution'), rows: [row], total: 3, beside: other };
    const drawGraph = (view: object, of = both): Drawing[] =>
      drawAnswer(
        asked(own.evolution, { compare, view: { edges: 25, pins: [], hidden: [], notes: [], ...view } }),
        { ...own.evolution.result, edges, comparison: of },
        options,
      ).slice(1);
    const [graph] = drawGraph({
      pins: [{ type: one.to, x: 400, y: 200 }],
      notes: [{ on: { from: one.from, to: one.to }, text: '广告之后' }],
    });
    const of = (name: string, drawings = graph ? [graph] : []): GroupMark | undefined =>
      groups(drawings).find((group) => group.name === name);
    expect(of(`edge-${one.key}-own`)?.users?.key).toBe(`own:${one.key}`);
    expect(of(`edge-${one.key}-other`)?.users?.key).toBe(`other:${one.key}`);
    expect(of(`edge-${one.key}`)?.tip).toContain('50.0%（4 人中的 2 人），间隔中位数 1 小时');
    expect(of(`edge-${one.key}`)?.marks[1]).toMatchObject({ stroke: 'ink2', dashed: true });
    expect(of(`node-${one.to}`)).toMatchObject({ x: 400, y: 200 });
    expect(of(`node-${one.from}-other`)?.users?.key).toMatch(/^beside:/);
    expect(textsOf(graph ? [graph] : [])).toEqual(
      expect.arrayContaining(['20%', '50%', `备注 1 · ${one.from} → ${one.to}：广告之后`]),
    );
    expect(graph?.note).toBe('另有 0 条边未显示，2 对与偶然无异');
    // A number between pinned nodes stands on the line between them.
    const label = of(`edge-${one.key}-own`)?.marks.find(({ kind }) => kind === 'text');
    expect(label?.kind === 'text' && label.x > 0 && label.x < 400).toBe(true);
    const [hidden] = drawGraph({ hidden: [{ from: one.from, to: one.to }] });
    expect(keysOf(hidden ? [hidden] : [])).toEqual([]);
    expect(hidden?.note).toContain('手动隐藏了 0 个类型、1 条边');
  });

  it('has one graph with the shares of both on each edge, drawn by the side that has more', () => {
    const [graph] = drawn('graph');
    const edge = (key: string): GroupMark | undefined =>
      groups(graph ? [graph] : []).find(({ name }) => name === `edge-${key}`);
    const looks = (key: string): object | undefined => edge(key)?.marks[1];
    expect(looks('e1')).toMatchObject({ stroke: 'teal' });
    expect(groups(graph ? [graph] : []).find(({ name }) => name === 'edge-e1-own')?.users?.key).toBe('e1');
    expect(textsOf(graph ? [graph] : [])).toEqual(
      expect.arrayContaining(['25%', '0.0%', '13%', '在“性别：男”中占比更高', '差异不超出偶然']),
    );
    expect(edge('e1')?.tip).toContain('性别：女: 25.0% · 1 个用户，2 次');
    const other = comparison('graph');
    const rows = other.rows.map((row) => ({ ...row, interval: { low: -0.1, high: 0.4 } }));
    const [even] = drawn('graph', { ...other, rows });
    const line = groups(even ? [even] : []).find(({ name }) => name === 'edge-e1')?.marks[1];
    expect(line).toMatchObject({ stroke: 'ink3' });
  });
});

describe('a picture of the trend of a funnel', () => {
  const group = (value: string, [first, last]: [number, number], open: boolean): FunnelGroup => ({
    ...{ value, users: first, open },
    steps: [
      { key: `${value}:0`, users: first },
      { key: `${value}:1`, users: last },
    ],
  });
  const groups = [
    group('2025-12-01', [8, 4], false),
    group('2025-12-08', [0, 0], false),
    group('2025-12-15', [4, 1], false),
    group('2025-12-22', [2, 0], true),
  ];
  const [, trend] = drawAnswer(
    asked(answers.funnel, { by: { time: 'week' }, window: '7d' }),
    { ...answers.funnel.result, groups },
    options,
  );
  const columns = all(trend?.marks ?? []).filter(
    (mark): mark is GroupMark => mark.kind === 'group' && mark.name !== undefined,
  );

  it('has a column for each period, as high as its users are many, which lists them', () => {
    expect(trend?.title).toBe('“了解”到“购买 · <x>”的转化率，按到达第一步的时间');
    expect(columns.map(({ users }) => users?.key)).toEqual([
      '2025-12-01:0',
      undefined,
      '2025-12-15:0',
      '2025-12-22:0',
    ]);
    const heights = columns.map(({ marks }) => (marks[1]?.kind === 'rect' ? marks[1].height : NaN));
    expect(heights[0]).toBeCloseTo((heights[2] ?? 0) * 2, 0);
    expect(columns[2]?.tip).toBe('2025-12-15：4 个用户，1 个到达（25.0%）');
  });

  it('hatches open periods, goes on dashed into them, and says why', () => {
    const isHatched = columns.map(({ marks }) => marks.some(({ kind }) => kind === 'path'));
    expect(isHatched).toEqual([false, false, false, true]);
    const lines = (trend?.marks ?? []).filter((mark) => mark.kind === 'path' && mark.stroke === 'conv');
    expect(lines.map((mark) => mark.kind === 'path' && mark.dashed)).toEqual([false, true]);
    // A period without users has no point: the line goes over it.
    expect(lines.map((mark) => (mark.kind === 'path' ? mark.d.match(/[ML]/g)?.join('') : ''))).toEqual([
      'ML',
      'ML',
    ]);
    expect(columns[3]?.tip).toContain('未满');
    expect(trend?.note).toContain('时间窗口还没有过完');
    const [, endless] = drawAnswer(
      asked(answers.funnel, { by: { time: 'week' } }),
      { ...answers.funnel.result, groups },
      options,
    );
    expect(endless?.note).toContain('没有时间窗口');
  });

  it('is there only where users are told apart by time', () => {
    const question = asked(answers.funnel, { by: '性别' });
    expect(drawAnswer(question, { ...answers.funnel.result, groups }, options)).toHaveLength(1);
  });
});

const HOSTILE = [
  '<script>alert(1)</script>]]>&"\'',
  `\u0000\ud800\u202e${'很长的名字'.repeat(200)}`,
] as const;

describe('a document of a picture', () => {
  it.each(ANALYSES)('%s: names of whatever characters are texts in it', (analysis) => {
    const hostile = smallAnswers(HOSTILE);
    for (const theme of PICTURE_THEMES) {
      const sheet = sheetOf({ name: analysis, title: HOSTILE[0], text: HOSTILE[1] }, draw(analysis, hostile));
      const svg = svgOf(sheet, theme);
      const { elements, texts } = parse(svg);
      const names = new Set(elements.map(({ name }) => name));
      for (const name of names)
        expect([
          'svg',
          'title',
          'desc',
          'defs',
          'marker',
          'g',
          'rect',
          'path',
          'line',
          'circle',
          'text',
        ]).toContain(name);
      expect(texts).toContain(HOSTILE[0]);
      // Nothing is fetched from elsewhere.
      expect(svg.replace('http://www.w3.org/2000/svg', '')).not.toMatch(/https?:|href|@import|<style/);
      expect(svg).not.toMatch(/NaN|undefined/);
    }
  });

  it('has its colours from the theme, and its size', () => {
    const [funnel] = draw('funnel');
    if (!funnel) throw new Error('no drawing');
    const light = parse(svgOf(funnel, 'light')).elements;
    expect(light[0]?.attributes).toMatchObject({ width: '800', viewBox: `0 0 800 ${funnel.height}` });
    expect(svgOf(funnel, 'dark')).toContain(THEME_COLOURS.dark.teal);
    expect(svgOf(funnel, 'dark')).not.toContain(THEME_COLOURS.light.teal);
  });
});

it('paints as the style sheet of the window does', () => {
  const css = readFileSync(new URL('../../../src/renderer/src/styles/tokens.css', import.meta.url), 'utf8');
  const [light = '', dark = ''] = [css.split('.dark {')[0], css.split('.dark {')[1]];
  for (const [theme, text] of [
    ['light', light],
    ['dark', dark],
  ] as const)
    for (const paint of PAINTS) {
      const token = `--c-${paint.replace(/([A-Z]|\d)/g, (part) => `-${part.toLowerCase()}`)}: `;
      expect(text).toContain(`${token}${THEME_COLOURS[theme][paint]};`);
    }
});

describe('texts in a picture', () => {
  it('are cut and wrapped to the room they have', () => {
    expect(cutText('了解', 13, 100)).toBe('了解');
    expect(textWidth(cutText('很长的名字'.repeat(20), 13, 100), 13)).toBeLessThanOrEqual(100);
    expect(wrapText('one two three', 10, 46)).toEqual(['one two', 'three']);
    const lines = wrapText('事件'.repeat(100), 10, 100, 3);
    expect(lines).toHaveLength(3);
    expect(lines.at(-1)).toMatch(/…$/);
  });
});

it('the types of a row are those of the table: of a comparison where there is one', () => {
  const { result } = answers.variants;
  const figure = { key: 'k', users: 1, share: 1, of: 1, events: null, medianSeconds: null };
  const row = {
    step: null,
    field: null,
    value: null,
    own: figure,
    other: figure,
    difference: 0,
    interval: null,
  };
  expect(typesOfRow(result, 0)).toEqual(result.rows[0]?.types);
  const comparison = { users: 1, shared: 0, total: 1, rows: [{ ...row, types: ['购买'] }] };
  expect(typesOfRow({ ...result, comparison }, 0)).toEqual(['购买']);
  expect(typesOfRow({ ...result, comparison }, 1)).toEqual([]);
});

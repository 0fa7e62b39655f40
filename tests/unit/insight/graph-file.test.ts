import { SaxesParser } from 'saxes';
import { describe, expect, it } from 'vitest';
import { findFonts, fontFolders } from '../../../src/core/insight/files/fonts.ts';
import { GRAPH_TEXTS, graphOf } from '../../../src/core/insight/files/graph-file.ts';
import { questionSchema } from '../../../src/shared/insight.ts';
import { formatsOf, INSIGHT_FORMATS, insightFormatOf } from '../../../src/shared/insight-formats.ts';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { tempFolder } from '../../support/temp.ts';
import { asked, smallAnswers } from '../drawing/answers.ts';

const HOSTILE = ['<script>"a"]]>&\\', 'b\n\'\\"\u0000'] as const;
const names = { locale: 'en', nameOf: (type: string) => type } as const;

/** The graph of the answer about evolution, with a note, a pin, and names as they may come. */
function hostileGraph() {
  const { evolution } = smallAnswers(HOSTILE);
  const [from, to] = HOSTILE;
  const view = {
    ...{ edges: 25, hidden: [], pins: [{ type: from, x: 72, y: 36 }] },
    notes: [{ on: { from, to }, text: '"]]></data><x/>' }],
  };
  return graphOf(asked(evolution, { view }), evolution.result, names);
}

/** The elements of an XML document, in order, each with its attributes and its text. */
function elementsOf(xml: string): { name: string; attributes: Record<string, string>; text: string }[] {
  const parser = new SaxesParser();
  const all: { name: string; attributes: Record<string, string>; text: string }[] = [];
  const open: typeof all = [];
  parser.on('error', (error) => {
    throw error;
  });
  parser.on('opentag', ({ name, attributes }) => {
    const element = { name, attributes, text: '' };
    all.push(element);
    open.push(element);
  });
  parser.on('text', (text) => {
    const inner = open.at(-1);
    if (inner) inner.text += text;
  });
  parser.on('closetag', () => open.pop());
  parser.write(xml).close();
  return all;
}

/** The strings of a text in DOT; throws when a quote is not closed, or when something is between them that is no word, number or sign. */
function dotStrings(dot: string): string[] {
  const found: string[] = [];
  const rest = dot.replace(/"((?:[^"\\]|\\.)*)"/gs, (_, inner: string) => {
    found.push(inner);
    return '§';
  });
  expect(rest).toMatch(/^[\w\s{}[\]=,;§>-]*$/);
  return found;
}

describe('a graph for other programs', () => {
  it('of a comparison has the figures of both sides on each node and edge', () => {
    const { graph } = smallAnswers(['a', 'b']);
    const other = { ...graph.result, users: 8, edges: graph.result.edges.slice(0, 2) };
    const question = asked(graph, { compare: { converted: 'b' } });
    const comparison = { users: 8, shared: 0, total: 4, rows: [], beside: other };
    const file = graphOf(question, { ...graph.result, comparison }, names);
    expect(file.title).toBe('Process graph · with: b ↔ without: b');
    const { nodes, edges } = JSON.parse(GRAPH_TEXTS.json(file)) as Record<'nodes' | 'edges', object[]>;
    expect(nodes.find((node) => 'type' in node && node.type === 'a')).toMatchObject({
      ...{ users: 4, share: 1, events: 5, other_users: 4, other_share: 0.5, other_events: 5 },
    });
    expect(edges).toContainEqual({
      ...{ from: 'a', to: 'b', users: 1, share: 0.25, events: 2, median_seconds: 50 },
      ...{ other_users: 1, other_share: 0.125, other_events: 2, other_median_seconds: 50 },
    });
    expect(edges).toContainEqual(
      expect.objectContaining({ from: 'a', to: 'a', users: 1, other_users: 0, other_share: 0 }),
    );
    expect(dotStrings(GRAPH_TEXTS.dot(file).replace(' ↔ ', ' '))).toContain('25% · 13%');
    expect(elementsOf(GRAPH_TEXTS.graphml(file)).map(({ attributes }) => attributes['attr.name'])).toContain(
      'other_share',
    );
  });

  it('as GraphML has its values declared, and names of whatever characters are texts', () => {
    const elements = elementsOf(GRAPH_TEXTS.graphml(hostileGraph()));
    const declared = new Set(
      elements.filter(({ name }) => name === 'key').map(({ attributes }) => attributes['id']),
    );
    const data = elements.filter(({ name }) => name === 'data');
    expect(data.length).toBeGreaterThan(8);
    for (const { attributes } of data) expect(declared).toContain(attributes['key']);
    const of = (key: string): string[] =>
      data.filter(({ attributes }) => attributes['key'] === key).map(({ text }) => text);
    expect(of('node_name')).toEqual([HOSTILE[0], 'b\n\'\\"\ufffd']);
    expect(of('edge_note')).toEqual(['"]]></data><x/>']);
    expect(of('edge_lift')).toEqual(['5']);
    expect(of('node_x')).toEqual(['72']);
    const [edge] = elements.filter(({ name }) => name === 'edge');
    expect(edge?.attributes).toMatchObject({ source: 'n0', target: 'n1' });
    expect(elements.some(({ name }) => name === 'x' || name === 'script')).toBe(false);
  });

  it('as DOT closes its quotes, and keeps a pinned node at its place', () => {
    const strings = dotStrings(GRAPH_TEXTS.dot(hostileGraph()));
    expect(strings).toContain('<script>\\"a\\"]]>&\\\\\\n4');
    expect(strings).toContain('1.000,-0.500!');
  });

  it('as JSON has types, figures and notes', () => {
    const { evolution } = smallAnswers(HOSTILE);
    expect(JSON.parse(GRAPH_TEXTS.json(hostileGraph()))).toMatchObject({
      nodes: [
        { type: HOSTILE[0], users: 4, x: 72, y: 36 },
        { type: HOSTILE[1], category: 'conversion', users: 2 },
      ],
      edges: [{ from: HOSTILE[0], to: HOSTILE[1], probability: 0.5, lift: 5, note: '"]]></data><x/>' }],
    });
    const hidden = [{ type: HOSTILE[0] }];
    const view = { edges: 25, pins: [], notes: [], hidden };
    const less = graphOf(asked(evolution, { view }), evolution.result, names);
    expect(JSON.parse(GRAPH_TEXTS.json(less))).toMatchObject({
      nodes: [],
      edges: [],
      hidden: expect.stringContaining('1 types and 0 edges are hidden by hand') as string,
    });
  });

  it('of a process has its start and end, in every format', () => {
    const { graph } = smallAnswers(['a', 'b']);
    const file = graphOf(graph.question, graph.result, names);
    expect(dotStrings(GRAPH_TEXTS.dot(file))).toContain('Start\\n4');
    expect(elementsOf(GRAPH_TEXTS.graphml(file)).filter(({ name }) => name === 'edge')).toHaveLength(4);
    expect(JSON.parse(GRAPH_TEXTS.json(file))).toMatchObject({
      edges: expect.arrayContaining([
        { from: 'a', to: 'b', users: 1, events: 2, mean_seconds: 60, median_seconds: 50 },
      ]) as unknown,
    });
  });

  it('is refused for an answer that is none', () => {
    const { funnel } = smallAnswers(['a', 'b']);
    expect(() => graphOf(funnel.question, funnel.result, names)).toThrow(
      expect.objectContaining({ code: 'insight.no_graph' }),
    );
  });
});

describe('the view of a question', () => {
  it('has its defaults, and is bounded', () => {
    const parse = (view: object) => questionSchema.safeParse({ analysis: 'evolution', view });
    expect(parse({ target: '购买' }).data).toMatchObject({
      view: { target: '购买', edges: 25, pins: [], hidden: [], notes: [] },
    });
    for (const view of [
      { edges: 61 },
      { pins: [{ type: 'a', x: -1, y: 0 }] },
      { pins: [{ type: 'a', x: Infinity, y: 0 }] },
      { hidden: [{ type: 'a', from: 'b' }] },
      { notes: [{ on: { type: 'a' }, text: 'x'.repeat(501) }] },
      { colour: 'red' },
    ])
      expect(parse(view).success).toBe(false);
    expect(questionSchema.safeParse({ analysis: 'graph', view: { nodes: 31 } }).success).toBe(false);
  });
});

describe('formats', () => {
  it('are named by the ending of a file', () => {
    const named = ['a.csv', 'A.PNG', '/x.y/noend', 'b.pdf', 'c.GraphML', '.svg', 'C:\\d\\e.dot'].map(
      insightFormatOf,
    );
    expect(named).toEqual(['csv', 'png', 'csv', null, 'graphml', 'csv', 'dot']);
    expect(formatsOf('funnel')).toEqual(['csv', 'xlsx', 'svg', 'png']);
    expect(formatsOf('evolution')).toEqual(INSIGHT_FORMATS);
  });
});

describe('fonts', () => {
  it('with Chinese characters come first, with their bold face; else any; none is said', () => {
    const [folder, empty] = [tempFolder(), tempFolder()];
    const put = (name: string): string => {
      mkdirSync(join(folder, 'deep', 'er'), { recursive: true });
      const path = join(folder, 'deep', 'er', name);
      writeFileSync(path, '');
      return path;
    };
    expect(findFonts([empty, join(empty, 'missing')])).toEqual({ files: [], family: '', isChinese: false });
    const latin = put('DejaVuSans.ttf');
    expect(findFonts([folder])).toEqual({ files: [latin], family: 'DejaVu Sans', isChinese: false });
    const [regular, bold] = [put('NotoSansCJK-Regular.ttc'), put('NotoSansCJK-Bold.ttc')];
    expect(findFonts([folder])).toEqual({
      files: [regular, bold],
      family: 'Noto Sans CJK SC',
      isChinese: true,
    });
  });

  it('are looked for where each system keeps them', () => {
    expect(fontFolders('win32', { WINDIR: 'D:\\W' }, '')[0]).toContain('D:\\W');
    expect(fontFolders('darwin', {}, '/Users/x')).toContain('/System/Library/Fonts');
    expect(fontFolders('linux', {}, '/home/x')).toContain('/usr/share/fonts');
  });
});

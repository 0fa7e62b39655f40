import { planOf, withNames } from '../../../shared/drawing/draw-answer.ts';
import { aboutPlan } from '../../../shared/drawing/graph-plan.ts';
import type { GraphPlan } from '../../../shared/drawing/graph-plan.ts';
import { questionText } from '../../../shared/drawing/question-text.ts';
import type { ComparedResult } from '../../../shared/drawing/sides.ts';
import { escapeXml } from '../../../shared/drawing/svg.ts';
import { ANALYSIS_NAMES } from '../../../shared/drawing/texts.ts';
import type { Question } from '../../../shared/insight.ts';
import type { Locale } from '../../../shared/settings.ts';
import { AppError } from '../../errors.ts';

/** A graph as other programs take it: what of it is shown, and what is known of it. */
export interface GraphFile {
  title: string;
  plan: GraphPlan;
}

type GraphFormat = 'dot' | 'graphml' | 'json';

/** The graph of an answer, with what was hidden, pinned and noted by hand. Throws insight.no_graph where the answer is none. */
export function graphOf(
  question: Question,
  result: ComparedResult,
  { locale, nameOf }: { locale: Locale; nameOf: (type: string) => string },
): GraphFile {
  const options = withNames({ locale, nameOf, width: 0 });
  const plan = planOf(question, result, options);
  if (!plan) throw new AppError('insight.no_graph');
  // The figures of both sides are told by the names of the columns of a comparison.
  const of = plan.sides
    ? `${plan.sides.names.own} ↔ ${plan.sides.names.other}`
    : questionText(question, result, options);
  return { title: `${ANALYSIS_NAMES[question.analysis][locale]} · ${of}`, plan };
}

/** The text of a graph in a format. */
export const GRAPH_TEXTS: Record<GraphFormat, (graph: GraphFile) => string> = {
  dot: dotOf,
  graphml: graphmlOf,
  json: jsonOf,
};

const noteText = ({ notes }: GraphPlan, note: number | undefined): string | undefined =>
  note === undefined ? undefined : notes[note]?.text;

/** A string of DOT: only quotes end it, and a backslash would begin an escape (graphviz.org/doc/info/lang.html). */
const quoted = (text: string): string =>
  `"${text
    .toWellFormed()
    .replaceAll('\0', '\ufffd')
    .replaceAll('\\', '\\\\')
    .replaceAll('"', '\\"')
    .replace(/\r\n?|\n/g, '\\n')}"`;

function dotList(values: Record<string, string | undefined>): string {
  const known = Object.entries(values).flatMap(([name, value]) =>
    value === undefined ? [] : [`${name}=${quoted(value)}`],
  );
  return `[${known.join(', ')}]`;
}

/** Inches of Graphviz for each pixel of a picture. */
const INCH = 1 / 72;

function dotOf({ title, plan }: GraphFile): string {
  const { nodes, edges } = plan;
  const most = Math.max(Number.MIN_VALUE, ...edges.map(({ value }) => value));
  const boxes = nodes.map(({ name, category, value, sides, pin, note }, place) => {
    const figure = sides ? `${sides.own.text} · ${sides.other.text}` : String(value);
    const values = {
      label: `${name}\n${figure}`,
      shape: category === null ? 'ellipse' : 'box',
      color: category === 'conversion' ? '#a94a08' : undefined,
      // Graphviz counts from the bottom; `!` keeps a node where it is (neato).
      pos: pin ? `${(pin.x * INCH).toFixed(3)},${(-pin.y * INCH).toFixed(3)}!` : undefined,
      tooltip: noteText(plan, note),
    };
    return `  n${place} ${dotList(values)};`;
  });
  const lines = edges.map(({ from, to, label, tip, lit, value, more, note }) => {
    const values = {
      label,
      tooltip: tip,
      penwidth: (1 + 5 * Math.sqrt(value / most)).toFixed(2),
      color: lit ? '#a94a08' : undefined,
      style: more === 'other' ? 'dashed' : undefined,
      comment: noteText(plan, note),
    };
    return `  n${from} -> n${to} ${dotList(values)};`;
  });
  const graph = dotList({ rankdir: 'LR', label: [title, ...aboutPlan(plan)].join('\n') });
  return [
    'digraph eventloom {',
    `  graph ${graph};`,
    `  node ${dotList({ style: 'rounded', fontname: 'Noto Sans CJK SC,Microsoft YaHei,PingFang SC,sans-serif' })};`,
    ...boxes,
    ...lines,
    '}',
    '',
  ].join('\n');
}

type Value = string | number | boolean | null | undefined;

/** What is told of a node or an edge, by the names of the columns of tables. */
function nodeValues(
  plan: GraphPlan,
  { name, type, category, figures, pin, note }: GraphPlan['nodes'][number],
) {
  return {
    ...{ name, type, kind: category === null ? 'end' : 'type', category, ...figures },
    ...{ x: pin?.x, y: pin?.y, note: noteText(plan, note) },
  } satisfies Record<string, Value>;
}

function edgeValues(plan: GraphPlan, { figures, lit, note }: GraphPlan['edges'][number]) {
  return { ...figures, lit: lit || undefined, note: noteText(plan, note) } satisfies Record<string, Value>;
}

function graphmlOf({ title, plan }: GraphFile): string {
  const { nodes, edges } = plan;
  const boxes = nodes.map((node) => nodeValues(plan, node));
  const lines = edges.map((edge) => edgeValues(plan, edge));
  const keys = [...keysOf('node', boxes), ...keysOf('edge', lines)];
  const data = (of: 'node' | 'edge', values: Record<string, Value>): string =>
    Object.entries(values)
      .map(([name, value]) =>
        value === null || value === undefined
          ? ''
          : `<data key="${of}_${name}">${escapeXml(String(value))}</data>`,
      )
      .join('');
  return [
    '<?xml version="1.0" encoding="UTF-8"?>',
    '<graphml xmlns="http://graphml.graphdrawing.org/xmlns">',
    ...keys,
    '<graph id="G" edgedefault="directed">',
    `<desc>${escapeXml([title, ...aboutPlan(plan)].join('. '))}</desc>`,
    ...boxes.map((values, place) => `<node id="n${place}">${data('node', values)}</node>`),
    ...edges.map(
      ({ from, to }, place) =>
        `<edge id="e${place}" source="n${from}" target="n${to}">${data('edge', lines[place] ?? {})}</edge>`,
    ),
    '</graph>',
    '</graphml>',
    '',
  ].join('\n');
}

/** The declaration of each value that a node or an edge has. */
function keysOf(of: 'node' | 'edge', all: readonly Record<string, Value>[]): string[] {
  const types = new Map<string, string>();
  for (const values of all)
    for (const [name, value] of Object.entries(values)) {
      if (value === null || value === undefined || types.has(name)) continue;
      const type = typeof value === 'number' ? 'double' : typeof value === 'boolean' ? 'boolean' : 'string';
      types.set(name, type);
    }
  return [...types].map(
    ([name, type]) => `<key id="${of}_${name}" for="${of}" attr.name="${name}" attr.type="${type}"/>`,
  );
}

function jsonOf({ title, plan }: GraphFile): string {
  const typeAt = (place: number): string => plan.nodes[place]?.type ?? '';
  const graph = {
    title,
    ...(plan.about === undefined ? {} : { about: plan.about }),
    hidden: plan.hidden,
    nodes: plan.nodes.map((node) => nodeValues(plan, node)),
    edges: plan.edges.map((edge) => ({
      ...{ from: typeAt(edge.from), to: typeAt(edge.to) },
      ...edgeValues(plan, edge),
    })),
  };
  return `${JSON.stringify(graph, null, 2)}\n`;
}

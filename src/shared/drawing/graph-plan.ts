import { EVOLUTION_VIEW, GRAPH_VIEW } from '../insight-views.ts';
import { NO_EVENT } from '../insight-placeholders.ts';
import type { EvolutionEdge, EvolutionResult, GraphEdge, GraphResult } from '../insight.ts';
import type { EvolutionView, GraphItem, GraphMeasure, GraphView } from '../insight-views.ts';
import type { TypeColour } from '../palette.ts';
import type { EventCategory } from '../users.ts';
import { textWidth } from './drawing.ts';
import type { DrawOptions } from './drawing.ts';
import { durationIn, exactShare, numberIn, ratioText, shortDuration } from './format.ts';
import type { Side } from './sides.ts';
import { pictureText } from './texts.ts';

/** A graph to lay out: the sizes of its nodes in pixels, and edges by the places of the nodes that they join. */
export interface GraphToLayOut {
  nodes: { width: number; height: number }[];
  edges: { from: number; to: number; weight: number }[];
  /** Between two layers. */
  gap: number;
}

interface Point {
  x: number;
  y: number;
}

export interface LaidOutGraph {
  width: number;
  height: number;
  /** The centre of each node. */
  nodes: Point[];
  /** Of each edge: the points that it goes through; none for one from a node to itself. */
  edges: Point[][];
}

/** A figure of one side of a comparison: `key` is null where that side has none. */
export interface SideFigure {
  key: string | null;
  users: number;
  value: number;
  text: string;
}

/** A node of a graph of event types, as it is drawn and written. */
export interface PlannedNode {
  type: string;
  name: string;
  key: string;
  /** Null for the start and the end of sequences, which are no types: all users have them. */
  category: EventCategory | null;
  colour: TypeColour;
  value: number;
  width: number;
  figures: Record<string, number | null>;
  /** Of a graph of two sides. */
  sides?: Record<Side, SideFigure>;
  /** Where it was put by hand. */
  pin?: Point;
  /** The note on it, by its place in `notes`. */
  note?: number;
}

export interface PlannedEdge {
  /** The places of the nodes that it joins. */
  from: number;
  to: number;
  key: string;
  /** How thick it is; 0 where it has no time. */
  value: number;
  /** How frequent it is, where that is another figure: the layout is made by it. */
  weight?: number;
  /** What stands on it. */
  label: string;
  tip: string;
  lit: boolean;
  figures: Record<string, number | null>;
  /** Of a graph of two sides, and the side that has more of it; null where they do not differ. */
  sides?: Record<Side, SideFigure>;
  more?: Side | null;
  note?: number;
}

/** What of a graph is shown. */
export interface GraphPlan {
  nodes: PlannedNode[];
  edges: PlannedEdge[];
  /** What the edges tell, where it is not how frequent they are. */
  about?: string;
  /** What is not shown, in words; null when all is. */
  hidden: string | null;
  /** The notes made by hand on what is shown, with the name of what they are on. */
  notes: { name: string; text: string }[];
  /** What both sides are called, and what their figures are, in a graph of two; `certain`: differences are told from chance. */
  sides?: { names: Record<Side, string>; measure: GraphMeasure | 'probability'; certain: boolean };
}

/** What has to be known of a plan, in words: what its edges tell, and what is not shown. */
export const aboutPlan = ({ about, hidden }: GraphPlan): string[] =>
  [about ?? null, hidden].filter((part) => part !== null);

export const NODE_HEIGHT = 40;
const NAME_SIZE = 12.5;
const [LEAST_WIDTH, MOST_WIDTH, END_WIDTH] = [96, 210, 76];
/** A way into the target has so many steps at the most, and so many edges lead into the types of one step. */
const [MOST_STEPS, MOST_WAYS] = [3, 6];

/** The width of a node by its name; null for the start and the end of sequences. */
export const nodeWidth = (name: string | null): number =>
  name === null ? END_WIDTH : Math.min(MOST_WIDTH, Math.max(LEAST_WIDTH, 34 + textWidth(name, NAME_SIZE)));

/** What the users of the start or the end of sequences are listed by: all of them. */
export const endKey = (type: string): string => `node:${type}`;

const names = (from: string, to: string, nameOf: (type: string) => string): string =>
  `${nameOf(from)} → ${nameOf(to)}`;

/** By what the types and edges that are shown are the most frequent ones. */
export const rankOf = (measure: GraphMeasure): 'users' | 'events' =>
  measure === 'events' ? 'events' : 'users';

/** The time of an edge by a measure that is one, in seconds; null from the start and to the end, which have none. */
export const TIMES: Partial<Record<GraphMeasure | 'probability', (edge: GraphEdge) => number | null>> = {
  median: ({ medianSeconds }) => medianSeconds,
  mean: ({ meanSeconds }) => meanSeconds,
};

/** The time on an edge; a dash where it has none. */
export const timeLabel = (seconds: number | null, locale: DrawOptions['locale']): string =>
  seconds === null ? '—' : shortDuration(locale, seconds);

/** What the edges of a process graph tell by a measure that is a time. */
export const aboutTimes = (measure: GraphMeasure, locale: DrawOptions['locale']): { about?: string } =>
  measure === 'median' || measure === 'mean' ? { about: pictureText(locale, GRAPH_TIMES[measure]) } : {};
const GRAPH_TIMES = { median: 'graphMedians', mean: 'graphMeans' } as const;

/** How often an edge is taken, and how long it takes. */
export function edgeNote(
  { users = 0, events = 0, medianSeconds = null, meanSeconds = null }: Partial<GraphEdge>,
  locale: DrawOptions['locale'],
): string {
  const counts = { users: numberIn(locale, users), events: numberIn(locale, events) };
  const said = pictureText(locale, 'graphCounts', counts);
  if (medianSeconds === null || meanSeconds === null) return said;
  const [median, mean] = [durationIn(locale, medianSeconds), durationIn(locale, meanSeconds)];
  return said + pictureText(locale, 'graphEdgeTimes', { median, mean });
}

/** The most frequent types and edges of a process graph, with its start and end. */
export function planGraph(result: GraphResult, view: GraphView | undefined, options: DrawOptions): GraphPlan {
  const { measure, nodes: most, edges: mostEdges } = view ?? GRAPH_VIEW;
  const { locale, nameOf, colourOf } = options;
  const [rank, time] = [rankOf(measure), TIMES[measure]];
  const frequent = result.nodes.toSorted((a, b) => b[rank] - a[rank]).slice(0, most);
  const known = new Set<string>([...frequent.map(({ type }) => type), NO_EVENT.start, NO_EVENT.end]);
  const edges = result.edges
    .filter(({ from, to }) => known.has(from) && known.has(to))
    .toSorted((a, b) => b[rank] - a[rank])
    .slice(0, mostEdges);
  // A node without an edge says nothing of the process.
  const used = new Set(edges.flatMap(({ from, to }) => [from, to]));
  const joined = frequent.filter(({ type }) => used.has(type));
  const ends = [NO_EVENT.start, NO_EVENT.end].filter((id) => used.has(id));
  const nodes: PlannedNode[] = [
    ...joined.map((node) => ({
      ...{ type: node.type, name: nameOf(node.type), key: node.key, category: node.category },
      ...{ value: node[rank], width: nodeWidth(nameOf(node.type)), colour: colourOf(node.type) },
      figures: { users: node.users, events: node.events },
    })),
    ...ends.map((type) => ({
      ...{ type, name: nameOf(type), key: endKey(type), category: null, value: result.users },
      ...{ width: nodeWidth(null), colour: colourOf(type), figures: { users: result.users } },
    })),
  ];
  const placeOf = placesOf(nodes);
  const [types, ways] = [result.nodes.length - joined.length, result.edges.length - edges.length];
  return {
    nodes,
    edges: edges.map((edge) => ({
      ...{ from: placeOf(edge.from), to: placeOf(edge.to), key: edge.key, lit: false },
      ...{ value: time ? (time(edge) ?? 0) : edge[rank], weight: edge[rank] },
      label: time ? timeLabel(time(edge), locale) : numberIn(locale, edge[rank]),
      tip: `${names(edge.from, edge.to, nameOf)}\n${edgeNote(edge, locale)}`,
      figures: {
        ...{ users: edge.users, events: edge.events },
        ...{ mean_seconds: edge.meanSeconds, median_seconds: edge.medianSeconds },
      },
    })),
    ...aboutTimes(measure, locale),
    hidden: types + ways === 0 ? null : pictureText(locale, 'graphHidden', { nodes: types, edges: ways }),
    notes: [],
  };
}

/** The edges of an evolution graph that are more than chance, those on the strongest ways into the target first. */
export function planEvolution(
  result: EvolutionResult,
  view: EvolutionView | undefined,
  options: DrawOptions,
): GraphPlan {
  const { target, edges: most } = view ?? EVOLUTION_VIEW;
  const { locale, nameOf, colourOf } = options;
  const { means, isHidden, noteOn, pinOf, said } = evolutionMarks(view ?? EVOLUTION_VIEW, nameOf);
  const certain = result.edges.filter((edge) => edge.certain);
  const left = certain.filter(
    ({ from, to }) => !isHidden(from, null) && !isHidden(to, null) && !isHidden(from, to),
  );
  const end = target === undefined ? undefined : result.nodes.find(({ type }) => means(target, type))?.type;
  const lit = waysInto(end, left);
  const shown = [...lit, ...left.filter((edge) => !lit.has(edge))].slice(0, most);
  const used = new Set(shown.flatMap(({ from, to }) => [from, to]));
  const nodes = result.nodes
    .filter(({ type }) => used.has(type))
    .map(({ key, type, category, users }): PlannedNode => {
      return {
        ...{ type, name: nameOf(type), key, category, value: users, width: nodeWidth(nameOf(type)) },
        ...{ figures: { users }, colour: colourOf(type) },
        ...pinOf(type),
        ...noteOn(type, null),
      };
    });
  const placeOf = placesOf(nodes);
  const edges = shown.map((edge): PlannedEdge => ({
    ...{ from: placeOf(edge.from), to: placeOf(edge.to), key: edge.key, value: edge.probability },
    label: edge.lift === null ? exactShare(edge.probability) : ratioText(edge.lift),
    tip: `${names(edge.from, edge.to, nameOf)}\n${evolutionNote(edge, locale)}`,
    lit: lit.has(edge),
    figures: {
      ...{ users: edge.users, probability: edge.probability, base: edge.base, lift: edge.lift },
      median_seconds: edge.medianSeconds,
    },
    ...noteOn(edge.from, edge.to),
  }));
  const [more, chance] = [left.length - shown.length, result.edges.length - certain.length];
  const byHand = {
    nodes: result.nodes.filter(({ type }) => isHidden(type, null)).length,
    edges: certain.filter(({ from, to }) => isHidden(from, to)).length,
  };
  return { nodes, edges, hidden: joinHidden({ more, chance }, byHand, locale), notes: said };
}

/** What was done to an evolution graph by hand, by the types that it is on: a question may name a type by its id or its name. */
export function evolutionMarks(
  { pins, hidden, notes }: EvolutionView,
  nameOf: (type: string) => string,
): {
  means: (wanted: string, type: string) => boolean;
  isHidden: (from: string, to: string | null) => boolean;
  pinOf: (type: string) => { pin?: Point };
  /** The place of a note in `said`, which has those that were asked for. */
  noteOn: (from: string, to: string | null) => { note?: number };
  said: GraphPlan['notes'];
} {
  const means = (wanted: string, type: string): boolean => wanted === type || wanted === nameOf(type);
  const isOn = (item: GraphItem, from: string, to: string | null): boolean =>
    'type' in item
      ? to === null && means(item.type, from)
      : to !== null && means(item.from, from) && means(item.to, to);
  const said: GraphPlan['notes'] = [];
  return {
    ...{ means, said },
    isHidden: (from, to) => hidden.some((item) => isOn(item, from, to)),
    pinOf: (type) => {
      const pin = pins.find((each) => means(each.type, type));
      return pin ? { pin: { x: pin.x, y: pin.y } } : {};
    },
    noteOn: (from, to) => {
      const note = notes.find(({ on }) => isOn(on, from, to));
      if (!note) return {};
      const name = to === null ? nameOf(from) : names(from, to, nameOf);
      return { note: said.push({ name, text: note.text }) - 1 };
    },
  };
}

/** What of an evolution graph is not shown, in words; null when all is. */
export function joinHidden(
  { more, chance }: { more: number; chance: number },
  byHand: { nodes: number; edges: number },
  locale: DrawOptions['locale'],
): string | null {
  const parts = [
    more + chance > 0 ? pictureText(locale, 'evolutionHidden', { more, chance }) : null,
    byHand.nodes + byHand.edges > 0 ? pictureText(locale, 'evolutionByHand', byHand) : null,
  ].filter((part) => part !== null);
  return parts.length === 0 ? null : parts.join(locale === 'en' ? '; ' : '；');
}

/** The edges on the strongest ways into a type. */
export function waysInto(target: string | undefined, edges: readonly EvolutionEdge[]): Set<EvolutionEdge> {
  const found = new Set<EvolutionEdge>();
  let ends = new Set(target === undefined ? [] : [target]);
  for (let step = 0; step < MOST_STEPS && ends.size > 0; step += 1) {
    const into = edges.filter((edge) => ends.has(edge.to) && !found.has(edge)).slice(0, MOST_WAYS);
    for (const edge of into) found.add(edge);
    ends = new Set(into.map(({ from }) => from));
  }
  return found;
}

function evolutionNote(
  { probability, base, users, medianSeconds }: EvolutionEdge,
  locale: DrawOptions['locale'],
): string {
  return pictureText(locale, 'evolutionNote', {
    ...{ share: exactShare(probability), base: exactShare(base), users },
    time: durationIn(locale, medianSeconds),
  });
}

/** The place of a type among nodes. */
export function placesOf(nodes: readonly PlannedNode[]): (type: string) => number {
  const places = new Map(nodes.map(({ type }, place) => [type, place]));
  return (type) => places.get(type) ?? 0;
}

/** Room between two layers for the number on an edge, and for two numbers. */
const [GAP, GAP_OF_SIDES] = [84, 128];

/** What of a plan the layout needs. */
export function toLayOut({ nodes, edges, sides }: GraphPlan): GraphToLayOut {
  const weights = edges.map(({ value, weight = value }) => weight);
  const most = Math.max(Number.MIN_VALUE, ...weights);
  return {
    nodes: nodes.map(({ width }) => ({ width, height: NODE_HEIGHT })),
    edges: edges.map(({ from, to }, place) => ({
      ...{ from, to },
      weight: Math.ceil(((weights[place] ?? 0) / most) * 10),
    })),
    gap: sides ? GAP_OF_SIDES : GAP,
  };
}

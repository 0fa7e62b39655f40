import { at, cutText, emptyDrawing, wrapText } from './drawing.ts';
import type { Drawing, DrawOptions, Mark } from './drawing.ts';
import { numberIn } from './format.ts';
import { aboutPlan, NODE_HEIGHT } from './graph-plan.ts';
import { LABEL_SIZE, labelSpots } from './graph-labels.ts';
import type { LabelSpot, PlacedNode } from './graph-labels.ts';
import type { GraphPlan, LaidOutGraph, PlannedEdge, PlannedNode } from './graph-plan.ts';
import { EDGE_LOOKS, graphLegend, sideNumbers } from './graph-sides.ts';
import type { TypeColour } from '../palette.ts';
import type { Paint } from './paint.ts';
import { SIDES } from './sides.ts';
import type { Side } from './sides.ts';
import { pictureText } from './texts.ts';

/** A wide graph is made smaller down to this, and scrolls from then on. */
const LEAST_SCALE = 0.8;
/** Room at the right for loops and their numbers, and round what was moved by hand. */
const MARGIN = 40;
const [NOTE_LINE, NOTE_SIZE] = [18, 12];

type Point = LaidOutGraph['nodes'][number];

/**
 * A graph of event types: the thicker an edge, the higher its value. Nodes with a pin are where they were put, and the edges to and from them
 * are drawn straight.
 */
export function drawGraph(
  { name, title }: { name: string; title: string },
  plan: GraphPlan,
  laidOut: LaidOutGraph,
  options: DrawOptions,
): Drawing {
  const { locale } = options;
  if (plan.nodes.length === 0)
    return withNote(emptyDrawing(name, title, pictureText(locale, 'nothing'), options.width), plan, options);
  const places = plan.nodes.map(({ pin }, index) => pin ?? laidOut.nodes[index] ?? { x: 0, y: 0 });
  const most = Math.max(Number.MIN_VALUE, ...plan.edges.map(({ value }) => value));
  const mostOfNode = Math.max(
    Number.MIN_VALUE,
    ...plan.nodes.filter(({ category }) => category !== null).map(({ value }) => value),
  );
  const pointsOf = (edge: PlannedEdge, index: number): Point[] => {
    const [from, to] = [plan.nodes[edge.from], plan.nodes[edge.to]];
    const [start, end] = [places[edge.from], places[edge.to]];
    const isPinned = from?.pin !== undefined || to?.pin !== undefined;
    return isPinned && from && to && start && end
      ? straight(from, start, to, end)
      : (laidOut.edges[index] ?? []);
  };
  const boxesOf = plan.nodes.map(({ width }, index) => ({ ...(places[index] ?? { x: 0, y: 0 }), width }));
  const spots = labelSpots(plan.edges, boxesOf, pointsOf);
  const crowded = spots.filter(({ isFree }) => !isFree).length;
  const drawn = plan.edges.flatMap((edge, index) => {
    const [node, spot] = [boxesOf[edge.from], spots[index]];
    if (!node || !spot) return [];
    const width = 1 + 5 * Math.sqrt(edge.value / most);
    const line = edgeMark(edge, { node, spot, points: pointsOf(edge, index), width, sides: plan.sides });
    const numbers = edgeNumbers(edge, spot, plan.sides);
    return [
      spot.isFree || numbers.length === 0
        ? { line, numbers }
        : { line: withHidden(line, numbers), numbers: [] },
    ];
  });
  const boxes = plan.nodes.map((node, index) =>
    nodeMark(node, places[index] ?? { x: 0, y: 0 }, mostOfNode, { locale, sides: plan.sides }),
  );
  const width =
    MARGIN +
    Math.max(laidOut.width, ...plan.nodes.map((node, i) => (places[i]?.x ?? 0) + node.width / 2 + 12));
  const height = Math.max(laidOut.height, ...places.map(({ y }) => y + NODE_HEIGHT / 2 + 12));
  const notes = notesOf(plan, width, height, locale);
  const marks = [
    ...drawn.map(({ line }) => line),
    ...drawn.flatMap(({ numbers }) => numbers),
    ...boxes,
    ...notes.marks,
  ];
  const drawing: Drawing = {
    ...{ name, title, width, height: height + notes.height, leastScale: LEAST_SCALE, marks },
  };
  return withNote(plan.sides ? belowLegend(drawing, plan.sides, options) : drawing, plan, options, crowded);
}

/** A graph of two sides is as wide as its legend needs at the least. */
const LEGEND_WIDTH = 420;

function belowLegend(
  drawing: Drawing,
  sides: NonNullable<GraphPlan['sides']>,
  { locale }: DrawOptions,
): Drawing {
  const width = Math.max(drawing.width, LEGEND_WIDTH);
  const legend = graphLegend(sides, { locale, width });
  const below: Mark = { kind: 'group', y: legend.height, marks: drawing.marks };
  return { ...drawing, width, height: drawing.height + legend.height, marks: [...legend.marks, below] };
}

/** The numbers of both sides on an edge; none on one of a single side, whose number is part of it. */
function edgeNumbers(
  { sides, tip, key }: PlannedEdge,
  { x, y }: LabelSpot,
  graph: GraphPlan['sides'],
): Mark[] {
  if (!sides || !graph) return [];
  const [name = '', ...more] = tip.split('\n');
  return sideNumbers(
    { sides, name, tip: more.join('\n'), testid: `edge-${key}` },
    { names: graph.names, x, y, size: LABEL_SIZE, halo: 'sunken' },
  );
}

/** Numbers without room of their own are seen only while their edge is pointed at. */
const withHidden = (line: Mark, numbers: Mark[]): Mark => ({
  ...{ kind: 'group', marks: [line, { kind: 'group', hover: 'shown', marks: numbers }] },
});

/** What has to be known of the drawing; `crowded`: how many edges have no room for their numbers. */
function withNote(
  drawing: Drawing,
  plan: GraphPlan,
  { locale }: Pick<DrawOptions, 'locale'>,
  crowded = 0,
): Drawing {
  const said = crowded === 0 ? null : pictureText(locale, 'graphCrowded', { n: crowded });
  const hidden = [plan.hidden, said].filter((part) => part !== null).join(locale === 'en' ? '; ' : '；');
  const notes = aboutPlan({ ...plan, hidden: hidden || null });
  return notes.length === 0 ? drawing : { ...drawing, note: notes.join(' ') };
}

function edgeMark(
  edge: PlannedEdge,
  {
    node,
    spot,
    points,
    width,
    sides,
  }: { node: PlacedNode; spot: LabelSpot; points: Point[]; width: number; sides: GraphPlan['sides'] },
): Mark {
  const d = edge.from === edge.to ? loopPath(node, node.width) : smoothPath(points);
  const look = edge.sides
    ? EDGE_LOOKS[edge.more ?? 'none']
    : { stroke: edge.lit ? ('conv' as const) : ('ink3' as const), strokeOpacity: edge.lit ? 1 : 0.55 };
  return {
    kind: 'group',
    name: `edge-${edge.key}`,
    tip: edge.tip,
    users: usersOf(edge, sides),
    marks: [
      // A line is hard to hit: this one is as wide as a finger, and unseen.
      { kind: 'path', d, stroke: 'sunken', strokeWidth: 14, strokeOpacity: 0, hover: 'ground' },
      {
        ...{ kind: 'path', d, strokeWidth: at(width), ...look, arrow: true, hover: 'outline' },
      },
      ...(edge.sides
        ? []
        : [
            {
              ...({
                kind: 'text',
                x: at(spot.x),
                y: at(spot.y),
                text: edge.label,
                size: LABEL_SIZE,
              } as const),
              ...({ fill: 'ink2', anchor: 'middle', halo: 'sunken' } as const),
              ...(spot.isFree ? {} : ({ hover: 'shown' } as const)),
            },
          ]),
      ...(edge.note === undefined ? [] : badge(edge.note, spot.x + 18, spot.y - 8)),
    ],
  };
}

/** What the line of an edge opens: its users; of two sides those of the one that has more. */
function usersOf(edge: PlannedEdge, sides: GraphPlan['sides']): { key: string; title: string } {
  const [title = ''] = edge.tip.split('\n');
  if (!edge.sides || !sides) return { key: edge.key, title };
  const { own, other } = edge.sides;
  const side = other.key === null || (own.key !== null && own.value >= other.value) ? 'own' : 'other';
  return { key: edge.sides[side].key ?? edge.key, title: `${title} · ${sides.names[side]}` };
}

function nodeMark(
  node: PlannedNode,
  place: Point,
  most: number,
  { locale, sides: graph }: { locale: DrawOptions['locale']; sides: GraphPlan['sides'] },
): Mark {
  if (node.sides && graph) return sidesNode(node, node.sides, { place, most, names: graph.names });
  const { name, key, category, colour, value, width, note } = node;
  const [left, top] = [-width / 2, -NODE_HEIGHT / 2];
  const isEnd = category === null;
  const isConversion = category === 'conversion';
  const ground: Paint = isEnd ? 'accentSoft' : isConversion ? 'convSoft' : 'surface';
  const outline: Paint = isEnd ? 'teal' : isConversion ? 'conv' : 'lineStrong';
  return {
    kind: 'group',
    ...{ x: at(place.x), y: at(place.y), name: `node-${node.type}` },
    tip: `${name}: ${numberIn(locale, value)}`,
    ...(value > 0 ? { users: { key, title: name } } : {}),
    marks: [
      {
        ...{ kind: 'rect', x: left, y: top, width, height: NODE_HEIGHT, radius: isEnd ? 20 : 8 },
        ...{ fill: ground, stroke: outline, strokeWidth: 1, hover: 'outline' },
      },
      ...(isEnd
        ? []
        : [
            {
              ...({ kind: 'rect', x: left + 6, y: top + NODE_HEIGHT - 6, height: 3, radius: 1.5 } as const),
              width: at((width - 12) * (value / most)),
              fill: colour,
            },
            typeStripe(colour, left, top),
          ]),
      {
        ...{ kind: 'text', x: 0, y: -3, text: cutText(name, 12.5, width - 16), size: 12.5 },
        ...{ fill: 'ink', bold: true, anchor: 'middle' },
      },
      {
        ...{ kind: 'text', x: 0, y: 11, text: numberIn(locale, value), size: 11 },
        ...{ fill: 'ink2', anchor: 'middle' },
      },
      ...(note === undefined ? [] : badge(note, width / 2 - 2, top + 2)),
    ],
  };
}

/** The colour of a type at the left of its node. */
const typeStripe = (fill: TypeColour, left: number, top: number): Mark => ({
  ...{ kind: 'rect', x: left + 4, y: top + 6, width: 3.5, height: NODE_HEIGHT - 19, radius: 1.5, fill },
});

/** A node of two sides: a bar for each, and a number that opens the users of its side. */
function sidesNode(
  { name, type, category, colour, width, note }: PlannedNode,
  sides: NonNullable<PlannedNode['sides']>,
  { place, most, names }: { place: Point; most: number; names: Record<Side, string> },
): Mark {
  const [left, top] = [-width / 2, -NODE_HEIGHT / 2];
  const isConversion = category === 'conversion';
  const isEnd = category === null;
  const tip = SIDES.map((side) => `${names[side]}: ${sides[side].text}`).join('\n');
  const bar = (side: Side): number => at((width - 12) * (sides[side].value / most));
  const bars: Mark[] = [
    { kind: 'rect', x: left + 6, y: top + NODE_HEIGHT - 10, width: bar('own'), height: 3, fill: colour },
    {
      ...{ kind: 'rect', x: left + 6.5, y: top + NODE_HEIGHT - 5.5, width: bar('other'), height: 2.5 },
      ...{ stroke: colour, strokeWidth: 1 },
    },
    typeStripe(colour, left, top),
  ];
  return {
    ...{ kind: 'group', x: at(place.x), y: at(place.y), name: `node-${type}` },
    marks: [
      {
        ...{ kind: 'rect', x: left, y: top, width, height: NODE_HEIGHT, radius: isEnd ? 20 : 8 },
        ...{ strokeWidth: 1, fill: isEnd ? 'accentSoft' : isConversion ? 'convSoft' : 'surface' },
        stroke: isEnd ? 'teal' : isConversion ? 'conv' : 'lineStrong',
      },
      ...(isEnd ? [] : bars),
      {
        ...{ kind: 'text', x: 0, y: -7, text: cutText(name, 12.5, width - 16), size: 12.5 },
        ...{ fill: 'ink', bold: true, anchor: 'middle' },
      },
      ...sideNumbers({ sides, name, tip, testid: `node-${type}` }, { names, x: 0, y: 7, size: 11 }),
      ...(note === undefined ? [] : badge(note, width / 2 - 2, top + 2)),
    ],
  };
}

/** The number of a note, at what it is on. */
function badge(note: number, x: number, y: number): Mark[] {
  return [
    { kind: 'circle', x: at(x), y: at(y), r: 8, fill: 'mark', stroke: 'markLine', strokeWidth: 1 },
    {
      ...{ kind: 'text', x: at(x), y: at(y + 3.5), text: String(note + 1), size: 10 },
      ...{ fill: 'ink', bold: true, anchor: 'middle' },
    },
  ];
}

/** The notes below the graph. */
function notesOf(
  { notes }: GraphPlan,
  width: number,
  top: number,
  locale: DrawOptions['locale'],
): { marks: Mark[]; height: number } {
  const lines = notes.flatMap(({ name, text }, index) =>
    wrapText(pictureText(locale, 'noteOf', { n: index + 1, name, text }), NOTE_SIZE, width - 24, 6),
  );
  const marks = lines.map((text, index): Mark => ({
    ...{ kind: 'text', x: 12, y: at(top + 14 + index * NOTE_LINE), text, size: NOTE_SIZE, fill: 'ink2' },
  }));
  return { marks, height: lines.length === 0 ? 0 : lines.length * NOTE_LINE + 10 };
}

/** From the edge of one box to that of another, on the line between their centres. */
function straight(from: PlannedNode, start: Point, to: PlannedNode, end: Point): Point[] {
  return [borderPoint(from, start, end), borderPoint(to, end, start)];
}

function borderPoint({ width }: PlannedNode, centre: Point, towards: Point): Point {
  const [dx, dy] = [towards.x - centre.x, towards.y - centre.y];
  if (dx === 0 && dy === 0) return centre;
  const share = Math.min(
    dx === 0 ? Infinity : width / 2 / Math.abs(dx),
    dy === 0 ? Infinity : NODE_HEIGHT / 2 / Math.abs(dy),
  );
  return { x: centre.x + dx * share, y: centre.y + dy * share };
}

function smoothPath(points: readonly Point[]): string {
  const [first, ...rest] = points;
  if (!first) return '';
  let path = `M ${at(first.x)} ${at(first.y)}`;
  rest.forEach((point, index) => {
    const next = rest[index + 1];
    // Corners are rounded: each point but the last one is the control of a curve to the middle of the way on.
    path += next
      ? ` Q ${at(point.x)} ${at(point.y)} ${at((point.x + next.x) / 2)} ${at((point.y + next.y) / 2)}`
      : ` L ${at(point.x)} ${at(point.y)}`;
  });
  return path;
}

function loopPath({ x, y }: Point, width: number): string {
  const side = at(x + width / 2);
  const top = at(y);
  return `M ${side} ${top - 8} C ${side + 30} ${top - 22} ${side + 30} ${top + 22} ${side + 2} ${top + 8}`;
}

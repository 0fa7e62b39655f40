import { GRAPH_VIEW } from '../insight-views.ts';
import { NO_EVENT } from '../insight-placeholders.ts';
import type { Comparison, GraphEdge, GraphNode, GraphResult } from '../insight.ts';
import type { GraphMeasure, GraphView } from '../insight-views.ts';
import { at, cutText, wrapText } from './drawing.ts';
import type { DrawOptions, Mark } from './drawing.ts';
import { exactShare, numberIn } from './format.ts';
import { sideReach } from './graph-labels.ts';
import { aboutTimes, edgeNote, endKey, nodeWidth, placesOf, rankOf, timeLabel, TIMES } from './graph-plan.ts';
import type { GraphPlan, PlannedEdge, PlannedNode, SideFigure } from './graph-plan.ts';
import type { Paint } from './paint.ts';
import { sideKey, SIDES } from './sides.ts';
import type { BothSides, Side } from './sides.ts';
import { pictureText } from './texts.ts';
import type { PictureText } from './texts.ts';

type Figures = Pick<GraphNode, 'users' | 'events'>;

/**
 * The most frequent types and edges of both sides as one graph: an edge is as thick as its value on the side where it is higher, and says which
 * one that is. Values are shares of the users of a side, or events for each user.
 */
export function planGraphSides(
  sides: BothSides<GraphResult>,
  view: GraphView | undefined,
  options: DrawOptions,
): GraphPlan {
  const { measure, nodes: mostNodes, edges: mostEdges } = view ?? GRAPH_VIEW;
  const [rank, time] = [rankOf(measure), TIMES[measure]];
  const { locale, nameOf, colourOf } = options;
  const of = { own: sides.own.users, other: sides.other.users };
  const valueOf = (side: Side, figures: Figures | undefined): number =>
    of[side] === 0 ? 0 : (figures?.[rank] ?? 0) / of[side];
  const text = (value: number): string => (rank === 'users' ? shareText(value) : value.toFixed(2));
  const pairs = <T extends Figures>(
    list: (side: GraphResult) => readonly T[],
    id: (item: T) => string,
  ): Pair<T>[] => {
    const found = new Map<string, Pair<T>>();
    for (const side of SIDES)
      for (const item of list(sides[side]))
        found.set(id(item), { ...(found.get(id(item)) ?? { any: item, value: 0 }), [side]: item });
    for (const pair of found.values())
      pair.value = Math.max(valueOf('own', pair.own), valueOf('other', pair.other));
    return [...found.values()].sort((a, b) => b.value - a.value);
  };
  const figures = <T extends Figures & { key: string }>(pair: Pair<T>): Record<Side, SideFigure> => {
    const figure = (side: Side): SideFigure => {
      const value = valueOf(side, pair[side]);
      const key = pair[side] ? sideKey(side, pair[side].key) : null;
      return { key, value, text: text(value), users: pair[side]?.users ?? 0 };
    };
    return { own: figure('own'), other: figure('other') };
  };
  /** As thick as the time, where that is the measure. */
  const edgeFigures = (pair: Pair<GraphEdge>): Record<Side, SideFigure> => {
    const both = figures(pair);
    if (!time) return both;
    const timed = (side: Side): SideFigure => {
      const seconds = pair[side] ? time(pair[side]) : null;
      return { ...both[side], value: seconds ?? 0, text: timeLabel(seconds, locale) };
    };
    return { own: timed('own'), other: timed('other') };
  };
  const numbers = ({ own, other }: Pair<Figures>): Record<string, number> => ({
    ...{ users: own?.users ?? 0, share: valueShare(own, of.own), events: own?.events ?? 0 },
    ...{ other_users: other?.users ?? 0, other_share: valueShare(other, of.other) },
    other_events: other?.events ?? 0,
  });

  const types = pairs(
    (side) => side.nodes,
    ({ type }) => type,
  );
  const frequent = types.slice(0, mostNodes);
  const known = new Set<string>([...frequent.map(({ any }) => any.type), NO_EVENT.start, NO_EVENT.end]);
  const ways = pairs(
    (side) => side.edges,
    ({ from, to }) => JSON.stringify([from, to]),
  );
  const shown = ways.filter(({ any }) => known.has(any.from) && known.has(any.to)).slice(0, mostEdges);
  /** All users of a side have a start and an end. */
  const endFigure = (side: Side, type: string): SideFigure => ({
    ...{ key: sideKey(side, endKey(type)), users: of[side], value: 0, text: numberIn(locale, of[side]) },
  });
  const used = new Set(shown.flatMap(({ any }) => [any.from, any.to]));
  const joined = frequent.filter(({ any }) => used.has(any.type));
  const nodes = [
    ...joined.map((pair): PlannedNode => ({
      ...{ type: pair.any.type, name: nameOf(pair.any.type), key: pair.any.key, category: pair.any.category },
      ...{ value: pair.value, width: nodeWidth(nameOf(pair.any.type)), figures: numbers(pair) },
      ...{ sides: figures(pair), colour: colourOf(pair.any.type) },
    })),
    ...[NO_EVENT.start, NO_EVENT.end]
      .filter((id) => used.has(id))
      .map((type): PlannedNode => ({
        ...{ type, name: nameOf(type), key: endKey(type), category: null, value: 0 },
        ...{
          width: nodeWidth(null),
          colour: colourOf(type),
          figures: { users: of.own, other_users: of.other },
        },
        sides: { own: endFigure('own', type), other: endFigure('other', type) },
      })),
  ];
  const placeOf = placesOf(nodes);
  const differs = differenceOf(sides.comparison);
  const edges = shown.map((pair): PlannedEdge => {
    const { from, to } = pair.any;
    const both = edgeFigures(pair);
    const name = `${nameOf(from)} → ${nameOf(to)}`;
    const said = SIDES.map((side) => {
      const share = exactShare(valueShare(pair[side], of[side]));
      return `${sides.names[side]}: ${share} · ${edgeNote(pair[side] ?? {}, locale)}`;
    });
    return {
      ...{ from: placeOf(from), to: placeOf(to), key: pair.any.key, weight: pair.value, lit: false },
      value: Math.max(both.own.value, both.other.value),
      ...{ label: `${both.own.text} · ${both.other.text}`, tip: [name, ...said].join('\n'), sides: both },
      more: time ? longerOf(pair, time) : moreOf(both, measure === 'users' ? differs(from, to) : true),
      figures: {
        ...numbers(pair),
        median_seconds: pair.own?.medianSeconds ?? null,
        other_median_seconds: pair.other?.medianSeconds ?? null,
      },
    };
  });
  const [hiddenTypes, hiddenWays] = [types.length - joined.length, ways.length - edges.length];
  return {
    ...{ nodes, edges, notes: [], ...aboutTimes(measure, locale) },
    hidden:
      hiddenTypes + hiddenWays === 0
        ? null
        : pictureText(locale, 'graphHidden', { nodes: hiddenTypes, edges: hiddenWays }),
    sides: { names: sides.names, measure, certain: measure === 'users' && isCertainAtAll(sides.comparison) },
  };
}

/** A figure that one side or both have; `any`: that of one of them, for what is the same in both. */
interface Pair<T> {
  any: T;
  value: number;
  own?: T;
  other?: T;
}

const valueShare = (figures: Figures | undefined, of: number): number =>
  of === 0 ? 0 : (figures?.users ?? 0) / of;

/** A share in few characters: 12%, 3.4%. */
export const shareText = (share: number): string =>
  `${share < 0.0995 ? (share * 100).toFixed(1) : Math.round(share * 100)}%`;

const isCertainAtAll = ({ rows }: Comparison): boolean => rows.some(({ interval }) => interval !== null);

/** Whether the shares of an edge differ: by more than chance, where that is known. */
function differenceOf({ rows }: Comparison): (from: string, to: string) => boolean {
  const known = new Map(rows.map(({ types, interval }) => [JSON.stringify(types), interval]));
  return (from, to) => {
    const interval = known.get(JSON.stringify([from, to]));
    return !interval || interval.low > 0 || interval.high < 0;
  };
}

const moreOf = ({ own, other }: Record<Side, SideFigure>, differ: boolean): Side | null =>
  !differ || own.value === other.value ? null : own.value > other.value ? 'own' : 'other';

/** The side with the longer time; null where one has none. */
function longerOf({ own, other }: Pair<GraphEdge>, time: (edge: GraphEdge) => number | null): Side | null {
  const [a, b] = [own ? time(own) : null, other ? time(other) : null];
  return a === null || b === null || a === b ? null : a > b ? 'own' : 'other';
}

/** How an edge is drawn, by the side that has more of it: told apart without colours, too. */
export const EDGE_LOOKS: Record<Side | 'none', { stroke: Paint; strokeOpacity: number; dashed?: boolean }> = {
  own: { stroke: 'teal', strokeOpacity: 0.85 },
  other: { stroke: 'ink2', strokeOpacity: 0.9, dashed: true },
  none: { stroke: 'ink3', strokeOpacity: 0.4 },
};

const [LINE, SIZE, PAD] = [19, 12, 12];

/** What the numbers of a graph of both sides are. */
const SIDE_NUMBERS = {
  ...{ users: 'sideShares', events: 'sideRates', median: 'sideMedians', mean: 'sideMeans' },
  probability: 'sideProbabilities',
} as const satisfies Record<GraphMeasure | 'probability', PictureText>;

/** What the lines and numbers of a graph of both sides mean. */
export function graphLegend(
  { names, measure, certain }: NonNullable<GraphPlan['sides']>,
  { locale, width }: Pick<DrawOptions, 'locale' | 'width'>,
): { marks: Mark[]; height: number } {
  const isTime = TIMES[measure] !== undefined;
  const rows = [
    ...SIDES.map((side) => ({
      look: EDGE_LOOKS[side],
      text: pictureText(locale, isTime ? 'longerIn' : 'moreIn', { side: names[side] }),
    })),
    {
      look: EDGE_LOOKS.none,
      text: pictureText(locale, isTime ? 'noLonger' : certain ? 'noDifference' : 'sameShare'),
    },
  ];
  const marks = rows.flatMap(({ look, text }, row): Mark[] => {
    const y = 8 + row * LINE;
    return [
      { kind: 'line', x1: PAD, y1: y + 5, x2: PAD + 36, y2: y + 5, strokeWidth: 3, ...look },
      {
        ...{ kind: 'text', x: PAD + 46, y: y + 9.5, size: SIZE, fill: 'ink2' },
        text: cutText(text, SIZE, width - PAD * 2 - 46),
      },
    ];
  });
  const said = pictureText(locale, SIDE_NUMBERS[measure]);
  const lines = wrapText(said, SIZE, width - PAD * 2);
  const below = lines.map((text, line): Mark => ({
    ...{ kind: 'text', x: PAD, y: 8 + (rows.length + line) * LINE + 9.5, text, size: SIZE, fill: 'ink3' },
  }));
  return { marks: [...marks, ...below], height: 16 + (rows.length + lines.length) * LINE };
}

/** The two numbers of a figure, each of which opens the users of its side; the middle of both is at the place given. */
export function sideNumbers(
  {
    sides,
    name,
    tip,
    testid,
  }: { sides: Record<Side, SideFigure>; name: string; tip: string; testid: string },
  {
    names,
    x,
    y,
    size,
    halo,
  }: { names: Record<Side, string>; x: number; y: number; size: number; halo?: Paint },
): Mark[] {
  const around = halo === undefined ? {} : { halo };
  const room = size * 3;
  const { left, right } = sideReach(sides, size);
  // On a thick line numbers could not be read.
  const ground: Mark[] =
    halo === undefined
      ? []
      : [
          {
            ...{
              kind: 'rect',
              x: at(x - left),
              y: at(y - size + 1),
              width: at(left + right),
              height: size + 2,
            },
            ...{ radius: 3, fill: halo, fillOpacity: 0.85 },
          },
        ];
  return [
    ...ground,
    {
      ...{ kind: 'text', x: at(x), y: at(y), text: '·', size, fill: 'ink3', anchor: 'middle' },
      ...around,
    },
    ...SIDES.map((side): Mark => {
      const { key, users, text } = sides[side];
      const left = side === 'own';
      const title = `${name} · ${names[side]}`;
      return {
        ...{ kind: 'group', name: `${testid}-${side}`, tip: `${title}\n${tip}` },
        ...(key !== null && users > 0 ? { users: { key, title } } : {}),
        marks: [
          {
            ...{ kind: 'rect', x: at(left ? x - 3 - room : x + 3), y: at(y - size), width: room },
            ...{ height: size + 4, radius: 3, fill: 'sunken', hover: 'ground' },
          },
          {
            ...{ kind: 'text', x: at(left ? x - 5 : x + 5), y: at(y), text, size, ...around },
            ...{ fill: left ? 'ink' : 'ink2', bold: left, anchor: left ? 'end' : 'start' },
          },
        ],
      };
    }),
  ];
}

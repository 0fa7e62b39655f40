import { EVOLUTION_VIEW } from '../insight-views.ts';
import type { ComparedRow, EvolutionEdge, EvolutionResult } from '../insight.ts';
import type { EvolutionView } from '../insight-views.ts';
import type { DrawOptions } from './drawing.ts';
import { durationIn, exactShare, numberIn } from './format.ts';
import { evolutionMarks, joinHidden, nodeWidth, placesOf, waysInto } from './graph-plan.ts';
import type { GraphPlan, PlannedEdge, PlannedNode, SideFigure } from './graph-plan.ts';
import { shareText } from './graph-sides.ts';
import { sideKey, SIDES } from './sides.ts';
import type { BothSides, Side } from './sides.ts';
import { pictureText } from './texts.ts';

/** A pair of types that is more than chance on one side at the least, with its figures on both. */
interface Pair {
  edge: EvolutionEdge;
  row: ComparedRow;
}

/**
 * The evolution graphs of both sides as one: the edges that are more than chance on either side, with their probabilities on both; what was
 * hidden, pinned and noted by hand is as in that of one side.
 */
export function planEvolutionSides(
  sides: BothSides<EvolutionResult>,
  view: EvolutionView | undefined,
  options: DrawOptions,
): GraphPlan {
  const { target, edges: most } = view ?? EVOLUTION_VIEW;
  const { locale, nameOf, colourOf } = options;
  const marks = evolutionMarks(view ?? EVOLUTION_VIEW, nameOf);
  const pairs = pairsOf(sides);
  const left = pairs.certain.filter(
    ({ edge: { from, to } }) =>
      !marks.isHidden(from, null) && !marks.isHidden(to, null) && !marks.isHidden(from, to),
  );
  const types = new Set(SIDES.flatMap((side) => sides[side].nodes.map(({ type }) => type)));
  const end = target === undefined ? undefined : [...types].find((type) => marks.means(target, type));
  const ways = waysInto(
    end,
    left.map(({ edge }) => edge),
  );
  const [lit, others] = [
    left.filter(({ edge }) => ways.has(edge)),
    left.filter(({ edge }) => !ways.has(edge)),
  ];
  const shown = [...lit, ...others].slice(0, most);
  const used = new Set(shown.flatMap(({ edge: { from, to } }) => [from, to]));
  const nodes = [...used].map((type): PlannedNode => {
    const figure = (side: Side): SideFigure => {
      const node = sides[side].nodes.find((each) => each.type === type);
      const value = sides[side].users === 0 ? 0 : (node?.users ?? 0) / sides[side].users;
      const key = node ? sideKey(side, node.key) : null;
      return { key, users: node?.users ?? 0, value, text: shareText(value) };
    };
    const of = { own: figure('own'), other: figure('other') };
    const any = SIDES.map((side) => sides[side].nodes.find((each) => each.type === type)).find(Boolean);
    return {
      ...{ type, name: nameOf(type), key: any?.key ?? '', category: any?.category ?? null, sides: of },
      ...{ colour: colourOf(type), value: Math.max(of.own.value, of.other.value) },
      ...{ width: nodeWidth(nameOf(type)), ...marks.pinOf(type), ...marks.noteOn(type, null) },
      figures: { users: of.own.users, other_users: of.other.users },
    };
  });
  const placeOf = placesOf(nodes);
  const edges = shown.map(({ edge, row }): PlannedEdge => {
    const figure = (side: Side): SideFigure => {
      const { key, users, share } = row[side];
      return { key, users, value: share, text: shareText(share) };
    };
    const of = { own: figure('own'), other: figure('other') };
    const said = SIDES.map((side) => {
      const { share, users, of: all, medianSeconds } = row[side];
      return pictureText(locale, 'evolutionSide', {
        ...{ side: sides.names[side], share: exactShare(share) },
        ...{ users: numberIn(locale, users), of: numberIn(locale, all) },
        time: medianSeconds === null ? '—' : durationIn(locale, medianSeconds),
      });
    });
    const differs = !row.interval || row.interval.low > 0 || row.interval.high < 0;
    const more = row.own.share > row.other.share ? 'own' : 'other';
    return {
      ...{ from: placeOf(edge.from), to: placeOf(edge.to), key: edge.key, sides: of },
      ...{ value: Math.max(of.own.value, of.other.value), label: `${of.own.text} · ${of.other.text}` },
      ...{ tip: [`${nameOf(edge.from)} → ${nameOf(edge.to)}`, ...said].join('\n'), lit: ways.has(edge) },
      more: row.difference === 0 || !differs ? null : more,
      figures: {
        ...{ users: row.own.users, share: row.own.share, other_users: row.other.users },
        ...{ other_share: row.other.share, median_seconds: row.own.medianSeconds },
        other_median_seconds: row.other.medianSeconds,
      },
      ...marks.noteOn(edge.from, edge.to),
    };
  });
  const byHand = {
    nodes: [...types].filter((type) => marks.isHidden(type, null)).length,
    edges: pairs.certain.filter(({ edge: { from, to } }) => marks.isHidden(from, to)).length,
  };
  return {
    ...{ nodes, edges, notes: marks.said },
    hidden: joinHidden({ more: left.length - shown.length, chance: pairs.chance }, byHand, locale),
    sides: {
      ...{ names: sides.names, measure: 'probability' },
      certain: sides.comparison.rows.some(({ interval }) => interval !== null),
    },
  };
}

/** The pairs that are more than chance on either side, the highest lift first, and how many others there are. */
function pairsOf({ own, other, comparison }: BothSides<EvolutionResult>): {
  certain: Pair[];
  chance: number;
} {
  const edges = new Map<string, EvolutionEdge>();
  for (const edge of [...own.edges, ...other.edges].filter(({ certain }) => certain)) {
    const known = edges.get(edge.key);
    if (!known || (edge.lift ?? 0) > (known.lift ?? 0)) edges.set(edge.key, edge);
  }
  const rows = new Map(comparison.rows.map((row) => [row.own.key.slice(row.own.key.indexOf(':') + 1), row]));
  const otherRows = new Map(
    comparison.rows.map((row) => [row.other.key.slice(row.other.key.indexOf(':') + 1), row]),
  );
  const certain = [...edges.values()].flatMap((edge): Pair[] => {
    const row = rows.get(edge.key) ?? otherRows.get(edge.key);
    return row ? [{ edge, row }] : [];
  });
  certain.sort((a, b) => (b.edge.lift ?? 0) - (a.edge.lift ?? 0) || b.edge.users - a.edge.users);
  return { certain, chance: comparison.total - certain.length };
}

import { textWidth } from './drawing.ts';
import { NODE_HEIGHT } from './graph-plan.ts';
import type { LaidOutGraph, PlannedEdge } from './graph-plan.ts';

type Point = LaidOutGraph['nodes'][number];

/** The size of the numbers on edges. */
export const LABEL_SIZE = 10.5;
/** How far along its edge a number may stand, the best place first: not in the middle, where that of the way back would be. */
const PLACES = [0.36, 0.28, 0.44, 0.2, 0.54, 0.64, 0.74];
/** Room beside a number of two sides, and how much wider the bold one of the first side is. */
const [SIDE_PAD, BOLD] = [7, 1.1];
/** From a node to the number of its loop. */
const BESIDE_LOOP = 24;

/** A node where it is drawn: its centre and width. */
export type PlacedNode = Point & { width: number };

/** Where the numbers of an edge stand; `isFree`: whether they cover no other number and no node there. */
export type LabelSpot = Point & { isFree: boolean };

interface Box {
  left: number;
  right: number;
  top: number;
  bottom: number;
}

/** How far the numbers of an edge reach to the left and to the right of their place. */
export function labelReach({ sides, label }: Pick<PlannedEdge, 'sides' | 'label'>): {
  left: number;
  right: number;
} {
  if (!sides) {
    const half = textWidth(label, LABEL_SIZE) / 2 + 2;
    return { left: half, right: half };
  }
  return sideReach(sides, LABEL_SIZE);
}

/** The same of the two numbers of a figure, whatever their size. */
export function sideReach(
  { own, other }: NonNullable<PlannedEdge['sides']>,
  size: number,
): { left: number; right: number } {
  return {
    left: textWidth(own.text, size) * BOLD + SIDE_PAD,
    right: textWidth(other.text, size) + SIDE_PAD,
  };
}

/**
 * Finds a place for the numbers of each edge, which must not cover each other or a node: the first edges choose first, after those from a
 * node to itself, which have one place only. `linesOf`: the points that an edge goes through.
 */
export function labelSpots(
  edges: readonly PlannedEdge[],
  nodes: readonly PlacedNode[],
  linesOf: (edge: PlannedEdge, index: number) => readonly Point[],
): LabelSpot[] {
  const taken: Box[] = nodes.map(({ x, y, width }) => ({
    ...{ left: x - width / 2, right: x + width / 2, top: y - NODE_HEIGHT / 2, bottom: y + NODE_HEIGHT / 2 },
  }));
  const spots: LabelSpot[] = edges.map(() => ({ x: 0, y: 0, isFree: false }));
  const place = (edge: PlannedEdge, index: number, candidates: Point[]): void => {
    const reach = labelReach(edge);
    const boxes = candidates.map(({ x, y }) => ({
      ...{ left: x - reach.left, right: x + reach.right, top: y - LABEL_SIZE + 1, bottom: y + 3 },
    }));
    const found = boxes.findIndex((box) => !taken.some((other) => overlap(box, other)));
    const [spot, box] = [candidates[Math.max(0, found)], boxes[found]];
    if (spot) spots[index] = { ...spot, isFree: box !== undefined };
    if (box) taken.push(box);
  };
  edges.forEach((edge, index) => {
    const node = nodes[edge.from];
    if (edge.from === edge.to && node)
      place(edge, index, [{ x: node.x + node.width / 2 + BESIDE_LOOP, y: node.y }]);
  });
  edges.forEach((edge, index) => {
    if (edge.from === edge.to) return;
    const points = linesOf(edge, index);
    place(
      edge,
      index,
      PLACES.map((share) => pointAt(points, share)),
    );
  });
  return spots;
}

const overlap = (a: Box, b: Box): boolean =>
  a.left < b.right && b.left < a.right && a.top < b.bottom && b.top < a.bottom;

/** The point after a share of the length of a line. */
function pointAt(points: readonly Point[], share: number): Point {
  const lengths = points.slice(1).map((to, index) => {
    const from = points[index] ?? to;
    return Math.hypot(to.x - from.x, to.y - from.y);
  });
  let left = share * lengths.reduce((sum, length) => sum + length, 0);
  for (const [index, length] of lengths.entries()) {
    const [from, to] = [points[index], points[index + 1]];
    if (from && to && left <= length) {
      const part = length === 0 ? 0 : left / length;
      return { x: from.x + (to.x - from.x) * part, y: from.y + (to.y - from.y) * part };
    }
    left -= length;
  }
  return points.at(-1) ?? { x: 0, y: 0 };
}

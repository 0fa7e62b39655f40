import { graphlib, layout } from '@dagrejs/dagre';
import type { GraphToLayOut, LaidOutGraph } from './graph-plan.ts';

/** Lays a graph out in layers from left to right (dagre); edges of a node to itself are left out. */
export function layOut({ nodes, edges, gap }: GraphToLayOut): LaidOutGraph {
  const graph = new graphlib.Graph({ multigraph: true });
  graph.setGraph({ rankdir: 'LR', nodesep: 18, ranksep: gap, edgesep: 10, marginx: 12, marginy: 12 });
  graph.setDefaultEdgeLabel(() => ({}));
  // By their places: a type of a log may be called anything, `__proto__` too.
  nodes.forEach(({ width, height }, index) => graph.setNode(String(index), { width, height }));
  edges.forEach(({ from, to, weight }, index) => {
    if (from !== to) graph.setEdge(String(from), String(to), { weight }, String(index));
  });
  layout(graph);
  const size = graph.graph();
  const places = nodes.map((_, index) => {
    const { x, y } = graph.node(String(index)) as Point;
    return { x, y };
  });
  const lines = edges.map(({ from, to }, index) => {
    if (from === to) return [];
    const edge = graph.edge(String(from), String(to), String(index)) as { points: Point[] };
    return edge.points.map(({ x, y }) => ({ x, y }));
  });
  // The margin is kept by nodes only: an edge may lead along the very border.
  const ys = lines.flat().map(({ y }) => y);
  const [above, below] = [Math.max(0, EDGE_MARGIN - Math.min(...ys)), Math.max(0, ...ys) + EDGE_MARGIN];
  const lower = ({ x, y }: Point): Point => ({ x, y: y + above });
  return {
    width: size.width ?? 0,
    height: Math.max(size.height ?? 0, below) + above,
    nodes: places.map(lower),
    edges: lines.map((points) => points.map(lower)),
  };
}

/** Room between an edge and the border of the picture, in pixels. */
const EDGE_MARGIN = 12;

type Point = LaidOutGraph['nodes'][number];

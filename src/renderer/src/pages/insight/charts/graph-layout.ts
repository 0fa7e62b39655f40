import { graphlib, layout } from '@dagrejs/dagre';

/** A graph to lay out: nodes by their ids, with their size in pixels. */
export interface GraphToLayOut {
  nodes: { id: string; width: number; height: number }[];
  edges: { from: string; to: string; weight: number }[];
}

export interface LaidOutGraph {
  width: number;
  height: number;
  /** The centre of each node. */
  nodes: Record<string, { x: number; y: number }>;
  /** By the place of each edge: the points that it goes through. */
  edges: { x: number; y: number }[][];
}

/** Lays a graph out in layers from left to right (dagre); edges of a node to itself are left out. */
export function layOut({ nodes, edges }: GraphToLayOut): LaidOutGraph {
  const graph = new graphlib.Graph({ multigraph: true });
  graph.setGraph({ rankdir: 'LR', nodesep: 18, ranksep: 84, edgesep: 10, marginx: 12, marginy: 12 });
  graph.setDefaultEdgeLabel(() => ({}));
  for (const { id, width, height } of nodes) graph.setNode(id, { width, height });
  edges.forEach(({ from, to, weight }, index) => {
    if (from !== to) graph.setEdge(from, to, { weight }, String(index));
  });
  layout(graph);
  const size = graph.graph();
  const places: LaidOutGraph['nodes'] = {};
  for (const { id } of nodes) {
    const { x, y } = graph.node(id) as { x: number; y: number };
    places[id] = { x, y };
  }
  return {
    width: size.width ?? 0,
    height: size.height ?? 0,
    nodes: places,
    edges: edges.map(({ from, to }, index) => {
      if (from === to) return [];
      const edge = graph.edge(from, to, String(index)) as { points: { x: number; y: number }[] };
      return edge.points.map(({ x, y }) => ({ x, y }));
    }),
  };
}

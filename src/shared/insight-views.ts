/** What the picture of an overview by time tells apart. */
export const OVERVIEW_SERIES = ['type', 'category'] as const;
/** The view where a question names none. */
export const OVERVIEW_VIEW = { by: 'type' } as const satisfies OverviewView;
export interface OverviewView {
  by: (typeof OVERVIEW_SERIES)[number];
}

/** What a picture of the process graph shows. A picture with more than this cannot be read, and takes seconds to lay out. */
export const GRAPH_LIMITS = { nodes: 30, edges: 120 } as const;
export const GRAPH_MEASURES = ['users', 'events', 'median', 'mean'] as const;
export type GraphMeasure = (typeof GRAPH_MEASURES)[number];
/** The view where a question names none. */
export const GRAPH_VIEW = { measure: 'users', nodes: 15, edges: 30 } as const satisfies GraphView;
export interface GraphView {
  measure: GraphMeasure;
  nodes: number;
  edges: number;
}

/** What a picture of the evolution graph may hold at the most. */
export const EVOLUTION_LIMITS = { edges: 60, marks: 200, note: 500, place: 20_000 } as const;

/** A node of a graph by its type, or an edge by the types that it joins. */
export type GraphItem = { type: string } | { from: string; to: string };

/** The view where a question names none. */
export const EVOLUTION_VIEW: EvolutionView = { edges: 25, pins: [], hidden: [], notes: [] };
export interface EvolutionView {
  target?: string | undefined;
  edges: number;
  pins: { type: string; x: number; y: number }[];
  hidden: GraphItem[];
  notes: { on: GraphItem; text: string }[];
}

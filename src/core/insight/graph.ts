import { NO_EVENT } from '../../shared/insight-placeholders.ts';
import type { GraphEdge, GraphNode, GraphResult, QuestionOf } from '../../shared/insight.ts';
import { usersWhere } from './selection.ts';
import type { Answer, Part } from './selection.ts';
import { quantile } from './statistics.ts';

/**
 * The directly-follows graph (W. van der Aalst, Process Mining, 2016): which event follows which, of the same user, with no other between
 * them. Edges lead from START to the first event of a user and from the last one to END. `collapse`: events of one type that follow one
 * another count as one, at the time of the first.
 */
export function graph(part: Part, { collapse }: QuestionOf<'graph'>): Answer<GraphResult> {
  // The times between events, which it takes to count them, are not kept with the answer.
  return { result: countPairs(part, collapse), usersOf: (key) => usersOf(part, collapse, key) };
}

function countPairs(part: Part, collapse: boolean): GraphResult {
  const { log } = part;
  const { start } = log.columns;
  const types = log.types.length;
  // Nodes by number: the types, then START and END.
  const [begin, end] = [types, types + 1];
  const width = types + 2;
  const edges: Edge[] = [];
  const edgeAt = new PairIndex(width);
  const nodeEvents = new Int32Array(types);
  const nodeUsers = new Int32Array(types);
  const nodeLast = new Int32Array(types).fill(-1);
  const follow = (from: number, to: number, place: number): void => {
    const edge = (edges[edgeAt.indexOf(from, to)] ??= {
      from,
      to,
      events: 0,
      users: 0,
      last: -1,
      at: 0,
      timed: 0,
    });
    edge.events += 1;
    if (edge.last === place) return;
    edge.last = place;
    edge.users += 1;
  };
  eachPair(part, collapse, (place, from, to) => {
    const [fromType, toType] = [typeAt(log.type, from, begin), typeAt(log.type, to, end)];
    follow(fromType, toType, place);
    if (to < 0) return;
    nodeEvents[toType] = (nodeEvents[toType] as number) + 1;
    if (nodeLast[toType] === place) return;
    nodeLast[toType] = place;
    nodeUsers[toType] = (nodeUsers[toType] as number) + 1;
  });
  // The times between events, edge by edge in one array.
  let total = 0;
  for (const edge of edges) {
    edge.at = total;
    total += edge.events;
  }
  const times = new Float64Array(total);
  eachPair(part, collapse, (_place, from, to) => {
    if (from < 0 || to < 0) return;
    const edge = edges[edgeAt.indexOf(log.type[from] as number, log.type[to] as number)] as Edge;
    times[edge.at + edge.timed] = (start[to] as number) - (start[from] as number);
    edge.timed += 1;
  });
  const idOf = (node: number): string =>
    node === begin ? NO_EVENT.start : node === end ? NO_EVENT.end : (log.types[node]?.id ?? '');
  const shown = edges.map(({ from, to, events, users, at }): GraphEdge => {
    const timed = from !== begin && to !== end;
    const own = times.subarray(at, at + events);
    if (timed) own.sort();
    const mean = timed ? own.reduce((sum, time) => sum + time, 0) / events / 1000 : null;
    const median = timed ? quantile(own, 0.5) : null;
    return {
      key: `edge:${from}:${to}`,
      from: idOf(from),
      to: idOf(to),
      users,
      events,
      meanSeconds: mean,
      medianSeconds: median === null ? null : median / 1000,
    };
  });
  shown.sort((a, b) => b.events - a.events || b.users - a.users || (a.key < b.key ? -1 : 1));
  const nodes = log.types.map(({ id, category }, type): GraphNode => ({
    key: `node:${type}`,
    type: id,
    category,
    users: nodeUsers[type] as number,
    events: nodeEvents[type] as number,
  }));
  return {
    analysis: 'graph',
    users: part.users.length,
    nodes: nodes.filter(({ events }) => events > 0).sort((a, b) => b.events - a.events),
    edges: shown,
  };
}

/** The users of a node or an edge; null where there is none by the key. */
function usersOf(part: Part, collapse: boolean, key: string): Int32Array | null {
  const { type, types } = part.log;
  const [begin, end] = [types.length, types.length + 1];
  const [kind, first, second] = key.split(':');
  const has = new Uint8Array(part.users.length);
  // Every sequence has a start and an end.
  if (kind === 'node' && (first === NO_EVENT.start || first === NO_EVENT.end)) has.fill(1);
  else if (kind === 'node')
    eachPair(part, collapse, (place, _from, to) => {
      if (to >= 0 && type[to] === Number(first)) has[place] = 1;
    });
  else if (kind === 'edge')
    eachPair(part, collapse, (place, from, to) => {
      if (typeAt(type, from, begin) === Number(first) && typeAt(type, to, end) === Number(second))
        has[place] = 1;
    });
  else return null;
  return usersWhere(part, (place) => has[place] === 1);
}

interface Edge {
  from: number;
  to: number;
  events: number;
  users: number;
  /** The last user that was counted. */
  last: number;
  /** Where its times begin, and how many there are so far. */
  at: number;
  timed: number;
}

/** With more nodes than this, a table of all pairs would be too large. */
const MOST_IN_TABLE = 1500;

/** Gives pairs of nodes numbers from 0, in the order in which they are first asked for. */
class PairIndex {
  readonly #width: number;
  readonly #table: Int32Array | null;
  readonly #map = new Map<number, number>();
  #count = 0;

  constructor(width: number) {
    this.#width = width;
    this.#table = width <= MOST_IN_TABLE ? new Int32Array(width * width).fill(-1) : null;
  }

  indexOf(from: number, to: number): number {
    const pair = from * this.#width + to;
    const known = this.#table ? (this.#table[pair] as number) : (this.#map.get(pair) ?? -1);
    if (known >= 0) return known;
    if (this.#table) this.#table[pair] = this.#count;
    else this.#map.set(pair, this.#count);
    this.#count += 1;
    return this.#count - 1;
  }
}

function typeAt(type: Int32Array, event: number, none: number): number {
  return event < 0 ? none : (type[event] as number);
}

/** Calls with each pair of events that follow one another, with -1 before the first and after the last. */
function eachPair(
  { log, users, first, last }: Part,
  collapse: boolean,
  call: (place: number, from: number, to: number) => void,
): void {
  for (let place = 0; place < users.length; place += 1) {
    let before = -1;
    for (let event = first[place] as number; event < (last[place] as number); event += 1) {
      if (collapse && before >= 0 && log.type[before] === log.type[event]) continue;
      call(place, before, event);
      before = event;
    }
    call(place, before, -1);
  }
}

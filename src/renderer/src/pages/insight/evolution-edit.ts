import { onBeforeUnmount } from 'vue';
import { EVOLUTION_LIMITS } from '@shared/insight-views';
import type { GraphItem } from '@shared/insight-views';
import type { GraphPlan, LaidOutGraph } from '@shared/drawing/graph-plan';
import type { EvolutionMarks } from '@/stores/evolution-history';

interface Place {
  x: number;
  y: number;
}

/** A move of fewer pixels is a click. */
const LEAST_MOVE = 4;
/** So far an arrow key moves a node, in pixels. */
const NUDGE = 10;

const isSame = (one: GraphItem, other: GraphItem): boolean =>
  'type' in one
    ? 'type' in other && one.type === other.type
    : !('type' in other) && one.from === other.from && one.to === other.to;

/** The node or edge of a plan by the name of its group in the drawing; null for none. */
export function itemOf(name: string, plan: GraphPlan): GraphItem | null {
  const found = namedItem(name, plan);
  // Each side of a comparison has a number of its own on a node or an edge.
  return found ?? namedItem(name.replace(/-(?:own|other)$/u, ''), plan);
}

function namedItem(name: string, { nodes, edges }: GraphPlan): GraphItem | null {
  const node = nodes.find(({ type }) => name === `node-${type}`);
  if (node) return { type: node.type };
  const edge = edges.find(({ key }) => name === `edge-${key}`);
  const [from, to] = edge ? [nodes[edge.from], nodes[edge.to]] : [];
  return from && to ? { from: from.type, to: to.type } : null;
}

const clamp = (value: number): number => Math.round(Math.min(EVOLUTION_LIMITS.place, Math.max(0, value)));

/** Puts the node of a type at a place; null lets the layout place it. */
export function pin(marks: EvolutionMarks, type: string, place: Place | null): void {
  const others = marks.pins.filter((each) => each.type !== type);
  marks.pins = place ? [...others, { type, x: clamp(place.x), y: clamp(place.y) }] : others;
}

/** Takes a node or an edge out of the picture. */
export function hide(marks: EvolutionMarks, item: GraphItem): void {
  if (!marks.hidden.some((each) => isSame(each, item))) marks.hidden = [...marks.hidden, item];
}

/** The note on a node or an edge; empty for none. */
export function noteOn(marks: EvolutionMarks, item: GraphItem): string {
  return marks.notes.find(({ on }) => isSame(on, item))?.text ?? '';
}

/** Changes the note on a node or an edge; an empty text takes it away. */
export function setNote(marks: EvolutionMarks, item: GraphItem, text: string): void {
  const others = marks.notes.filter(({ on }) => !isSame(on, item));
  marks.notes = text.trim() === '' ? others : [...others, { on: item, text: text.trim() }];
}

/**
 * Moves nodes with the pointer and the arrow keys. `edit` makes a change, those of one gesture as one step; `shown` gives the picture as it is
 * now.
 */
export function useMoves(
  edit: (gesture: string, change: (marks: EvolutionMarks) => void) => void,
  shown: () => { plan: GraphPlan; laidOut: LaidOutGraph } | null,
): {
  grab: (name: string, event: PointerEvent, place: (event: PointerEvent) => Place) => void;
  nudge: (name: string, right: number, down: number) => void;
  placeOf: (type: string) => Place | null;
} {
  let end: () => void = () => undefined;
  onBeforeUnmount(() => end());

  const placeOf = (type: string): Place | null => {
    const now = shown();
    const index = now?.plan.nodes.findIndex((node) => node.type === type) ?? -1;
    return now?.plan.nodes[index]?.pin ?? now?.laidOut.nodes[index] ?? null;
  };
  const nodeAt = (name: string): { type: string; from: Place } | null => {
    const now = shown();
    const item = now && itemOf(name, now.plan);
    const from = item && 'type' in item ? placeOf(item.type) : null;
    return item && 'type' in item && from ? { type: item.type, from } : null;
  };
  return {
    placeOf,
    grab(name, event, place) {
      const node = nodeAt(name);
      if (!node || event.button !== 0) return;
      end();
      const start = place(event);
      let moved = false;
      const gesture = `drag ${event.timeStamp}`;
      const move = (next: PointerEvent): void => {
        const now = place(next);
        const [right, down] = [now.x - start.x, now.y - start.y];
        moved ||= Math.hypot(right, down) >= LEAST_MOVE;
        const to = { x: node.from.x + right, y: node.from.y + down };
        if (moved) edit(gesture, (marks) => pin(marks, node.type, to));
      };
      end = () => {
        window.removeEventListener('pointermove', move);
        window.removeEventListener('pointerup', end);
        window.removeEventListener('pointercancel', end);
      };
      window.addEventListener('pointermove', move);
      window.addEventListener('pointerup', end);
      window.addEventListener('pointercancel', end);
    },
    nudge(name, right, down) {
      const node = nodeAt(name);
      if (!node) return;
      const to = { x: node.from.x + right * NUDGE, y: node.from.y + down * NUDGE };
      edit(`nudge ${name}`, (marks) => pin(marks, node.type, to));
    },
  };
}

import { onBeforeUnmount, shallowRef, watch } from 'vue';
import type { ShallowRef } from 'vue';
import { toLayOut } from '@shared/drawing/graph-plan';
import type { GraphPlan, GraphToLayOut, LaidOutGraph } from '@shared/drawing/graph-plan';

/** One worker for all graphs of the window, started with the first one: a report may have dozens. */
let worker: Worker | null = null;
let latest = 0;
const waiting = new Map<number, (laidOut: LaidOutGraph) => void>();

function layOutInWorker(graph: GraphToLayOut): Promise<LaidOutGraph> {
  if (!worker) {
    worker = new Worker(new URL('./layout-worker.ts', import.meta.url), { type: 'module' });
    worker.onmessage = ({ data }: MessageEvent<{ id: number; laidOut: LaidOutGraph }>) => {
      waiting.get(data.id)?.(data.laidOut);
      waiting.delete(data.id);
    };
  }
  latest += 1;
  const id = latest;
  const answer = new Promise<LaidOutGraph>((resolve) => waiting.set(id, resolve));
  worker.postMessage({ id, graph });
  return answer;
}

/**
 * The layout of a graph, made by a worker, with the plan that it is of: until the next one is there, the picture stays as it is. A plan that
 * needs no other places (a note, a node that was moved) is shown at once.
 */
export function useLayout(
  plan: () => GraphPlan | null,
): ShallowRef<{ plan: GraphPlan; laidOut: LaidOutGraph } | null> {
  const shown: ShallowRef<{ plan: GraphPlan; laidOut: LaidOutGraph } | null> = shallowRef(null);
  let askedText = '';
  let done = false;
  let pending: GraphPlan | null = null;
  async function layOut(text: string, graph: GraphToLayOut): Promise<void> {
    [askedText, done] = [text, false];
    const laidOut = await layOutInWorker(graph);
    if (text !== askedText || !pending) return;
    done = true;
    shown.value = { plan: pending, laidOut };
  }
  watch(
    plan,
    (next) => {
      pending = next;
      if (!next) {
        [askedText, shown.value] = ['', null];
        return;
      }
      const graph = toLayOut(next);
      // Other types in the same places would be the same graph: names belong to it.
      const text = JSON.stringify([graph, next.nodes.map(({ type }) => type)]);
      if (text !== askedText) void layOut(text, graph);
      else if (done && shown.value) shown.value = { plan: next, laidOut: shown.value.laidOut };
    },
    { immediate: true },
  );
  onBeforeUnmount(() => (pending = null));
  return shown;
}

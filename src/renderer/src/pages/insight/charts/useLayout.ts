import { onBeforeUnmount, shallowRef, watch } from 'vue';
import type { ShallowRef } from 'vue';
import { toLayOut } from '@shared/drawing/graph-plan';
import type { GraphPlan, LaidOutGraph } from '@shared/drawing/graph-plan';

/**
 * The layout of a graph, made by a worker, with the plan that it is of: until the next one is there, the picture stays as it is. A plan that
 * needs no other places (a note, a node that was moved) is shown at once.
 */
export function useLayout(
  plan: () => GraphPlan | null,
): ShallowRef<{ plan: GraphPlan; laidOut: LaidOutGraph } | null> {
  const shown: ShallowRef<{ plan: GraphPlan; laidOut: LaidOutGraph } | null> = shallowRef(null);
  const worker = new Worker(new URL('./layout-worker.ts', import.meta.url), { type: 'module' });
  onBeforeUnmount(() => worker.terminate());
  let asked = 0;
  let askedText = '';
  let done = false;
  let pending: GraphPlan | null = null;
  worker.onmessage = ({ data }: MessageEvent<{ id: number; laidOut: LaidOutGraph }>) => {
    if (data.id !== asked || !pending) return;
    done = true;
    shown.value = { plan: pending, laidOut: data.laidOut };
  };
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
      if (text === askedText) {
        if (done && shown.value) shown.value = { plan: next, laidOut: shown.value.laidOut };
        return;
      }
      asked += 1;
      [askedText, done] = [text, false];
      worker.postMessage({ id: asked, graph });
    },
    { immediate: true },
  );
  return shown;
}

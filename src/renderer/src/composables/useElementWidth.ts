import { useResizeObserver } from '@vueuse/core';
import { onMounted, ref } from 'vue';
import type { Ref } from 'vue';

/**
 * The inner width of an element in pixels; 0 before it is mounted. A page that KeepAlive has put aside has no width: it
 * keeps the last one, so that it comes back as it was.
 */
export function useElementWidth(element: Readonly<Ref<HTMLElement | null>>): Readonly<Ref<number>> {
  const width = ref(0);
  function measure(): void {
    width.value = element.value?.clientWidth || width.value;
  }
  // Before the first paint, for which the observer comes too late.
  onMounted(measure);
  useResizeObserver(element, measure);
  return width;
}

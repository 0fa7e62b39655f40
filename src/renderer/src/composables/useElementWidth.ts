import { onBeforeUnmount, onMounted, ref } from 'vue';
import type { Ref } from 'vue';

/** How wide an element is, followed as it changes; 0 before it is there. */
export function useElementWidth(element: Readonly<Ref<HTMLElement | null>>): Readonly<Ref<number>> {
  const width = ref(0);
  function measure(): void {
    // A page that is kept has no width while another is shown, and comes back as it was.
    width.value = element.value?.clientWidth || width.value;
  }
  const observer = new ResizeObserver(measure);
  onMounted(() => {
    if (!element.value) return;
    // Before the first paint, for which the observer comes too late.
    measure();
    observer.observe(element.value);
  });
  onBeforeUnmount(() => observer.disconnect());
  return width;
}

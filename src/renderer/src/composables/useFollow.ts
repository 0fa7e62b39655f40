import { nextTick, onMounted, ref, useTemplateRef, watch } from 'vue';
import type { Ref } from 'vue';

/** How far from its end a text still counts as being read at its end, in pixels. */
const NEAR_PX = 24;

/**
 * Keeps the end of a growing text in view, but only for a reader who is at its end: whoever has scrolled back is left
 * where he reads. `name` is the template ref of the scrolling element.
 */
export function useFollow(
  name: string,
  length: () => number,
): { atEnd: Ref<boolean>; onScroll: () => void; toEnd: () => void } {
  const element = useTemplateRef<HTMLElement>(name);
  const atEnd = ref(true);

  function onScroll(): void {
    const box = element.value;
    if (box) atEnd.value = box.scrollHeight - box.scrollTop - box.clientHeight < NEAR_PX;
  }

  function toEnd(): void {
    const box = element.value;
    if (box) box.scrollTop = box.scrollHeight;
    atEnd.value = true;
  }

  watch(length, async () => {
    if (!atEnd.value) return;
    await nextTick();
    toEnd();
  });
  // A finished answer is read from its beginning.
  onMounted(onScroll);
  return { atEnd, onScroll, toEnd };
}

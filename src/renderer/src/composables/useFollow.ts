import { nextTick, onMounted, ref, useTemplateRef, watch } from 'vue';
import type { Ref } from 'vue';

/** A reader at most this many pixels from the end of a text is following it. */
const NEAR_PX = 24;

/**
 * Keeps the end of a growing text in view while its reader is at the end. A reader who has scrolled back stays where they
 * are. `name` is the template ref of the scrolling element.
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

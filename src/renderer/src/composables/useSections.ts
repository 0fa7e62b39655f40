import { nextTick, onBeforeUnmount, onMounted, ref } from 'vue';
import type { Ref } from 'vue';

/** How far below the upper edge a section may begin and still count as the one that is read. */
const READING_LINE = 96;

export interface Sections<Id extends string> {
  /** The section that is read now. */
  current: Ref<Id>;
  /** Scrolls to a section. */
  show: (id: Id) => void;
}

/** The sections of a long page, elements with the ids `section-<id>` inside one scrolling element. */
export function useSections<Id extends string>(
  root: Readonly<Ref<HTMLElement | null>>,
  ids: readonly [Id, ...Id[]],
): Sections<Id> {
  const current = ref<Id>(ids[0]) as Ref<Id>;
  let scroller: Element | null = null;
  let chosen = false;

  const find = (id: Id): HTMLElement | null => document.getElementById(`section-${id}`);

  function look(): void {
    if (!scroller) return;
    // What was just chosen stays marked, even when the page is too short to bring it to the top.
    if (chosen) {
      chosen = false;
      return;
    }
    const line = scroller.getBoundingClientRect().top + READING_LINE;
    const begun = ids.filter((id) => (find(id)?.getBoundingClientRect().top ?? Infinity) <= line);
    const atEnd =
      scroller.scrollTop > 0 && scroller.scrollTop + scroller.clientHeight >= scroller.scrollHeight - 2;
    current.value = (atEnd ? ids.at(-1) : begun.at(-1)) ?? ids[0];
  }

  function show(id: Id): void {
    current.value = id;
    void nextTick(() => {
      const before = scroller?.scrollTop;
      find(id)?.scrollIntoView({ block: 'start' });
      chosen = scroller?.scrollTop !== before;
    });
  }

  onMounted(() => {
    scroller = root.value?.closest('.page-scroll') ?? null;
    scroller?.addEventListener('scroll', look, { passive: true });
  });
  onBeforeUnmount(() => scroller?.removeEventListener('scroll', look));
  return { current, show };
}

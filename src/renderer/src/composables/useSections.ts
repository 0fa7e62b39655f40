import { useEventListener } from '@vueuse/core';
import { computed, nextTick, ref, watch } from 'vue';
import type { Ref } from 'vue';

/** A section counts as current when it begins above this share of the visible height. */
const READING_LINE = 0.25;
/** Positions are rounded, and a page that changes its height moves by a little. */
const NEAR_PX = 2;

export interface Sections<Id extends string> {
  /** The current section. */
  current: Ref<Id>;
  /** Scrolls to a section. */
  show: (id: Id) => void;
}

/** The sections of a long page: elements with the ids `section-<id>` inside the scrolling element that contains `root`. */
export function useSections<Id extends string>(
  root: Readonly<Ref<HTMLElement | null>>,
  ids: readonly [Id, ...Id[]],
): Sections<Id> {
  const current = ref<Id>(ids[0]) as Ref<Id>;
  const scroller = computed(() => root.value?.closest<HTMLElement>('.page-scroll') ?? null);
  /** Where the page stood after a section was chosen; null once the user has scrolled on. */
  let chosen: { top: number; atEnd: boolean } | null = null;
  /** A section that was chosen before the page had any. */
  let awaited: Id | null = null;

  const find = (id: Id): HTMLElement | null => document.getElementById(`section-${id}`);

  function look(): void {
    const box = scroller.value;
    if (!box) return;
    const atEnd = isAtEnd(box);
    // A chosen section stays current until the user scrolls, even when the page is too short to scroll it to the top.
    if (chosen && (Math.abs(box.scrollTop - chosen.top) <= NEAR_PX || (atEnd && chosen.atEnd))) return;
    chosen = null;
    const line = box.getBoundingClientRect().top + box.clientHeight * READING_LINE;
    const begun = ids.filter((id) => (find(id)?.getBoundingClientRect().top ?? Infinity) <= line);
    current.value = workedIn() ?? (atEnd ? ids.at(-1) : begun.at(-1)) ?? ids[0];
  }

  /** The section that contains the focus, if the focused element is visible. */
  function workedIn(): Id | undefined {
    const focused = document.activeElement;
    if (!scroller.value || !focused) return undefined;
    const [seen, place] = [scroller.value.getBoundingClientRect(), focused.getBoundingClientRect()];
    if (place.bottom <= seen.top || place.top >= seen.bottom) return undefined;
    return ids.find((id) => find(id)?.contains(focused));
  }

  function enter(): void {
    current.value = workedIn() ?? current.value;
  }

  function show(id: Id): void {
    current.value = id;
    void nextTick(() => {
      const box = scroller.value;
      awaited = box ? null : id;
      find(id)?.scrollIntoView({ block: 'start' });
      chosen = box && { top: box.scrollTop, atEnd: isAtEnd(box) };
    });
  }

  watch(
    root,
    () => {
      if (scroller.value && awaited !== null) show(awaited);
    },
    { flush: 'post' },
  );
  useEventListener(scroller, 'scroll', look, { passive: true });
  useEventListener(scroller, 'focusin', enter);
  return { current, show };
}

function isAtEnd(box: HTMLElement): boolean {
  return box.scrollTop > 0 && box.scrollTop + box.clientHeight >= box.scrollHeight - NEAR_PX;
}

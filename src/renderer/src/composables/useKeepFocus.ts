import { useEventListener, useMutationObserver } from '@vueuse/core';
import type { Ref } from 'vue';
import { afterPaint } from './afterPaint';
import { isUsable } from './focus';

/** Marks the element of a page that takes the focus when the focused element is gone, e.g. the notice of a run that ended. */
const TARGET = '[data-focus-target]';

/**
 * Keeps the focus inside `root`, whose elements come and go. When the focused element is removed, hidden or disabled, the
 * browser gives the focus to the body, and the keyboard starts from the top of the window again. It goes to the element
 * marked with `data-focus-target` instead, or to `root` itself. A user who has left `root`, or clicked on something that
 * takes no focus, is left alone.
 */
export function useKeepFocus(root: Readonly<Ref<HTMLElement | null>>): void {
  let inside = false;
  let checking = false;
  /** The focus is on `root` because there was nothing better: it moves on to a target that appears later. */
  let waiting = false;

  useEventListener(root, 'focusin', ({ target }) => {
    inside = true;
    if (target !== root.value) waiting = false;
  });
  useEventListener(root, 'focusout', ({ relatedTarget }) => {
    if (relatedTarget instanceof Node && !root.value?.contains(relatedTarget)) inside = false;
  });
  // A click that gives the focus to an element inside is followed by focusin.
  useEventListener('pointerdown', () => {
    inside = false;
  });

  async function check(): Promise<void> {
    if (!inside || checking) return;
    checking = true;
    // The browser takes the focus from a hidden element only when it renders.
    await afterPaint();
    checking = false;
    const main = root.value;
    if (!inside || !main) return;
    const target = main.querySelector<HTMLElement>(TARGET);
    const focused = document.activeElement;
    if (focused === main ? !waiting : focused && focused !== document.body && isUsable(focused)) return;
    waiting = target === null;
    (target ?? main).focus();
  }
  useMutationObserver(root, () => void check(), {
    childList: true,
    subtree: true,
    attributes: true,
    attributeFilter: ['disabled', 'style'],
  });
}

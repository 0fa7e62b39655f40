import { useEventListener, useMutationObserver } from '@vueuse/core';
import type { Ref } from 'vue';
import { afterPaint } from './afterPaint';
import { isUsable } from './focus';

/** Marks the element of a page or dialog that takes the focus when the focused element is gone, e.g. the notice of a run that ended. */
const TARGET = '[data-focus-target]';
/** A dialog that covers the page, as Element Plus marks it. */
const DIALOG = '[aria-modal="true"]';
/** What of a dialog can take the focus itself: its box, which may be the marked element or within it. */
const BOX = '[tabindex="-1"]';

/** The dialog that was opened last of those that are shown. */
function openDialog(): HTMLElement | undefined {
  return [...document.querySelectorAll<HTMLElement>(DIALOG)].findLast(isUsable);
}

/**
 * Keeps the focus inside `root` and the dialogs above it, whose elements come and go. When the focused element is removed, hidden or
 * disabled, the browser gives the focus to the body, and the keyboard starts from the top of the window again. It goes to the
 * element marked with `data-focus-target` instead, or to the dialog or `root` itself: in a dialog that is still open, never to what
 * it covers. A user who has left both, or clicked on something that takes no focus, is left alone.
 */
export function useKeepFocus(root: Readonly<Ref<HTMLElement | null>>): void {
  /** Where the user is: a dialog, or `root`. */
  let place: HTMLElement | null = null;
  let checking = false;
  /** This element has the focus because there was nothing better: it moves on to a target that appears later. */
  let waiting: HTMLElement | null = null;

  useEventListener('focusin', ({ target }) => {
    if (!(target instanceof Element)) return;
    place = target.closest<HTMLElement>(DIALOG) ?? (root.value?.contains(target) ? root.value : null);
    if (target !== waiting) waiting = null;
  });
  // A click that gives the focus to another element is followed by focusin.
  useEventListener('pointerdown', ({ target }) => {
    const focused = document.activeElement;
    const isOnFocused = focused !== document.body && target instanceof Node && focused?.contains(target);
    if (!isOnFocused || focused === place) place = null;
  });

  async function check(): Promise<void> {
    if (!place || checking) return;
    checking = true;
    // The browser takes the focus from a hidden element only when it renders.
    await afterPaint();
    checking = false;
    const main = root.value;
    if (!place || !main) return;
    // Of a dialog that was closed, Element Plus gives the focus back to what opened it, unless that is gone, too.
    const at = place.isConnected && isUsable(place) ? place : (openDialog() ?? main);
    const holder = at.matches(DIALOG) && !at.matches(BOX) ? at.querySelector<HTMLElement>(BOX) : at;
    const target = at.querySelector<HTMLElement>(TARGET);
    const focused = document.activeElement;
    const isHeld = focused && focused !== document.body && isUsable(focused);
    if (isHeld && focused !== waiting) return;
    waiting = target === null ? holder : null;
    (target ?? holder)?.focus();
  }
  useMutationObserver(
    () => document.body,
    () => void check(),
    {
      childList: true,
      subtree: true,
      attributes: true,
      attributeFilter: ['disabled', 'style'],
    },
  );
}

/**
 * Moves the focus to an element, if no control has it: when the focused element is removed or disabled, the focus falls to
 * the body, and the keyboard starts from the top of the window again.
 */
export function focusIfLost(element: { focus: () => void } | null | undefined): void {
  const focused = document.activeElement;
  if (!focused || focused === document.body || focused === mainElement()) element?.focus();
}

/** The part of the window that holds the page; it can take the focus and shows no ring. */
export function mainElement(): HTMLElement | null {
  return document.getElementById('main');
}

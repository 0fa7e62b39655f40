/**
 * Moves the focus to an element, if no control has it: when the focused element is removed or disabled, the focus falls to
 * the body, and the keyboard starts from the top of the window again.
 */
export function focusIfLost(element: { focus: () => void } | null | undefined): void {
  const focused = document.activeElement;
  const isLost = !focused || focused === document.body || focused === mainElement() || !isUsable(focused);
  if (isLost) element?.focus();
}

/** The part of the window that holds the page; it can take the focus and shows no ring. */
export function mainElement(): HTMLElement | null {
  return document.getElementById('main');
}

/** Whether an element can hold the focus. One that is hidden or disabled holds it until the browser renders the next frame. */
export function isUsable(element: Element): boolean {
  return element.checkVisibility() && !element.matches(':disabled');
}

import type { Page } from 'playwright-core';

/** An element whose focus ring is cut off, and by what. */
export interface ClippedRing {
  element: string;
  by: string;
  sides: string[];
}

/**
 * Walks through the page with the Tab key, from `start` on, and returns the elements whose focus ring (an outline) is cut
 * off by an ancestor that hides what overflows it, or by the edge of the window.
 */
export async function clippedRings(page: Page, start: string, steps = 60): Promise<ClippedRing[]> {
  await page.evaluate((selector) => {
    const first = document.querySelector<HTMLElement>(selector);
    if (!first) throw new Error(`there is no ${selector}`);
    first.tabIndex = first.tabIndex < 0 ? -1 : first.tabIndex;
    first.focus();
  }, start);
  const found: ClippedRing[] = [];
  const seen = new Set<string>();
  for (let step = 0; step < steps; step++) {
    await page.keyboard.press('Tab');
    const ring = await page.evaluate(clippedNow);
    if (ring === null) continue;
    if (seen.has(ring.id)) break;
    seen.add(ring.id);
    if (ring.sides.length > 0) found.push({ element: ring.element, by: ring.by, sides: ring.sides });
  }
  return found;
}

/** In the page: what cuts off the ring of the focused element; no sides when nothing does, null when nothing has the focus. */
function clippedNow(): (ClippedRing & { id: string }) | null {
  const element = document.activeElement;
  if (!(element instanceof HTMLElement) || element === document.body) return null;
  const name = (node: Element): string =>
    `${node.localName}${node.id ? `#${node.id}` : ''}.${[...node.classList].join('.')}[${node.getAttribute('data-testid') ?? ''}] ${(node.textContent ?? '').trim().slice(0, 20)}`;
  const counter = window as unknown as { ringIds?: WeakMap<Element, string>; ringCount?: number };
  counter.ringIds ??= new WeakMap();
  counter.ringCount ??= 0;
  if (!counter.ringIds.has(element)) counter.ringIds.set(element, String(counter.ringCount++));
  const id = counter.ringIds.get(element) ?? '';
  const style = getComputedStyle(element);
  const width = style.outlineStyle === 'none' ? 0 : Number.parseFloat(style.outlineWidth);
  const none = { id, element: name(element), by: '', sides: [] };
  if (width === 0) return none;
  const reach = width + Number.parseFloat(style.outlineOffset);
  if (reach <= 0) return none;
  const box = element.getBoundingClientRect();
  const edges = {
    top: box.top - reach,
    left: box.left - reach,
    bottom: box.bottom + reach,
    right: box.right + reach,
  };
  const cutBy = (limit: DOMRect | { top: number; left: number; bottom: number; right: number }): string[] => [
    ...(edges.top < limit.top - 0.6 ? ['top'] : []),
    ...(edges.left < limit.left - 0.6 ? ['left'] : []),
    ...(edges.bottom > limit.bottom + 0.6 ? ['bottom'] : []),
    ...(edges.right > limit.right + 0.6 ? ['right'] : []),
  ];
  const view = { top: 0, left: 0, bottom: innerHeight, right: innerWidth };
  if (cutBy(view).length > 0) return { id, element: name(element), by: 'window', sides: cutBy(view) };
  for (let parent = element.parentElement; parent; parent = parent.parentElement) {
    const { overflowX, overflowY, contentVisibility, position } = getComputedStyle(parent);
    const clips = overflowX !== 'visible' || overflowY !== 'visible' || contentVisibility === 'auto';
    if (clips) {
      const outer = parent.getBoundingClientRect();
      const inner = {
        top: outer.top + parent.clientTop,
        left: outer.left + parent.clientLeft,
        bottom: outer.top + parent.clientTop + parent.clientHeight,
        right: outer.left + parent.clientLeft + parent.clientWidth,
      };
      const sides = cutBy(contentVisibility === 'auto' && overflowX === 'visible' ? outer : inner);
      if (sides.length > 0) return { id, element: name(element), by: name(parent), sides };
    }
    if (position === 'fixed') break;
  }
  return none;
}

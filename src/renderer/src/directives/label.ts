import type { Directive } from 'vue';

/**
 * `v-label="text"` names the form controls inside a component that has no property for their name, such as the page sizes
 * of ElPagination.
 */
export const vLabel: Directive<HTMLElement, string> = { mounted: name, updated: name };

function name(element: HTMLElement, { value }: { value: string }): void {
  for (const control of element.querySelectorAll('input, select, textarea'))
    control.setAttribute('aria-label', value);
}

import { useEventListener } from '@vueuse/core';

/** Whether a field has its list of choices open, which Escape closes first. */
export function isListOpen(field: Element): boolean {
  return field.closest('[aria-expanded=true][role=combobox]') !== null;
}

/**
 * A select of Element Plus keeps Escape to itself also while its list is closed: a dialog or panel with the focus in one could not be closed
 * with the key. Such a press goes on to what the select is in.
 */
export function useEscapeOfSelects(): void {
  useEventListener(
    window,
    'keydown',
    (event) => {
      const { key, target } = event;
      if (key !== 'Escape' || event.isComposing || !(target instanceof Element) || isListOpen(target)) return;
      const around = target.closest('.el-select')?.parentElement;
      if (!around) return;
      event.stopImmediatePropagation();
      if (!around.dispatchEvent(new KeyboardEvent(event.type, event))) event.preventDefault();
    },
    { capture: true },
  );
}

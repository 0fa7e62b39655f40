import { refAutoReset } from '@vueuse/core';
import type { Ref } from 'vue';
import { showError } from './useAction';

const SHOWN_MS = 1500;

/**
 * Puts a text on the clipboard; `copied` is true for a moment after it. Not VueUse's useClipboard: that one reports a copy
 * that failed as done.
 */
export function useCopy(): { copied: Readonly<Ref<boolean>>; copy: (text: string) => Promise<void> } {
  const copied = refAutoReset(false, SHOWN_MS);

  async function copy(text: string): Promise<void> {
    try {
      await navigator.clipboard.writeText(text);
      copied.value = true;
    } catch (error) {
      showError(error);
    }
  }
  return { copied, copy };
}

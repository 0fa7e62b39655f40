import { onBeforeUnmount, ref } from 'vue';
import type { Ref } from 'vue';
import { showError } from './useAction';

const SAID_MS = 1500;

/** Puts a text on the clipboard; `copied` is true for a moment after it, where the user looks. */
export function useCopy(): { copied: Ref<boolean>; copy: (text: string) => Promise<void> } {
  const copied = ref(false);
  let timer: ReturnType<typeof setTimeout> | undefined;

  async function copy(text: string): Promise<void> {
    try {
      await navigator.clipboard.writeText(text);
    } catch (error) {
      showError(error);
      return;
    }
    copied.value = true;
    clearTimeout(timer);
    timer = setTimeout(() => (copied.value = false), SAID_MS);
  }

  onBeforeUnmount(() => clearTimeout(timer));
  return { copied, copy };
}

import { useEventListener } from '@vueuse/core';
import { useRouter } from 'vue-router';
import type { WindowShortcut } from '@shared/shortcuts';
import { shortcutOf } from '@/commands/keys';
import { useShellStore } from '@/stores/shell';
import { useWorkspaceStore } from '@/stores/workspace';

/** What is marked with it takes the focus when the user wants to search. */
const SEARCH = '[data-search] input, input[data-search]';

/** Listens for the shortcuts of the window. While a dialog is open only the palette answers, and without a workspace none. */
export function useShortcuts(): void {
  const router = useRouter();
  const shell = useShellStore();
  const workspace = useWorkspaceStore();

  function carryOut(id: WindowShortcut): boolean {
    if (id === 'palette' || id === 'shortcuts') {
      shell.show(id);
      return true;
    }
    if (id !== 'search') {
      void router.push({ name: id });
      return true;
    }
    const field = document.querySelector<HTMLInputElement>(SEARCH);
    field?.focus();
    field?.select();
    return field !== null;
  }

  useEventListener(window, 'keydown', (event) => {
    if (event.defaultPrevented || !workspace.state?.open) return;
    const id = shortcutOf(event);
    if (id === null || (id !== 'palette' && isDialogOpen())) return;
    if (carryOut(id)) event.preventDefault();
  });
}

function isDialogOpen(): boolean {
  return [...document.querySelectorAll('[aria-modal=true]')].some((element) => element.checkVisibility());
}

import { WINDOW_SHORTCUTS, SHORTCUTS } from '@shared/shortcuts';
import type { WindowShortcut } from '@shared/shortcuts';

const isMac = (): boolean => navigator.platform.startsWith('Mac');

/** The keys of a shortcut as this system writes them: `Ctrl+K`, `⌘K`. */
export function keysText(accelerator: string): string {
  if (!isMac()) return accelerator.replace('CommandOrControl', 'Ctrl');
  return accelerator.replace('CommandOrControl+', '⌘').replace('Shift+', '⇧');
}

/** Whether keys that are pressed here write something. */
export function isTyping(target: EventTarget | null): boolean {
  if (!(target instanceof HTMLElement)) return false;
  if (target.isContentEditable || target.matches('textarea, select')) return true;
  return (
    target instanceof HTMLInputElement && !['checkbox', 'radio', 'button', 'range'].includes(target.type)
  );
}

/** Whether a key stroke takes a step back or does it again; null for neither, and where texts are typed, which have steps of their own. */
export function undoOf(event: KeyboardEvent): 'undo' | 'redo' | null {
  const hasCommand = isMac() ? event.metaKey : event.ctrlKey;
  if (!hasCommand || event.altKey || event.isComposing || isTyping(event.target)) return null;
  const key = event.key.toLowerCase();
  if (key === 'z') return event.shiftKey ? 'redo' : 'undo';
  return key === 'y' && !event.shiftKey && !isMac() ? 'redo' : null;
}

/** The shortcut of the window that a key stroke means; null for none. Keys without Ctrl or ⌘ mean none where something can be typed. */
export function shortcutOf(event: KeyboardEvent): WindowShortcut | null {
  const hasCommand = isMac() ? event.metaKey : event.ctrlKey;
  const hasOther = event.altKey || (isMac() ? event.ctrlKey : event.metaKey);
  if (hasOther || event.isComposing) return null;
  for (const id of WINDOW_SHORTCUTS) {
    const keys: string = SHORTCUTS[id];
    const needsCommand = keys.startsWith('CommandOrControl+');
    const key = keys.replace('CommandOrControl+', '');
    if (needsCommand !== hasCommand || key.toLowerCase() !== event.key.toLowerCase()) continue;
    if (!needsCommand && isTyping(event.target)) return null;
    return id;
  }
  return null;
}

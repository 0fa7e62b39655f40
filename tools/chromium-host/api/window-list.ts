import { EventEmitter } from 'node:events';
import type { HostBrowserWindow } from './browser-window.ts';

interface ListEvents {
  created: [HostBrowserWindow];
  focused: [HostBrowserWindow];
  blurred: [HostBrowserWindow];
  closeCancelled: [];
  allClosed: [];
}

/** The open windows and which of them has the focus. */
class WindowList extends EventEmitter<ListEvents> {
  readonly windows: HostBrowserWindow[] = [];
  focused: HostBrowserWindow | null = null;
  private lastId = 0;

  nextId(): number {
    return ++this.lastId;
  }

  add(window: HostBrowserWindow): void {
    this.windows.push(window);
    this.emit('created', window);
  }

  remove(window: HostBrowserWindow): void {
    const at = this.windows.findIndex((open) => open.id === window.id);
    if (at < 0) return;
    this.windows.splice(at, 1);
    if (this.windows.length === 0) this.emit('allClosed');
  }
}

export const windowList = new WindowList();

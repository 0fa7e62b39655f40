import type { RequestWatch } from '../../shared/model.ts';

/** What each window shows of the requests to the model: the list or not, and one request at a time. */
export class RequestWatches {
  readonly #lists = new Set<number>();
  readonly #byWindow = new Map<number, number>();

  /** The window shows the list from now on. */
  showList(windowId: number): void {
    this.#lists.add(windowId);
  }

  /** The window shows this request from now on, in place of the one before. */
  showRequest(windowId: number, id: number): void {
    this.#byWindow.set(windowId, id);
  }

  /** The window shows no requests any more. True when it did. */
  forget(windowId: number): boolean {
    const hadList = this.#lists.delete(windowId);
    return this.#byWindow.delete(windowId) || hadList;
  }

  /** What all windows together show, for the engine. */
  all(): RequestWatch {
    return { list: this.#lists.size > 0, ids: [...new Set(this.#byWindow.values())] };
  }

  /** The windows that show the list. */
  listWindows(): number[] {
    return [...this.#lists];
  }

  /** The windows that show this request. */
  windowsOf(id: number): number[] {
    return [...this.#byWindow].filter(([, watched]) => watched === id).map(([windowId]) => windowId);
  }
}

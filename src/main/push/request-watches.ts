/** Which request to the model each window looks at. A window looks at one at a time. */
export class RequestWatches {
  readonly #byWindow = new Map<number, number>();

  /** The window looks at this request from now on, or (null) at none. Gives all that are looked at, for the engine. */
  watch(windowId: number, id: number | null): number[] {
    if (id === null) this.#byWindow.delete(windowId);
    else this.#byWindow.set(windowId, id);
    return this.all();
  }

  /** The window is gone, or its page. True when it looked at a request. */
  forget(windowId: number): boolean {
    return this.#byWindow.delete(windowId);
  }

  /** All requests that are looked at, each once. */
  all(): number[] {
    return [...new Set(this.#byWindow.values())];
  }

  windowsOf(id: number): number[] {
    return [...this.#byWindow].filter(([, watched]) => watched === id).map(([windowId]) => windowId);
  }
}

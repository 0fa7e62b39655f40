/**
 * Guards a value that is requested again and again against answers that arrive out of order: only the answer of the
 * newest call may be used.
 */
export class LatestCall {
  #newest = 0;

  /** Begins a call. The returned function tells whether no later call has begun, i.e. whether the answer still counts. */
  begin(): () => boolean {
    this.#newest += 1;
    const mine = this.#newest;
    return () => mine === this.#newest;
  }

  /** Makes the answers of all calls under way outdated. */
  cancel(): void {
    this.#newest += 1;
  }
}

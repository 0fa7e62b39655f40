import { resolve } from 'node:path';

/** More files than anybody chooses in one sitting; the oldest are forgotten. */
const MOST_PATHS = 1_000;

/**
 * The files that the user has chosen since the start: in a dialog of the system, or by dropping them on a window. A window may name
 * only these, so that a page that runs foreign code cannot have other files read, or made.
 */
export class ChosenPaths {
  readonly #paths = new Set<string>();

  add(path: string): void {
    const absolute = resolve(path);
    this.#paths.delete(absolute);
    this.#paths.add(absolute);
    const [oldest] = this.#paths;
    if (this.#paths.size > MOST_PATHS && oldest !== undefined) this.#paths.delete(oldest);
  }

  /** Whether this very path was chosen: as it was given, absolute. */
  has(path: string): boolean {
    return this.#paths.has(path);
  }
}

import { JSON_MODES } from '../../../../shared/model.ts';
import type { JsonMode } from '../../../../shared/model.ts';

/** How JSON is demanded of a provider: as strictly as it takes it. */
export class JsonModes {
  #current: JsonMode;

  constructor(known: JsonMode | null) {
    this.#current = known ?? JSON_MODES[0];
  }

  get current(): JsonMode {
    return this.#current;
  }

  /** The provider refused the way of `current`. */
  stepDown(): void {
    this.#current = JSON_MODES[JSON_MODES.indexOf(this.#current) + 1] ?? 'none';
  }
}

import type { EncodedUnit } from '../prompt/encode-unit.ts';
import type { OutputModel } from './output-model.ts';
import { RequestLoad } from './request-load.ts';
import type { PackLimits } from './request-load.ts';

/** Units that wait, given out in the order they came in as many requests as the limits of the moment demand. */
export class Packer {
  readonly #outputs: Pick<OutputModel, 'predict'>;
  #units: EncodedUnit[] = [];
  #head = 0;

  constructor(outputs: Pick<OutputModel, 'predict'>) {
    this.#outputs = outputs;
  }

  get length(): number {
    return this.#units.length - this.#head;
  }

  push(...units: EncodedUnit[]): void {
    // What was given out is let go first, in large pieces: shifting one by one would be quadratic.
    if (this.#head > this.#units.length / 2) {
      this.#units = this.#units.slice(this.#head);
      this.#head = 0;
    }
    this.#units.push(...units);
  }

  /** The units of the next request; none when nothing waits. */
  next(limits: PackLimits): EncodedUnit[] {
    const load = new RequestLoad(this.#outputs, limits);
    const first = this.#head;
    for (;;) {
      const unit = this.#units[this.#head];
      if (!unit || !load.add(unit)) return this.#units.slice(first, this.#head);
      this.#head += 1;
    }
  }
}

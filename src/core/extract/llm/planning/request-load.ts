import type { EncodedUnit } from '../prompt/encode-unit.ts';
import type { OutputModel } from './output-model.ts';

/** What one request may hold. A unit that exceeds a budget by itself travels alone. */
export interface PackLimits {
  /** Tokens of the units' blocks, by our tokenizer; the instructions are not in it. */
  inputBudget: number;
  /** Tokens that the answer is expected to have. */
  outputBudget: number;
  maxUnits: number;
}

/** A request that is being filled. */
export class RequestLoad {
  readonly #outputs: Pick<OutputModel, 'predict'>;
  readonly #limits: PackLimits;
  #units = 0;
  #input = 0;
  #behaviours = 0;

  constructor(outputs: Pick<OutputModel, 'predict'>, limits: PackLimits) {
    this.#outputs = outputs;
    this.#limits = limits;
  }

  get units(): number {
    return this.#units;
  }

  /** Adds a unit; false when the request cannot hold it too. The first one always fits. */
  add({ unit, tokensFrom }: Pick<EncodedUnit, 'unit' | 'tokensFrom'>): boolean {
    const { inputBudget, outputBudget, maxUnits } = this.#limits;
    const input = this.#input + tokensFrom(this.#behaviours + 1);
    const behaviours = this.#behaviours + unit.behaviours.length;
    const units = this.#units + 1;
    if (this.#units > 0) {
      if (units > maxUnits || input > inputBudget) return false;
      if (this.#outputs.predict({ behaviours, units }).mean > outputBudget) return false;
    }
    [this.#units, this.#input, this.#behaviours] = [units, input, behaviours];
    return true;
  }
}

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

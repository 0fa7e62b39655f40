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
    const chosen: EncodedUnit[] = [];
    let [input, behaviours] = [0, 0];
    while (chosen.length < limits.maxUnits || chosen.length === 0) {
      const unit = this.#units[this.#head];
      if (!unit) break;
      input += unit.tokensFrom(behaviours + 1);
      behaviours += unit.unit.behaviours.length;
      const output = this.#outputs.predict({ behaviours, units: chosen.length + 1 }).mean;
      if (chosen.length > 0 && (input > limits.inputBudget || output > limits.outputBudget)) break;
      chosen.push(unit);
      this.#head += 1;
    }
    return chosen;
  }
}

/** A batch to be asked again, in two of about the same number of tokens; a single unit stays as it is. */
export function halve(units: readonly EncodedUnit[]): EncodedUnit[][] {
  if (units.length === 0) return [];
  if (units.length === 1) return [[...units]];
  const half = units.reduce((sum, unit) => sum + unit.tokens, 0) / 2;
  let cut = 0;
  for (let tokens = 0; cut < units.length - 1; cut++) {
    const size = units[cut]?.tokens ?? 0;
    if (cut > 0 && tokens + size / 2 > half) break;
    tokens += size;
  }
  return [units.slice(0, cut), units.slice(cut)];
}

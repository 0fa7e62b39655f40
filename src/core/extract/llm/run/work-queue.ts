import type { OutputModel } from '../planning/output-model.ts';
import { RequestLoad } from '../planning/request-load.ts';
import type { PackLimits } from '../planning/request-load.ts';
import type { UnitWork } from './user-work.ts';

/**
 * Units that wait to be asked about, those asked before first: a user who was left out is answered soon, and shares his
 * next request with new ones instead of costing one of his own.
 */
export class WorkQueue {
  readonly #outputs: Pick<OutputModel, 'predict'>;
  #again: UnitWork[] = [];
  #fresh: UnitWork[] = [];
  #freshTokens = 0;

  constructor(outputs: Pick<OutputModel, 'predict'>) {
    this.#outputs = outputs;
  }

  get length(): number {
    return this.#again.length + this.#fresh.length;
  }

  /** Input tokens of the units that were not asked about yet. */
  get freshTokens(): number {
    return this.#freshTokens;
  }

  add(unit: UnitWork): void {
    this.#fresh.push(unit);
    this.#freshTokens += unit.encoded.tokens;
  }

  askAgain(units: UnitWork[]): void {
    this.#again.push(...units);
  }

  /** Puts back what was taken but not sent. */
  putBack(units: UnitWork[]): void {
    this.#again.unshift(...units);
  }

  /** The units of the next request, in order; none when nothing waits. */
  next(limits: PackLimits): UnitWork[] {
    const chosen: UnitWork[] = [];
    const load = new RequestLoad(this.#outputs, limits);
    let most = Infinity;
    const take = (unit: UnitWork): boolean => {
      const together = Math.min(most, unit.maxTogether ?? Infinity);
      if ((load.units > 0 && load.units >= together) || !load.add(unit.encoded)) return false;
      most = together;
      chosen.push(unit);
      return true;
    };
    this.#again = this.#again.filter((unit) => !take(unit));
    let taken = 0;
    for (const unit of this.#fresh) {
      if (!take(unit)) break;
      taken += 1;
      this.#freshTokens -= unit.encoded.tokens;
    }
    if (taken > 0) this.#fresh.splice(0, taken);
    return chosen;
  }
}

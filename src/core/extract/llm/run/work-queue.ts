import type { UnitWork } from './user-work.ts';

/** What one request may hold; a single unit goes whatever its size. */
export interface PackLimits {
  units: number;
  inputTokens: number;
  outputTokens: number;
  /** What the answer for a unit is expected to have. */
  outputOf: (unit: UnitWork) => number;
}

/**
 * Units that wait to be asked about, those asked before first: a user who was left out is answered soon, and shares his
 * next request with new ones instead of costing one of his own.
 */
export class WorkQueue {
  #again: UnitWork[] = [];
  #fresh: UnitWork[] = [];
  #freshTokens = 0;

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
    let most = limits.units;
    let input = 0;
    let output = 0;
    const fits = (unit: UnitWork): boolean => {
      if (chosen.length === 0) return true;
      return (
        chosen.length + 1 <= Math.min(most, unit.maxTogether ?? Infinity) &&
        input + unit.encoded.tokens <= limits.inputTokens &&
        output + limits.outputOf(unit) <= limits.outputTokens
      );
    };
    const take = (unit: UnitWork): void => {
      chosen.push(unit);
      most = Math.min(most, unit.maxTogether ?? Infinity);
      input += unit.encoded.tokens;
      output += limits.outputOf(unit);
    };
    this.#again = this.#again.filter((unit) => {
      if (chosen.length >= most || !fits(unit)) return true;
      take(unit);
      return false;
    });
    let taken = 0;
    for (const unit of this.#fresh) {
      if (chosen.length >= most || !fits(unit)) break;
      take(unit);
      taken += 1;
      this.#freshTokens -= unit.encoded.tokens;
    }
    if (taken > 0) this.#fresh.splice(0, taken);
    return chosen;
  }
}

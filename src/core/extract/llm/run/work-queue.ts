import type { OutputModel } from '../planning/output-model.ts';
import { RequestLoad } from '../planning/request-load.ts';
import type { PackLimits } from '../planning/request-load.ts';
import { isOpen } from './user-work.ts';
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

  /** Whether something waits of which that does not hold. */
  hasOther(holds: (unit: UnitWork) => boolean): boolean {
    return this.#fresh.length > 0 || !this.#again.every(holds);
  }

  /** Puts back what was taken but not sent. */
  putBack(units: UnitWork[]): void {
    this.#again.unshift(...units);
  }

  /**
   * The units of the next request; none when nothing waits. The one that has waited longest decides how many may travel
   * together: one that must travel in a small request never makes a large one small, or each fault would split several.
   */
  next(limits: PackLimits): UnitWork[] {
    // Of a user who was given up meanwhile nothing more is asked.
    this.#again = this.#again.filter(isOpen);
    const chosen: UnitWork[] = [];
    const load = new RequestLoad(this.#outputs, limits);
    const most = allowedWith(this.#again[0] ?? this.#fresh[0]);
    const take = (unit: UnitWork): boolean => {
      if (load.units > 0 && (load.units >= most || allowedWith(unit) < most)) return false;
      if (!load.add(unit.encoded)) return false;
      chosen.push(unit);
      return true;
    };
    const isSmall = (unit: UnitWork): boolean => unit.maxTogether !== null;
    this.#again = this.#again.filter((unit) => !(isSmall(unit) === most < Infinity && take(unit)));
    this.#again = this.#again.filter((unit) => !take(unit));
    let taken = 0;
    for (const unit of this.#fresh) {
      if (isOpen(unit) && !take(unit)) break;
      taken += 1;
      this.#freshTokens -= unit.encoded.tokens;
    }
    if (taken > 0) this.#fresh.splice(0, taken);
    return chosen;
  }
}

function allowedWith(unit: UnitWork | undefined): number {
  return unit?.maxTogether ?? Infinity;
}

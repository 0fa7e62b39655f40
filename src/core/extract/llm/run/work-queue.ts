import type { OutputModel } from '../planning/output-model.ts';
import { RequestLoad } from '../planning/request-load.ts';
import type { PackLimits } from '../planning/request-load.ts';
import { isOpen } from './unit-work.ts';
import type { UnitWork } from './unit-work.ts';

/** Requests whose units wait for others to be tried first: more would only fill the memory. */
const MOST_PARKED = 3;

/**
 * Units that wait to be asked about, those asked before first: a user who was left out is answered soon, and shares the
 * next request with new ones instead of costing one of their own.
 */
export class WorkQueue {
  readonly #outputs: Pick<OutputModel, 'predict'>;
  #again: UnitWork[] = [];
  #fresh: UnitWork[] = [];
  #freshTokens = 0;
  /** Units of failed requests that are asked about again once other units were tried. */
  #parked: UnitWork[][] = [];

  constructor(outputs: Pick<OutputModel, 'predict'>) {
    this.#outputs = outputs;
  }

  get length(): number {
    return this.#again.length + this.#fresh.length + this.#parked.length;
  }

  /** Everything that waits. */
  get units(): UnitWork[] {
    return [...this.#again, ...this.#fresh, ...this.#parked.flat()];
  }

  /** Units that were not asked about yet. */
  get freshUnits(): number {
    return this.#fresh.length;
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

  /** Puts the units of a failed request aside, so that the service is tried with others first. */
  park(units: UnitWork[]): void {
    if (units.length > 0) this.#parked.push(units);
    if (this.#parked.length > MOST_PARKED) this.askAgain(this.#parked.shift() ?? []);
  }

  /** Takes back what was put aside. */
  unpark(): void {
    this.askAgain(this.#parked.splice(0).flat());
  }

  /**
   * Takes back what was put aside first, where nothing else is left to be tried: in two halves, so that one of them may
   * pass. Gives whether there was anything.
   */
  unparkAlone(): boolean {
    if (this.#again.length + this.#fresh.length > 0) return false;
    const units = this.#parked.shift();
    if (!units) return false;
    const half = Math.ceil(units.length / 2);
    for (const unit of units) unit.maxTogether = Math.min(unit.maxTogether ?? half, half);
    this.askAgain(units);
    return true;
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

/** A batch is never made smaller than this share of its good size to even out the last round: prompts cost money. */
const SMALLEST_SHARE = 1 / 3;

export interface BalanceInput {
  /** Units that a request may hold. */
  most: number;
  /** Work of the run that is not done, in behaviours. */
  weightLeft: number;
  concurrency: number;
}

/**
 * Sizes of requests from the work that is left: requests go out in rounds of `concurrency`, and a last round with a few
 * requests in it costs as long as a full one, so the work is spread evenly over whole rounds.
 */
export class RoundBalance {
  #unitsSent = 0;
  #weightSent = 0;
  #requestsSent = 0;
  #weightInFlight = 0;

  sent(units: number, weight: number): void {
    this.#unitsSent += units;
    this.#weightSent += weight;
    this.#requestsSent += 1;
    this.#weightInFlight += weight;
  }

  ended(weight: number): void {
    this.#weightInFlight -= weight;
  }

  /** How many units the next request should hold. */
  units({ most, weightLeft, concurrency }: BalanceInput): number {
    if (this.#unitsSent === 0) return most;
    const perUnit = this.#weightSent / this.#unitsSent;
    const unitsLeft = Math.max(0, weightLeft - this.#weightInFlight) / perUnit;
    const rounds = Math.ceil(unitsLeft / most / concurrency);
    if (rounds === 0) return most;
    const even = Math.round(unitsLeft / (rounds * concurrency));
    return Math.min(most, Math.max(1, Math.ceil(most * SMALLEST_SHARE), even));
  }

  /** How many requests the run will have had, when `done` are finished and the rest has the size of those so far. */
  total(done: number, inFlight: number, weightLeft: number): number {
    if (this.#requestsSent === 0) return done + inFlight;
    const perRequest = this.#weightSent / this.#requestsSent;
    return done + inFlight + Math.ceil(Math.max(0, weightLeft - this.#weightInFlight) / perRequest);
  }
}

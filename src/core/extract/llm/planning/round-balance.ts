/**
 * A run has so many rounds of requests at the least, where it has users for them: with two, nothing comes for half of its
 * time, and on a bad day the last unlucky users take longer than all the others.
 */
const FEWEST_ROUNDS = 8;
/** A request is not made smaller than this share of what it may hold for the sake of rounds: instructions cost money. */
const SMALLEST_SHARE = 1 / 4;
/** Requests may be larger by so much than is good, rather than be followed by one more round. */
const ROUND_SLACK = 1.05;

export interface RoundsInput {
  /** Units that a request may hold. */
  most: number;
  /** Units of the whole run. */
  units: number;
  /** Requests in flight at once: so many are a round. */
  concurrency: number;
  /** Requests that may be sent in a minute; null for any number. */
  perMinute: number | null;
}

/**
 * In how many requests the units left should go, after `done` others: a small run still has a few rounds, and all rounds
 * are whole, because a few requests in the last take as long as many.
 */
export function requestsFor(
  unitsLeft: number,
  { most, units, concurrency, perMinute }: RoundsInput,
  done: number,
): number {
  const least = Math.max(1, most * SMALLEST_SHARE);
  const few = FEWEST_ROUNDS * concurrency;
  // Where requests are what is scarce, more of them take longer.
  const areScarce = perMinute !== null && perMinute < few;
  const good = areScarce ? most : Math.min(most, Math.max(least, units / few));
  const needed = unitsLeft / Math.min(most, good * ROUND_SLACK);
  const rounds = Math.ceil((done + needed) / concurrency);
  return Math.max(1, Math.min(rounds * concurrency - done, Math.ceil(unitsLeft / least)));
}

export interface BalanceInput {
  /** Units that a request may hold, given how many behaviours a unit has on average. */
  most: (behavioursPerUnit: number) => number;
  /** Work of the run that is not done, in behaviours. */
  weightLeft: number;
  concurrency: number;
  /** Requests that may be sent in a minute; null for any number. */
  perMinute: number | null;
}

interface RoundPlan {
  /** The request with which its rounds begin. */
  first: number;
  /** How many will have been sent when all is sent. */
  requests: number;
  concurrency: number;
}

/** Sizes of requests from the work that is left, and how many there will be; a unit weighs what it did so far on average. */
export class RoundBalance {
  #unitsSent = 0;
  #weightSent = 0;
  #requestsSent = 0;
  #inFlight = 0;
  #weightInFlight = 0;
  /** What there was to do when the first request was sent. */
  #weightAtStart: number | null = null;
  #plan: RoundPlan | null = null;

  sent(units: number, weight: number): void {
    this.#unitsSent += units;
    this.#weightSent += weight;
    this.#requestsSent += 1;
    this.#inFlight += 1;
    this.#weightInFlight += weight;
  }

  ended(weight: number): void {
    this.#inFlight -= 1;
    this.#weightInFlight -= weight;
  }

  /** How many units the next request should hold; Infinity while nothing is known of them. */
  units({ most, weightLeft, concurrency, perMinute }: BalanceInput): number {
    this.#weightAtStart ??= weightLeft;
    if (this.#weightSent === 0) return Infinity;
    const perUnit = this.#weightSent / this.#unitsSent;
    const rounds = { most: most(perUnit), units: this.#weightAtStart / perUnit, concurrency, perMinute };
    const unitsLeft = Math.max(0, weightLeft - this.#weightInFlight) / perUnit;
    // What is in flight has its place in the round that it is in.
    const ended = this.#requestsSent - this.#inFlight;
    const first = this.#plan?.concurrency === concurrency ? this.#plan.first : ended;
    const requests = ended + requestsFor(weightLeft / perUnit, rounds, ended - first);
    const kept = this.#plan && this.#holds(this.#plan, unitsLeft, rounds) ? this.#plan : null;
    const plan = kept && kept.requests <= requests ? kept : { first, requests, concurrency };
    this.#plan = plan;
    return Math.max(1, Math.round(unitsLeft / Math.max(1, plan.requests - this.#requestsSent)));
  }

  /** How many requests the run will have had, when `done` are finished and the rest has the size of those so far. */
  total(done: number, inFlight: number, weightLeft: number): number {
    if (this.#weightSent === 0) return done + inFlight;
    const perRequest = this.#weightSent / this.#requestsSent;
    return done + inFlight + Math.ceil(Math.max(0, weightLeft - this.#weightInFlight) / perRequest);
  }

  #holds(plan: RoundPlan, unitsLeft: number, { most, concurrency }: RoundsInput): boolean {
    return plan.concurrency === concurrency && unitsLeft <= most * (plan.requests - this.#requestsSent);
  }
}

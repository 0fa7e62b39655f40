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

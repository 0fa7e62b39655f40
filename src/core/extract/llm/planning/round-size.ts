/** A run has so many rounds of requests at the least, where it has users for them: with one or two, nothing comes for half of its time. */
const FEWEST_ROUNDS = 4;
/** A request is never made smaller than this share of what it may hold for the sake of rounds: instructions cost money. */
const SMALLEST_SHARE = 1 / 3;
/** Requests may be larger by so much than is good, rather than be followed by one more round. */
const ROUND_SLACK = 1.05;

export interface RoundsInput {
  /** Units that a request may hold. */
  most: number;
  /** Units of the whole run. */
  units: number;
  /** Requests in flight at once: so many are a round. */
  concurrency: number;
}

/**
 * In how many requests the units left should go, after `done` others: a small run still has a few rounds, and all rounds
 * are whole, because a few requests in the last take as long as many.
 */
export function requestsFor(
  unitsLeft: number,
  { most, units, concurrency }: RoundsInput,
  done: number,
): number {
  const least = Math.max(1, most * SMALLEST_SHARE);
  const good = Math.min(most, Math.max(least, units / (FEWEST_ROUNDS * concurrency)));
  const needed = unitsLeft / Math.min(most, good * ROUND_SLACK);
  const rounds = Math.ceil((done + needed) / concurrency);
  return Math.max(1, Math.min(rounds * concurrency - done, Math.ceil(unitsLeft / least)));
}

/** Prices per million tokens; null when unknown. */
export interface Prices {
  priceIn: number | null;
  priceOut: number | null;
}

const PER_MILLION = 1_000_000;

/** What tokens cost; null when a price is unknown. */
export function costOf(inputTokens: number, outputTokens: number, prices: Prices): number | null {
  if (prices.priceIn === null || prices.priceOut === null) return null;
  return (inputTokens * prices.priceIn + outputTokens * prices.priceOut) / PER_MILLION;
}

/**
 * A cap, in money or in tokens, that cannot be overshot: the most that a request can take is set aside before it is sent,
 * and released when it is known what it did take.
 */
export class Budget {
  readonly #cap: () => number | null;
  /** What is spent, and what is not known to be unspent. */
  readonly #spent: () => number;
  #reserved = 0;

  constructor(cap: () => number | null, spent: () => number) {
    this.#cap = cap;
    this.#spent = spent;
  }

  /** Whether an amount could exceed the cap. */
  exceeds(amount: number): boolean {
    const cap = this.#cap();
    return cap !== null && this.#spent() + this.#reserved + amount > cap;
  }

  reserve(amount: number): void {
    this.#reserved += amount;
  }

  release(amount: number): void {
    this.#reserved = Math.max(0, this.#reserved - amount);
  }
}

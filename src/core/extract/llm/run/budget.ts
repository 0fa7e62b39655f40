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
 * A spending cap that cannot be overshot: the most a request can cost is set aside before it is sent, and given back
 * when it is known what it did cost.
 */
export class Budget {
  readonly #cap: () => number | null;
  /** Money that is gone, or of which nobody knows. */
  readonly #spent: () => number;
  #reserved = 0;

  constructor(cap: () => number | null, spent: () => number) {
    this.#cap = cap;
    this.#spent = spent;
  }

  /** Money set aside for requests in flight. */
  get reserved(): number {
    return this.#reserved;
  }

  /** Sets money aside. False when that could exceed the cap. */
  reserve(amount: number): boolean {
    const cap = this.#cap();
    if (cap !== null && this.#spent() + this.#reserved + amount > cap) return false;
    this.#reserved += amount;
    return true;
  }

  release(amount: number): void {
    this.#reserved = Math.max(0, this.#reserved - amount);
  }
}

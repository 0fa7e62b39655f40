/** How many wrong tokens are answered as such within this time; further ones are told to wait. */
export const WRONG_TOKENS = { most: 10, perMs: 60_000 };

/** Counts wrong tokens in a bucket that refills with time. The right token never passes through here. */
export class WrongTokens {
  readonly #limit: { most: number; perMs: number };
  readonly #now: () => number;
  #left: number;
  #at: number;

  constructor(limit: { most: number; perMs: number }, now: () => number) {
    this.#limit = limit;
    this.#now = now;
    this.#left = limit.most;
    this.#at = now();
  }

  /** Takes note of a wrong token; gives the seconds until the next one is answered as such, 0 for this one. */
  add(): number {
    const { most, perMs } = this.#limit;
    const now = this.#now();
    const perToken = perMs / most;
    this.#left = Math.min(most, this.#left + Math.max(0, now - this.#at) / perToken);
    this.#at = now;
    if (this.#left < 1) return Math.max(1, Math.ceil(((1 - this.#left) * perToken) / 1000));
    this.#left -= 1;
    return 0;
  }
}

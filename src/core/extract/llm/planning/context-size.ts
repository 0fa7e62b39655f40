/** A context below this is no model's: what says so is misread. */
const LEAST = 1_024;
/** Tokens that a refused request had, of which so many would perhaps have been taken. */
const STEP_DOWN = 0.75;

/** How providers and servers name their context in the refusal of what exceeds it. */
const NAMED = [
  /(?:context|上下文)[^\d]{0,40}(\d{4,7})/i,
  /(\d{4,7})[^\d]{0,12}tokens?[^\d]{0,24}(?:context|window)/i,
  /n_ctx[^\d]{0,12}(\d{4,7})/i,
];

/** The context of a model: what the settings say, until the provider shows that it has less. */
export class ContextSize {
  #known: number | null;

  /** `known`: what an earlier run found. */
  constructor(known: number | null = null) {
    this.#known = known;
  }

  /** What was found; null while the settings are all there is to go by. */
  get known(): number | null {
    return this.#known;
  }

  /** The tokens to plan with. */
  within(configured: number): number {
    return Math.min(configured, this.#known ?? configured);
  }

  /**
   * A request of so many tokens, answer included, was refused as too long. The size is taken from what was said, where
   * it is named there; else it is less than what was asked for.
   */
  refused(said: string, tokens: number): void {
    const named = NAMED.map((pattern) => Number(pattern.exec(said)?.[1])).find((size) => size >= LEAST);
    const size = named !== undefined && named < tokens ? named : Math.floor(tokens * STEP_DOWN);
    this.#known = Math.max(LEAST, Math.min(size, this.#known ?? size));
  }
}

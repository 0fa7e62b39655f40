/**
 * The chance that at least one of `count` events is at one of the `within` places of a stretch, if they were at any of `places` places alike
 * (hypergeometric distribution): what the order of events would give if it said nothing.
 */
export function chanceOfAny(count: number, within: number, places: number): number {
  const [few, many] = count < within ? [count, within] : [within, count];
  let none = 1;
  for (let drawn = 0; drawn < few && none > 0; drawn += 1) none *= (places - many - drawn) / (places - drawn);
  return 1 - none;
}

/** How many events of each type there are: for one user after the other, without an array for each. */
export class TypeTally {
  readonly types: number[] = [];
  readonly #counts: Int32Array;

  constructor(types: number) {
    this.#counts = new Int32Array(types);
  }

  add(type: number): void {
    if (this.#counts[type] === 0) this.types.push(type);
    this.#counts[type] = this.of(type) + 1;
  }

  of(type: number): number {
    return this.#counts[type] as number;
  }

  clear(): void {
    for (const type of this.types) this.#counts[type] = 0;
    this.types.length = 0;
  }
}

import type { QuestionOf, VariantRow, VariantsResult } from '../../shared/insight.ts';
import { usersWhere } from './selection.ts';
import type { Answer, Part } from './selection.ts';
import { quantile } from './statistics.ts';

/**
 * The different sequences of types that users have, the most frequent first; those of as many users in the order of their first user.
 * Times are from the start of the first event to the latest end. `collapse`: neighbours of one type count as one.
 */
export function variants(part: Part, { collapse, limit }: QuestionOf<'variants'>): Answer<VariantsResult> {
  const { result, variantOf } = countVariants(part, collapse, limit);
  // What was needed to count them is not kept with the answer.
  return {
    result,
    usersOf: (key) => {
      const [kind, number = ''] = key.split(':');
      if (kind !== 'variant') return null;
      return usersWhere(part, (place) => variantOf[place] === Number(number));
    },
  };
}

/** `variantOf`: the number of the variant of each user. */
function countVariants(
  part: Part,
  collapse: boolean,
  limit: number,
): { result: VariantsResult; variantOf: Int32Array } {
  const { log, users, first, last } = part;
  const { start, end } = log.columns;
  const index = new SequenceIndex(part, collapse);
  const counts: number[] = [];
  const variantOf = new Int32Array(users.length);
  const times = new Float64Array(users.length);
  for (let place = 0; place < users.length; place += 1) {
    const [from, to] = [first[place] as number, last[place] as number];
    let latest = -Infinity;
    for (let event = from; event < to; event += 1) latest = Math.max(latest, end[event] as number);
    times[place] = latest - (start[from] as number);
    const variant = index.numberOf(place);
    counts[variant] = (counts[variant] ?? 0) + 1;
    variantOf[place] = variant;
  }
  const order = counts
    .map((_, variant) => variant)
    .sort((a, b) => (counts[b] as number) - (counts[a] as number) || a - b);
  const shown = order.slice(0, limit);
  const durations = new Map(shown.map((variant) => [variant, [] as number[]]));
  variantOf.forEach((variant, place) => durations.get(variant)?.push(times[place] as number));
  let cumulative = 0;
  const rows = shown.map((variant): VariantRow => {
    const count = counts[variant] as number;
    cumulative += count;
    const sorted = Float64Array.from(durations.get(variant) ?? []).sort();
    return {
      key: `variant:${variant}`,
      types: sequenceOf(part, index.exampleOf(variant), collapse),
      users: count,
      share: count / users.length,
      cumulative: cumulative / users.length,
      medianSeconds: (quantile(sorted, 0.5) ?? 0) / 1000,
    };
  });
  return {
    result: { analysis: 'variants', users: users.length, variants: counts.length, rows },
    variantOf,
  };
}

/** Slots of an empty table; a power of two. */
const FIRST_SLOTS = 1 << 10;
/** At most half of the slots are taken, so that a search looks at few of them. */
const SLOTS_PER_SEQUENCE = 2;

/**
 * Numbers sequences of types by their first appearance. A sequence is known by the user who had it first, so that it takes a few bytes
 * however long it is.
 */
class SequenceIndex {
  readonly #part: Part;
  readonly #collapse: boolean;
  /** By number: the first user with the sequence, and the hash of the sequence. */
  readonly #examples: number[] = [];
  readonly #hashes: number[] = [];
  /** Numbers, plus one; 0 for a free slot. */
  #slots = new Int32Array(FIRST_SLOTS);

  constructor(part: Part, collapse: boolean) {
    this.#part = part;
    this.#collapse = collapse;
  }

  /** The place of the first user with a sequence. */
  exampleOf(number: number): number {
    return this.#examples[number] as number;
  }

  /** The number of the sequence of the user at a place, a new one where no user before had it. */
  numberOf(place: number): number {
    const hash = this.#hashOf(place);
    const mask = this.#slots.length - 1;
    let slot = hash & mask;
    for (; this.#slots[slot] !== 0; slot = (slot + 1) & mask) {
      const number = (this.#slots[slot] as number) - 1;
      if (this.#hashes[number] === hash && this.#isSame(this.#examples[number] as number, place))
        return number;
    }
    const added = this.#examples.push(place) - 1;
    this.#hashes.push(hash);
    this.#slots[slot] = added + 1;
    if (SLOTS_PER_SEQUENCE * this.#examples.length > this.#slots.length) this.#grow();
    return added;
  }

  #grow(): void {
    const bigger = new Int32Array(2 * this.#slots.length);
    const mask = bigger.length - 1;
    this.#hashes.forEach((hash, number) => {
      let slot = hash & mask;
      while (bigger[slot] !== 0) slot = (slot + 1) & mask;
      bigger[slot] = number + 1;
    });
    this.#slots = bigger;
  }

  /** The place after the event and, with `collapse`, those of its type that follow it. */
  #next(event: number, to: number): number {
    const { type } = this.#part.log;
    let next = event + 1;
    if (this.#collapse) while (next < to && type[next] === type[event]) next += 1;
    return next;
  }

  #isSame(one: number, other: number): boolean {
    const { first, last, log } = this.#part;
    const [oneEnd, otherEnd] = [last[one] as number, last[other] as number];
    let [at, beside] = [first[one] as number, first[other] as number];
    while (at < oneEnd && beside < otherEnd) {
      if (log.type[at] !== log.type[beside]) return false;
      at = this.#next(at, oneEnd);
      beside = this.#next(beside, otherEnd);
    }
    return at === oneEnd && beside === otherEnd;
  }

  /** FNV-1a over the types (datatracker.ietf.org/doc/html/draft-eastlake-fnv). */
  #hashOf(place: number): number {
    const { first, last, log } = this.#part;
    const to = last[place] as number;
    let hash = FNV_START | 0;
    for (let event = first[place] as number; event < to; event = this.#next(event, to)) {
      hash = Math.imul(hash ^ (log.type[event] as number), FNV_FACTOR);
    }
    // A slot is chosen by the low bits, into which the high ones have to come.
    return hash ^ (hash >>> 15);
  }
}

const FNV_START = 0x811c9dc5;
const FNV_FACTOR = 0x01000193;

function sequenceOf({ log, first, last }: Part, place: number, collapse: boolean): string[] {
  const types: string[] = [];
  let before = -1;
  for (let event = first[place] as number; event < (last[place] as number); event += 1) {
    const type = log.type[event] as number;
    if (!collapse || type !== before) types.push(log.types[type]?.id ?? '');
    before = type;
  }
  return types;
}

/** Trying one more costs the wait that a refusal brings: it is done once in so many of those. */
const PROBE_EVERY_WAITS = 30;
/** Before one more is tried than an earlier run found possible. */
const RESTORED_TRUST_MS = 60_000;
/** So many times the number taken above it, and none refused, are no luck: answers under way make room not seen yet. */
const ROUNDS_ABOVE = 2;
/** More refused than so many, and than this share of what was sent up to the number, and it is none. */
const CHANCE_REFUSED = 2;
const CHANCE_SHARE = 0.1;
/** After such a mistake none is believed for so many requests, and for twice as many after each further one. */
const MISTAKE_REQUESTS = 300;
const MOST_DOUBLINGS = 6;

/**
 * How many requests at once a server takes, where its refusals show that (findLine). A rate looks like it for a while, and
 * so may chance: what is refused up to the number ends the belief in it. One more is tried rarely, and when that is
 * taken again and again the number is raised, farther each time.
 */
export class AtOnce {
  #number: number | null;
  /** When one more may be tried; null while that was not decided. */
  #probeAt: number | null = null;
  #raise = 1;
  /** Since the number was found: taken with at least so many in flight, and taken and refused with no more. */
  #takenAt = 0;
  #takenUpTo = 0;
  #refusedUpTo = 0;
  /** Taken with more in flight, since one was refused there. */
  #takenAbove = 0;
  #mistakes = 0;
  #sent = 0;
  #sentBeforeNext = 0;

  /** `number`: what an earlier run found; null for nothing. */
  constructor(number: number | null) {
    this.#number = number;
    this.#takenAt = number ?? 0;
  }

  /** Null while none is known. */
  get number(): number | null {
    return this.#number;
  }

  /** As many as may be tried now: the number, or one more. Infinite while none is known. */
  most(now: number): number {
    if (this.#number === null) return Number.POSITIVE_INFINITY;
    return now < (this.#probeAt ?? now) ? this.#number : this.#number + 1;
  }

  /** A request goes out. */
  sent(now: number): void {
    this.#sent++;
    if (this.#number !== null) this.#probeAt ??= now + RESTORED_TRUST_MS;
  }

  /** Whether a refusal, with so many in flight, comes of more than the number that was seen to be taken. */
  explains(peak: number): boolean {
    return this.#number !== null && peak > this.#number && this.#takenAt >= this.#number;
  }

  /** Looks for the number in what is known of requests. Gives whether there is one. */
  look(requests: readonly LoadOutcome[], waitMs: number, now: number): boolean {
    // A server that refuses everything says nothing of numbers.
    const anyTaken = requests.some(({ refused }) => refused === false);
    const line = anyTaken && this.#sent >= this.#sentBeforeNext ? findLine(requests) : null;
    if (line === null) return false;
    if (line !== this.#number) [this.#takenAt, this.#takenUpTo, this.#refusedUpTo] = [0, 0, 0];
    this.#number = line;
    this.confirmed(waitMs, now);
    return true;
  }

  /** One more was one too many, and made all wait so long. */
  confirmed(waitMs: number, now: number): void {
    this.#probeAt = now + PROBE_EVERY_WAITS * waitMs;
    this.#raise = 1;
    this.#takenAbove = 0;
  }

  /** A request was taken with so many in flight. */
  taken(load: number, now: number): void {
    if (this.#number === null) return;
    if (load <= this.#number) this.#takenUpTo++;
    if (load >= this.#number) this.#takenAt++;
    if (load <= this.#number || ++this.#takenAbove < ROUNDS_ABOVE * this.#number) return;
    this.#number += this.#raise;
    this.#raise *= 2;
    this.#takenAbove = 0;
    this.#probeAt = now;
  }

  /** A request was refused that the number does not explain. Gives whether the number was given up for it. */
  contradicted(): boolean {
    if (this.#number === null) return false;
    this.#refusedUpTo++;
    const share = CHANCE_SHARE * (this.#takenUpTo + this.#refusedUpTo);
    if (this.#refusedUpTo <= Math.max(CHANCE_REFUSED, share)) return false;
    this.#sentBeforeNext = this.#sent + MISTAKE_REQUESTS * 2 ** Math.min(MOST_DOUBLINGS, this.#mistakes++);
    this.forget();
    return true;
  }

  forget(): void {
    this.#number = null;
  }
}

/** A request and how much the server was working on when it came. */
export interface LoadOutcome {
  /** Requests that the server had, this one included. */
  readonly load: number;
  /** Null while nothing is known. */
  readonly refused: boolean | null;
}

/** Fewer refusals may be chance … */
const ENOUGH_REFUSED = 3;
/** … and so may a few of a burst, whatever was taken of it: for each taken at once so many must be refused. */
const REFUSED_PER_TAKEN = 0.75;
/** Fewer taken tell nothing. */
const ENOUGH_TAKEN = 4;
/** Above the line so many are refused at least: an answer just under way lets one through now and then. */
const REFUSED_ABOVE = 0.6;
/** Below it so few at the most: requests overtake each other on their way. */
const REFUSED_BELOW = 0.1;

/** How requests fare on both sides of a line, those of which nothing is known yet among the taken. */
interface Sides {
  above: number;
  refusedAbove: number;
  below: number;
  refusedBelow: number;
}

/**
 * How many requests at once a server takes, if its refusals come of that: nearly all above a line are refused and nearly
 * all up to it taken. Null when no line parts them so: a rate limit refuses at any load, and so does chance.
 */
export function findLine(requests: readonly LoadOutcome[]): number | null {
  let best: { line: number; wrong: number } | null = null;
  for (const line of new Set(requests.filter(({ refused }) => refused).map(({ load }) => load - 1))) {
    if (line < 1) continue;
    const sides = sidesOf(requests, line);
    const wrong = sides.refusedBelow + sides.above - sides.refusedAbove;
    if (parts(sides, line) && (best === null || wrong < best.wrong)) best = { line, wrong };
  }
  return best?.line ?? null;
}

function parts({ above, refusedAbove, below, refusedBelow }: Sides, line: number): boolean {
  const enough = Math.max(ENOUGH_REFUSED, REFUSED_PER_TAKEN * line, REFUSED_ABOVE * above);
  return (
    refusedAbove >= enough && below - refusedBelow >= ENOUGH_TAKEN && refusedBelow <= REFUSED_BELOW * below
  );
}

function sidesOf(requests: readonly LoadOutcome[], line: number): Sides {
  const sides = { above: 0, refusedAbove: 0, below: 0, refusedBelow: 0 };
  for (const { load, refused } of requests) {
    if (load > line) {
      sides.above++;
      if (refused) sides.refusedAbove++;
    } else {
      sides.below++;
      if (refused) sides.refusedBelow++;
    }
  }
  return sides;
}

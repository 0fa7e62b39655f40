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

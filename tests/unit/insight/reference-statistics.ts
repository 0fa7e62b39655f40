import type { Interval } from '../../../src/shared/insight.ts';

/**
 * The statistics of answers by their definitions, solved by bisection: no formula of the product is in them. Slow, and exact to about twelve digits.
 */

/** Where a function that falls from above zero to below it crosses zero. */
function crossing(falls: (x: number) => number, low: number, high: number): number {
  let [from, to] = [low, high];
  for (let step = 0; step < 200; step += 1) {
    const middle = (from + to) / 2;
    if (falls(middle) > 0) from = middle;
    else to = middle;
  }
  return (from + to) / 2;
}

/** The normal distribution function by its series (G. Marsaglia, Journal of Statistical Software 11(4), 2004). */
function normalCdf(x: number): number {
  let [term, sum] = [x, x];
  for (let k = 3; Math.abs(term) > 1e-18 && k < 1000; k += 2) {
    term *= (x * x) / k;
    sum += term;
  }
  return 0.5 + (sum * Math.exp((-x * x) / 2)) / Math.sqrt(2 * Math.PI);
}

/** The value of a normal variable that is not left on either side with 95 %, for each of so many comparisons together (Bonferroni). */
export const referenceZ = (comparisons: number): number =>
  crossing((z) => 1 - 0.05 / (2 * Math.max(1, comparisons)) - normalCdf(z), 0, 8);

/** Wilson's interval: the shares that the one observed does not differ from by more than z of their own standard errors. */
export function referenceWilson(count: number, total: number, z: number): Interval {
  if (total === 0) return { low: 0, high: 1 };
  const share = count / total;
  const tooFar = (p: number): number => (share - p) ** 2 - (z * z * p * (1 - p)) / total;
  return {
    low: count === 0 ? 0 : crossing(tooFar, 0, share),
    high: count === total ? 1 : crossing((p) => -tooFar(p), share, 1),
  };
}

/**
 * The interval of a ratio of two shares (A. Donner and G. Y. Zou, Stat. Methods Med. Res. 21, 2012): the ratios R for which zero is in the
 * interval of a - R·b, whose distances from its middle are those of both shares, squared and added. Null where the second share is zero.
 */
export function referenceRatio(
  [countA, totalA]: readonly [number, number],
  [countB, totalB]: readonly [number, number],
  z: number,
): Interval | null {
  if (countB === 0 || totalA === 0) return null;
  const [a, b] = [countA / totalA, countB / totalB];
  const [ofA, ofB] = [referenceWilson(countA, totalA, z), referenceWilson(countB, totalB, z)];
  const low = (r: number): number => a - r * b - Math.hypot(a - ofA.low, r * (ofB.high - b));
  const high = (r: number): number => a - r * b + Math.hypot(ofA.high - a, r * (b - ofB.low));
  return { low: a === 0 ? 0 : crossing(low, 0, a / b), high: crossing(high, a / b, 1e6) };
}

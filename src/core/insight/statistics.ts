import type { Interval, Quartiles } from '../../shared/insight.ts';

/** The normal quantile of an interval of confidence of 95 %, for each of so many comparisons together (Bonferroni). */
export function normalQuantile(comparisons = 1): number {
  return inverseNormal(1 - 0.05 / (2 * Math.max(comparisons, 1)));
}

/** Wilson's interval of a share of `count` in `total` (E. B. Wilson, JASA 22, 1927); 0 to 1 where there is nothing to count. */
export function wilson(count: number, total: number, z: number): Interval {
  if (total === 0) return { low: 0, high: 1 };
  const share = count / total;
  const z2 = z * z;
  const centre = share + z2 / (2 * total);
  const half = z * Math.sqrt((share * (1 - share)) / total + z2 / (4 * total * total));
  const scale = 1 + z2 / total;
  return { low: Math.max(0, (centre - half) / scale), high: Math.min(1, (centre + half) / scale) };
}

/** The interval of the difference of two shares from Wilson's intervals of each (R. G. Newcombe, Stat. Med. 17, 1998, method 10). */
export function differenceInterval(
  [countA, totalA]: readonly [number, number],
  [countB, totalB]: readonly [number, number],
  z: number,
): Interval {
  const [a, b] = [totalA === 0 ? 0 : countA / totalA, totalB === 0 ? 0 : countB / totalB];
  const [intervalA, intervalB] = [wilson(countA, totalA, z), wilson(countB, totalB, z)];
  return {
    low: a - b - Math.hypot(a - intervalA.low, intervalB.high - b),
    high: a - b + Math.hypot(intervalA.high - a, b - intervalB.low),
  };
}

/**
 * The interval of the ratio of two shares from Wilson's intervals of each (A. Donner and G. Y. Zou, Stat. Methods Med. Res. 21, 2012:
 * MOVER-R). Null where the second share is zero.
 */
export function ratioInterval(
  [countA, totalA]: readonly [number, number],
  [countB, totalB]: readonly [number, number],
  z: number,
): Interval | null {
  if (countB === 0 || totalA === 0) return null;
  const [a, b] = [countA / totalA, countB / totalB];
  const { low: lowA, high: highA } = wilson(countA, totalA, z);
  const { low: lowB, high: highB } = wilson(countB, totalB, z);
  const bound = (lowOrHigh: number, other: number, sign: number): number => {
    const root = (a * b) ** 2 - lowOrHigh * other * (2 * a - lowOrHigh) * (2 * b - other);
    return (a * b + sign * Math.sqrt(Math.max(root, 0))) / (other * (2 * b - other));
  };
  return { low: Math.max(0, bound(lowA, highB, -1)), high: bound(highA, lowB, 1) };
}

/** The value below which so much of a sorted array lies, between two values by their distance (R. J. Hyndman and Y. Fan, type 7). */
export function quantile(sorted: Float64Array, share: number): number | null {
  if (sorted.length === 0) return null;
  const place = (sorted.length - 1) * share;
  const below = Math.floor(place);
  const [low, high] = [sorted[below] as number, sorted[Math.ceil(place)] as number];
  return low + (high - low) * (place - below);
}

/** Median and quartiles in seconds of times in milliseconds, which are sorted in place. */
export function quartiles(times: Float64Array): Quartiles {
  times.sort();
  const seconds = (share: number): number | null => {
    const value = quantile(times, share);
    return value === null ? null : value / 1000;
  };
  return { q1: seconds(0.25), median: seconds(0.5), q3: seconds(0.75) };
}

/** The inverse of the normal distribution (P. J. Acklam's approximation, relative error below 1.2e-9). */
function inverseNormal(p: number): number {
  const a = [-39.69683028665376, 220.9460984245205, -275.9285104469687, 138.357751867269, -30.66479806614716];
  const b = [
    -54.47609879822406, 161.5858368580409, -155.6989798598866, 66.80131188771972, -13.28068155288572,
  ];
  const c = [-0.007784894002430293, -0.3223964580411365, -2.400758277161838, -2.549732539343734];
  const d = [0.007784695709041462, 0.3224671290700398, 2.445134137142996, 3.754408661907416];
  const polynomial = (terms: readonly number[], x: number): number =>
    terms.reduce((sum, term) => sum * x + term, 0);
  if (p < 0.02425) {
    const q = Math.sqrt(-2 * Math.log(p));
    return polynomial([...c, 4.374664141464968, 2.938163982698783], q) / polynomial([...d, 1], q);
  }
  if (p > 1 - 0.02425) return -inverseNormal(1 - p);
  const q = p - 0.5;
  const r = q * q;
  return (polynomial([...a, 2.506628277459239], r) * q) / polynomial([...b, 1], r);
}

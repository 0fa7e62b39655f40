/** The slope between every pair is computed: so many points are 780 pairs. */
const MAX_POINTS = 40;

export interface Point {
  x: number;
  y: number;
}

/** `y ≈ base + slope · x`, both never negative. */
export interface Line {
  base: number;
  slope: number;
}

/**
 * A line through points of which some may be far off (Theil and Sen: the median of all slopes). Uses the latest points.
 * A constant when x hardly varies.
 */
export function fitLine(points: readonly Point[]): Line {
  const used = points.slice(-MAX_POINTS);
  const slopes: number[] = [];
  const spread = Math.max(
    1,
    quantile(
      used.map((point) => point.x),
      0.5,
    ) / 10,
  );
  used.forEach((a, index) => {
    for (const b of used.slice(index + 1)) {
      // Slopes over next to no distance are all noise.
      if (Math.abs(b.x - a.x) >= spread) slopes.push((b.y - a.y) / (b.x - a.x));
    }
  });
  const slope = slopes.length < used.length ? 0 : Math.max(0, quantile(slopes, 0.5));
  const base = quantile(
    used.map((point) => point.y - slope * point.x),
    0.5,
  );
  if (base >= 0) return { base, slope };
  return {
    base: 0,
    slope: quantile(
      used.map((point) => point.y / Math.max(1, point.x)),
      0.5,
    ),
  };
}

/** The value below which a share `q` of the values lies; 0 of none. */
export function quantile(values: readonly number[], q: number): number {
  const sorted = values.toSorted((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor(q * sorted.length))] ?? 0;
}

/** Fewer answers than this say nothing reliable. */
const ENOUGH = 5;
const KEPT = 100;
const RECENT = 8;
/** Refitting is most of the cost; a line hardly moves with one point in so many. */
const REFIT_SHARE = 0.1;

/** With few samples the slowest of them is far from the slowest there is. */
const LOOSE = 4;
const TIGHT = 1.8;
const CONFIDENT = 30;

/**
 * How long something takes, by how much is asked: a server that does not stream shows its whole answer at once, so the
 * wait grows with the answer. Learned from the latest hundred.
 */
export class LatencyModel {
  #points: Point[] = [];
  #line: Line = { base: 0, slope: 0 };
  #factor = 1;
  #slowRatio = 1;
  #range = { min: 0, max: 0 };
  #sinceFit = 0;

  /** Milliseconds for an answer of so many tokens. */
  observe(tokens: number, ms: number): void {
    this.#points.push({ x: tokens, y: Math.max(1, ms) });
    if (this.#points.length > KEPT) this.#points.shift();
    this.#sinceFit++;
    if (this.#sinceFit >= this.#points.length * REFIT_SHARE || this.#isUnusual(tokens, ms)) this.#fit();
  }

  /** A bound that hardly any normal answer exceeds, in milliseconds; null before there are enough samples. */
  bound(tokens: number): number | null {
    return this.#points.length < ENOUGH ? null : this.#expected(tokens) * this.#factor;
  }

  /** What a normal but slow answer takes: 95 of 100 are quicker; null before there are enough samples. */
  slow(tokens: number): number | null {
    if (this.#points.length < ENOUGH) return null;
    return this.#expected(tokens) * this.#slowRatio;
  }

  toJSON(): Point[] {
    return this.#points;
  }

  restore(points: readonly Point[]): void {
    this.#points = points.slice(-KEPT);
    this.#fit();
  }

  #isUnusual(tokens: number, ms: number): boolean {
    return this.#points.length <= ENOUGH || ms > this.#expected(tokens) * this.#factor * 0.5;
  }

  #fit(): void {
    this.#sinceFit = 0;
    const sizes = this.#points.map((point) => point.x);
    this.#range = { min: Math.min(...sizes), max: Math.max(...sizes) };
    this.#line = fitLine(this.#points);
    const ratios = this.#ratios();
    this.#slowRatio = quantile(ratios, 0.95);
    const confidence = Math.min(1, Math.max(0, ratios.length - ENOUGH) / (CONFIDENT - ENOUGH));
    const margin = LOOSE + (TIGHT - LOOSE) * confidence;
    // The latest few count on their own, so that a model that turns slow is given time before the quantile knows.
    this.#factor = Math.max(margin * this.#slowRatio, 1.5 * Math.max(...ratios.slice(-RECENT)));
  }

  #ratios(): number[] {
    return this.#points.map((point) => point.y / this.#expected(point.x));
  }

  /** Outside the sizes seen: a larger answer may take longer in proportion, a smaller one is not trusted to be quicker. */
  #expected(tokens: number): number {
    const { min, max } = this.#range;
    const inside = Math.min(max, Math.max(min, tokens));
    const ms = Math.max(1, this.#line.base + this.#line.slope * inside);
    return max > 0 && tokens > max ? (ms * tokens) / max : ms;
  }
}

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

/** An amount that is made up of so much for each behaviour and so much for each unit. */
export interface Sample {
  behaviours: number;
  units: number;
  amount: number;
}

export interface Rates {
  perBehaviour: number;
  perUnit: number;
}

/** Samples this many times off the median are none: a model that repeated itself until it was cut, a miscount. */
const OUTLIER = 3;
/** How many samples what was believed before weighs as much as: enough to decide what the samples leave open. */
const PRIOR_WEIGHT = 0.1;
const MOST_CHANGE = 10;

export interface Fit {
  rates: Rates;
  /** Amount by what the rates make of it, of every sample that is no outlier. */
  ratios: number[];
}

/**
 * Rates that explain the samples, in all exactly and each as well as possible (least squares of the relative error), and
 * that differ from `prior` in proportion only where the samples say so: units of one size cannot tell the two rates
 * apart. Null when no sample can be used.
 */
export function fitRates(samples: readonly Sample[], prior: Rates): Fit | null {
  const kept = withoutOutliers(samples, prior);
  if (kept.length === 0) return null;
  const start = scale(
    prior,
    sum(kept, ({ amount }) => amount) / sum(kept, (sample) => amountOf(sample, prior)),
  );
  const bent = bend(kept, start);
  const rates = scale(
    bent,
    sum(kept, ({ amount }) => amount) / sum(kept, (sample) => amountOf(sample, bent)),
  );
  return { rates, ratios: kept.map((sample) => sample.amount / amountOf(sample, rates)) };
}

export function amountOf({ behaviours, units }: Pick<Sample, 'behaviours' | 'units'>, rates: Rates): number {
  return behaviours * rates.perBehaviour + units * rates.perUnit;
}

function withoutOutliers(samples: readonly Sample[], prior: Rates): Sample[] {
  const usable = samples.filter((sample) => sample.amount > 0 && amountOf(sample, prior) > 0);
  const ratio = (sample: Sample): number => sample.amount / amountOf(sample, prior);
  const sorted = usable.map((sample) => ratio(sample)).toSorted((a, b) => a - b);
  const median = sorted[Math.floor((sorted.length - 1) / 2)] ?? 1;
  return usable.filter((sample) => ratio(sample) <= median * OUTLIER && ratio(sample) >= median / OUTLIER);
}

/** Solves the normal equations for two factors on `start`, each drawn to 1. */
function bend(samples: readonly Sample[], start: Rates): Rates {
  let [aa, ab, bb, ay, by] = [PRIOR_WEIGHT, 0, PRIOR_WEIGHT, PRIOR_WEIGHT, PRIOR_WEIGHT];
  for (const { behaviours, units, amount } of samples) {
    const whole = amountOf({ behaviours, units }, start);
    const a = (behaviours * start.perBehaviour) / whole;
    const b = (units * start.perUnit) / whole;
    const y = amount / whole;
    aa += a * a;
    ab += a * b;
    bb += b * b;
    ay += a * y;
    by += b * y;
  }
  const determinant = aa * bb - ab * ab;
  return {
    perBehaviour: start.perBehaviour * bounded((ay * bb - by * ab) / determinant),
    perUnit: start.perUnit * bounded((by * aa - ay * ab) / determinant),
  };
}

function bounded(factor: number): number {
  return Math.min(MOST_CHANGE, Math.max(1 / MOST_CHANGE, factor));
}

function scale({ perBehaviour, perUnit }: Rates, factor: number): Rates {
  return { perBehaviour: perBehaviour * factor, perUnit: perUnit * factor };
}

function sum<T>(list: readonly T[], of: (item: T) => number): number {
  return list.reduce((total, item) => total + of(item), 0);
}

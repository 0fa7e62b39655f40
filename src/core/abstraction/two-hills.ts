/** A normal distribution over the steps of a histogram. */
interface Hill {
  weight: number;
  mean: number;
  deviation: number;
}

const ROUNDS = 300;
/** A hill narrower than this is one step of the histogram, such as a round number of minutes. */
const LEAST_DEVIATION = 1;

/**
 * The two normal distributions that fit a histogram best, the lower first (expectation maximisation): sessions of a log have short
 * and long silences that are about normal on the log scale each, also where one hill is but a shoulder of the other.
 */
export function fitTwoHills(counts: readonly number[]): [Hill, Hill] {
  const total = counts.reduce((sum, count) => sum + count, 0);
  const one = hillOf(counts, counts, total);
  let low: Hill = { ...one, weight: 0.5, mean: one.mean - one.deviation };
  let high: Hill = { ...one, weight: 0.5, mean: one.mean + one.deviation };
  for (let round = 0; round < ROUNDS; round += 1) {
    const ofLow = counts.map((count, step) => {
      const [first, second] = [densityAt(low, step), densityAt(high, step)];
      return first + second === 0 ? count / 2 : (count * first) / (first + second);
    });
    low = hillOf(ofLow, counts, total);
    high = hillOf(
      counts.map((count, step) => count - (ofLow[step] ?? 0)),
      counts,
      total,
    );
  }
  return low.mean <= high.mean ? [low, high] : [high, low];
}

/** How far two hills are apart, in their own widths (Ashman’s D): beyond 2 they are two. */
export function distanceOf([low, high]: readonly [Hill, Hill]): number {
  return (high.mean - low.mean) / Math.sqrt((low.deviation ** 2 + high.deviation ** 2) / 2);
}

/** The step between the tops of two hills at which one is as likely as the other, whichever is the larger. */
export function borderOf([low, high]: readonly [Hill, Hill]): number {
  const share = low.deviation / (low.deviation + high.deviation);
  return low.mean + share * (high.mean - low.mean);
}

function hillOf(part: readonly number[], all: readonly number[], total: number): Hill {
  const weight = part.reduce((sum, count) => sum + count, 0);
  if (weight === 0) return hillOf(all, all, total);
  const mean = part.reduce((sum, count, step) => sum + count * step, 0) / weight;
  const variance = part.reduce((sum, count, step) => sum + count * (step - mean) ** 2, 0) / weight;
  return { weight: weight / total, mean, deviation: Math.max(LEAST_DEVIATION, Math.sqrt(variance)) };
}

function densityAt({ weight, mean, deviation }: Hill, step: number): number {
  return (weight / deviation) * Math.exp(-((step - mean) ** 2) / (2 * deviation ** 2));
}

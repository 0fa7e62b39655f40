import { z } from 'zod';

const START_UNITS = 8;
const MOST_UNITS = 64;
const GROWTH = 1.25;
/** A batch this much smaller than allowed proves nothing of the size allowed. */
const NEAR = 0.8;
const MOST_PATIENCE = 16;

/** So many smaller answers are enough to compare with. */
const ENOUGH = 3;
/** Damage in fewer answers than this costs less than packing smaller. */
const TOLERATED = 0.1;
/** Without smaller answers to compare with, size is blamed for damage in more of them than this. */
const SUSPICIOUS = 0.3;
/** Standard errors by which larger answers must be damaged more often than smaller ones, if size is to be blamed. */
const CLEARLY_MORE = 2.5;
/** How many answers of the usual rate a size is taken to have had before the first. */
const ORDINARY = 3;
/** What was seen long ago counts for less: models change behind their names. */
const DECAY = 0.99;

const tallySchema = z.object({ answers: z.number().min(0).max(1e6), damage: z.number().min(0).max(1e6) });
const learnedSchema = z.object({
  limit: z.number().min(1).max(MOST_UNITS),
  patience: z.number().min(1).max(MOST_PATIENCE),
  /** Of sizes 1, 2-3, 4-7, … */
  tallies: z.array(tallySchema).max(Math.log2(MOST_UNITS) + 1),
});

type Tally = z.infer<typeof tallySchema>;
/** What a SizeLearner knows, for storage. */
export type LearnedSizes = z.infer<typeof learnedSchema>;

/**
 * How many units one model can be asked about at once. Grows by a quarter with whole answers; halves when damage (cut,
 * left out, unreadable) is the fault of size. Damage that comes as often in small batches is not: a flaky service would
 * drive the size to one, and pay for the instructions with every user.
 */
export class SizeLearner {
  #limit = START_UNITS;
  /** Whole answers needed before the next step up; doubles with each step down, so that the same wall is hit less often. */
  #patience = 1;
  #streak = 0;
  #tallies: Tally[] = [];

  /** From what toJSON gave; what cannot be read counts as nothing learned. */
  static from(stored: unknown): SizeLearner {
    const learner = new SizeLearner();
    const parsed = learnedSchema.safeParse(stored);
    if (!parsed.success) return learner;
    learner.#limit = parsed.data.limit;
    learner.#patience = parsed.data.patience;
    learner.#tallies = parsed.data.tallies;
    return learner;
  }

  toJSON(): LearnedSizes {
    return { limit: this.#limit, patience: this.#patience, tallies: this.#tallies };
  }

  /** Units that a request may hold now. */
  get units(): number {
    return Math.floor(this.#limit);
  }

  /** Notes an answer that was whole. */
  succeeded(units: number): void {
    this.#count(units, 0);
    if (units < this.units * NEAR) return;
    this.#streak += 1;
    if (this.#streak < this.#patience) return;
    this.#streak = 0;
    // Answers to batches sent before the last step prove their own size only.
    const step = Math.min(next(this.#limit), next(units), MOST_UNITS);
    this.#limit = Math.max(this.#limit, step);
  }

  /** Notes an answer that was cut, left units out or could not be read; `lost`: for how many of its units. */
  failed(units: number, lost = units): void {
    const here = this.#count(units, Math.min(1, lost / Math.max(1, units)));
    // Batches may stay smaller than allowed for want of room; then they are the largest there are, and judged as such.
    const larger = total(this.#tallies.slice(bucketOf(units) + 1));
    if (units < this.units * NEAR && larger.answers >= ENOUGH) return;
    if (this.#isSizeToBlame(bucketOf(units), here)) {
      this.#streak = 0;
      // Half of what failed, not of the limit: one burst of damage to batches of one size is one step down.
      this.#limit = Math.max(1, Math.min(this.#limit, units / 2));
      this.#patience = Math.min(MOST_PATIENCE, this.#patience * 2);
    } else {
      this.#patience = Math.max(1, this.#patience / 2);
    }
  }

  #isSizeToBlame(bucket: number, here: Tally): boolean {
    if (bucket === 0) return false;
    const smaller = total(this.#tallies.slice(0, bucket));
    if (smaller.answers < ENOUGH) return here.damage / (here.answers + 1) > SUSPICIOUS;
    if (rateOf(here) <= TOLERATED) return false;
    const usual = rateOf(total(this.#tallies));
    return standardErrors(drawn(here, usual), drawn(smaller, usual)) > CLEARLY_MORE;
  }

  #count(units: number, damage: number): Tally {
    const bucket = bucketOf(units);
    while (this.#tallies.length <= bucket) this.#tallies.push({ answers: 0, damage: 0 });
    const known = this.#tallies[bucket] ?? { answers: 0, damage: 0 };
    // Other sizes keep what is known of them: they are not asked about now, and still the measure for this one.
    const counted = { answers: known.answers * DECAY + 1, damage: known.damage * DECAY + damage };
    this.#tallies = this.#tallies.with(bucket, counted);
    return counted;
  }
}

function next(units: number): number {
  return Math.max(units * GROWTH, Math.floor(units) + 1);
}

function bucketOf(units: number): number {
  return Math.floor(Math.log2(Math.min(MOST_UNITS, Math.max(1, units))));
}

/** A tally with a few ordinary answers more: one answer of a size, damaged, is not a rate of 100 %. */
function drawn({ answers, damage }: Tally, rate: number): Tally {
  return { answers: answers + ORDINARY, damage: damage + ORDINARY * rate };
}

function rateOf({ answers, damage }: Tally): number {
  return answers > 0 ? damage / answers : 0;
}

/** How far apart two rates of damage are, in units of what chance makes of equal ones. */
function standardErrors(one: Tally, other: Tally): number {
  const rate = rateOf(total([one, other]));
  const error = Math.sqrt(rate * (1 - rate) * (1 / one.answers + 1 / other.answers));
  return error > 0 ? (rateOf(one) - rateOf(other)) / error : 0;
}

function total(tallies: readonly Tally[]): Tally {
  return tallies.reduce(
    (sum, { answers, damage }) => ({ answers: sum.answers + answers, damage: sum.damage + damage }),
    { answers: 0, damage: 0 },
  );
}

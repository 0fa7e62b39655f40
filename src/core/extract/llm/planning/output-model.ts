import { z } from 'zod';

/**
 * Before anything is learned. Measured: faultless compact answers have 9.4 (generated sample) to 11.2 tokens a behaviour
 * (auto-ads; hardly two of its behaviours share an event) and 15 a user. Too low would cut answers, and lose the end of
 * histories, where purchases are; too high costs a few requests more.
 */
export const DEFAULT_RATES: Rates = { perBehaviour: 10, perUnit: 15 };
/** Nineteen of twenty answers are no longer than this many times the mean, before anything is learned. */
const DEFAULT_SPREAD = 1.5;
/** How many answers the default spread weighs as much as: the longest of three says little about the longest of twenty. */
const SPREAD_WEIGHT = 10;
const LEAST_SPREAD = 1.05;

const KEPT = 200;
/** With so many answers the figures rest on the model, not on a rule of thumb: a pilot has three. */
const ENOUGH = 3;

/** An answer cut at a limit would have been longer, nobody knows by how much. */
const CUT_GROWTH = 2;
const MOST_CUT_SPREAD = 8;
const CUT_DECAY = 0.9;

/** No tokenizer differs from ours by more: such a report is a mistake. */
const [LEAST_RATIO, MOST_RATIO] = [0.1, 10];

/** Prompts whose lengths differ by no more than this factor have instructions and behaviours in about the same shares. */
const ALIKE = 1.25;

/** Thoughts of a hundred times the answer: such a report is a mistake, and would end any run that has a cap. */
const MOST_OVERSHOOT = 100;

const countSchema = z.number().min(0).max(1e9);
const learnedSchema = z.object({
  answers: z.array(z.object({ behaviours: countSchema, units: countSchema, amount: countSchema })).max(KEPT),
  inputs: z
    .array(z.object({ estimated: countSchema.positive(), reported: countSchema.positive() }))
    .max(KEPT),
  cutSpread: z.number().min(0).max(MOST_CUT_SPREAD),
  overshoot: z.number().min(1).max(MOST_OVERSHOOT).default(1),
});

/** What an OutputModel knows, for storage. */
export type LearnedOutputs = z.infer<typeof learnedSchema>;

/** The provider's tokens for each of ours: on the whole, and at the most of late. */
export interface InputRatio {
  mean: number;
  max: number;
}

export interface AnswerSize {
  behaviours: number;
  units: number;
}

/** Learns how one model of one provider counts and answers: output tokens by what is asked, input tokens by our count. */
export class OutputModel {
  #answers: LearnedOutputs['answers'] = [];
  #inputs: LearnedOutputs['inputs'] = [];
  #cutSpread = 0;
  #overshoot = 1;
  #fitted: { rates: Rates; spread: number } | null = null;
  /** Undefined while it has to be told anew from `#inputs`. */
  #ratio: InputRatio | null | undefined = undefined;

  readonly #prior: Rates;

  /** `prior`: what is expected before anything is learned. */
  constructor(prior: Rates = DEFAULT_RATES) {
    this.#prior = prior;
  }

  /** From what toJSON gave; what cannot be read counts as nothing learned. */
  static from(stored: unknown, prior?: Rates): OutputModel {
    const model = new OutputModel(prior);
    const parsed = learnedSchema.safeParse(stored);
    if (!parsed.success) return model;
    model.#answers = parsed.data.answers;
    model.#inputs = parsed.data.inputs;
    model.#cutSpread = parsed.data.cutSpread;
    model.#overshoot = parsed.data.overshoot;
    return model;
  }

  toJSON(): LearnedOutputs {
    return {
      answers: this.#answers,
      inputs: this.#inputs,
      cutSpread: this.#cutSpread,
      overshoot: this.#overshoot,
    };
  }

  /** Whether predictions rest on answers of this model. */
  get learned(): boolean {
    return this.#answers.length >= ENOUGH;
  }

  /** Notes a whole answer. */
  record({ behaviours, units, outputTokens }: AnswerSize & { outputTokens: number }): void {
    if (outputTokens <= 0 || units <= 0) return;
    this.#answers = [...this.#answers.slice(1 - KEPT), { behaviours, units, amount: outputTokens }];
    this.#cutSpread *= CUT_DECAY;
    this.#fitted = null;
  }

  /** Notes an answer that a limit cut off after so many tokens: the next may be longer, until whole ones come. */
  recordCut({ behaviours, units, outputTokens }: AnswerSize & { outputTokens: number }): void {
    const { mean } = this.predict({ behaviours, units });
    if (outputTokens <= 0 || mean <= 0) return;
    const spread = (CUT_GROWTH * outputTokens) / mean;
    this.#cutSpread = Math.min(MOST_CUT_SPREAD, Math.max(this.#cutSpread, spread));
  }

  /** Tokens that an answer will have, and that nineteen of twenty such answers do not exceed. */
  predict(size: AnswerSize): { mean: number; p95: number } {
    const { rates, spread } = this.#fit();
    const mean = amountOf(size, rates);
    return { mean, p95: mean * Math.max(spread, this.#cutSpread) };
  }

  /** Notes what the provider counted of an answer that was limited to `limit` tokens. */
  recordLimited({ limit, reported }: { limit: number; reported: number }): void {
    const ratio = reported / limit;
    if (ratio > this.#overshoot && ratio <= MOST_OVERSHOOT) this.#overshoot = ratio;
  }

  /** How many times the limit that was sent an answer may be billed for, at the most: thoughts need not be bounded by it. */
  get overshoot(): number {
    return this.#overshoot;
  }

  /** Notes what the provider counted for a prompt that has `estimated` tokens by our tokenizer. */
  recordInput({ estimated, reported }: { estimated: number; reported: number }): void {
    const ratio = reported / estimated;
    if (!(ratio >= LEAST_RATIO && ratio <= MOST_RATIO)) return;
    this.#inputs = [...this.#inputs.slice(1 - KEPT), { estimated, reported }];
    this.#ratio = undefined;
    // Before there are answers, theirs are expected to be counted as prompts are.
    if (this.#answers.length === 0) this.#fitted = null;
  }

  /** Null before the provider has said any. */
  get inputRatio(): InputRatio | null {
    // Asked for several times a request, and the same until the next answer.
    this.#ratio = this.#ratio === undefined ? this.#fitRatio() : this.#ratio;
    return this.#ratio;
  }

  #fitRatio(): InputRatio | null {
    const prior: Rates = { perBehaviour: 1, perUnit: 0 };
    const samples = this.#inputs.map(({ estimated, reported }) => ({
      behaviours: estimated,
      units: 0,
      amount: reported,
    }));
    const fit = fitRates(samples, prior);
    if (!fit) return null;
    return {
      mean: fit.rates.perBehaviour,
      max: Math.max(...this.#inputs.map(({ estimated, reported }) => reported / estimated)),
    };
  }

  /** The same, at the most, of prompts about as long as `estimated`; null when none was. Instructions and lines differ. */
  inputRatioNear(estimated: number): number | null {
    const near = this.#inputs.filter(
      (input) => Math.max(input.estimated / estimated, estimated / input.estimated) <= ALIKE,
    );
    if (near.length === 0) return null;
    return Math.max(...near.map(({ estimated: ours, reported }) => reported / ours));
  }

  #fit(): { rates: Rates; spread: number } {
    if (this.#fitted) return this.#fitted;
    const fit = fitRates(this.#answers, this.#prior);
    const ratios = (fit?.ratios ?? []).toSorted((a, b) => a - b);
    const seen = ratios[Math.floor(0.95 * ratios.length)] ?? DEFAULT_SPREAD;
    const spread = (seen * ratios.length + DEFAULT_SPREAD * SPREAD_WEIGHT) / (ratios.length + SPREAD_WEIGHT);
    this.#fitted = {
      rates: fit?.rates ?? scale(this.#prior, this.inputRatio?.mean ?? 1),
      spread: Math.max(LEAST_SPREAD, spread),
    };
    return this.#fitted;
  }
}

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

import type { CapUnit, ModelSettings } from '../../../../shared/model.ts';
import { formatMoneyIn } from '../../../../shared/money.ts';
import { AppError } from '../../../errors.ts';
import type { Billing, RequestTotals } from '../../ports.ts';
import { FAILURE_POLICIES } from '../failure-policy.ts';
import { countTokens } from '../prompt/tokenizer.ts';
import type { ModelError, ModelRequest, TokenUsage } from '../types.ts';
import type { OutputModel } from '../planning/output-model.ts';

/** It is not known whether the request was billed. */
const NOTHING_KNOWN: Billing = { inputTokens: null, outputTokens: null, reported: false, cost: null };
/** It was not billed. */
const NOTHING_COST: Billing = { ...NOTHING_KNOWN, cost: 0 };

export interface SpendingOptions extends ReserveBasis {
  /** Null for no cap. */
  maxCost: () => number | null;
  maxTokens: () => number | null;
  totals: () => RequestTotals;
}

/** Money and tokens of a run: what a request may take at the most, what it did take, and the caps that none may break. */
export class Spending {
  readonly #options: SpendingOptions;
  readonly #money: Budget;
  readonly #tokens: Budget;
  #anyAnswer = false;

  constructor(options: SpendingOptions) {
    this.#options = options;
    this.#money = new Budget(options.maxCost, () => this.#spent());
    this.#tokens = new Budget(options.maxTokens, () => this.#used());
  }

  /** Sets aside what a request may take at the most; null when that could break a cap. */
  reserve(request: ModelRequest): Reservation | null {
    const most = mostSpent(request, this.#options);
    if (this.#money.exceeds(most.cost ?? 0) || this.#tokens.exceeds(most.tokens)) return null;
    this.#money.reserve(most.cost ?? 0);
    this.#tokens.reserve(most.tokens);
    return most;
  }

  release({ cost, tokens }: Reservation): void {
    this.#money.release(cost ?? 0);
    this.#tokens.release(tokens);
  }

  /** Tokens that a provider will count for a prompt of ours. */
  inputTokens(request: ModelRequest): number {
    return Math.ceil(request.inputTokens * (this.#options.outputs.inputRatio?.mean ?? 1));
  }

  /**
   * Whether the next request has to go alone: under a cap, until the first answer shows how the provider counts, and
   * whether it bills thoughts beyond the limit.
   */
  get goesAlone(): boolean {
    const { maxCost, maxTokens, outputs } = this.#options;
    const isCapped = maxCost() !== null || maxTokens() !== null;
    return isCapped && !this.#anyAnswer && outputs.inputRatio === null;
  }

  bill({ inputTokens, outputTokens, reported }: TokenUsage): Billing {
    const cost = costOf(inputTokens, outputTokens, this.#options.settings);
    return { inputTokens, outputTokens, reported, cost };
  }

  /** Learns from what the provider counted of an answer that was sent for with `limit`; null for no limit. */
  learn(limit: number | null, { outputTokens, reported }: TokenUsage): void {
    this.#anyAnswer = true;
    if (reported && limit !== null) this.#options.outputs.recordLimited({ limit, reported: outputTokens });
  }

  /**
   * What a request without a whole answer cost: as far as the provider said, else counted from what had come, else by the
   * policy of its class. `error`: null when the run was stopped meanwhile.
   */
  billFailed(request: ModelRequest, error: ModelError | null, partial: ModelError['partial']): Billing {
    if (error?.billing === 'none') return NOTHING_COST;
    if (partial?.usage) return this.bill(partial.usage);
    const came = partial ? partial.text + partial.reasoning : '';
    const inputTokens = this.inputTokens(request);
    if (came !== '') return this.bill({ inputTokens, outputTokens: countTokens(came), reported: false });
    switch (error ? FAILURE_POLICIES[error.failure].unreported : 'unknown') {
      case 'nothing':
        return NOTHING_COST;
      case 'unknown':
        return NOTHING_KNOWN;
      case 'estimate':
        return this.bill({
          inputTokens,
          outputTokens: Math.ceil(request.predictedOutputTokens),
          reported: false,
        });
    }
  }

  /**
   * The error of a run whose smallest request could break a cap. `least`: the cap from which on it could not; `unit`: what
   * the cap counts. Amounts are written in a form that is the same in every language of the product.
   */
  capReached(request: ModelRequest): AppError {
    const { settings, maxCost, maxTokens } = this.#options;
    const { cost, tokens } = mostSpent(request, this.#options);
    if (this.#money.exceeds(cost ?? 0)) {
      const money = (amount: number): string => formatMoneyIn('en', amount, settings.currency);
      return capError('money', this.#spent(), maxCost() ?? 0, cost ?? 0, money);
    }
    return capError('tokens', this.#used(), maxTokens() ?? 0, tokens, formatTokens);
  }

  /** Money that is spent, or of which it is not known. */
  #spent(): number {
    const { cost, uncertainCost } = this.#options.totals();
    return cost + uncertainCost;
  }

  /** Tokens that are used, or of which it is not known. */
  #used(): number {
    const { inputTokens, outputTokens, uncertainTokens } = this.#options.totals();
    return inputTokens + outputTokens + uncertainTokens;
  }
}

function capError(
  unit: CapUnit,
  spent: number,
  cap: number,
  needed: number,
  text: (amount: number) => string,
): AppError {
  const texts = { spent: text(spent), cap: text(cap), needed: text(needed) };
  return new AppError('run.budget_reached', { ...texts, least: spent + needed, unit });
}

const formatTokens = (tokens: number): string => `${new Intl.NumberFormat('en').format(tokens)} tokens`;

/** Before a provider has said how it counts: no tokenizer in use makes more of a text than this many times ours. */
const RATIO_UNKNOWN = 4;
/** How much the reported input may exceed what the ratios seen so far say. */
const RATIO_SAFETY = 1.1;
/** The same where only prompts of other lengths are known, with other shares of instructions and behaviours. */
const RATIO_OF_OTHERS = 1.5;

export interface ReserveBasis {
  settings: ModelSettings;
  outputs: OutputModel;
  /** The limit of output tokens that a request for so many carries; null for none (ModelClient). */
  outputLimit: (wanted: number) => number | null;
}

/** What has to be set aside before a request is sent. */
export interface Reservation {
  /** Money; null when a price is unknown. */
  cost: number | null;
  /** Tokens of prompt and answer. */
  tokens: number;
}

/** What a request may cost and use at the most. */
export function mostSpent(request: ModelRequest, basis: ReserveBasis): Reservation {
  const input = request.inputTokens * inputRatio(request.inputTokens, basis.outputs);
  const output = mostOutput(request, basis);
  return { cost: costOf(input, output, basis.settings), tokens: Math.ceil(input + output) };
}

/** What an answer may be billed for at the most: more than the limit where thoughts were, and all that fits where none is sent. */
function mostOutput(
  { inputTokens, maxOutputTokens }: ModelRequest,
  { settings, outputs, outputLimit }: ReserveBasis,
): number {
  const limit = outputLimit(maxOutputTokens);
  if (limit === null) return Math.max(maxOutputTokens, settings.contextTokens - inputTokens);
  return limit * outputs.overshoot;
}

/** The provider's tokens for each of ours in a prompt of so many, at the most. */
function inputRatio(tokens: number, outputs: OutputModel): number {
  const near = outputs.inputRatioNear(tokens);
  if (near !== null) return near * RATIO_SAFETY;
  return outputs.inputRatio === null ? RATIO_UNKNOWN : outputs.inputRatio.max * RATIO_OF_OTHERS;
}

/** Prices per million tokens; null when unknown. */
export interface Prices {
  priceIn: number | null;
  priceOut: number | null;
}

const PER_MILLION = 1_000_000;

/** What tokens cost; null when a price is unknown. */
export function costOf(inputTokens: number, outputTokens: number, prices: Prices): number | null {
  if (prices.priceIn === null || prices.priceOut === null) return null;
  return (inputTokens * prices.priceIn + outputTokens * prices.priceOut) / PER_MILLION;
}

/**
 * A cap, in money or in tokens, that cannot be overshot: the most that a request can take is set aside before it is sent,
 * and released when it is known what it did take.
 */
export class Budget {
  readonly #cap: () => number | null;
  /** What is spent, and what is not known to be unspent. */
  readonly #spent: () => number;
  #reserved = 0;

  constructor(cap: () => number | null, spent: () => number) {
    this.#cap = cap;
    this.#spent = spent;
  }

  /** Whether an amount could exceed the cap. */
  exceeds(amount: number): boolean {
    const cap = this.#cap();
    return cap !== null && this.#spent() + this.#reserved + amount > cap;
  }

  reserve(amount: number): void {
    this.#reserved += amount;
  }

  release(amount: number): void {
    this.#reserved = Math.max(0, this.#reserved - amount);
  }
}

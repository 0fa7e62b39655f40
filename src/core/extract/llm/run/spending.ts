import type { ModelSettings } from '../../../../shared/model.ts';
import { AppError } from '../../../errors.ts';
import type { Billing, RequestTotals } from '../../../store/request-store.ts';
import type { OutputModel } from '../planning/output-model.ts';
import { countTokens } from '../planning/tokenizer.ts';
import type { ModelError, ModelRequest, TokenUsage } from '../types.ts';
import { Budget, costOf } from './budget.ts';

/** Before a provider has said how it counts: no tokenizer in use makes more of a text than this many times ours. */
const RATIO_UNKNOWN = 4;
/** How much the reported input may exceed what the ratios seen so far say. */
const RATIO_SAFETY = 1.1;
/** The same where only prompts of other lengths are known, with other shares of instructions and behaviours. */
const RATIO_OF_OTHERS = 1.5;

/** Nothing is known to have been billed. */
const NOTHING_BILLED: Billing = { inputTokens: null, outputTokens: null, reported: false, cost: null };

export interface SpendingOptions {
  settings: ModelSettings;
  outputs: OutputModel;
  /** The limit of output tokens that a request for so many carries; null for none (ModelClient). */
  outputLimit: (wanted: number) => number | null;
  /** Null for no cap. */
  maxCost: () => number | null;
  totals: () => RequestTotals;
}

/** The money of a run: what a request may cost at the most, what it did cost, and the cap that none may break. */
export class Spending {
  readonly #options: SpendingOptions;
  readonly #budget: Budget;

  constructor(options: SpendingOptions) {
    this.#options = options;
    this.#budget = new Budget(options.maxCost, () => this.#spent());
  }

  /** Sets aside what a request may cost at the most; null when that could break the cap. */
  reserve(request: ModelRequest): number | null {
    const input = request.inputTokens * this.#inputRatio(request.inputTokens);
    const worst = costOf(input, this.#mostOutput(request), this.#options.settings) ?? 0;
    return this.#budget.reserve(worst) ? worst : null;
  }

  release(reserved: number): void {
    this.#budget.release(reserved);
  }

  /** What an answer may be billed for at the most: more than the limit where thoughts were, and all that fits where none is sent. */
  #mostOutput({ inputTokens, maxOutputTokens }: ModelRequest): number {
    const { settings, outputs, outputLimit } = this.#options;
    const limit = outputLimit(maxOutputTokens);
    if (limit === null) return Math.max(maxOutputTokens, settings.contextTokens - inputTokens);
    return limit * outputs.overshoot;
  }

  /** Of a prompt of so many tokens, at the most. */
  #inputRatio(tokens: number): number {
    const { outputs } = this.#options;
    const near = outputs.inputRatioNear(tokens);
    if (near !== null) return near * RATIO_SAFETY;
    return outputs.inputRatio === null ? RATIO_UNKNOWN : outputs.inputRatio.max * RATIO_OF_OTHERS;
  }

  /** Tokens that a provider will count for a prompt of ours. */
  inputTokens(request: ModelRequest): number {
    return Math.ceil(request.inputTokens * (this.#options.outputs.inputRatio?.mean ?? 1));
  }

  bill({ inputTokens, outputTokens, reported }: TokenUsage): Billing {
    const cost = costOf(inputTokens, outputTokens, this.#options.settings);
    return { inputTokens, outputTokens, reported, cost };
  }

  /** Learns from what the provider counted of an answer that was sent for with `limit`; null for no limit. */
  learn(limit: number | null, { outputTokens, reported }: TokenUsage): void {
    if (reported && limit !== null) this.#options.outputs.recordLimited({ limit, reported: outputTokens });
  }

  /**
   * What a request without a whole answer cost: as far as was said, or counted when something had come. `httpStatus`:
   * null when none came.
   */
  billFailed(request: ModelRequest, httpStatus: number | null, partial: ModelError['partial']): Billing {
    if (partial?.usage) return this.bill(partial.usage);
    const came = partial ? partial.text + partial.reasoning : '';
    if (came !== '') {
      const inputTokens = this.inputTokens(request);
      return this.bill({ inputTokens, outputTokens: countTokens(came), reported: false });
    }
    // A refusal is free; when nothing came, or an answer that was announced broke off before its first word, nobody knows.
    const isRefusal = httpStatus !== null && httpStatus >= 400;
    return isRefusal ? { ...NOTHING_BILLED, cost: 0 } : NOTHING_BILLED;
  }

  capReached(): AppError {
    const { settings, maxCost } = this.#options;
    const money = (amount: number): string => `${amount.toFixed(amount < 1 ? 4 : 2)} ${settings.currency}`;
    return new AppError('run.budget_reached', { spent: money(this.#spent()), cap: money(maxCost() ?? 0) });
  }

  /** Money that is gone, or of which nobody knows. */
  #spent(): number {
    const { cost, uncertainCost } = this.#options.totals();
    return cost + uncertainCost;
  }
}

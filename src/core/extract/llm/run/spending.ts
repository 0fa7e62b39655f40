import { formatMoneyIn } from '../../../../shared/money.ts';
import { AppError } from '../../../errors.ts';
import type { Billing, RequestTotals } from '../../ports.ts';
import { FAILURE_POLICIES } from '../failure-policy.ts';
import { countTokens } from '../planning/tokenizer.ts';
import type { ModelError, ModelRequest, TokenUsage } from '../types.ts';
import { Budget, costOf } from './budget.ts';
import { mostCost } from './reserve.ts';
import type { ReserveBasis } from './reserve.ts';

/** Nobody knows whether it was billed. */
const NOTHING_KNOWN: Billing = { inputTokens: null, outputTokens: null, reported: false, cost: null };
/** It was not billed. */
const NOTHING_COST: Billing = { ...NOTHING_KNOWN, cost: 0 };

export interface SpendingOptions extends ReserveBasis {
  /** Null for no cap. */
  maxCost: () => number | null;
  totals: () => RequestTotals;
}

/** The money of a run: what a request may cost at the most, what it did cost, and the cap that none may break. */
export class Spending {
  readonly #options: SpendingOptions;
  readonly #budget: Budget;
  #anyAnswer = false;

  constructor(options: SpendingOptions) {
    this.#options = options;
    this.#budget = new Budget(options.maxCost, () => this.#spent());
  }

  /**
   * Sets aside what a request may cost at the most; null when that could break the cap. Under a cap the first request
   * goes alone: how a provider counts, and whether it bills thoughts beyond the limit, is known from its first answer.
   */
  reserve(request: ModelRequest): number | null {
    const isFirst = !this.#anyAnswer && this.#options.outputs.inputRatio === null;
    if (isFirst && this.#options.maxCost() !== null && this.#budget.reserved > 0) return null;
    const worst = mostCost(request, this.#options) ?? 0;
    return this.#budget.reserve(worst) ? worst : null;
  }

  release(reserved: number): void {
    this.#budget.release(reserved);
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
   * That the smallest request that is left could break the cap. `least`: the cap from which on it could not. Amounts are
   * written with a symbol that is the same in every language of the product.
   */
  capReached(request: ModelRequest): AppError {
    const { settings, maxCost } = this.#options;
    const money = (amount: number): string => formatMoneyIn('en', amount, settings.currency);
    const spent = this.#spent();
    const needed = mostCost(request, this.#options) ?? 0;
    return new AppError('run.budget_reached', {
      spent: money(spent),
      cap: money(maxCost() ?? 0),
      needed: money(needed),
      least: spent + needed,
    });
  }

  /** Money that is gone, or of which nobody knows. */
  #spent(): number {
    const { cost, uncertainCost } = this.#options.totals();
    return cost + uncertainCost;
  }
}

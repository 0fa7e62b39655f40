import type { CapUnit } from '../../../../shared/model.ts';
import { formatMoneyIn } from '../../../../shared/money.ts';
import { AppError } from '../../../errors.ts';
import type { Billing, RequestTotals } from '../../ports.ts';
import { FAILURE_POLICIES } from '../failure-policy.ts';
import { countTokens } from '../prompt/tokenizer.ts';
import type { ModelError, ModelRequest, TokenUsage } from '../types.ts';
import { Budget, costOf } from './budget.ts';
import { mostSpent } from './reserve.ts';
import type { Reservation, ReserveBasis } from './reserve.ts';

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

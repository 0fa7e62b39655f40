import type { ErrorInfo } from '@shared/errors';
import type { CapUnit, ModelFigures } from '@shared/model';
import type { ResumeRequest } from '@shared/run';
import { t } from '@/i18n';
import { formatCompact, formatMoney, formatNumber } from '@/i18n/format';

/** The cap of a run and what counts against it, all in the unit of the cap. */
export interface RunCap {
  unit: CapUnit;
  /** Null for no cap. */
  limit: number | null;
  spent: number;
  /** What the whole run is expected to take; null while that cannot be told. */
  projected: number | null;
}

/** The cap of a run in the given unit. */
export function capIn(unit: CapUnit, figures: ModelFigures): RunCap {
  return unit === 'money'
    ? { unit, limit: figures.maxCost, spent: figures.cost ?? 0, projected: figures.projectedCost }
    : {
        unit,
        limit: figures.maxTokens,
        spent: figures.inputTokens + figures.outputTokens,
        projected: figures.projectedTokens,
      };
}

/** The cap that is in force; of two, the one that is reached first. Without a cap: money when there are prices. */
export function capInForce(figures: ModelFigures): RunCap {
  const money = capIn('money', figures);
  const tokens = capIn('tokens', figures);
  // A cap in money cannot be kept without prices.
  if (figures.cost === null) return tokens;
  if (tokens.limit === null) return money;
  return money.limit === null || shareWithin(tokens) < shareWithin(money) ? tokens : money;
}

/** The share of the work left that fits within a cap: 1 when all of it does, or when that cannot be told. */
export function shareWithin({ limit, spent, projected }: RunCap): number {
  if (limit === null || projected === null || projected <= limit) return 1;
  return Math.max(0, limit - spent) / Math.max(projected - spent, Number.EPSILON);
}

/** An amount in the unit of a cap, as a figure. */
export function amountText(amount: number, unit: CapUnit, currency: string): string {
  return unit === 'money' ? formatMoney(amount, currency) : t('start.tokens', { n: formatCompact(amount) });
}

/** An amount that is entered as a cap, or compared with one: rounded up, so that it is enough when it is entered. */
export function capText(amount: number, unit: CapUnit, currency: string): string {
  if (unit === 'money') return formatMoney(inCents(amount), currency);
  return t('start.tokens', { n: formatNumber(Math.ceil(amount)) });
}

/** The request that resumes a run with another cap in a unit; without one in it when `limit` is undefined. */
export function withCap(unit: CapUnit, limit: number | undefined): NonNullable<ResumeRequest> {
  return unit === 'money' ? { maxCost: limit ?? null } : { maxTokens: limit ?? null };
}

/** A cap that is probably enough for a run that has stopped at its cap. */
export function suggestedCap(figures: ModelFigures, stop: CapStop): number {
  const { limit, spent, projected } = capIn(stop.unit, figures);
  const base = Math.max(limit ?? 0, spent);
  // 10 % more than projected, or twice the old cap while no projection is possible.
  const wanted = projected !== null && projected > base ? projected * 1.1 : base * 2;
  // Each request reserves what it may take at the most, the last one too.
  const enough = wanted + Math.max(0, stop.least - spent);
  return stop.unit === 'tokens' ? Math.ceil(enough / 1000) * 1000 : inCents(Math.max(0.01, enough));
}

/** A run that has stopped at its cap. */
export interface CapStop {
  /** What the cap counts. */
  unit: CapUnit;
  /** Amounts as they are written: what is spent, the cap, and what the next request may take. */
  spent: string;
  cap: string;
  needed: string;
  /** The lowest cap with which the run can continue. */
  least: number;
}

/** What there is to know of a stop at the cap; null when the run did not stop there. */
export function capStop(error: ErrorInfo | null): CapStop | null {
  if (error?.code !== 'run.budget_reached') return null;
  const { spent = '—', cap = '—', needed = '—', least = 0, unit } = error.params ?? {};
  return {
    unit: unit === 'tokens' ? 'tokens' : 'money',
    spent: String(spent),
    cap: String(cap),
    needed: String(needed),
    least: Number(least),
  };
}

/** A sum in whole cents that is no less than this one. */
export const inCents = (amount: number): number => Math.ceil(amount * 100 - 1e-6) / 100;

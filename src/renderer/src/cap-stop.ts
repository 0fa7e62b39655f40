import type { ErrorInfo } from '@shared/errors';
import type { CapUnit } from '@shared/model';

/** A run that has stopped at its cap. */
export interface CapStop {
  /** What the cap counts. */
  unit: CapUnit;
  /** Amounts as they are written: what is spent, the cap, and what the next request may take. */
  spent: string;
  cap: string;
  needed: string;
  /** The lowest cap with which the run goes on. */
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

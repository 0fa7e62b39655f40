import type { ErrorInfo } from '@shared/errors';

/** A run that has stopped at its spending cap. */
export interface CapStop {
  /** Money as it is written: what is gone, the cap, and what the next request may cost. */
  spent: string;
  cap: string;
  needed: string;
  /** The lowest cap with which the run goes on. */
  least: number;
}

/** What there is to know of a stop at the cap; null when the run did not stop there. */
export function capStop(error: ErrorInfo | null): CapStop | null {
  if (error?.code !== 'run.budget_reached') return null;
  const { spent = '—', cap = '—', needed = '—', least = 0 } = error.params ?? {};
  return { spent: String(spent), cap: String(cap), needed: String(needed), least: Number(least) };
}

/** A sum in whole cents that is no less than this one. */
export const inCents = (amount: number): number => Math.ceil(amount * 100 - 1e-6) / 100;

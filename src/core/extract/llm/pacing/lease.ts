import type { ModelError } from '../types.ts';

/** What is known of a request beforehand. */
export interface RequestOutlook {
  /** Tokens the answer is thought to have: a longer answer may take longer. Default 0. */
  outputTokens?: number;
  /** How many times the usual time-outs it gets; above 1 for what timed out before. Default 1. */
  patience?: number;
}

/** The right to send one request. Must be ended by one of the last three; further calls do nothing. */
export interface Lease {
  /** Aborts when the request is overdue; the reason is a ModelError `timeout`. Combine it with your own. */
  readonly signal: AbortSignal;
  /** The provider has taken the request: a stream is announced. Implied by what follows. */
  accepted(): void;
  /** The provider shows that it is alive without sending any of the answer. */
  keptAlive(): void;
  /** A piece of the answer came. */
  activity(): void;
  /** The answer is complete. `tokens`: input and output as the provider counts them. */
  succeeded(answer: { tokens: number; headers: Readonly<Record<string, string>> }): void;
  /** The request failed by itself or was overdue. `about`: whether that may happen to every request (default), or is about these units only. */
  failed(error: ModelError, about?: 'service' | 'units'): void;
  /** Given up by us: says nothing of the provider. */
  released(): void;
}

import { ModelError } from '../../../../../src/core/extract/llm/types.ts';
import type { Provider, Reply } from './simulation.ts';
import { tooMany } from './simulation.ts';

/** Shares of requests, from 0 to 1. */
export interface BadDay {
  rateLimit?: number;
  serverError?: number;
  reset?: number;
  stall?: number;
  hang?: number;
}

/** What strikes at random on a day of the fault mix F, and on one with hanging requests. */
export const DAY_F: BadDay = { rateLimit: 0.2, serverError: 0.1, reset: 0.05, stall: 0.05 };
export const DAY_OF_HANGS: BadDay = { hang: 0.1 };

/** Refusals come after 10 ms; the first piece of an answer after two fifths of its time. */
export function strikes(
  day: BadDay,
  random: () => number,
  latency: () => number,
  retryAfterMs: number | null = 1_000,
): Provider {
  const kinds: [number | undefined, (firstMs: number) => Reply][] = [
    [day.rateLimit, () => ({ kind: 'fail', error: tooMany(retryAfterMs), ms: 10 })],
    [
      day.serverError,
      () => ({ kind: 'fail', error: new ModelError('server_error', 'broken', { httpStatus: 500 }), ms: 10 }),
    ],
    [day.reset, (firstMs) => ({ kind: 'fail', error: new ModelError('network', 'reset'), ms: firstMs })],
    [day.stall, (firstMs) => ({ kind: 'stall', firstMs })],
    [day.hang, () => ({ kind: 'hang' })],
  ];
  return () => {
    let draw = random();
    const ms = latency();
    for (const [share = 0, reply] of kinds) {
      if (draw < share) return reply(ms * 0.4);
      draw -= share;
    }
    return { kind: 'answer', ms, firstMs: ms * 0.4 };
  };
}

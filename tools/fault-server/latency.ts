import type { Random } from '../../src/core/sample/random.ts';

/** How long an answer takes, from the request to its last byte. Milliseconds. */
export type Latency =
  /** `firstMs`: when the first piece comes, if the usual share of the time is not meant. */
  | { kind: 'fixed'; ms: number; firstMs?: number | undefined }
  | { kind: 'lognormal'; medianMs: number; sigma: number }
  | { kind: 'tokens'; baseMs: number; perOutputTokenMs: number };

/** From some moment on everything takes `factor` times as long; the earlier of the two moments counts. */
export interface Slowdown {
  factor: number;
  /** Number of the first slow request, from 1. */
  atArrival?: number;
  /** Milliseconds after the start of the server. */
  atMs?: number;
}

export interface Timing {
  totalMs: number;
  /** When the first piece of a stream goes out. */
  firstMs: number;
}

/** Share of the time before the first piece, where the model of latency does not define it. */
const FIRST_SHARE = 0.4;

/** `random`: of the request alone, so that the same request takes the same time in a run of the same seed. */
export function drawTiming(
  latency: Latency,
  slowdown: Slowdown | null,
  request: { outputTokens: number; arrival: number; sinceStartMs: number },
  random: Random,
): Timing {
  const slow =
    slowdown !== null &&
    (request.arrival >= (slowdown.atArrival ?? Infinity) ||
      request.sinceStartMs >= (slowdown.atMs ?? Infinity));
  const factor = slow ? slowdown.factor : 1;
  switch (latency.kind) {
    case 'fixed': {
      const { ms, firstMs = ms * FIRST_SHARE } = latency;
      return { totalMs: ms * factor, firstMs: firstMs * factor };
    }
    case 'lognormal': {
      const ms = latency.medianMs * Math.exp(latency.sigma * normal(random)) * factor;
      return { totalMs: ms, firstMs: ms * FIRST_SHARE };
    }
    case 'tokens': {
      const ms = latency.baseMs + latency.perOutputTokenMs * request.outputTokens;
      return { totalMs: ms * factor, firstMs: latency.baseMs * factor };
    }
  }
}

/** `500`, `500:10` (the first piece after 10), `lognormal:2000:0.4` (median and sigma), `tokens:300:5` (base and for each). */
export function parseLatency(text: string): Latency | null {
  const [kind = '', ...rest] = text.split(':');
  const isFixed = rest.length === 0 || /^\d/.test(kind);
  const numbers = (isFixed ? [kind, ...rest] : rest).map(Number);
  const [first = NaN, second = NaN] = numbers;
  if (numbers.some((number) => !(number >= 0))) return null;
  if (isFixed && rest.length === 0) return { kind: 'fixed', ms: first };
  if (isFixed) return rest.length === 1 ? { kind: 'fixed', ms: first, firstMs: second } : null;
  if (rest.length !== 2) return null;
  if (kind === 'lognormal') return { kind, medianMs: first, sigma: second };
  return kind === 'tokens' ? { kind, baseMs: first, perOutputTokenMs: second } : null;
}

/** A draw of the standard normal distribution (Box and Muller). */
function normal(random: Random): number {
  return Math.sqrt(-2 * Math.log(1 - random.next())) * Math.cos(2 * Math.PI * random.next());
}

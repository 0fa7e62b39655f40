import { ModelError } from '../../../../../src/core/extract/llm/types.ts';
import { Pacer } from '../../../../../src/core/extract/llm/pacing/pacer.ts';
import type { PacerOptions } from '../../../../../src/core/extract/llm/pacing/pacer.ts';
import { seeded } from './random.ts';
import { SimClock } from '../../../../support/sim-clock.ts';

/**
 * What the simulated provider does with a request. `hang`: nothing, ever. `stall`: a piece of the answer, and no more.
 * With `firstMs` the answer is announced, and its first piece comes, so early.
 */
export type Reply =
  | { kind: 'answer'; ms: number; firstMs?: number; tokens?: number; headers?: Record<string, string> }
  | { kind: 'fail'; error: ModelError; ms?: number }
  | { kind: 'stall'; firstMs: number }
  | { kind: 'hang' };

export interface Sent {
  number: number;
  /** Milliseconds since the start. */
  at: number;
  outcome: 'answered' | 'rate_limited' | 'timeout' | 'other' | 'open';
  /** How long it was told to wait. */
  restMs: number;
}

export interface World {
  clock: SimClock;
  pacer: Pacer;
  sent: Sent[];
  changes: () => number;
  start: number;
  /** Milliseconds from sending to arrival. */
  travel: () => number;
}

export function world(options: Partial<PacerOptions> = {}, travel = (): number => 0): World {
  const clock = new SimClock();
  let changes = 0;
  const pacer = new Pacer({
    clock,
    maxConcurrency: 16,
    requestsPerMinute: null,
    tokensPerMinute: null,
    timeoutMs: null,
    random: seeded(7),
    onChange: () => changes++,
    ...options,
  });
  return { clock, pacer, sent: [], changes: () => changes, start: clock.now(), travel };
}

export type Provider = (now: number, number: number) => Reply;

/** Sends one request when the pacer lets it, and tells it what became of it. */
export async function ask(
  { clock, pacer, sent, start, travel }: World,
  provider: Provider,
  request: { tokens?: number; outputTokens?: number; signal?: AbortSignal } = {},
): Promise<Sent> {
  const lease = await pacer.acquire(request.tokens ?? 1_000, request.signal ?? new AbortController().signal, {
    outputTokens: request.outputTokens ?? 100,
  });
  const entry: Sent = { number: sent.length, at: clock.now() - start, outcome: 'open', restMs: 0 };
  sent.push(entry);
  const travelMs = travel();
  if (travelMs > 0) await clock.sleep(travelMs, lease.signal);
  const reply = provider(clock.now(), entry.number);
  const firstMs = 'firstMs' in reply ? (reply.firstMs ?? 0) : 0;
  if (firstMs > 0) {
    await clock.sleep(firstMs, lease.signal);
    lease.accepted();
    lease.activity();
  }
  const ms = reply.kind === 'hang' || reply.kind === 'stall' ? 1e12 : (reply.ms ?? 0) - firstMs;
  if (ms > 0) await clock.sleep(ms, lease.signal);
  if (lease.signal.aborted) {
    entry.outcome = 'timeout';
    lease.failed(lease.signal.reason as ModelError);
  } else if (reply.kind === 'answer') {
    entry.outcome = 'answered';
    lease.activity();
    lease.succeeded({ tokens: reply.tokens ?? request.tokens ?? 1_000, headers: reply.headers ?? {} });
  } else if (reply.kind === 'fail') {
    entry.outcome = reply.error.failure === 'rate_limited' ? 'rate_limited' : 'other';
    entry.restMs = reply.error.retryAfterMs ?? 0;
    lease.failed(reply.error);
  }
  return entry;
}

/** Asks again until it is answered; who is told to wait waits. */
export async function askUntilAnswered(
  on: World,
  provider: Provider,
  request: { tokens?: number; outputTokens?: number } = {},
): Promise<void> {
  for (;;) {
    const { outcome, restMs } = await ask(on, provider, request);
    if (outcome === 'answered') return;
    if (restMs > 0) await on.clock.sleep(restMs);
  }
}

/** So many requests, all waiting at once; gives the milliseconds until the last is answered. */
export async function runAll(
  on: World,
  count: number,
  provider: Provider,
  request: (index: number) => { tokens?: number; outputTokens?: number } = () => ({}),
  limitMs?: number,
): Promise<number> {
  const all = Array.from({ length: count }, (_, index) => askUntilAnswered(on, provider, request(index)));
  await on.clock.run(Promise.all(all), limitMs);
  return on.clock.now() - on.start;
}

export function tooMany(retryAfterMs: number | null = null): ModelError {
  return new ModelError('rate_limited', 'too many requests', { httpStatus: 429, retryAfterMs });
}

export function count(
  sent: readonly Sent[],
  outcome: Sent['outcome'],
  from = 0,
  to = Number.POSITIVE_INFINITY,
): number {
  return sent.filter((entry) => entry.outcome === outcome && entry.at >= from && entry.at < to).length;
}

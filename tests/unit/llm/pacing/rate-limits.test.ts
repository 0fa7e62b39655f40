import { describe, expect, it } from 'vitest';
import type { PacerOptions } from '../../../../src/core/extract/llm/pacing/pacer.ts';
import { bucketLimiter, windowLimiter } from './support/limiters.ts';
import type { Limiter } from './support/limiters.ts';
import { lognormal, seeded } from './support/random.ts';
import { askUntilAnswered, count, tooMany, world } from './support/simulation.ts';
import type { Provider, World } from './support/simulation.ts';

const MINUTE = 60_000;

interface Limited {
  requests?: Limiter;
  tokens?: Limiter;
  retryAfter?: boolean;
  headers?: Record<string, string>;
}

function limited(
  { requests, tokens, retryAfter = true, headers = {} }: Limited,
  sizes: number[] = [],
): Provider {
  const random = seeded(3);
  return (now, number) => {
    const wait = Math.max(requests?.(1, now) ?? 0, tokens?.(sizes[number] ?? 1_000, now) ?? 0);
    if (wait > 0) return { kind: 'fail', error: tooMany(retryAfter ? wait : null), ms: 20 };
    return { kind: 'answer', ms: lognormal(random, 2_000, 0.3), headers };
  };
}

async function runFor(on: World, provider: Provider, minutes: number, tokens = 1_000): Promise<void> {
  const lanes = Array.from({ length: 40 }, async () => {
    while (on.clock.now() - on.start < minutes * MINUTE) await askUntilAnswered(on, provider, { tokens });
  });
  void Promise.all(lanes);
  await on.clock.advance(minutes * MINUTE);
}

/** Share of the allowed rate that was taken, and of refusals, from one minute to another. */
function shares(on: World, perMinute: number, from: number, to: number): { used: number; refused: number } {
  const within = on.sent.filter((entry) => entry.at >= from * MINUTE && entry.at < to * MINUTE);
  const refused = count(within, 'rate_limited');
  return { used: (within.length - refused) / (perMinute * (to - from)), refused: refused / within.length };
}

const LIMIT = 120;

// What counts whole minutes has spent the allowance of its second minute in a burst before that minute is half over:
// the rate is known from there on, and measured a minute later.
const limiters: [string, () => Limiter, number][] = [
  ['a bucket', () => bucketLimiter(LIMIT), 1],
  ['a small bucket', () => bucketLimiter(LIMIT, 5), 1],
  ['whole minutes', () => windowLimiter(LIMIT, 23_000), 2.7],
];

describe.each(limiters)('against a provider that counts by %s', (_, limiter, known) => {
  it('takes at least 95 % of a configured rate from the second minute, and is hardly refused', async () => {
    const on = world({ requestsPerMinute: LIMIT });
    await runFor(on, limited({ requests: limiter() }), 6);
    const { used, refused } = shares(on, LIMIT, 1, 6);
    expect(used).toBeGreaterThanOrEqual(0.95);
    expect(refused).toBeLessThanOrEqual(0.01);
  });

  it('learns the rate from the headers', async () => {
    const on = world();
    const headers = { 'x-ratelimit-limit-requests': String(LIMIT) };
    await runFor(on, limited({ requests: limiter(), headers }), 6);
    const { used, refused } = shares(on, LIMIT, 1, 6);
    expect(used).toBeGreaterThanOrEqual(0.95);
    expect(refused).toBeLessThanOrEqual(0.01);
  });

  it.each([
    ['with', true],
    ['without', false],
  ])('finds a rate that nobody tells, %s Retry-After', async (_name, retryAfter) => {
    const on = world();
    await runFor(on, limited({ requests: limiter(), retryAfter }), 12);
    expect(shares(on, LIMIT, known, 12).used).toBeGreaterThanOrEqual(0.95);
    expect(shares(on, LIMIT, 4, 12).refused).toBeLessThanOrEqual(0.01);
  });

  it('finds that the rate is lower than the settings say', async () => {
    const on = world({ requestsPerMinute: 500 });
    await runFor(on, limited({ requests: limiter() }), 12);
    expect(shares(on, LIMIT, known, 12).used).toBeGreaterThanOrEqual(0.95);
    expect(shares(on, LIMIT, 4, 12).refused).toBeLessThanOrEqual(0.01);
  });
});

describe('tokens per minute', () => {
  const TOKENS = 100_000;
  const cases: [string, Partial<PacerOptions>, Limited][] = [
    ['a bucket, configured', { tokensPerMinute: TOKENS }, { tokens: bucketLimiter(TOKENS) }],
    ['whole minutes, configured', { tokensPerMinute: TOKENS }, { tokens: windowLimiter(TOKENS, 11_000) }],
    [
      'a bucket, from headers',
      {},
      { tokens: bucketLimiter(TOKENS), headers: { 'x-ratelimit-limit-tokens': String(TOKENS) } },
    ],
  ];
  it.each(cases)('are used up to at least nineteen in twenty: %s', async (_, options, limits) => {
    const on = world(options);
    await runFor(on, limited(limits), 6);
    const { used, refused } = shares(on, TOKENS / 1_000, 1, 6);
    expect(used).toBeGreaterThanOrEqual(0.95);
    expect(refused).toBeLessThanOrEqual(0.01);
  });

  it('gives back what an answer did not use', async () => {
    const on = world({ tokensPerMinute: 60_000 });
    const provider: Provider = () => ({ kind: 'answer', ms: 500, tokens: 500 });
    await runFor(on, provider, 3, 1_000);
    expect(count(on.sent, 'answered', MINUTE, 3 * MINUTE)).toBeGreaterThanOrEqual(0.95 * 2 * 120);
  });
});

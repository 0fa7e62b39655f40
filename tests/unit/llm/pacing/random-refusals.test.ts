import { describe, expect, it } from 'vitest';
import { bucketLimiter, windowLimiter } from './support/limiters.ts';
import type { Limiter } from './support/limiters.ts';
import { DAY_F, DAY_OF_HANGS, strikes } from './support/bad-days.ts';
import type { BadDay } from './support/bad-days.ts';
import { lognormal, seeded } from './support/random.ts';
import { askUntilAnswered, count, runAll, tooMany, world } from './support/simulation.ts';
import type { World } from './support/simulation.ts';

const MINUTE = 60_000;

/** How many times the time of as many requests without faults. */
async function cost(
  day: BadDay,
  seed: number,
  options: { conc?: number; sigma?: number; told?: boolean } = {},
): Promise<number> {
  const { conc = 16, sigma = 0, told = true } = options;
  const random = seeded(seed);
  const latency = (): number => (sigma === 0 ? 500 : lognormal(random, 500, sigma));
  const on = world({ maxConcurrency: conc, random: seeded(seed) });
  const ms = await runAll(on, 200, strikes(day, random, latency, told ? 1_000 : null));
  const calm = world({ maxConcurrency: conc });
  return ms / (await runAll(calm, on.sent.length, strikes({}, random, latency)));
}

describe('a bad day', () => {
  it.each<[string, BadDay, Parameters<typeof cost>[2], number]>([
    ['of the mix F', DAY_F, {}, 1.5],
    ['of the mix F, without Retry-After', DAY_F, { told: false }, 1.5],
    ['of the mix F, with latencies that vary widely', DAY_F, { sigma: 0.6 }, 1.5],
    ['of the mix F, with twice as many at once', DAY_F, { conc: 32 }, 2],
    ['with one request in ten hanging', DAY_OF_HANGS, {}, 1.4],
    ['with one request in ten hanging, and twice as many at once', DAY_OF_HANGS, { conc: 32 }, 1.6],
  ])('%s costs little more than as many requests without faults', async (_, day, options, most) => {
    const costs: number[] = [];
    for (let seed = 1; seed <= 12; seed++) costs.push(await cost(day, seed, options));
    expect(costs.reduce((sum, one) => sum + one, 0) / costs.length).toBeLessThanOrEqual(most);
  });
});

describe('refusals known to be random', () => {
  /** After a quarter of a minute in which one request in five was refused. */
  async function seasoned(): Promise<{ on: World; limiter: { current: Limiter } }> {
    const on = world();
    const random = seeded(31);
    const limiter: { current: Limiter } = { current: () => 0 };
    const lane = async (): Promise<void> => {
      for (;;)
        await askUntilAnswered(on, (now) => {
          const wait = random() < 0.2 ? 1_000 : limiter.current(1, now);
          return wait > 0
            ? { kind: 'fail', error: tooMany(wait), ms: 10 }
            : { kind: 'answer', ms: 500, firstMs: 200 };
        });
    };
    for (let index = 0; index < 32; index++) void lane();
    await on.clock.advance(MINUTE / 4);
    return { on, limiter };
  }

  it('neither hold the others nor show as a throttle', async () => {
    const { on } = await seasoned();
    const from = on.clock.now() - on.start;
    let held = 0;
    for (let step = 0; step < 300; step++) {
      await on.clock.advance(100);
      const { throttledUntil, throttledBy } = on.pacer.state();
      if (throttledUntil !== null || throttledBy !== null) held++;
    }
    // By chance several in a row look like a limit, now and then.
    expect(held).toBeLessThan(45);
    expect(count(on.sent, 'rate_limited', from)).toBeGreaterThan(100);
    expect(count(on.sent, 'answered', from)).toBeGreaterThan(0.8 * 16 * 60);
  });

  it('do not hide a limit that begins: all wait for it after a handful more', async () => {
    const { on, limiter } = await seasoned();
    const closedUntil = on.clock.now() + 20_000;
    limiter.current = (_, now) => Math.max(0, closedUntil - now);
    const from = on.clock.now() - on.start;
    await on.clock.advance(2_000);
    expect(on.pacer.state()).toMatchObject({
      throttledBy: 'rate_limited',
      throttledUntil: expect.any(Number) as number,
    });
    // Those in flight end and make room for others until the first few refusals are known.
    expect(count(on.sent, 'rate_limited', from)).toBeLessThan(12);
    const sent = on.sent.length;
    await on.clock.advance(17_000);
    expect(on.sent.length).toBe(sent);
    await on.clock.advance(3_000);
    expect(on.sent.length).toBeGreaterThan(sent);
  });
});

const LIMIT = 120;
const limiters: [string, () => Limiter][] = [
  ['a bucket', () => bucketLimiter(LIMIT)],
  ['a small bucket', () => bucketLimiter(LIMIT, 5)],
  ['whole minutes', () => windowLimiter(LIMIT, 23_000)],
];

/** Twelve minutes against a limiter, some refused at random besides; requests overtake each other on their way. */
async function mixed(
  limiter: Limiter,
  chance: number,
  retryAfter: boolean,
): Promise<{ used: number; refused: number; early: number }> {
  const random = seeded(17);
  const on = world({}, () => random() * 10);
  const told: { from: number; until: number }[] = [];
  let taken = 0;
  let refused = 0;
  const lane = async (): Promise<void> => {
    for (;;)
      await askUntilAnswered(on, (now) => {
        const at = now - on.start;
        const counts = at >= 4 * MINUTE;
        if (random() < chance) return { kind: 'fail', error: tooMany(retryAfter ? 1_000 : null), ms: 20 };
        const wait = Math.ceil(limiter(1, now) / 1_000) * 1_000;
        if (wait === 0) {
          if (counts) taken++;
          const ms = lognormal(random, 2_000, 0.3);
          return { kind: 'answer', ms, firstMs: ms / 2 };
        }
        if (counts) refused++;
        if (retryAfter) told.push({ from: at + 20, until: at + 20 + wait });
        return { kind: 'fail', error: tooMany(retryAfter ? wait : null), ms: 20 };
      });
  };
  for (let index = 0; index < 40; index++) void lane();
  await on.clock.advance(12 * MINUTE);
  const early = on.sent.filter(({ at }) => told.some(({ from, until }) => at > from && at < until)).length;
  return { used: taken / (8 * LIMIT), refused: refused / (taken + refused), early: early / on.sent.length };
}

describe.each(limiters)('a provider that counts by %s', (_, limiter) => {
  it.each([true, false])(
    'is not taken for random when requests overtake each other (with Retry-After: %s)',
    async (retryAfter) => {
      const { used, refused, early } = await mixed(limiter(), 0, retryAfter);
      expect(used).toBeGreaterThanOrEqual(0.95);
      expect(refused).toBeLessThanOrEqual(0.01);
      expect(early).toBe(0);
    },
  );

  it.each([0.05, 0.2])(
    'is used nearly in full although it also refuses %d at random, and hardly pressed',
    async (chance) => {
      const { used, early } = await mixed(limiter(), chance, true);
      expect(used).toBeGreaterThanOrEqual(0.9);
      expect(early).toBeLessThanOrEqual(0.03);
    },
  );
});

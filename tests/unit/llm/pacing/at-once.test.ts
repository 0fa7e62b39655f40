import { describe, expect, it } from 'vitest';
import { lognormal, seeded } from './support/random.ts';
import { count, runAll, tooMany, world } from './support/simulation.ts';
import type { Provider, World } from './support/simulation.ts';

interface Server {
  atOnce: number;
  retryAfterMs: number | null;
  /** Milliseconds that an answer takes; varied by a third or so when `random` is given. */
  latencyMs?: number;
  random?: () => number;
}

/** Takes so many at once, and refuses the others at once. */
function takes(on: World, { atOnce, retryAfterMs, latencyMs = 300, random }: Server): Provider {
  let running = 0;
  return () => {
    if (running >= atOnce) return { kind: 'fail', error: tooMany(retryAfterMs), ms: 10 };
    running++;
    const ms = random ? lognormal(random, latencyMs, 0.4) : latencyMs;
    void on.clock.sleep(ms).then(() => running--);
    // The server has room before the answer has arrived.
    return { kind: 'answer', ms: ms + (random ? random() * 20 : 0) };
  };
}

/** How many times as long as if the settings had said how many the server takes; and the share refused later on. */
async function cost(
  server: Server,
  requests: number,
  maxConcurrency = 16,
  travel?: () => number,
): Promise<{ times: number; refused: number }> {
  const on = world({ maxConcurrency }, travel);
  const ms = await runAll(on, requests, takes(on, server));
  const told = world({ maxConcurrency: server.atOnce }, travel);
  const least = await runAll(told, requests, takes(told, server));
  const late = on.sent.slice(50);
  return { times: ms / least, refused: count(late, 'rate_limited') / late.length };
}

describe('a provider that takes only so many at once, and any number a minute', () => {
  it.each([
    // The first refusal alone costs five seconds, a third of what 200 requests take.
    [{ atOnce: 4, retryAfterMs: 5_000 }, 300, 16],
    [{ atOnce: 4, retryAfterMs: 5_000 }, 300, 64],
    [{ atOnce: 4, retryAfterMs: 1_000 }, 200, 16],
    [{ atOnce: 4, retryAfterMs: null }, 200, 16],
    [{ atOnce: 4, retryAfterMs: null }, 2_000, 16],
    [{ atOnce: 1, retryAfterMs: 5_000 }, 300, 16],
    [{ atOnce: 10, retryAfterMs: 5_000, latencyMs: 2_000 }, 1_000, 64],
  ] as [Server, number, number][])('costs little to find out: %j', async (server, requests, most) => {
    const { times, refused } = await cost(server, requests, most);
    expect(times).toBeLessThanOrEqual(1.3);
    expect(refused).toBeLessThanOrEqual(0.05);
  });

  it.each([5_000, 1_000, null])(
    'is seen through although requests overtake each other (Retry-After %s)',
    async (retryAfterMs) => {
      const times: number[] = [];
      for (let seed = 1; seed <= 8; seed++) {
        const random = seeded(seed);
        const server = { atOnce: 4, retryAfterMs, random };
        const found = await cost(server, 500, 16, () => random() * 50);
        times.push(found.times);
        expect(found.refused).toBeLessThanOrEqual(0.05);
      }
      expect(times.reduce((sum, one) => sum + one, 0) / times.length).toBeLessThanOrEqual(1.3);
    },
  );

  it('is never taken for one with a rate', async () => {
    const on = world();
    await runAll(on, 2_000, takes(on, { atOnce: 4, retryAfterMs: 5_000 }));
    expect(on.pacer.toJSON()).toMatchObject({ atOnce: 4, requestsPerMinute: null });
  });

  it('is asked for no more by the next run either', async () => {
    const before = world();
    await runAll(before, 300, takes(before, { atOnce: 4, retryAfterMs: 5_000 }));
    const on = world();
    on.pacer.restore(JSON.parse(JSON.stringify(before.pacer.toJSON())));
    await runAll(on, 300, takes(on, { atOnce: 4, retryAfterMs: 5_000 }));
    expect(count(on.sent, 'rate_limited')).toBe(0);
  });

  it('is asked for more once it takes more', async () => {
    const on = world();
    let atOnce = 4;
    let running = 0;
    await runAll(on, 4_000, (now) => {
      if (now - on.start > 30_000) atOnce = 64;
      if (running >= atOnce) return { kind: 'fail', error: tooMany(1_000), ms: 10 };
      running++;
      void on.clock.sleep(300).then(() => running--);
      return { kind: 'answer', ms: 300 };
    });
    expect(on.pacer.state().concurrency).toBe(16);
    expect(on.pacer.toJSON().atOnce).toBeNull();
  });
});

describe('a rate that an earlier run found', () => {
  const restored = (requestsPerMinute: number): World => {
    const on = world();
    on.pacer.restore({ ...on.pacer.toJSON(), concurrency: 16, requestsPerMinute });
    return on;
  };

  it('is left behind within a minute or so when nothing is refused', async () => {
    const on = restored(72);
    const ms = await runAll(on, 1_000, () => ({ kind: 'answer', ms: 300 }));
    expect(ms).toBeLessThan(100_000);
  });

  it('is returned to when it is refused', async () => {
    const on = restored(120);
    let level = 5;
    let at = on.start;
    void runAll(on, 2_000, (now) => {
      level = Math.min(5, level + ((now - at) * 120) / 60_000);
      at = now;
      if (level < 1) return { kind: 'fail', error: tooMany(500), ms: 10 };
      level--;
      return { kind: 'answer', ms: 2_000 };
    });
    await on.clock.advance(6 * 60_000);
    const late = on.sent.filter((entry) => entry.at >= 60_000);
    expect(count(late, 'rate_limited') / late.length).toBeLessThan(0.02);
    expect(count(late, 'rate_limited') + 5 * 120 * 0.95).toBeLessThan(late.length);
  });
});

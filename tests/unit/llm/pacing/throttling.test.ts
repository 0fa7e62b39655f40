import { describe, expect, it } from 'vitest';
import { ModelError } from '../../../../src/core/extract/llm/types.ts';
import { strikes } from './support/bad-days.ts';
import { seeded, lognormal } from './support/random.ts';
import { ask, askUntilAnswered, count, runAll, tooMany, world } from './support/simulation.ts';
import type { Provider, World } from './support/simulation.ts';

const MINUTE = 60_000;

/** Many lanes that ask until simulated time has gone by. */
async function keepAsking(on: World, provider: Provider, ms: number): Promise<void> {
  for (let lane = 0; lane < 32; lane++) {
    void (async () => {
      while (on.clock.now() - on.start < ms) await askUntilAnswered(on, provider);
    })();
  }
  await on.clock.advance(ms);
}

describe('Retry-After', () => {
  it('is obeyed to the second by all requests of a provider that means it', async () => {
    const on = world({ maxConcurrency: 32 });
    const random = seeded(11);
    let closedUntil = 0;
    const hints: { from: number; until: number }[] = [];
    const provider: Provider = (now) => {
      if (now >= closedUntil && random() < 0.02) closedUntil = now + Math.ceil(random() * 90) * 1_000;
      if (now >= closedUntil) return { kind: 'answer', ms: lognormal(random, 2_000, 0.5) };
      const ms = Math.ceil(20 + random() * 500);
      const retryAfterMs = closedUntil - now;
      hints.push({ from: now + ms, until: now + ms + retryAfterMs });
      return { kind: 'fail', error: tooMany(retryAfterMs), ms };
    };
    await keepAsking(on, provider, 60 * MINUTE);
    const early = on.sent.filter((entry) => {
      const at = on.start + entry.at;
      return hints.some((hint) => at > hint.from && at < hint.until);
    });
    expect(early).toEqual([]);
    expect(hints.length).toBeGreaterThan(50);
    expect(count(on.sent, 'answered')).toBeGreaterThan(300);
  });

  it('is not waited for longer than asked', async () => {
    const on = world();
    const provider: Provider = (_, number) =>
      number === 0 ? { kind: 'fail', error: tooMany(37_000) } : { kind: 'answer', ms: 100 };
    await on.clock.run(askUntilAnswered(on, provider));
    expect(on.sent[1]?.at).toBeGreaterThanOrEqual(37_000);
    expect(on.sent[1]?.at).toBeLessThan(37_100);
  });

  it('shows until when nothing is sent, and why', async () => {
    const on = world();
    void ask(on, () => ({ kind: 'fail', error: tooMany(37_000) }));
    await on.clock.advance(5_000);
    expect(on.pacer.state()).toMatchObject({
      throttledUntil: on.start + 37_000,
      throttledBy: 'rate_limited',
      inFlight: 0,
    });
    expect(on.changes()).toBeGreaterThan(0);
  });

  it('is obeyed for 503 too', async () => {
    const on = world();
    const error = new ModelError('server_error', 'busy', {
      httpStatus: 503,
      headers: { 'retry-after': '20' },
    });
    const provider: Provider = (_, number) =>
      number === 0 ? { kind: 'fail', error } : { kind: 'answer', ms: 100 };
    await on.clock.run(askUntilAnswered(on, provider));
    expect(on.sent[1]?.at).toBeGreaterThanOrEqual(20_000);
  });
});

describe('five minutes of nothing but 429', () => {
  it.each([
    ['without Retry-After', null],
    ['with Retry-After', 7_000],
  ])('are outlasted within ten seconds: %s', async (_, retryAfterMs) => {
    const on = world();
    const provider: Provider = (now) =>
      now - on.start >= MINUTE && now - on.start < 6 * MINUTE
        ? { kind: 'fail', error: tooMany(retryAfterMs), ms: 30 }
        : { kind: 'answer', ms: 1_000 };
    void keepAsking(on, provider, 8 * MINUTE);
    await on.clock.advance(3 * MINUTE);
    expect(on.pacer.state().throttledBy).toBe('rate_limited');
    await on.clock.advance(5 * MINUTE);
    const first = on.sent.find((entry) => entry.at >= 6 * MINUTE);
    expect(first?.outcome).toBe('answered');
    expect(first?.at).toBeLessThan(6 * MINUTE + 10_000);
    // Almost as fast as before within half a minute more.
    expect(count(on.sent, 'answered', 6.75 * MINUTE, 7.75 * MINUTE)).toBeGreaterThan(0.8 * 16 * 60);
    expect(count(on.sent, 'rate_limited')).toBeLessThan(100);
    expect(on.pacer.state().throttledBy).toBeNull();
  });
});

describe('an outage', () => {
  it.each(['network', 'server_error'] as const)(
    'of kind %s is asked about rarely, and then left behind',
    async (failure) => {
      const on = world();
      const provider: Provider = (now) =>
        now - on.start >= MINUTE && now - on.start < 6 * MINUTE
          ? { kind: 'fail', error: new ModelError(failure, 'down'), ms: 5 }
          : { kind: 'answer', ms: 1_000 };
      await keepAsking(on, provider, 10 * MINUTE);
      const first = on.sent.find((entry) => entry.at >= 6 * MINUTE);
      expect(first?.at).toBeLessThan(6 * MINUTE + (failure === 'network' ? 10_000 : 60_000));
      expect(count(on.sent, 'other')).toBeLessThan(90);
      expect(count(on.sent, 'answered', 8 * MINUTE, 9 * MINUTE)).toBeGreaterThan(0.9 * 16 * 60);
    },
  );
});

describe('faults that strike at random', () => {
  it('pause nothing while three in four requests are answered', async () => {
    const on = world({ maxConcurrency: 32 });
    const random = seeded(23);
    let paused = 0;
    const watch = async (): Promise<void> => {
      for (;;) {
        await on.clock.sleep(50);
        if (on.pacer.state().throttledBy !== null) paused++;
      }
    };
    void watch();
    const day = { serverError: 0.15, reset: 0.05, stall: 0.05 };
    await runAll(
      on,
      2_000,
      strikes(day, random, () => 500),
    );
    expect(paused).toBe(0);
  });

  it.each([1_000, 2_000, 3_000])(
    'take at most twice the time that as many requests would take without, pauses of %i ms included',
    async (retryAfterMs) => {
      const on = world();
      const random = seeded(21);
      const latency = (): number => lognormal(random, 2_000, 0.3);
      const overloaded = new ModelError('server_error', 'busy', { httpStatus: 503 });
      const provider: Provider = () => {
        const draw = random();
        if (draw < 0.2) return { kind: 'fail', error: tooMany(retryAfterMs), ms: 20 };
        if (draw < 0.3) return { kind: 'fail', error: overloaded, ms: 20 };
        if (draw < 0.35) return { kind: 'fail', error: new ModelError('network', 'reset'), ms: 300 };
        if (draw < 0.4) return { kind: 'hang' };
        return { kind: 'answer', ms: latency() };
      };
      const ms = await runAll(on, 500, provider);
      const faultless = await runAll(world(), on.sent.length, () => ({ kind: 'answer', ms: latency() }));
      expect(ms).toBeLessThanOrEqual(2 * faultless);
      expect(on.pacer.state().concurrency).toBeGreaterThanOrEqual(11);
    },
  );
});

describe('a run that begins after a refusal', () => {
  const rejected = new ModelError('unauthorized', 'bad key', {
    httpStatus: 401,
    providerText: 'Incorrect key',
  });

  it('says nothing of the refusal before, until it is refused again', async () => {
    const on = world();
    await on.clock.run(ask(on, () => ({ kind: 'fail', error: rejected, ms: 20 })));
    await on.clock.advance(MINUTE);
    expect(on.pacer.state()).toMatchObject({ throttledUntil: null, throttledBy: 'unauthorized' });
    on.pacer.beginRun();
    expect(on.pacer.state()).toMatchObject({ throttledBy: null, throttledDetail: null, waitingSince: null });
    void ask(on, () => ({ kind: 'fail', error: rejected, ms: 3_000 }));
    void ask(on, () => ({ kind: 'answer', ms: 100 }));
    await on.clock.advance(2_000);
    // One request tries, as before.
    expect(on.pacer.state()).toMatchObject({ inFlight: 1, throttledBy: null, waitingSince: null });
    await on.clock.advance(1_500);
    expect(on.pacer.state()).toMatchObject({ throttledBy: 'unauthorized' });
  });

  it('still says until when a limit lasts', async () => {
    const on = world();
    await on.clock.run(ask(on, () => ({ kind: 'fail', error: tooMany(37_000) })));
    on.pacer.beginRun();
    expect(on.pacer.state()).toMatchObject({ throttledBy: 'rate_limited' });
    expect(on.pacer.state().throttledUntil).not.toBeNull();
  });
});

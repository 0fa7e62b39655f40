import { describe, expect, it } from 'vitest';
import { SimClock } from '../../../support/sim-clock.ts';
import { ask, count, runAll, tooMany, world } from './support/simulation.ts';

const never = new AbortController().signal;

describe('waiting for a turn', () => {
  it('ends with the reason of the signal, and leaves the queue to the others', async () => {
    const on = world({ maxConcurrency: 1 });
    const held = await on.pacer.acquire(1, never);
    const given = new AbortController();
    const first = on.pacer.acquire(1, given.signal);
    const second = on.pacer.acquire(1, never);
    given.abort(new Error('paused'));
    await expect(first).rejects.toThrow('paused');
    held.released();
    await expect(second).resolves.toBeDefined();
    expect(on.pacer.state().inFlight).toBe(1);
  });

  it('is refused at once when the signal is aborted already', async () => {
    const on = world();
    await expect(on.pacer.acquire(1, AbortSignal.abort(new Error('stopped')))).rejects.toThrow('stopped');
  });

  it('is first come, first served, even when a later one would need less', async () => {
    const on = world({ tokensPerMinute: 10_000 });
    const order: string[] = [];
    const enter = (name: string, tokens: number): Promise<unknown> =>
      on.pacer.acquire(tokens, never).then((lease) => {
        order.push(name);
        lease.succeeded({ tokens, headers: {} });
      });
    await on.clock.run(Promise.all([enter('a', 3_000), enter('b', 5_000), enter('c', 1)]));
    expect(order).toEqual(['a', 'b', 'c']);
  });

  it('never lets more run than allowed', async () => {
    const on = world({ maxConcurrency: 5 });
    let running = 0;
    let most = 0;
    await runAll(on, 60, () => {
      most = Math.max(most, on.pacer.state().inFlight, ++running);
      void on.clock.sleep(700).then(() => running--);
      return { kind: 'answer', ms: 700 };
    });
    expect(most).toBe(5);
  });

  it('costs next to nothing when nothing limits', async () => {
    const on = world({ maxConcurrency: 32 });
    const ms = await runAll(on, 512, () => ({ kind: 'answer', ms: 500 }));
    expect(ms).toBeLessThanOrEqual(1.05 * ((512 * 500) / 32));
  });
});

describe('a lease', () => {
  it('can be ended only once', async () => {
    const on = world();
    const lease = await on.pacer.acquire(1, never);
    lease.released();
    lease.failed(tooMany(60_000));
    lease.succeeded({ tokens: 1, headers: {} });
    expect(on.pacer.state()).toMatchObject({ inFlight: 0, throttledBy: null });
  });
});

describe('a provider that takes only so many at once', () => {
  it('is hardly ever asked for more, once that is known', async () => {
    const on = world({ maxConcurrency: 32 });
    let running = 0;
    await runAll(on, 3_000, () => {
      if (running >= 8) return { kind: 'fail', error: tooMany(), ms: 20 };
      running++;
      void on.clock.sleep(2_000).then(() => running--);
      return { kind: 'answer', ms: 2_001 };
    });
    const late = on.sent.slice(-1_500);
    expect(count(late, 'rate_limited') / late.length).toBeLessThan(0.02);
    expect(on.clock.now() - on.start).toBeLessThan(1.25 * ((3_000 * 2_000) / 8));
  });

  it('is found too when it says how long to wait', async () => {
    const on = world({ maxConcurrency: 32 });
    let running = 0;
    await runAll(on, 1_000, () => {
      if (running >= 8) return { kind: 'fail', error: tooMany(1_000), ms: 20 };
      running++;
      void on.clock.sleep(500).then(() => running--);
      return { kind: 'answer', ms: 501, firstMs: 200 };
    });
    const late = on.sent.slice(-500);
    expect(count(late, 'rate_limited') / late.length).toBeLessThan(0.04);
    expect(on.clock.now() - on.start).toBeLessThan(1.4 * ((1_000 * 500) / 8));
  });

  it('is not given a second cut for the same burst', async () => {
    const on = world({ maxConcurrency: 32 });
    await runAll(on, 100, () => ({ kind: 'answer', ms: 100 }));
    expect(on.pacer.state().concurrency).toBe(32);
    const burst = Array.from({ length: 32 }, () =>
      ask(on, () => ({ kind: 'fail', error: tooMany(1_000), ms: 50 })),
    );
    await on.clock.run(Promise.all(burst));
    expect(on.pacer.state().concurrency).toBe(22);
  });
});

describe('what was learned', () => {
  it('is taken up by the next run', async () => {
    const before = world();
    await runAll(before, 60, () => ({ kind: 'answer', ms: 1_000 }));
    const json: unknown = JSON.parse(JSON.stringify(before.pacer.toJSON()));
    const on = world();
    on.pacer.restore(json);
    expect(on.pacer.state().concurrency).toBe(16);
    const from = on.clock.now();
    await on.clock.run(ask(on, () => ({ kind: 'hang' })));
    expect(on.clock.now() - from).toBeLessThanOrEqual(8_000);
  });

  it.each([null, 'x', { version: 2 }, { version: 1, concurrency: -3 }])(
    'is ignored when it makes no sense: %j',
    (json) => {
      const on = world();
      on.pacer.restore(json);
      expect(on.pacer.state().concurrency).toBe(2);
    },
  );
});

describe('a wait that the provider asked for', () => {
  /** What a run knows a second after it was told to wait for 90. */
  async function told(): Promise<{ json: Record<string, unknown>; until: number }> {
    const on = world();
    void ask(on, () => ({ kind: 'fail', error: tooMany(90_000) }));
    await on.clock.advance(1_000);
    const until = on.start + 90_000;
    expect(on.pacer.asked?.until).toBe(until);
    return { json: JSON.parse(JSON.stringify(on.pacer.toJSON())) as Record<string, unknown>, until };
  }

  it('holds for the next run, to the millisecond and no longer', async () => {
    const { json, until } = await told();
    const on = world();
    await on.clock.advance(10_000);
    on.pacer.restore(json);
    expect(on.pacer.state()).toMatchObject({ throttledUntil: until, throttledBy: 'rate_limited' });
    await runAll(on, 4, () => ({ kind: 'answer', ms: 10 }));
    expect(on.sent[0]?.at).toBeGreaterThanOrEqual(90_000);
    expect(on.sent[0]?.at).toBeLessThan(90_100);
  });

  it('is never longer than asked, wherever the clock was set', async () => {
    const { json } = await told();
    const clock = new SimClock(Date.UTC(2025, 11, 31));
    const on = world({ clock });
    on.pacer.restore(json);
    expect(on.pacer.state().throttledUntil).toBe(clock.now() + 90_000);
  });

  it.each([
    ['over', 0, 1],
    ['of more than a month', Date.UTC(2026, 0, 1), Date.UTC(2026, 1, 3)],
    ['that ends before it begins', Date.UTC(2026, 0, 2), Date.UTC(2026, 0, 1)],
  ])('and is %s holds nobody', async (_, from, until) => {
    const { json } = await told();
    const on = world();
    on.pacer.restore({ ...json, wait: { from, until } });
    expect(on.pacer.state().throttledUntil).toBeNull();
  });

  it('is not what was waited without being asked', async () => {
    const on = world();
    void ask(on, () => ({ kind: 'fail', error: tooMany() }));
    await on.clock.advance(100);
    expect(on.pacer.state().throttledUntil).not.toBeNull();
    expect(on.pacer.toJSON().wait).toBeNull();
  });
});

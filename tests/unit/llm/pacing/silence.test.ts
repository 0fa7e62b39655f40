import { describe, expect, it } from 'vitest';
import { ask, world } from './support/simulation.ts';

const never = new AbortController().signal;

describe('requests in flight that are silent', () => {
  it('are told after 15 seconds, and every 15 seconds', async () => {
    const on = world({ timeoutMs: 300_000 });
    await on.pacer.acquire(1_000, never);
    await on.clock.advance(14_900);
    const before = on.changes();
    expect(on.pacer.state().waitingSince).toBeNull();
    await on.clock.advance(200);
    expect(on.changes()).toBe(before + 1);
    expect(on.pacer.state()).toMatchObject({ waitingSince: on.start, throttledBy: null });
    await on.clock.advance(30_000);
    expect(on.changes()).toBe(before + 3);
  });

  it('are no longer told at the next piece of an answer', async () => {
    const on = world({ timeoutMs: 300_000 });
    const lease = await on.pacer.acquire(1_000, never);
    lease.activity();
    await on.clock.advance(16_000);
    expect(on.pacer.state().waitingSince).toBe(on.start);
    const before = on.changes();
    lease.activity();
    expect(on.changes()).toBeGreaterThan(before);
    expect(on.pacer.state().waitingSince).toBeNull();
  });

  it('are none while another request has pieces of its answer', async () => {
    const on = world({ timeoutMs: 300_000 });
    const silent = await on.pacer.acquire(1_000, never);
    silent.accepted();
    const talking = await on.pacer.acquire(1_000, never);
    for (let second = 0; second < 40; second += 10) {
      talking.activity();
      await on.clock.advance(10_000);
      expect(on.pacer.state().waitingSince).toBeNull();
    }
  });
});

describe('answers that come, and do not end', () => {
  it('are told after 45 seconds, and no longer once one has ended', async () => {
    const on = world({ timeoutMs: 600_000 });
    const lease = await on.pacer.acquire(1_000, never);
    const drip = async (seconds: number): Promise<void> => {
      for (let second = 0; second < seconds; second += 5) {
        lease.activity();
        await on.clock.advance(5_000);
      }
    };
    await drip(40);
    expect(on.pacer.state()).toMatchObject({ waitingSince: null, unfinishedSince: null });
    const before = on.changes();
    await drip(10);
    expect(on.changes()).toBeGreaterThan(before);
    expect(on.pacer.state()).toMatchObject({ waitingSince: null, unfinishedSince: on.start });
    await on.clock.advance(16_000);
    expect(on.pacer.state()).toMatchObject({ waitingSince: on.start + 45_000, unfinishedSince: null });
    lease.succeeded({ tokens: 1_000, headers: {} });
    await on.clock.advance(60_000);
    expect(on.pacer.state()).toMatchObject({ waitingSince: null, unfinishedSince: null });
  });

  it('are none while others end', async () => {
    const on = world({ timeoutMs: 600_000 });
    const slow = await on.pacer.acquire(1_000, never);
    for (let second = 0; second < 100; second += 10) {
      slow.activity();
      const other = await on.pacer.acquire(1_000, never);
      await on.clock.advance(10_000);
      other.succeeded({ tokens: 1_000, headers: {} });
      expect(on.pacer.state().unfinishedSince).toBeNull();
    }
  });
});

describe('limits per minute that keep all requests back', () => {
  it('are told with their end, when no request is in flight', async () => {
    const on = world({ tokensPerMinute: 1_000 });
    await on.clock.run(ask(on, () => ({ kind: 'answer', ms: 1_000, tokens: 1_000 })));
    const changes = on.changes();
    const second = ask(on, () => ({ kind: 'answer', ms: 1_000, tokens: 1_000 }));
    await on.clock.advance(1);
    expect(on.changes()).toBe(changes + 1);
    const { pacedUntil, throttledUntil } = on.pacer.state();
    expect(throttledUntil).toBeNull();
    const { at } = await on.clock.run(second);
    expect(Math.abs(on.start + at - Number(pacedUntil))).toBeLessThanOrEqual(1);
    expect(on.pacer.state().pacedUntil).toBeNull();
  });

  it('are no wait where they hold for some seconds only', async () => {
    const on = world({ requestsPerMinute: 20 });
    await on.clock.run(ask(on, () => ({ kind: 'answer', ms: 100 })));
    void ask(on, () => ({ kind: 'answer', ms: 100 }));
    await on.clock.advance(1);
    expect(on.pacer.state()).toMatchObject({ inFlight: 0, pacedUntil: null });
  });
});

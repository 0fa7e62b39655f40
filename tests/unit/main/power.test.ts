import { expect, test } from 'vitest';
import { NetworkWatch } from '../../../src/main/power/network-watch.ts';
import { SleepWatch } from '../../../src/main/power/sleep-watch.ts';
import { ManualScheduler } from './fakes.ts';

test('the sleep of the machine is measured once, however often the system speaks of it', () => {
  let now = 1000;
  const slept: number[] = [];
  const watch = new SleepWatch({ now: () => now, slept: (ms) => slept.push(ms) });
  watch.resumed();
  watch.suspended();
  now = 5000;
  watch.suspended();
  now = 61_000;
  watch.resumed();
  watch.resumed();
  watch.suspended();
  now = 60_000;
  watch.resumed();
  expect(slept).toEqual([60_000, 0]);
});

test('the network is watched only while something waits for it, and its return is told once', () => {
  const scheduler = new ManualScheduler();
  let online = true;
  let back = 0;
  const watch = new NetworkWatch({ isOnline: () => online, isBack: () => (back += 1), scheduler });
  watch.waits(false);
  expect(scheduler.waiting).toBe(0);
  watch.waits(true);
  scheduler.advance(10_000);
  expect(back).toBe(0);
  online = false;
  scheduler.advance(2000);
  online = true;
  watch.waits(true);
  scheduler.advance(10_000);
  expect(back).toBe(1);
  online = false;
  scheduler.advance(2000);
  watch.waits(false);
  online = true;
  scheduler.advance(10_000);
  expect([back, scheduler.waiting, watch.waiting]).toEqual([1, 0, false]);
});

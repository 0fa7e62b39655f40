import { expect, it } from 'vitest';
import type { Clock } from '../../../src/core/clock.ts';
import { AppError } from '../../../src/core/errors.ts';
import { whileLocked } from '../../../src/core/run/while-locked.ts';

const HOUR = 3_600_000;

it.each([
  ['as it goes', 0],
  ['set back by a day', -24 * HOUR],
])('a lock is waited for about a minute by a clock %s', async (_what, jump) => {
  let time = 0;
  let slept = 0;
  const clock: Clock = {
    now: () => time,
    sleep: (ms) => {
      if (slept === 1000) time += jump;
      time += ms;
      slept += ms;
      return Promise.resolve();
    },
  };
  const told: boolean[] = [];
  const tried = whileLocked(() => Promise.reject(new AppError('workspace.locked', { path: 'w' })), {
    clock,
    signal: new AbortController().signal,
    waiting: (waits) => told.push(waits),
  });
  await expect(tried).rejects.toMatchObject({ code: 'workspace.locked' });
  expect(slept).toBeGreaterThan(55_000);
  expect(slept).toBeLessThan(65_000);
  expect(told).toEqual([true, false]);
});

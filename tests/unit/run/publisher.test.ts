import { beforeEach, describe, expect, it } from 'vitest';
import { Publisher, PUBLISH_INTERVAL_MS } from '../../../src/core/publisher.ts';
import { ManualClock } from '../../support/manual-clock.ts';

const DAY = 24 * 3_600_000;
/** Lets the promises of the clock go on. */
const settle = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

let clock: ManualClock;
let value: number;
let built: number;
let sent: number[];
let failed: unknown[];
let broken: Error | null;
let publisher: Publisher<number>;

beforeEach(() => {
  clock = new ManualClock();
  [value, built, sent, failed, broken] = [0, 0, [], [], null];
  publisher = new Publisher({
    build: () => {
      built += 1;
      if (broken) throw broken;
      return value;
    },
    send: (snapshot) => sent.push(snapshot),
    failed: (error) => failed.push(error),
    clock,
  });
});

async function advance(ms: number): Promise<void> {
  clock.advance(ms);
  await settle();
}

describe('progress', () => {
  it('is built and sent at most once in an interval, and the last change always', async () => {
    for (value = 1; value <= 1000; value += 1) {
      publisher.mark();
      await advance(PUBLISH_INTERVAL_MS / 10);
    }
    value = 2000;
    publisher.mark();
    await advance(PUBLISH_INTERVAL_MS);
    await advance(PUBLISH_INTERVAL_MS);
    expect(built).toBe(sent.length);
    expect(built).toBeLessThanOrEqual(102);
    expect(built).toBeGreaterThan(80);
    expect(sent.at(-1)).toBe(2000);
  });

  it('that stands still sends nothing', async () => {
    publisher.mark();
    await advance(PUBLISH_INTERVAL_MS);
    await advance(DAY);
    expect(sent).toEqual([0]);
  });

  it.each([DAY, -DAY])('goes on when the wall clock is changed by %i ms', async (ms) => {
    await publisher.publishNow();
    clock.advance(ms);
    value = 1;
    publisher.mark();
    await advance(PUBLISH_INTERVAL_MS);
    expect(sent).toEqual([0, 1]);
  });

  it('that cannot be built is reported, and the next change is tried again', async () => {
    broken = new Error('damaged');
    publisher.mark();
    await advance(PUBLISH_INTERVAL_MS);
    expect([sent, failed]).toEqual([[], [broken]]);
    broken = null;
    publisher.mark();
    await advance(PUBLISH_INTERVAL_MS);
    expect(sent).toEqual([0]);
  });
});

describe('a change of state', () => {
  it('is sent at once, in place of the progress that was due', async () => {
    publisher.mark();
    value = 7;
    expect(await publisher.publishNow()).toBe(7);
    await advance(PUBLISH_INTERVAL_MS);
    expect([built, sent]).toEqual([1, [7]]);
  });
});

it('a snapshot that takes a while to build is sent when it is built', async () => {
  let built = (_value: number): void => undefined;
  const slow = new Publisher<number>({
    build: () => new Promise((resolve) => (built = resolve)),
    send: (snapshot) => sent.push(snapshot),
    failed: (error) => failed.push(error),
    clock,
  });
  const published = slow.publishNow();
  await settle();
  expect(sent).toEqual([]);
  built(3);
  expect(await published).toBe(3);
  expect(sent).toEqual([3]);
});

it('a publisher that was disposed sends nothing any more', async () => {
  publisher.mark();
  publisher.dispose();
  publisher.mark();
  await publisher.publishNow();
  await advance(DAY);
  expect(sent).toEqual([]);
});

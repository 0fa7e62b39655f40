import { describe, expect, it } from 'vitest';
import type { Clock } from '../../../src/core/clock.ts';
import type { LoadedRules } from '../../../src/core/extract/rules/load-rules.ts';
import { RulesExtractor } from '../../../src/core/extract/rules/rules-extractor.ts';
import { behaviour, defaultRules } from './helpers.ts';

const user = (userId: string, count: number): Parameters<RulesExtractor['extract']>[0][number] => ({
  userId,
  profile: null,
  behaviours: Array.from({ length: count }, (_, index) => behaviour({ action: 'browse' }, index + 1)),
});

/** A clock on which a sleep ends when the test says so, or when it is aborted. */
function manualClock(): { clock: Clock; slept: number[]; wake: () => void } {
  const slept: number[] = [];
  let wake = (): void => undefined;
  const clock: Clock = {
    now: () => 0,
    sleep: (ms, signal) =>
      new Promise((resolve) => {
        slept.push(ms);
        wake = resolve;
        signal?.addEventListener('abort', () => resolve(), { once: true });
      }),
  };
  return { clock, slept, wake: () => wake() };
}

describe('RulesExtractor', () => {
  it('succeeds with no events for a user without behaviours', async () => {
    const outcomes = await new RulesExtractor(defaultRules).extract(
      [user('a', 0)],
      new AbortController().signal,
    );
    expect(outcomes).toEqual([{ userId: 'a', status: 'succeeded', events: [] }]);
  });

  it('fails a user over the limit and no other', async () => {
    const rules = { ...defaultRules.rules, limits: { maxBehavioursPerUser: 2 } };
    const extractor = new RulesExtractor({ ...defaultRules, rules } satisfies LoadedRules);
    expect(extractor.maxBehavioursPerUser).toBe(2);
    const outcomes = await extractor.extract([user('a', 3), user('b', 2)], new AbortController().signal);
    expect(outcomes[0]).toEqual({
      userId: 'a',
      status: 'failed',
      error: { code: 'extract.user_too_large', params: { count: 3, limit: 2 } },
    });
    expect(outcomes[1]).toMatchObject({ userId: 'b', status: 'succeeded' });
  });

  it('takes the version of its rules, and limits one by one', () => {
    const extractor = new RulesExtractor(defaultRules, { limits: { maxUsers: 2 } });
    expect(extractor.version).toBe(defaultRules.version);
    const { maxBehaviours } = new RulesExtractor(defaultRules).limits;
    expect(extractor.limits).toEqual({ maxUsers: 2, maxBehaviours });
  });

  it('waits in slow mode for each batch, and gives up at once when aborted', async () => {
    const { clock, slept, wake } = manualClock();
    const extractor = new RulesExtractor(defaultRules, { delayMs: 50, clock });

    const answer = extractor.extract([user('a', 1)], new AbortController().signal);
    expect(slept).toEqual([50]);
    wake();
    expect(await answer).toHaveLength(1);

    const abort = new AbortController();
    const stopped = extractor.extract([user('a', 1)], abort.signal);
    abort.abort();
    await expect(stopped).rejects.toThrow(/abort/i);
    await expect(extractor.extract([user('a', 1)], abort.signal)).rejects.toThrow(/abort/i);
    expect(slept).toEqual([50, 50]);
  });
});

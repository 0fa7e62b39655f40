import fc from 'fast-check';
import { expect } from 'vitest';
import type { Answer } from '../../../src/core/insight/selection.ts';
import type { InsightResult } from '../../../src/shared/insight.ts';
import type { SmallEvent } from './small-log.ts';

/** Small logs with ties and repetitions: few types, few different times. */
export const logs = fc.array(
  fc
    .array(fc.record({ type: fc.constantFrom('a', 'b', 'c', 'X'), wait: fc.integer({ min: 0, max: 4 }) }), {
      minLength: 1,
      maxLength: 9,
    })
    .map((steps) => {
      let at = 0;
      return steps.map(({ type, wait }): SmallEvent => ({ type, at: (at += wait), until: at + 1 }));
    }),
  { minLength: 1, maxLength: 7 },
);

/** Every figure of an answer that has a key, wherever it is in it. */
function counted(value: unknown): { key: string; users: number }[] {
  if (Array.isArray(value)) return value.flatMap(counted);
  if (typeof value !== 'object' || value === null) return [];
  const own = 'key' in value && 'users' in value ? [value as { key: string; users: number }] : [];
  return [...own, ...Object.values(value).flatMap(counted)];
}

/** The number of users of every figure is the length of its list, in which each user is once. */
export function expectListsToFit({ result, usersOf }: Answer<InsightResult>): void {
  for (const { key, users } of counted(result)) {
    const list = usersOf(key);
    expect([key, list?.length]).toEqual([key, users]);
    expect(new Set(list).size).toBe(users);
  }
}

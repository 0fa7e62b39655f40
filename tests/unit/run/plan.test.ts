import { describe, expect, it } from 'vitest';
import { planBatches } from '../../../src/core/run/plan.ts';

const users = (...counts: number[]) =>
  counts.map((behaviourCount, index) => ({ userNo: index + 1, behaviourCount }));
const numbers = (batches: Iterable<{ userNo: number }[]>) =>
  Array.from(batches, (batch) => batch.map((user) => user.userNo));

describe('planBatches', () => {
  it('fills batches up to both limits, in order', () => {
    const batches = planBatches(users(4, 4, 4, 1, 1, 1, 1), { maxUsers: 3, maxBehaviours: 10 });
    expect(numbers(batches)).toEqual([
      [1, 2],
      [3, 4, 5],
      [6, 7],
    ]);
  });

  it('gives a user larger than the limit a batch of its own', () => {
    const batches = planBatches(users(1, 50, 1), { maxUsers: 10, maxBehaviours: 10 });
    expect(numbers(batches)).toEqual([[1], [2], [3]]);
  });

  it('makes no batch of no users', () => {
    expect([...planBatches([], { maxUsers: 10, maxBehaviours: 10 })]).toEqual([]);
  });
});

import { describe, expect, it } from 'vitest';
import { chooseUsers } from '../../../src/core/induct/sample.ts';
import type { Candidate } from '../../../src/core/induct/sample.ts';

const user = (userNo: number, behaviours: number, ...words: string[]): Candidate => ({
  userNo,
  behaviours,
  words: new Set(words),
});

/** A thousand users who browse, of 1 to 1,000 behaviours; five of them buy, and one complains. */
const MANY = Array.from({ length: 1000 }, (_, index) =>
  user(
    index + 1,
    index + 1,
    'browse',
    ...(index % 200 === 7 ? ['purchase'] : []),
    ...(index === 500 ? ['complain'] : []),
  ),
);

describe('the users of a sample', () => {
  it('are as many as are wanted, each once, and the same for the same data in any order', () => {
    const chosen = chooseUsers(MANY, 40);
    expect(new Set(chosen).size).toBe(40);
    expect(chooseUsers(MANY.toReversed(), 40)).toEqual(chosen);
    expect(chooseUsers(MANY, 5000)).toHaveLength(1000);
    expect(chooseUsers([], 40)).toEqual([]);
  });

  it('show what is rare: the one who complains, and three who buy', () => {
    const chosen = new Set(chooseUsers(MANY, 40));
    const having = (word: string): number =>
      MANY.filter(({ userNo, words }) => chosen.has(userNo) && words.has(word)).length;
    expect(having('complain')).toBe(1);
    expect(having('purchase')).toBeGreaterThanOrEqual(3);
  });

  it('have short and long histories, a quarter of each', () => {
    const chosen = chooseUsers(MANY, 40);
    const quarters = [0, 0, 0, 0];
    for (const userNo of chosen) {
      const quarter = Math.floor((userNo - 1) / 250);
      quarters[quarter] = (quarters[quarter] ?? 0) + 1;
    }
    for (const quarter of quarters) expect(quarter).toBeGreaterThanOrEqual(7);
  });

  it('never fill a small sample with what is rare alone', () => {
    const odd = Array.from({ length: 100 }, (_, index) => user(index + 1, 5, `word ${index}`));
    const long = Array.from({ length: 100 }, (_, index) => user(index + 101, 500, 'browse'));
    const chosen = chooseUsers([...odd, ...long], 20);
    expect(chosen.filter((userNo) => userNo > 100).length).toBeGreaterThanOrEqual(4);
  });
});

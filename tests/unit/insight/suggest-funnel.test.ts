import { describe, expect, it } from 'vitest';
import { suggestFunnel } from '../../../src/core/insight/suggest-funnel.ts';
import { smallPart } from './small-log.ts';
import type { SmallEvent } from './small-log.ts';

const events = (...types: [string, number][]): SmallEvent[] => types.map(([type, at]) => ({ type, at }));

describe('the funnel that is suggested', () => {
  it('has conversions in the order in which those who have both came to them', () => {
    const part = smallPart([
      events(['a', 0], ['X', 10], ['Y', 20]),
      events(['a', 0], ['X', 30], ['Y', 40]),
      events(['a', 0], ['Y', 50], ['X', 60]),
      // Those who have the one alone came to it late, which says nothing of the order.
      events(['a', 0], ['X', 9_000]),
      events(['a', 0], ['X', 9_500]),
    ]);
    expect(suggestFunnel(part)).toEqual(['a', 'X', 'Y']);
  });

  it('has them by the time that users took where no user has both', () => {
    const part = smallPart([events(['a', 0], ['X', 50]), events(['a', 0], ['Y', 20])]);
    expect(suggestFunnel(part)).toEqual(['a', 'Y', 'X']);
  });

  it('has fewer than two steps where nobody converts, and none of a log without users', () => {
    expect(suggestFunnel(smallPart([events(['a', 0], ['b', 1])]))).toEqual(['a']);
    expect(suggestFunnel(smallPart([])).length).toBeLessThan(2);
  });
});

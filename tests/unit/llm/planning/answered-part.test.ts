import { describe, expect, it } from 'vitest';
import { answeredPart } from '../../../../src/core/extract/llm/planning/split-user.ts';
import type { BegunUnit } from '../../../../src/core/extract/llm/types.ts';
import { behaviour, START } from '../answer/support.ts';

const MINUTE = 60_000;
const GAP = { sessionGapMs: 30 * MINUTE, dayStartMs: 0 };
/** Sessions of six behaviours, an hour apart. */
const behaviours = Array.from({ length: 18 }, (_, index) =>
  behaviour(index, { time: START + (Math.floor(index / 6) * 60 + (index % 6)) * MINUTE }),
);

/** Events with behaviours of these indexes. */
function begun(...events: number[][]): BegunUnit {
  return {
    events: events.map((indexes) => ({
      type: 'x',
      category: 'engagement',
      startTime: 0,
      endTime: 0,
      origin: 'llm',
      confidence: 1,
      context: {},
      evidence: indexes.flatMap((index) => behaviours[index]?.id ?? []),
    })),
    covered: new Set(events.flat()),
    unsupported: 0,
  };
}

const range = (from: number, to: number): number[] =>
  Array.from({ length: to - from + 1 }, (_, index) => from + index);

describe('what an answer that broke off had dealt with', () => {
  it('ends with the last session that is in events as a whole', () => {
    expect(answeredPart(behaviours, begun(range(0, 5), range(6, 8)), GAP)).toBe(6);
    expect(answeredPart(behaviours, begun(range(0, 3), [4, 5], range(6, 11), [12]), GAP)).toBe(12);
  });

  it('is all when every behaviour is in an event', () => {
    expect(answeredPart(behaviours, begun(range(0, 17)), GAP)).toBe(18);
  });

  it('is nothing before a behaviour that is left out, though later ones are there', () => {
    expect(answeredPart(behaviours, begun([0, 1, 2, 4, 5], range(6, 11)), GAP)).toBe(0);
    expect(answeredPart(behaviours, begun(range(12, 17)), GAP)).toBe(0);
  });

  it('does not cut an event in two', () => {
    expect(answeredPart(behaviours, begun(range(0, 4), range(5, 12)), GAP)).toBe(0);
    expect(answeredPart(behaviours, begun(range(0, 5), range(6, 12)), GAP)).toBe(6);
  });

  it('does not cut within a session, nor off a few behaviours', () => {
    expect(answeredPart(behaviours, begun(range(0, 4)), GAP)).toBe(0);
    const [first, ...others] = behaviours;
    const early = first ? [{ ...first, time: first.time - 120 * MINUTE }, ...others] : [];
    expect(answeredPart(early, begun([0], range(1, 3)), GAP)).toBe(0);
  });
});

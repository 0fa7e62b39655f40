import { describe, expect, it } from 'vitest';
import { findLine } from '../../../../src/core/extract/llm/pacing/at-once.ts';
import type { LoadOutcome } from '../../../../src/core/extract/llm/pacing/at-once.ts';

const requests = (refused: boolean | null, ...loads: number[]): LoadOutcome[] =>
  loads.map((load) => ({ load, refused }));

describe('how many at once a server takes', () => {
  it.each<[string, LoadOutcome[], number | null]>([
    ['is where taken and refused part', [...requests(false, 1, 2, 3, 4), ...requests(true, 5, 5, 5, 5)], 4],
    ['is told while answers are under way', [...requests(null, 1, 2, 3, 4), ...requests(true, 5, 5, 5)], 4],
    [
      'is told although one more got through now and then',
      [...requests(false, 1, 2, 3, 4, 4, 4, 5), ...requests(true, 5, 5, 5, 5)],
      4,
    ],
    [
      'is unknown where refusals come at any load',
      [...requests(false, 1, 2, 3, 4, 4, 4), ...requests(true, 2, 4, 4, 5, 5, 5)],
      null,
    ],
    [
      'is unknown where more was taken',
      [...requests(false, 4, 8, 8, 8, 8), ...requests(true, 8, 8, 8)],
      null,
    ],
    ['is unknown after two refusals', [...requests(false, 1, 2, 3, 4), ...requests(true, 5, 5)], null],
    [
      'is unknown after a few of a large burst',
      [...requests(false, 1, 2, 3, 4, 5, 6, 7, 8, 9), ...requests(true, 10, 10, 10)],
      null,
    ],
  ])('%s', (_, known, line) => {
    expect(findLine(known)).toBe(line);
  });
});

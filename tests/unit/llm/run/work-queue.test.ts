import { describe, expect, it } from 'vitest';
import { OutputModel } from '../../../../src/core/extract/llm/planning/output-model.ts';
import { togetherAfter } from '../../../../src/core/extract/llm/run/settlement.ts';
import type { UnitWork } from '../../../../src/core/extract/llm/run/unit-work.ts';
import { WorkQueue } from '../../../../src/core/extract/llm/run/work-queue.ts';
import { waitingUnits } from './support.ts';

const LIMITS = { inputBudget: 100_000, outputBudget: 100_000, maxUnits: 6 };

/** Units of one behaviour each, numbered from 1; `together[i]`: how many may travel with the i-th. */
function works(together: (number | null)[]): UnitWork[] {
  return waitingUnits(together.length).map((unit, index) => ({
    ...unit,
    maxTogether: together[index] ?? null,
  }));
}

/** The numbers of the units of each request, until nothing waits. */
function requests(again: (number | null)[], fresh: number): number[][] {
  const queue = new WorkQueue(new OutputModel());
  const all = works([...again, ...Array.from({ length: fresh }, () => null)]);
  queue.askAgain(all.slice(0, again.length));
  for (const unit of all.slice(again.length)) queue.add(unit);
  const sent: number[][] = [];
  while (queue.length > 0) sent.push(queue.next(LIMITS).map(({ key }) => Number(key)));
  return sent;
}

describe('the queue of units', () => {
  it('fills requests in order, those asked before first', () => {
    expect(requests([null, null], 7)).toEqual([
      [1, 2, 3, 4, 5, 6],
      [7, 8, 9],
    ]);
  });

  it('never makes a large request small for one that must travel in a small one', () => {
    expect(requests([null, 3, null], 6)).toEqual([
      [1, 3, 4, 5, 6, 7],
      [2, 8, 9],
    ]);
  });

  it('puts those that must travel in small requests together, and fills up with others', () => {
    expect(requests([3, null, 3], 2)).toEqual([
      [1, 3, 2],
      [4, 5],
    ]);
  });

  it('lets nobody travel in a larger request than he may', () => {
    expect(requests([3, 1, 2], 3)).toEqual([[1, 4, 5], [2], [3, 6]]);
  });

  it('lets one that is too long for any request travel alone', () => {
    const queue = new WorkQueue(new OutputModel());
    for (const unit of works([null, null])) queue.add(unit);
    expect(queue.next({ ...LIMITS, inputBudget: 1 })).toHaveLength(1);
    expect(queue.next({ ...LIMITS, inputBudget: 1 })).toHaveLength(1);
    expect(queue.freshTokens).toBe(0);
  });
});

describe('a batch is divided', () => {
  it('at once when its answer left somebody out or was cut', () => {
    expect(togetherAfter('missing_user', 7, 1)).toBe(4);
    expect(togetherAfter('truncated', 6, 1)).toBe(3);
  });

  it('when it timed out twice', () => {
    expect(togetherAfter('timeout', 6, 1)).toBeNull();
    expect(togetherAfter('timeout', 6, 2)).toBe(3);
  });

  it('into four when the service failed on it twice while it answered others', () => {
    expect(togetherAfter('server_error', 8, 1)).toBeNull();
    expect(togetherAfter('server_error', 8, 2)).toBe(2);
  });

  it('never to less than one', () => {
    expect(togetherAfter('bad_format', 1, 9)).toBe(1);
  });
});

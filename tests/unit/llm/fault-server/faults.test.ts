import { describe, expect, it } from 'vitest';
import { FAULT_KINDS, FaultSource, MIXES } from '../../../../tools/fault-server/faults.ts';
import type { FaultKind, MixName } from '../../../../tools/fault-server/faults.ts';

const DRAWS = 2000;

function fates(mix: MixName, seed: number): (FaultKind | null)[] {
  const source = new FaultSource(seed, 'arrival');
  return Array.from({ length: DRAWS }, (_, at) => source.draw(MIXES[mix], at + 1, '').fault);
}

describe.each(['F', 'hostile8', 'none'] as const)('the mix %s', (name) => {
  it('hits its share of the requests, fault by fault', () => {
    const drawn = fates(name, 1);
    for (const kind of FAULT_KINDS) {
      const share = (MIXES[name] as Partial<Record<FaultKind, number>>)[kind] ?? 0;
      const hits = drawn.filter((fault) => fault === kind).length;
      const deviation = Math.sqrt(DRAWS * (share / 100) * (1 - share / 100));
      expect(Math.abs(hits - (DRAWS * share) / 100), kind).toBeLessThanOrEqual(4 * deviation);
    }
  });
});

describe('faults by arrival', () => {
  it('are the same for the same seed', () => {
    expect(fates('F', 5)).toEqual(fates('F', 5));
  });

  it('are others for another seed', () => {
    expect(fates('F', 5)).not.toEqual(fates('F', 6));
  });
});

describe('faults by content', () => {
  const prompts = Array.from({ length: 100 }, (_, at) => `prompt ${at}`);
  const asked = [...prompts, ...prompts, ...prompts];

  /** Each prompt with the faults of its attempts, in order. */
  function met(order: string[], seed = 3): Map<string, (FaultKind | null)[]> {
    const source = new FaultSource(seed, 'content');
    const result = new Map<string, (FaultKind | null)[]>();
    for (const [at, prompt] of order.entries()) {
      const { fault } = source.draw(MIXES.F, at + 1, prompt);
      result.set(prompt, [...(result.get(prompt) ?? []), fault]);
    }
    return result;
  }

  it('do not depend on the order of the requests', () => {
    expect(met(asked.toReversed())).toEqual(new Map([...met(asked)].reverse()));
  });

  it('are drawn anew for each attempt', () => {
    expect([...met(asked).values()].some(([first, second]) => first !== second)).toBe(true);
  });

  it('are others for another seed', () => {
    expect(met(asked, 4)).not.toEqual(met(asked));
  });
});

import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { ask } from '../../../src/core/insight/ask.ts';
import type { Asked } from '../../../src/core/insight/ask.ts';
import { planOf } from '../../../src/shared/drawing/draw-answer.ts';
import type { GraphPlan } from '../../../src/shared/drawing/graph-plan.ts';
import { questionSchema } from '../../../src/shared/insight.ts';
import type { AskedQuestion } from '../../../src/shared/insight.ts';
import { logs } from './random-logs.ts';
import { SMALL_CODEBOOK, smallLog } from './small-log.ts';
import type { SmallEvent } from './small-log.ts';

const RUNS = { numRuns: 200, seed: 20261127 };
const options = { locale: 'en', width: 0, nameOf: (type: string) => type } as const;

/** The answer about the process of a log, and what its picture shows. */
function graphOf(users: readonly SmallEvent[][], more: object): { answer: Asked; plan: GraphPlan } {
  const question = questionSchema.parse({ analysis: 'graph', ...more } as AskedQuestion);
  const profiles = () => ({ fields: new Map(), users: 0 });
  const answer = ask({ log: smallLog(users), codebook: SMALL_CODEBOOK, profiles }, question);
  const { result, comparison } = answer;
  const plan = planOf(question, { ...result, ...(comparison ? { comparison } : {}) }, options);
  if (!plan) throw new Error('no graph');
  return { answer, plan };
}

describe('the picture of a process', () => {
  it('has as many users in each node, the start and the end, too, as their list', () => {
    fc.assert(
      fc.property(logs, fc.boolean(), (users, collapse) => {
        const { answer, plan } = graphOf(users, { collapse });
        expect(plan.nodes.filter(({ category }) => category === null).map(({ type }) => type)).toEqual([
          'START',
          'END',
        ]);
        for (const { key, value, figures, category } of plan.nodes) {
          expect([key, answer.usersOf(key)?.length]).toEqual([key, value]);
          expect(figures['users']).toBe(value);
          if (category === null) expect(value).toBe(users.length);
        }
      }),
      RUNS,
    );
  });

  it('of two sides has the users of each side in the start and the end', () => {
    fc.assert(
      fc.property(logs, (users) => {
        const known = [...users, [{ type: 'X', at: 0 }], [{ type: 'a', at: 0 }]];
        const { answer, plan } = graphOf(known, { compare: { converted: 'X' } });
        const ends = plan.nodes.filter(({ category }) => category === null);
        expect(ends).toHaveLength(2);
        const reached = known.filter((events) => events.some(({ type }) => type === 'X')).length;
        for (const { sides } of ends) {
          expect([sides?.own.users, sides?.other.users]).toEqual([reached, known.length - reached]);
          for (const side of [sides?.own, sides?.other])
            expect(answer.usersOf(side?.key ?? '')).toHaveLength(side?.users ?? -1);
        }
      }),
      RUNS,
    );
  });
});

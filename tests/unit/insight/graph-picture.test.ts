import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { ask } from '../../../src/core/insight/ask.ts';
import type { Asked } from '../../../src/core/insight/ask.ts';
import { drawLaidOut, planOf } from '../../../src/shared/drawing/draw-answer.ts';
import type { GroupMark, Mark } from '../../../src/shared/drawing/drawing.ts';
import { toLayOut } from '../../../src/shared/drawing/graph-plan.ts';
import type { GraphPlan } from '../../../src/shared/drawing/graph-plan.ts';
import { layOut } from '../../../src/shared/drawing/layout.ts';
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

const groupsOf = (marks: readonly Mark[]): GroupMark[] =>
  marks.flatMap((mark) => (mark.kind === 'group' ? [mark, ...groupsOf(mark.marks)] : []));

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

  it('by a time has the same types and edges as by users, as thick as the time and with it, and says which have none', () => {
    fc.assert(
      fc.property(logs, fc.constantFrom('median', 'mean'), (users, measure) => {
        const view = { nodes: 3, edges: 5 };
        const { answer, plan } = graphOf(users, { view: { ...view, measure } });
        const frequent = graphOf(users, { view: { ...view, measure: 'users' } }).plan;
        const shape = (of: GraphPlan): unknown => ({
          nodes: of.nodes.map(({ type, value }) => [type, value]),
          edges: of.edges.map(({ key, weight }) => [key, weight]),
        });
        expect(shape(plan)).toEqual(shape(frequent));
        expect(toLayOut(plan)).toEqual(toLayOut(frequent));
        if (answer.result.analysis !== 'graph') throw new Error('no graph');
        for (const { key, value, label, weight } of plan.edges) {
          const edge = answer.result.edges.find((each) => each.key === key);
          expect(weight).toBe(edge?.users);
          const seconds = measure === 'mean' ? edge?.meanSeconds : edge?.medianSeconds;
          expect([value, label]).toEqual([
            seconds ?? 0,
            seconds === null ? '—' : expect.stringMatching(/ s$/),
          ]);
          expect(seconds === null).toBe(edge?.from === 'START' || edge?.to === 'END');
        }
        expect(plan.about).toContain('have no time (—)');
        expect(frequent.about).toBeUndefined();
      }),
      RUNS,
    );
  });

  it('of two sides by a time says both, and which one takes longer', () => {
    // From a to b: 10 s of those with X, 4 s of the others; from b to a only these.
    const users = [
      [
        { type: 'a', at: 0 },
        { type: 'b', at: 10 },
        { type: 'X', at: 11 },
      ],
      [
        { type: 'a', at: 0 },
        { type: 'b', at: 4 },
        { type: 'a', at: 9000 },
      ],
    ];
    const { answer, plan } = graphOf(users, { compare: { converted: 'X' }, view: { measure: 'median' } });
    const edge = (from: string, to: string) =>
      plan.edges.find((each) => plan.nodes[each.from]?.type === from && plan.nodes[each.to]?.type === to);
    expect(edge('a', 'b')).toMatchObject({ label: '10 s · 4 s', value: 10, more: 'own' });
    expect(edge('b', 'a')).toMatchObject({ label: '— · 2.5 h', value: 8996, more: null });
    expect(edge('START', 'a')).toMatchObject({ label: '— · —', value: 0, more: null });
    expect(edge('START', 'a')?.tip).not.toContain('median');
    for (const { sides } of plan.edges)
      for (const side of [sides?.own, sides?.other])
        if (side && side.key !== null) expect(answer.usersOf(side.key)).toHaveLength(side.users);
    const [drawing] = drawLaidOut(
      questionSchema.parse({ analysis: 'graph', compare: { converted: 'X' } }),
      answer.result,
      { plan, laidOut: layOut(toLayOut(plan)) },
      options,
    );
    expect(drawing?.note).toContain('median time');
    const line =
      drawing && groupsOf(drawing.marks).find(({ name }) => name === `edge-${edge('b', 'a')?.key}`);
    // The line of an edge that one side has opens the users of that side.
    expect(answer.usersOf(line?.users?.key ?? '')).toHaveLength(1);
    expect(line?.users?.key).toBe(edge('b', 'a')?.sides?.other.key);
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

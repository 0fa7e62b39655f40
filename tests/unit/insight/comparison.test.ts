import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { ask } from '../../../src/core/insight/ask.ts';
import type { Asked } from '../../../src/core/insight/ask.ts';
import type { EventLog, Profiles } from '../../../src/core/insight/event-log.ts';
import { differenceInterval, normalQuantile } from '../../../src/core/insight/statistics.ts';
import { BESIDE, questionSchema } from '../../../src/shared/insight.ts';
import type { AskedQuestion, ComparedRow, InsightResult, Selection } from '../../../src/shared/insight.ts';
import { tableOf } from '../../../src/shared/insight-table.ts';
import { SMALL_CODEBOOK, smallLog } from './small-log.ts';
import type { SmallEvent } from './small-log.ts';

const SEX = ['m', 'f'];

/** Logs of a few users with a sex each. */
const logs = fc
  .array(
    fc.record({
      sex: fc.nat(1),
      events: fc
        .array(fc.record({ type: fc.constantFrom('a', 'b', 'c', 'X'), at: fc.nat(50) }), {
          minLength: 1,
          maxLength: 6,
        })
        .map((events) => events.sort((x, y) => x.at - y.at)),
    }),
    { minLength: 2, maxLength: 12 },
  )
  .map((users) => {
    // Every type occurs, so that no question names one that is not there.
    const all = [...users, { sex: 0, events: ['a', 'b', 'c', 'X'].map((type) => ({ type, at: 60 })) }];
    const profiles: Profiles = {
      users: all.length,
      fields: new Map([['sex', { values: SEX, of: Int32Array.from(all, ({ sex }) => sex) }]]),
    };
    return { log: smallLog(all.map(({ events }) => events)), profiles, users: all };
  });
type Small = { log: EventLog; profiles: Profiles };

const askOf = ({ log, profiles }: Small, asked: AskedQuestion): Asked =>
  ask({ log, codebook: SMALL_CODEBOOK, profiles: () => profiles }, questionSchema.parse(asked));

const QUESTIONS: AskedQuestion[] = [
  { analysis: 'overview' },
  { analysis: 'funnel', steps: ['a', 'X'] },
  { analysis: 'graph', collapse: true },
  { analysis: 'variants', limit: 1000 },
  { analysis: 'paths', top: 30, depth: 3 },
  { analysis: 'around', event: 'a', side: 'after', within: '20s' },
];

/** By what a figure is of: its users in an answer to the question alone. */
function alone(result: InsightResult): Map<string, number> {
  const text = (...parts: unknown[]): string => JSON.stringify(parts);
  switch (result.analysis) {
    case 'overview':
      return new Map(result.types.map(({ type, users }) => [text(null, [type]), users]));
    case 'funnel':
      return new Map(result.steps.map(({ users }, step) => [text(step, []), users]));
    case 'graph':
      return new Map(result.edges.map(({ from, to, users }) => [text(null, [from, to]), users]));
    case 'variants':
      return new Map(result.rows.map(({ types, users }) => [text(null, types), users]));
    case 'paths':
      return new Map(
        result.links.map(({ from, to, users }) => [
          text(result.nodes[from]?.step, [result.nodes[from]?.type, result.nodes[to]?.type]),
          users,
        ]),
      );
    case 'around':
      return new Map(
        result.rows.flatMap(({ type, users }) => (users === 0 ? [] : [[text(null, [type]), users]])),
      );
    default:
      throw new Error('not compared');
  }
}

/** The figures of an answer that list their users. */
function countedIn(of: unknown): { key: string; users: number }[] {
  if (typeof of !== 'object' || of === null) return [];
  const inside = Object.values(of).flatMap(countedIn);
  return 'key' in of && 'users' in of ? [of as { key: string; users: number }, ...inside] : inside;
}

const nameOf = ({ step, types }: ComparedRow): string => JSON.stringify([step, types]);

describe('a comparison', () => {
  const sides: {
    compare: AskedQuestion extends infer Q ? (Q extends { compare?: infer C } ? C : never) : never;
    own: Selection;
    other: Selection;
  }[] = [
    { compare: { profile: { sex: 'f' } }, own: { profile: { sex: 'm' } }, other: { profile: { sex: 'f' } } },
    { compare: { converted: 'X' }, own: { did: ['X'] }, other: { didNot: ['X'] } },
    {
      compare: { to: '1970-01-01 00:00:20' },
      own: { from: '1970-01-01 00:00:20' },
      other: { to: '1970-01-01 00:00:20' },
    },
  ];

  it('has the figures of each selection alone, the users behind them, and the interval of their difference', () => {
    let seen = 0;
    fc.assert(
      fc.property(logs, fc.constantFrom(...QUESTIONS), fc.constantFrom(...sides), (small, asked, side) => {
        const select = side.compare && 'converted' in (side.compare as object) ? {} : side.own;
        const both = askOf(small, { ...asked, select, compare: side.compare } as AskedQuestion);
        const [own, other] = [side.own, side.other].map((each) => askOf(small, { ...asked, select: each }));
        const comparison = both.comparison;
        if (!comparison || !own || !other) throw new Error('no comparison');
        const [one, two] = [alone(own.result), alone(other.result)];
        expect(new Set(comparison.rows.map(nameOf))).toEqual(new Set([...one.keys(), ...two.keys()]));
        expect(comparison.users).toBe(
          askOf(small, { analysis: 'overview', select: side.other }).result.users,
        );
        // Pictures show the answer of the other side, whose figures list their users.
        const bin = both.result.analysis === 'overview' ? { bin: both.result.bin } : {};
        expect(comparison.beside).toEqual(
          askOf(small, { ...asked, ...bin, select: side.other } as AskedQuestion).result,
        );
        for (const { key, users } of countedIn(comparison.beside))
          expect(both.usersOf(BESIDE + key)).toHaveLength(users);
        for (const row of comparison.rows) {
          seen += 1;
          expect(row.own.users).toBe(one.get(nameOf(row)) ?? 0);
          expect(row.other.users).toBe(two.get(nameOf(row)) ?? 0);
          for (const each of [row.own, row.other]) expect(both.usersOf(each.key)).toHaveLength(each.users);
          expect(row.difference).toBeCloseTo(row.own.share - row.other.share, 12);
          const isBase = asked.analysis === 'funnel' && row.step === 0;
          if (comparison.shared === 0 && row.own.of > 0 && row.other.of > 0 && !isBase)
            expect(row.interval).toEqual(
              differenceInterval(
                [row.own.users, row.own.of],
                [row.other.users, row.other.of],
                normalQuantile(comparison.rows.length - (asked.analysis === 'funnel' ? 1 : 0)),
              ),
            );
          else expect(row.interval).toBeNull();
        }
        const table = tableOf(
          { ...both.result, comparison },
          questionSchema.parse({ ...asked, compare: 'others' }),
          (type) => type,
        );
        expect(table.rows).toHaveLength(comparison.rows.length);
        expect(table.otherKeys).toHaveLength(comparison.rows.length);
        for (const row of table.rows) expect(row).toHaveLength(table.columns.length);
      }),
      { numRuns: 300 },
    );
    expect(seen).toBeGreaterThan(500);
  });

  it('takes everybody else with an event in the same time, and nobody twice', () => {
    fc.assert(
      fc.property(logs, (small) => {
        const select = { profile: { sex: 'm' }, from: '1970-01-01 00:00:10' };
        const { result, comparison } = askOf(small, { analysis: 'overview', select, compare: 'others' });
        const all = askOf(small, { analysis: 'overview', select: { from: select.from } }).result.users;
        expect(result.users + (comparison?.users ?? 0)).toBe(all);
        expect(comparison?.shared).toBe(0);
      }),
      { numRuns: 100 },
    );
  });

  it('of profiles counts the values on either side', () => {
    fc.assert(
      fc.property(logs, (small) => {
        const asked: AskedQuestion = { analysis: 'profile', compare: { converted: 'X' } };
        const both = askOf(small, asked);
        for (const { value, own, other } of both.comparison?.rows ?? []) {
          const of = (select: Selection): number => {
            const profile = { sex: value ?? '' };
            return askOf(small, { analysis: 'overview', select: { ...select, profile } }).result.users;
          };
          expect([own.users, other.users]).toEqual([of({ did: ['X'] }), of({ didNot: ['X'] })]);
          expect(both.usersOf(own.key)).toHaveLength(own.users);
          expect(both.usersOf(other.key)).toHaveLength(other.users);
        }
        expect(both.comparison?.rows.length).toBeGreaterThan(0);
      }),
      { numRuns: 100 },
    );
  });

  it('of profiles without an event needs another selection', () => {
    expect(questionSchema.safeParse({ analysis: 'profile' }).success).toBe(false);
    expect(questionSchema.safeParse({ analysis: 'profile', compare: 'others' }).success).toBe(true);
  });

  /** Whether types occur in this order, each at most `gap` after the one before. */
  const hasPattern = (events: readonly SmallEvent[], types: readonly string[], gap: number): boolean => {
    const from = (at: number, step: number): boolean =>
      step === types.length ||
      events.some(
        ({ type, at: time }, next) =>
          next > at &&
          type === types[step] &&
          (step === 0 || time - (events[at]?.at ?? 0) <= gap) &&
          from(next, step + 1),
      );
    return from(-1, 0);
  };
  const sexes = [
    { own: 'm', other: 'f' },
    { own: 'f', other: 'm' },
  ];
  const told = ({ result }: Asked): string[] =>
    result.analysis === 'sequences' || result.analysis === 'evolution'
      ? (result.analysis === 'sequences' ? result.rows : result.edges).map((row) =>
          'types' in row ? row.types.join('>') : `${row.from}>${row.to}`,
        )
      : [];

  it('of sequences counts each pattern of either side exactly on both: by the same gap, and before the same target', () => {
    let [rare, seen] = [0, 0];
    const settings = fc.record({
      support: fc.constantFrom(0.2, 0.4, 0.7),
      length: fc.constantFrom(2, 3),
      gap: fc.option(fc.constantFrom('5s', '15s'), { nil: undefined }),
      target: fc.option(fc.constant('X'), { nil: undefined }),
    });
    fc.assert(
      fc.property(
        logs,
        settings,
        fc.constantFrom(...sexes),
        (small, { gap, target, ...rest }, { own, other }) => {
          const asked = {
            ...{ analysis: 'sequences' as const, ...rest, limit: 1000 },
            ...(gap === undefined ? {} : { gap }),
            ...(target === undefined ? {} : { target }),
          };
          const of = (sex: string): Selection => ({ profile: { sex } });
          const both = askOf(small, { ...asked, select: of(own), compare: of(other) });
          const { comparison } = both;
          if (!comparison) throw new Error('no comparison');
          const alone = [own, other].map((sex) => told(askOf(small, { ...asked, select: of(sex) })));
          expect(new Set(comparison.rows.map(({ types }) => types.join('>')))).toEqual(new Set(alone.flat()));
          for (const { types, ...sides } of comparison.rows)
            for (const [side, sex, at] of [
              ['own', own, 0],
              ['other', other, 1],
            ] as const) {
              const users = small.users.filter((user) => SEX[user.sex] === sex);
              const having = users.filter(({ events }) => {
                const end = target === undefined ? -1 : events.findIndex(({ type }) => type === target);
                const before = end < 0 ? events : events.slice(0, end);
                return hasPattern(before, types, gap === undefined ? Infinity : Number.parseFloat(gap));
              });
              seen += 1;
              if (having.length > 0 && !alone[at]?.includes(types.join('>'))) rare += 1;
              expect(sides[side]).toMatchObject({ users: having.length, of: users.length });
              expect(both.usersOf(sides[side].key)).toHaveLength(having.length);
            }
        },
      ),
      { numRuns: 500 },
    );
    // Patterns that one side does not tell, and has.
    expect([seen > 2000, rare > 200]).toEqual([true, true]);
  });

  it('of sequences proposes one least share of users for both sides', () => {
    fc.assert(
      fc.property(logs, (small) => {
        const { result, comparison } = askOf(small, {
          ...{ analysis: 'sequences', select: { profile: { sex: 'm' } } },
          compare: { profile: { sex: 'f' } },
        });
        const beside = comparison?.beside;
        if (result.analysis !== 'sequences' || beside?.analysis !== 'sequences') throw new Error('no answer');
        expect(result.support).toBe(beside.support);
      }),
      { numRuns: 100 },
    );
  });

  it('of an evolution graph counts each pair of either side exactly on both, of the users with its first type', () => {
    let rare = 0;
    const within = fc.constantFrom('4s', '12s', '60s');
    fc.assert(
      fc.property(logs, within, fc.constantFrom(...sexes), (small, span, { own, other }) => {
        const asked = { analysis: 'evolution', within: span, support: 0.4 } as const;
        const of = (sex: string): Selection => ({ profile: { sex } });
        const both = askOf(small, { ...asked, select: of(own), compare: of(other) });
        const { comparison } = both;
        if (!comparison) throw new Error('no comparison');
        const alone = [own, other].map((sex) => told(askOf(small, { ...asked, select: of(sex) })));
        expect(new Set(comparison.rows.map(({ types }) => types.join('>')))).toEqual(new Set(alone.flat()));
        for (const { types, ...sides } of comparison.rows)
          for (const [side, sex, at] of [
            ['own', own, 0],
            ['other', other, 1],
          ] as const) {
            const [from, to] = types;
            const anchored = small.users
              .filter((user) => SEX[user.sex] === sex)
              .map(({ events }) => events.slice(events.findIndex(({ type }) => type === from)))
              .filter(([first]) => first?.type === from);
            const waits = anchored.flatMap(([first, ...after]) => {
              const next = after.find(({ type }) => type === to);
              const wait = (next?.at ?? Infinity) - (first?.at ?? 0);
              return wait <= Number.parseFloat(span) ? [wait] : [];
            });
            waits.sort((a, b) => a - b);
            const middle = [
              waits[Math.floor((waits.length - 1) / 2)],
              waits[Math.ceil((waits.length - 1) / 2)],
            ];
            if (waits.length > 0 && !alone[at]?.includes(types.join('>'))) rare += 1;
            expect(sides[side]).toMatchObject({
              ...{ users: waits.length, of: anchored.length },
              share: anchored.length === 0 ? 0 : waits.length / anchored.length,
              medianSeconds: waits.length === 0 ? null : ((middle[0] ?? 0) + (middle[1] ?? 0)) / 2,
            });
            expect(both.usersOf(sides[side].key)).toHaveLength(waits.length);
          }
        const disjoint = comparison.rows.filter(({ own: a, other: b }) => a.of > 0 && b.of > 0);
        for (const { own: a, other: b, interval } of disjoint)
          expect(interval).toEqual(
            differenceInterval([a.users, a.of], [b.users, b.of], normalQuantile(comparison.rows.length)),
          );
      }),
      { numRuns: 300 },
    );
    expect(rare).toBeGreaterThan(100);
  });
});

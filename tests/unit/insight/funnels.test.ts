import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { ask } from '../../../src/core/insight/ask.ts';
import type { Profiles } from '../../../src/core/insight/event-log.ts';
import { funnel } from '../../../src/core/insight/funnel.ts';
import { paths } from '../../../src/core/insight/paths.ts';
import { sequences } from '../../../src/core/insight/sequences.ts';
import { variants } from '../../../src/core/insight/variants.ts';
import { tableOf } from '../../../src/shared/insight-table.ts';
import { questionSchema } from '../../../src/shared/insight.ts';
import type { Analysis, AskedQuestion, QuestionOf, Selection } from '../../../src/shared/insight.ts';
import { expectListsToFit, logs } from './random-logs.ts';
import { SMALL_CODEBOOK, smallLog, smallPart } from './small-log.ts';
import type { SmallEvent } from './small-log.ts';

const RUNS = { numRuns: 600, seed: 20261126 };
const NO_PROFILES = (): Profiles => ({ fields: new Map(), users: 0 });

const asked = <A extends Analysis>(question: AskedQuestion & { analysis: A }): QuestionOf<A> =>
  questionSchema.parse(question) as QuestionOf<A>;

const askFunnel = (
  users: readonly SmallEvent[][],
  question: Omit<AskedQuestion & { analysis: 'funnel' }, 'analysis'>,
  select: Selection = {},
): ReturnType<typeof funnel> =>
  funnel(smallPart(users, select), asked({ analysis: 'funnel', ...question }), NO_PROFILES);

/** The last figure of a funnel, and who is behind it. */
function lastOf({ result, usersOf }: ReturnType<typeof funnel>): { users: number; list: number[] } {
  const step = result.steps.at(-1);
  return { users: step?.users ?? -1, list: [...(usersOf(step?.key ?? '') ?? [])] };
}

describe('a way of the paths as a funnel', () => {
  const anchors = fc.constantFrom(undefined, 'a', 'X', { any: ['b', 'c'] });
  const directions = fc.constantFrom('from' as const, 'to' as const);

  it('has the same users at its last step', () => {
    fc.assert(
      fc.property(
        logs,
        anchors,
        directions,
        fc.integer({ min: 1, max: 4 }),
        (users, anchor, direction, depth) => {
          const where = { direction, ...(anchor === undefined ? {} : { anchor }) };
          const answer = paths(smallPart(users), asked({ analysis: 'paths', depth, top: 2, ...where }));
          expectListsToFit(answer);
          for (const { key, types, users: of } of answer.result.ways) {
            const found = askFunnel(users, { steps: types, order: 'path', ...where });
            expectListsToFit(found);
            expect(lastOf(found)).toEqual({ users: of, list: [...(answer.usersOf(key) ?? [])] });
          }
        },
      ),
      RUNS,
    );
  });

  it('counts the ways as a list of them does, without repetitions', () => {
    fc.assert(
      fc.property(logs, directions, (users, direction) => {
        const counts = new Map<string, number>();
        for (const events of users) {
          const types = (direction === 'from' ? events : events.toReversed()).map(({ type }) => type);
          const way = types.slice(types.indexOf('a')).filter((type, at, all) => type !== all[at - 1]);
          if (!types.includes('a')) continue;
          const whole = [...way, 'END'].slice(0, 4);
          for (let length = 2; length <= whole.length; length += 1) {
            const text = whole.slice(0, length).join(' ');
            counts.set(text, (counts.get(text) ?? 0) + 1);
          }
        }
        const { ways } = paths(
          smallPart(users),
          asked({ analysis: 'paths', anchor: 'a', direction, depth: 3 }),
        ).result;
        const told = ways.map(({ types, users: of }) => [types.join(' '), of]);
        expect(new Map(told as [string, number][])).toEqual(counts);
        expect(told).toHaveLength(counts.size);
      }),
      RUNS,
    );
  });

  it('ends where its window does, and tells what came instead', () => {
    const users = [
      [
        { type: 'a', at: 0 },
        { type: 'a', at: 3 },
        { type: 'b', at: 5 },
        { type: 'X', at: 9 },
      ],
      [
        { type: 'a', at: 0 },
        { type: 'c', at: 1 },
        { type: 'b', at: 2 },
      ],
    ];
    const question = { steps: ['a', 'b', 'X'], order: 'path' as const, anchor: 'a' };
    const reached = (more: object): number[] =>
      askFunnel(users, { ...question, ...more }).result.steps.map((step) => step.users);
    expect(reached({})).toEqual([2, 1, 1]);
    expect(reached({ window: '8s' })).toEqual([2, 1, 0]);
    const { steps } = askFunnel(users, question).result;
    expect(steps[1]?.seconds.median).toBe(5);
    expect(steps[1]?.instead).toEqual([{ key: 'instead:1:3', type: 'c', users: 1 }]);
  });
});

describe('a frequent sequence', () => {
  it('has the same users as a funnel and as a selection', () => {
    const targets = fc.constantFrom(undefined, 'X', 'c');
    fc.assert(
      fc.property(logs, targets, (users, target) => {
        const more = target === undefined ? {} : { target };
        const answer = sequences(
          smallPart(users),
          asked({ analysis: 'sequences', support: 0.2, length: 3, ...more }),
          () => undefined,
        );
        const until: Selection = target === undefined ? {} : { until: target };
        for (const { key, types, users: of } of answer.result.rows) {
          const list = [...(answer.usersOf(key) ?? [])];
          expect([...smallPart(users, { ...until, ordered: types }).users]).toEqual(list);
          expect(list).toHaveLength(of);
          if (types.length < 2) continue;
          expect(lastOf(askFunnel(users, { steps: types }, until))).toEqual({ users: of, list });
        }
      }),
      RUNS,
    );
  });
});

describe('a variant as a selection', () => {
  it('has the same users', () => {
    fc.assert(
      fc.property(logs, fc.boolean(), (users, collapse) => {
        const answer = variants(smallPart(users), asked({ analysis: 'variants', collapse }));
        for (const { key, types } of answer.result.rows)
          expect([...smallPart(users, { variant: { types, collapse } }).users]).toEqual([
            ...(answer.usersOf(key) ?? []),
          ]);
      }),
      RUNS,
    );
  });
});

describe('a funnel by groups', () => {
  const THINGS = [[], ['p'], ['q'], ['p', 'q']];
  /** The same logs, each event about something. */
  const about = fc
    .tuple(logs, fc.array(fc.constantFrom(...THINGS), { minLength: 63, maxLength: 63 }))
    .map(([users, things]) =>
      users.map((events, user) =>
        events.map((event, at) => ({ ...event, about: things[user * 9 + at] ?? [] })),
      ),
    );
  const orders = fc.constantFrom('ordered' as const, 'strict' as const, 'path' as const);

  /** The attempt of a user that counts, by looking at every one: the deepest, complete first, begun last. */
  function attemptOf(events: readonly SmallEvent[], steps: readonly string[], order: string): number[] {
    const found: number[][] = [[]];
    for (let from = 0; from < events.length; from += 1) extend([from]);
    function extend(places: number[]): void {
      const at = places.at(-1) ?? 0;
      if (events[at]?.type !== steps[places.length - 1]) return;
      found.push(places);
      if (places.length === steps.length) return;
      for (let next = at + 1; next < events.length; next += 1) {
        if (order === 'strict' && next > at + 1) return;
        extend([...places, next]);
      }
    }
    return found.reduce((best, each) => {
      if (each.length !== best.length) return each.length > best.length ? each : best;
      const [end, bestEnd] = [each.at(-1) ?? 0, best.at(-1) ?? 0];
      if (end !== bestEnd) return end < bestEnd ? each : best;
      return (each[0] ?? 0) > (best[0] ?? 0) ? each : best;
    });
  }

  it('by the first step is what it is about there, by every attempt', () => {
    fc.assert(
      fc.property(about, fc.constantFrom('ordered' as const, 'strict' as const), (users, order) => {
        const steps = ['a', 'b', 'X'];
        const answer = askFunnel(users, { steps, order, by: { object: 1 } });
        expectListsToFit(answer);
        const counts: Record<string, number[]> = {};
        for (const events of users) {
          const places = attemptOf(events, steps, order);
          if (places.length === 0) continue;
          const name = events[places[0] ?? 0]?.about.join(' + ') || 'none';
          const row = (counts[name] ??= [0, 0, 0]);
          places.forEach((_, step) => (row[step] = (row[step] ?? 0) + 1));
        }
        expect(
          Object.fromEntries(
            answer.result.groups.map(({ value, steps: of }) => [
              value ?? 'none',
              of.map((step) => step.users),
            ]),
          ),
        ).toEqual(counts);
      }),
      RUNS,
    );
  });

  it('splits the users of a step by what its event is about, whatever the order', () => {
    fc.assert(
      fc.property(
        about,
        fc.constantFrom('any' as const, 'path' as const, 'strict' as const),
        (users, order) => {
          const answer = askFunnel(users, { steps: ['a', 'b'], order, by: { object: 2 } });
          expectListsToFit(answer);
          const { steps, groups } = answer.result;
          expect(groups.reduce((sum, group) => sum + group.users, 0)).toBe(steps[1]?.users);
          for (const { value, steps: of } of groups)
            for (const user of answer.usersOf(of[1]?.key ?? '') ?? [])
              expect(
                users[user]?.some(
                  ({ type, about: things }) => type === 'b' && things.join(' + ') === (value ?? ''),
                ),
              ).toBe(true);
        },
      ),
      RUNS,
    );
  });

  it('by time puts each user into the period of their first step, and leaves no period out', () => {
    const day = 86_400;
    const long = logs.map((users) =>
      users.map((events) =>
        events.map((event) => ({ ...event, at: event.at * 0.4 * day, until: event.at * 0.4 * day })),
      ),
    );
    fc.assert(
      fc.property(long, orders, (users, order) => {
        const answer = askFunnel(users, { steps: ['a', 'b'], order, window: '1d', by: { time: 'day' } });
        expectListsToFit(answer);
        const { steps, groups } = answer.result;
        expect(groups.reduce((sum, group) => sum + group.users, 0)).toBe(steps[0]?.users);
        const days = groups.map(({ value }) => Date.parse(`${value}T00:00:00Z`) / 1000 / day);
        days.forEach((each, at) => expect(each).toBe((days[0] ?? 0) + at));
        const end = Math.max(...users.flat().map(({ until = 0 }) => until));
        groups.forEach(({ open }, at) => expect(open).toBe(((days[at] ?? 0) + 2) * day > end));
        if (order !== 'ordered') return;
        const counts = days.map(() => [0, 0]);
        for (const events of users) {
          const [first = 0, ...rest] = attemptWithin(events, day);
          if (Number.isNaN(first)) continue;
          const row = counts[Math.floor(first / day) - (days[0] ?? 0)] ?? [];
          row[0] = (row[0] ?? 0) + 1;
          if (rest.length > 0) row[1] = (row[1] ?? 0) + 1;
        }
        expect(groups.map(({ steps: of }) => of.map((step) => step.users))).toEqual(counts);
      }),
      RUNS,
    );

    /** The times of the attempt from a to b within a time: complete first, begun last; else the first a. NaN without one. */
    function attemptWithin(events: readonly SmallEvent[], seconds: number): number[] {
      const from = events.filter(({ type }) => type === 'a');
      for (const [at, event] of events.entries()) {
        if (event.type !== 'b') continue;
        const begun = from
          .filter((each) => events.indexOf(each) < at && event.at - each.at <= seconds)
          .at(-1);
        if (begun) return [begun.at, event.at];
      }
      return [from[0]?.at ?? NaN];
    }
  });

  it('by time holds a period for open by the time that is selected, of each side its own', () => {
    const day = 86_400;
    // On the first day of each of three weeks, and at the end of the log.
    const users = [0, 7, 14, 60].map((week): SmallEvent[] => [{ type: 'a', at: (week + 4) * day }]);
    const question = questionSchema.parse({
      ...{ analysis: 'funnel', steps: ['a', 'X'], window: '3d', by: { time: 'week' } },
      ...{ select: { from: '1970-01-12', to: '1970-01-21' }, compare: { to: '1970-01-14' } },
    });
    const log = smallLog([...users, [{ type: 'X', at: 90 * day }]]);
    const { result, comparison } = ask({ log, codebook: SMALL_CODEBOOK, profiles: NO_PROFILES }, question);
    const openOf = (of: unknown): unknown =>
      (of as ReturnType<typeof funnel>['result']).groups.map(({ value, open }) => [value, open]);
    expect(openOf(result)).toEqual([
      ['1970-01-12', false],
      ['1970-01-19', true],
    ]);
    expect(openOf(comparison?.beside)).toEqual([
      ['1970-01-05', false],
      ['1970-01-12', true],
    ]);
  });

  it('refuses a step that it has not, and its table says of which period a row is', () => {
    const users = [
      [
        { type: 'a', at: 0 },
        { type: 'b', at: 1 },
      ],
    ];
    expect(() => askFunnel(users, { steps: ['a', 'b'], by: { object: 3 } })).toThrow(
      expect.objectContaining({ code: 'insight.no_such_step' }) as Error,
    );
    const question = asked({ analysis: 'funnel', steps: ['a', 'b'], by: { time: 'week' } });
    const { result } = funnel(smallPart(users), question, NO_PROFILES);
    const { columns, rows, named } = tableOf(result, question, (type) => type);
    expect(columns).toEqual(['period', 'step', 'open', 'users', 'share_of_first', 'share_of_previous']);
    expect(rows).toEqual([
      ['1969-12-29', 'a', 1, 1, 1, 1],
      ['1969-12-29', 'b', 1, 1, 1, 1],
    ]);
    expect(named).toBe(2);
  });
});

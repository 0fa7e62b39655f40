import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { around } from '../../../src/core/insight/around.ts';
import { ask } from '../../../src/core/insight/ask.ts';
import { atLevel } from '../../../src/core/insight/event-log.ts';
import type { Profiles } from '../../../src/core/insight/event-log.ts';
import { evolution } from '../../../src/core/insight/evolution.ts';
import { funnel } from '../../../src/core/insight/funnel.ts';
import { graph } from '../../../src/core/insight/graph.ts';
import { overview } from '../../../src/core/insight/overview.ts';
import { paths } from '../../../src/core/insight/paths.ts';
import { profile } from '../../../src/core/insight/profile.ts';
import { select } from '../../../src/core/insight/selection.ts';
import { sequences } from '../../../src/core/insight/sequences.ts';
import { variants } from '../../../src/core/insight/variants.ts';
import { questionSchema } from '../../../src/shared/insight.ts';
import type { Analysis, AskedQuestion, QuestionOf } from '../../../src/shared/insight.ts';
import { expectListsToFit, logs } from './random-logs.ts';
import { SMALL_CODEBOOK, smallLog, smallPart } from './small-log.ts';
import type { SmallEvent } from './small-log.ts';

const RUNS = { numRuns: 600, seed: 20261126 };
const NO_PROFILES = (): Profiles => ({ fields: new Map(), users: 0 });

const asked = <A extends Analysis>(question: AskedQuestion & { analysis: A }): QuestionOf<A> =>
  questionSchema.parse(question) as QuestionOf<A>;

/** All ways to choose so many places of a list, in order. */
function* choices(length: number, count: number, from = 0): Generator<number[]> {
  if (count === 0) yield [];
  else
    for (let first = from; first < length; first += 1)
      for (const rest of choices(length, count - 1, first + 1)) yield [first, ...rest];
}

function permutations<T>(list: readonly T[]): T[][] {
  if (list.length <= 1) return [[...list]];
  return list.flatMap((each, at) =>
    permutations(list.filter((_, other) => other !== at)).map((rest) => [each, ...rest]),
  );
}

describe('a funnel', () => {
  const steps = ['a', 'b', 'X'];

  /** How deep a user comes, by looking at every choice of events. */
  function depthOf(events: readonly SmallEvent[], order: string, windowS: number): number {
    for (let depth = steps.length; depth > 0; depth -= 1)
      for (const places of choices(events.length, depth)) {
        const chosen = places.map((place) => events[place] as SmallEvent);
        if ((chosen.at(-1)?.at ?? 0) - (chosen[0]?.at ?? 0) > windowS) continue;
        if (order === 'strict' && places.some((place, at) => place !== (places[0] ?? 0) + at)) continue;
        const orders = order === 'any' ? permutations(chosen) : [chosen];
        if (orders.some((each) => each.every(({ type }, step) => type === steps[step]))) return depth;
      }
    return 0;
  }

  for (const order of ['ordered', 'strict', 'any'] as const)
    it(`counts as looking at every choice of events does: ${order}`, () => {
      fc.assert(
        fc.property(logs, fc.constantFrom(null, 2, 5), (users, windowS) => {
          const answer = funnel(
            smallPart(users),
            asked({
              analysis: 'funnel',
              steps,
              order,
              ...(windowS === null ? {} : { window: `${windowS}s` }),
            }),
            NO_PROFILES,
          );
          const depths = users.map((events) => depthOf(events, order, windowS ?? Infinity));
          expect(answer.result.steps.map((step) => step.users)).toEqual(
            steps.map((_, step) => depths.filter((depth) => depth > step).length),
          );
          expectListsToFit(answer);
        }),
        RUNS,
      );
    });

  it('lets one event make one step only, also where steps are alike', () => {
    fc.assert(
      fc.property(logs, (users) => {
        const question = asked({ analysis: 'funnel', steps: ['a', 'a', { any: ['a', 'b'] }], order: 'any' });
        const { steps: rows } = funnel(smallPart(users), question, NO_PROFILES).result;
        const reached = users.map((events) => {
          const [a, b] = ['a', 'b'].map((type) => events.filter((event) => event.type === type).length);
          return (a ?? 0) < 2 ? (a ?? 0) : (a ?? 0) + (b ?? 0) > 2 ? 3 : 2;
        });
        expect(rows.map((step) => step.users)).toEqual(
          [1, 2, 3].map((least) => reached.filter((depth) => depth >= least).length),
        );
      }),
      RUNS,
    );
  });

  it('holds the border of the window for inside, and tells the time of the attempt that began last', () => {
    const users = [
      [
        { type: 'a', at: 0 },
        { type: 'a', at: 5 },
        { type: 'b', at: 10 },
        { type: 'X', at: 15 },
        { type: 'c', at: 16 },
      ],
      [
        { type: 'a', at: 0 },
        { type: 'b', at: 11 },
      ],
    ];
    const { steps: rows } = funnel(
      smallPart(users),
      asked({ analysis: 'funnel', steps, window: '10s' }),
      NO_PROFILES,
    ).result;
    expect(rows.map((row) => row.users)).toEqual([2, 1, 1]);
    expect(rows.map((row) => row.seconds.median)).toEqual([null, 5, 5]);
    expect(rows[1]?.instead).toEqual([{ key: 'instead:1:1', type: 'b', users: 1 }]);
  });

  it('tells users apart by a field of the profile', () => {
    const users = [
      [{ type: 'a', at: 0 }],
      [
        { type: 'a', at: 0 },
        { type: 'b', at: 1 },
      ],
      [{ type: 'a', at: 0 }],
    ];
    const fields = new Map([['sex', { values: ['f', 'm'], of: Int32Array.from([0, 0, -1]) }]]);
    const question = asked({ analysis: 'funnel', steps: ['a', 'b'], by: 'sex' });
    const answer = funnel(smallPart(users), question, () => ({ fields, users: 2 }));
    expect(
      answer.result.groups.map(({ value, users: of, steps: [, second] }) => [value, of, second?.users]),
    ).toEqual([
      ['f', 2, 1],
      [null, 1, 0],
    ]);
    expectListsToFit(answer);
  });
});

describe('a directly-follows graph', () => {
  it('counts pairs as a list of them does, and its lists fit', () => {
    fc.assert(
      fc.property(logs, fc.boolean(), (users, collapse) => {
        const answer = graph(smallPart(users), asked({ analysis: 'graph', collapse }));
        const pairs = new Map<string, { events: number; users: Set<number>; seconds: number[] }>();
        users.forEach((events, user) => {
          const kept = events.filter((event, at) => !collapse || event.type !== events[at - 1]?.type);
          const way = [null, ...kept, null];
          for (let at = 0; at + 1 < way.length; at += 1) {
            const [from, to] = [way[at] ?? null, way[at + 1] ?? null];
            const name = `${from?.type ?? 'START'} ${to?.type ?? 'END'}`;
            const pair = pairs.get(name) ?? { events: 0, users: new Set(), seconds: [] };
            pairs.set(name, pair);
            pair.events += 1;
            pair.users.add(user);
            if (from && to) pair.seconds.push(to.at - from.at);
          }
        });
        const middle = (values: number[]): number | null => {
          const sorted = values.toSorted((a, b) => a - b);
          if (sorted.length === 0) return null;
          return (
            ((sorted[Math.floor((sorted.length - 1) / 2)] ?? 0) +
              (sorted[Math.ceil((sorted.length - 1) / 2)] ?? 0)) /
            2
          );
        };
        const shown = answer.result.edges.map(({ from, to, events, users: of, medianSeconds }) => [
          `${from} ${to}`,
          events,
          of,
          medianSeconds,
        ]);
        const wanted = [...pairs].map(([name, pair]) => [
          name,
          pair.events,
          pair.users.size,
          middle(pair.seconds),
        ]);
        expect(shown.sort()).toEqual(wanted.sort());
        expectListsToFit(answer);
      }),
      RUNS,
    );
  });
});

describe('variants', () => {
  it('are the different sequences, and their lists fit', () => {
    fc.assert(
      fc.property(logs, fc.boolean(), (users, collapse) => {
        const answer = variants(smallPart(users), asked({ analysis: 'variants', collapse }));
        const counts = new Map<string, number>();
        for (const events of users) {
          const types = events.map(({ type }) => type);
          const way = types.filter((type, at) => !collapse || type !== types[at - 1]).join(' > ');
          counts.set(way, (counts.get(way) ?? 0) + 1);
        }
        expect(new Map(answer.result.rows.map((row) => [row.types.join(' > '), row.users]))).toEqual(counts);
        expect(answer.result.rows.at(-1)?.cumulative).toBeCloseTo(1);
        expectListsToFit(answer);
      }),
      RUNS,
    );
  });
});

describe('frequent sequences', () => {
  /** Whether a user has the types in this order, neighbours not further apart than the gap: by every choice of events. */
  const has = (events: readonly SmallEvent[], types: readonly string[], gapS: number): boolean => {
    for (const places of choices(events.length, types.length)) {
      const chosen = places.map((place) => events[place] as SmallEvent);
      if (!chosen.every(({ type }, at) => type === types[at])) continue;
      if (chosen.every(({ at }, place) => place === 0 || at - (chosen[place - 1]?.at ?? 0) <= gapS))
        return true;
    }
    return false;
  };
  const alphabet = ['a', 'b', 'c', 'X'];
  const all = (length: number): string[][] =>
    length === 0 ? [[]] : all(length - 1).flatMap((head) => alphabet.map((type) => [...head, type]));

  for (const gap of [null, 2])
    it(`are all closed patterns, as trying every pattern finds them; gap: ${gap ?? 'any'}`, () => {
      fc.assert(
        fc.property(logs, fc.constantFrom(0.3, 0.6), (users, support) => {
          const question = asked({
            analysis: 'sequences',
            support,
            length: 3,
            limit: 1000,
            ...(gap === null ? {} : { gap: `${gap}s` }),
          });
          const answer = sequences(smallPart(users), question);
          const least = Math.max(1, Math.ceil(support * users.length - 1e-9));
          const found = new Map<string, number>();
          for (const length of [1, 2, 3])
            for (const types of all(length)) {
              const count = users.filter((events) => has(events, types, gap ?? Infinity)).length;
              if (count >= least) found.set(types.join(''), count);
            }
          const open = new Set<string>();
          for (const [longer, count] of found)
            for (let left = 0; left < longer.length && longer.length > 1; left += 1) {
              const shorter = longer.slice(0, left) + longer.slice(left + 1);
              if (found.get(shorter) === count) open.add(shorter);
            }
          for (const pattern of open) found.delete(pattern);
          expect(new Map(answer.result.rows.map((row) => [row.types.join(''), row.users]))).toEqual(found);
          expectListsToFit(answer);
        }),
        { ...RUNS, numRuns: 200 },
      );
    });

  it('before a target are compared between those who came to it and the others', () => {
    const came = (before: string): SmallEvent[] => [...before, 'X', 'c'].map((type, at) => ({ type, at }));
    const stayed = (types: string): SmallEvent[] => [...types].map((type, at) => ({ type, at }));
    const users = [
      came('ab'),
      came('ab'),
      came('a'),
      came('b'),
      stayed('ab'),
      stayed('b'),
      stayed('cb'),
      stayed('b'),
    ];
    const answer = sequences(smallPart(users), asked({ analysis: 'sequences', support: 0.1, target: 'X' }));
    const row = answer.result.rows.find(({ types }) => types.join('') === 'ab');
    expect(answer.result.targetUsers).toBe(4);
    // 2 of 4 who came, 1 of 4 others.
    expect(row).toMatchObject({ users: 3, lift: 2 });
    expect(row?.confidence).toBeCloseTo(2 / 3);
    expect(row?.interval?.low).toBeLessThan(2);
    expect(row?.interval?.high).toBeGreaterThan(2);
    // What came after the target is not told.
    expect(answer.result.rows.map(({ types }) => types.join('')).sort()).toEqual(['a', 'ab', 'b', 'cb']);
    expectListsToFit(answer);
  });

  it('have no lift where nobody came to the target, or all did', () => {
    const asking = asked({ analysis: 'sequences', support: 0.1, target: 'X' });
    const users = [
      ['a', 'b'].map((type, at) => ({ type, at })),
      [
        { type: 'a', at: 0 },
        { type: 'X', at: 1 },
      ],
    ];
    for (const select of [{ didNot: ['X'] }, { did: ['X'] }]) {
      const { rows } = sequences(smallPart(users, select), asking).result;
      expect(rows.map(({ users: of, lift, interval }) => [of, lift, interval])).toEqual([[1, null, null]]);
    }
  });
});

describe('paths', () => {
  it('keep every user from step to step, and their lists fit', () => {
    fc.assert(
      fc.property(logs, fc.constantFrom('from' as const, 'to' as const), (users, direction) => {
        const question = asked({ analysis: 'paths', anchor: 'a', direction, depth: 3, top: 2 });
        const answer = paths(smallPart(users), question);
        const { nodes, links } = answer.result;
        const withAnchor = users.filter((events) => events.some(({ type }) => type === 'a')).length;
        expect(answer.result.users).toBe(withAnchor);
        const at = (step: number): number =>
          nodes.filter((node) => node.step === step).reduce((sum, node) => sum + node.users, 0);
        expect(at(0)).toBe(withAnchor);
        for (const [place, node] of nodes.entries()) {
          if (node.type === 'DROPPED' || node.step === 3) continue;
          const out = links.filter(({ from }) => from === place).reduce((sum, link) => sum + link.users, 0);
          expect(out).toBe(node.users);
        }
        expectListsToFit(answer);
      }),
      RUNS,
    );
  });
});

describe('around an event', () => {
  it('tells the share before it beside that of any order, and who waits for it', () => {
    const users = [
      // a at 0, X at 100: within 50 s before X there is b.
      [
        { type: 'a', at: 0 },
        { type: 'b', at: 60 },
        { type: 'X', at: 100 },
      ],
      [
        { type: 'b', at: 0 },
        { type: 'a', at: 200 },
      ],
    ];
    const answer = around(smallPart(users), asked({ analysis: 'around', event: 'X', within: '50s' }));
    const b = answer.result.rows.find(({ type }) => type === 'b');
    // Of the two other places, one is within the 50 s before X.
    expect(b).toMatchObject({ users: 1, share: 1, medianSeconds: 40 });
    expect(b?.base).toBeCloseTo(0.5);
    expectListsToFit(answer);
  });

  it('gives the curve of Kaplan and Meier', () => {
    const day = 86_400;
    const user = (days: number, reached: boolean): SmallEvent[] => [
      { type: 'a', at: 0 },
      { type: reached ? 'X' : 'b', at: days * day },
    ];
    // Worked by hand: at day 1 one of 5 → 0.8; day 2 one is open; at day 3 two of 3 → 0.8 · 1/3.
    const users = [user(1, true), user(2, false), user(3, true), user(3, true), user(4, false)];
    const { result, usersOf } = around(smallPart(users), asked({ analysis: 'around', event: 'X' }));
    const { waiting } = result;
    expect(waiting.map(({ days, reached, open }) => [days, reached, open])).toEqual([
      [0, 0, 5],
      [1, 1, 4],
      [2, 1, 3],
      [3, 3, 1],
      [4, 3, 0],
    ]);
    expect(waiting.map(({ share }) => Number(share.toFixed(4)))).toEqual([1, 0.8, 0.8, 0.2667, 0.2667]);
    expect(waiting.map(({ days }) => [...(usersOf(`waiting:${days}`) ?? [])])).toEqual([
      [],
      [0],
      [],
      [2, 3],
      [],
    ]);
    expect(usersOf('waiting:5')).toBeNull();
  });

  it('lists the users of each day of waiting, whatever the days', () => {
    fc.assert(
      fc.property(logs, (users) => {
        const days = users.map((events) => events.map((event) => ({ ...event, at: event.at * 40_000 })));
        const { result, usersOf } = around(smallPart(days), asked({ analysis: 'around', event: 'a' }));
        let before = 0;
        for (const { days: by, reached } of result.waiting) {
          expect(usersOf(`waiting:${by}`)).toHaveLength(reached - before);
          before = reached;
        }
        expect(before).toBe(result.anchored);
      }),
      { ...RUNS, numRuns: 100 },
    );
  });
});

describe('the evolution of events', () => {
  it('tells which types come after which as a look at each pair does, and its lists fit', () => {
    fc.assert(
      fc.property(logs, fc.constantFrom(2, 5), (users, withinS) => {
        const question = asked({ analysis: 'evolution', within: `${withinS}s`, support: 0 });
        const answer = evolution(smallPart(users), question);
        const wanted = new Map<string, number>();
        for (const events of users)
          for (const from of new Set(events.map(({ type }) => type))) {
            const at = events.findIndex(({ type }) => type === from);
            const after = events.slice(at + 1).filter((event) => event.at - (events[at]?.at ?? 0) <= withinS);
            for (const to of new Set(after.map(({ type }) => type)))
              if (to !== from) wanted.set(`${from} ${to}`, (wanted.get(`${from} ${to}`) ?? 0) + 1);
          }
        const frequent = [...wanted].filter(([, count]) => count >= 2);
        expect(new Map(answer.result.edges.map(({ from, to, users: of }) => [`${from} ${to}`, of]))).toEqual(
          new Map(frequent),
        );
        expectListsToFit(answer);
      }),
      { ...RUNS, numRuns: 300 },
    );
  });

  it('is certain of what comes far more often than chance', () => {
    // After each a, at once, an X; the rest of ten days has none.
    const users = Array.from({ length: 30 }, () => [
      { type: 'a', at: 0 },
      { type: 'X', at: 10 },
      { type: 'b', at: 864_000 },
    ]);
    const { edges } = evolution(smallPart(users), asked({ analysis: 'evolution', within: '1h' })).result;
    expect(edges).toHaveLength(1);
    expect(edges[0]).toMatchObject({
      from: 'a',
      to: 'X',
      users: 30,
      probability: 1,
      certain: true,
      medianSeconds: 10,
    });
    // X and b could have come in the other order.
    expect(edges[0]?.base).toBeCloseTo(0.5);
  });

  it('is certain of nothing where types are drawn by lot, however events gather in time', () => {
    let state = 20261127;
    const drawn = (below: number): number => {
      state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
      return Math.floor((state / 2 ** 32) * below);
    };
    // Hours with several events, and days without one; the first event of a type is early in what is known of a user.
    const users = Array.from({ length: 2000 }, () => {
      const times = Array.from({ length: 20 }, () => drawn(30) * 86_400 + drawn(4) * 600);
      return times.sort((a, b) => a - b).map((at) => ({ type: ['a', 'b', 'c', 'd'][drawn(4)] ?? 'a', at }));
    });
    for (const within of ['1h', '7d']) {
      const { edges } = evolution(smallPart(users), asked({ analysis: 'evolution', within })).result;
      expect(edges).toHaveLength(12);
      expect(edges.filter((edge) => edge.certain)).toEqual([]);
      for (const { lift } of edges) expect(Math.abs((lift ?? 0) - 1)).toBeLessThan(0.15);
      for (const side of ['before', 'after'] as const) {
        const { rows } = around(
          smallPart(users),
          asked({ analysis: 'around', event: 'd', side, within }),
        ).result;
        for (const { lift } of rows) expect(Math.abs((lift ?? 0) - 1)).toBeLessThan(0.15);
      }
    }
  });
});

describe('a profile', () => {
  it('compares those with an event to the others, numbers in bands', () => {
    const users = Array.from({ length: 40 }, (_, user): SmallEvent[] =>
      user < 20 ? [{ type: 'X', at: 0 }] : [{ type: 'a', at: 0 }],
    );
    const fields = new Map([
      [
        'sex',
        { values: ['f', 'm'], of: Int32Array.from(users, (_, user) => (user < 15 || user >= 35 ? 0 : 1)) },
      ],
      [
        'age',
        { values: users.map((_, user) => String(20 + user)), of: Int32Array.from(users, (_, user) => user) },
      ],
      ['name', { values: users.map((_, user) => `n${user}`), of: Int32Array.from(users, (_, user) => user) }],
    ]);
    const answer = profile(smallPart(users), asked({ analysis: 'profile', event: 'X' }), () => ({
      fields,
      users: 40,
    }));
    const female = answer.result.rows.find(({ value }) => value === 'f');
    expect(female).toMatchObject({
      field: 'sex',
      users: 15,
      share: 0.75,
      otherUsers: 5,
      otherShare: 0.25,
      difference: 0.5,
    });
    expect(female?.interval.low).toBeGreaterThan(0);
    expect(
      answer.result.rows
        .filter(({ field }) => field === 'age')
        .map(({ value }) => value)
        .sort(),
    ).toEqual(['20–24', '25–29', '30–34', '35–39', '40–44', '45–49', '50–54', '55–59']);
    expect(answer.result.rows.some(({ field }) => field === 'name')).toBe(false);
    expectListsToFit(answer);
  });
});

describe('an overview', () => {
  it('counts events and users by type and time, and its lists fit', () => {
    fc.assert(
      fc.property(logs, (users) => {
        const part = smallPart(users);
        const answer = overview(part, asked({ analysis: 'overview', bin: 'hour' }), NO_PROFILES);
        const { types, counts, events, eventsPerUser, hours, binStarts } = answer.result;
        expect(events).toBe(users.flat().length);
        expect(types.reduce((sum, type) => sum + type.events, 0)).toBe(events);
        expect(counts.flat().reduce((sum, count) => sum + count, 0)).toBe(events);
        expect(hours.flat().reduce((sum, count) => sum + count, 0)).toBe(events);
        expect(eventsPerUser.reduce((sum, size) => sum + size.users, 0)).toBe(users.length);
        expectListsToFit(answer);
        const usersAt = (holds: (time: Date) => boolean): number[] =>
          Array.from(part.users).filter((_, place) =>
            Array.from(part.log.columns.start.slice(part.first[place], part.last[place])).some((time) =>
              holds(new Date(time)),
            ),
          );
        binStarts.forEach((start, bin) => {
          const of = usersAt((time) => Math.floor(Number(time) / 3_600_000) * 3_600_000 === start);
          expect([...(answer.usersOf(`time:${bin}`) ?? [])]).toEqual(of);
        });
        hours.flat().forEach((count, cell) => {
          const of = usersAt((time) => ((time.getUTCDay() + 6) % 7) * 24 + time.getUTCHours() === cell);
          expect(of.length > 0).toBe(count > 0);
          expect([...(answer.usersOf(`hour:${cell}`) ?? [])]).toEqual(of);
        });
        expect(answer.usersOf(`time:${binStarts.length}`)).toBeNull();
      }),
      { ...RUNS, numRuns: 100 },
    );
  });

  it('counts the users of what events are about, also where one is about several objects', () => {
    const objects = fc.uniqueArray(fc.constantFrom('奥迪', '宝马', '__proto__', ' '), { maxLength: 3 });
    const aboutLogs = fc.array(
      fc
        .array(objects, { minLength: 1, maxLength: 5 })
        .map((all) => all.map((about, at) => ({ type: 'a', at, about }))),
      { minLength: 1, maxLength: 6 },
    );
    fc.assert(
      fc.property(aboutLogs, (users) => {
        const { objects: found } = overview(
          smallPart(users),
          asked({ analysis: 'overview' }),
          NO_PROFILES,
        ).result;
        for (const name of ['奥迪', '宝马', '__proto__'])
          expect(found.find((each) => each.name === name)?.users ?? 0).toBe(
            users.filter((events) => events.some(({ about }) => about.some((each) => each === name))).length,
          );
        expect(found.map(({ name }) => name)).not.toContain(' ');
        expect(found.map(({ users: of }) => of)).toEqual(
          found.map(({ users: of }) => of).sort((a, b) => b - a),
        );
      }),
      { numRuns: 100 },
    );
  });

  it('takes longer bins where there would be too many', () => {
    const users = [
      [
        { type: 'a', at: 0 },
        { type: 'a', at: 86_400 * 1000 },
      ],
    ];
    const { bin, binStarts, counts } = overview(
      smallPart(users),
      asked({ analysis: 'overview', bin: 'hour' }),
      NO_PROFILES,
    ).result;
    expect([bin, binStarts.length, counts.flat().reduce((sum, count) => sum + count)]).toEqual([
      'week',
      144,
      2,
    ]);
  });
});

describe('a selection', () => {
  const users = [
    [
      { type: 'a', at: 0, about: ['one'] },
      { type: 'X', at: 86_400 },
    ],
    [
      { type: 'b', at: 0, about: ['one', 'two'] },
      { type: 'a', at: 86_400 * 2 },
    ],
    [{ type: 'c', at: 0 }],
  ];
  const chosen = (selection: Parameters<typeof smallPart>[1]): number[] => [
    ...smallPart(users, selection).users,
  ];

  it('takes users by what they did, did not, and did in order', () => {
    expect(chosen({ did: ['a'] })).toEqual([0, 1]);
    expect(chosen({ did: ['alpha'] })).toEqual([0, 1]);
    expect(chosen({ did: ['type a'], didNot: [{ category: 'conversion' }] })).toEqual([1]);
    expect(chosen({ ordered: ['b', 'a'] })).toEqual([1]);
    expect(chosen({ ordered: ['a', 'b'] })).toEqual([]);
    expect(chosen({ did: [{ object: 'one' }] })).toEqual([0, 1]);
    expect(chosen({ did: [{ type: 'b', object: 'Two' }] })).toEqual([1]);
    expect(chosen({ did: [{ any: ['c', { type: 'a', object: 'one' }] }] })).toEqual([0, 2]);
  });

  it('takes the events of a time: a day counts as a whole', () => {
    const part = smallPart(users, { from: '1970-01-02', to: '1970-01-02' });
    expect([...part.users]).toEqual([0]);
    expect([part.first[0], part.last[0]]).toEqual([1, 2]);
    expect(chosen({ to: '1970-01-01' })).toEqual([0, 1, 2]);
  });

  it('takes users by their profile, and names what does not exist', () => {
    const fields = new Map([['sex', { values: ['f', 'm'], of: Int32Array.from([0, 1, -1]) }]]);
    const profiles = (): { fields: typeof fields; users: number } => ({ fields, users: 2 });
    const log = smallLog(users);
    expect([...select(log, profiles, { profile: { sex: ['m'] } }).users]).toEqual([1]);
    expect(() => select(log, profiles, { profile: { age: '3' } })).toThrow(
      expect.objectContaining({ code: 'insight.no_such_field' }),
    );
    expect(() => select(log, profiles, { did: ['nothing'] })).toThrow(
      expect.objectContaining({ code: 'insight.unknown_type' }),
    );
    expect(() => select(log, profiles, { did: [{ object: 'three' }] })).toThrow(
      expect.objectContaining({ code: 'insight.unknown_object' }),
    );
  });

  it('sees what lies between two conversions as one event at the level of stages', () => {
    const log = atLevel(
      smallLog([
        [
          { type: 'a', at: 0, until: 9 },
          { type: 'b', at: 1 },
          { type: 'X', at: 2 },
          { type: 'Y', at: 3 },
          { type: 'c', at: 4 },
        ],
      ]),
      'stages',
      SMALL_CODEBOOK,
    );
    expect(Array.from(log.type, (type) => log.types[type]?.id)).toEqual(['阶段', 'X', 'Y', '阶段']);
    expect([log.columns.end[0], log.columns.behaviours[0]]).toEqual([9000, 2]);
    expect(Array.from(select(log, NO_PROFILES, { did: ['阶段', 'X'] }).users)).toEqual([0]);
    // Nobody would have it, and everybody would not: that is no answer to what was asked.
    for (const condition of [{ did: ['a'] }, { didNot: ['b'] }])
      expect(() => select(log, NO_PROFILES, condition)).toThrow(
        expect.objectContaining({ code: 'insight.in_stages' }),
      );
  });

  it('answers what is asked of stages, and what is asked of events', () => {
    const data = {
      log: smallLog([
        [
          { type: 'a', at: 0 },
          { type: 'b', at: 1 },
          { type: 'X', at: 2 },
        ],
      ]),
      ...{ codebook: SMALL_CODEBOOK, profiles: NO_PROFILES },
    };
    const typesAt = (level: 'events' | 'stages'): string[] => {
      const { result } = ask(data, questionSchema.parse({ analysis: 'variants', level }));
      return result.analysis === 'variants' ? (result.rows[0]?.types ?? []) : [];
    };
    expect(typesAt('events')).toEqual(['a', 'b', 'X']);
    expect(typesAt('stages')).toEqual(['阶段', 'X']);
  });
});

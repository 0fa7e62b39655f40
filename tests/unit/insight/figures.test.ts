import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Profiles } from '../../../src/core/insight/event-log.ts';
import { around } from '../../../src/core/insight/around.ts';
import { evolution } from '../../../src/core/insight/evolution.ts';
import { funnel } from '../../../src/core/insight/funnel.ts';
import { graph } from '../../../src/core/insight/graph.ts';
import { variants } from '../../../src/core/insight/variants.ts';
import { questionSchema } from '../../../src/shared/insight.ts';
import type { Analysis, AskedQuestion, Quartiles, QuestionOf } from '../../../src/shared/insight.ts';
import { referenceWilson, referenceZ } from './reference-statistics.ts';
import { expectListsToFit, logs } from './random-logs.ts';
import { smallPart } from './small-log.ts';
import type { SmallEvent } from './small-log.ts';

/** Figures besides numbers of users, each against a plain computation over all events of a user. */
const RUNS = { numRuns: 600, seed: 20261127 };
const NO_PROFILES = (): Profiles => ({ fields: new Map(), users: 0 });

const asked = <A extends Analysis>(question: AskedQuestion & { analysis: A }): QuestionOf<A> =>
  questionSchema.parse(question) as QuestionOf<A>;

/**
 * A quantile by its definition (R. J. Hyndman and Y. Fan, The American Statistician 50, 1996, type 7): the value at the place 1 + (n - 1) · p among the sorted
 * ones, on the straight line between its neighbours. Null of no values.
 */
function quantileOf(values: readonly number[], p: number): number | null {
  const sorted = values.toSorted((a, b) => a - b);
  const place = (sorted.length - 1) * p;
  const [low, high] = [sorted[Math.floor(place)], sorted[Math.ceil(place)]];
  return low === undefined || high === undefined ? null : low + (place % 1) * (high - low);
}

const quartilesOf = (values: readonly number[]): Quartiles => ({
  q1: quantileOf(values, 0.25),
  median: quantileOf(values, 0.5),
  q3: quantileOf(values, 0.75),
});

/** The same figures, up to the last digits. */
function expectClose(found: object, wanted: object): void {
  const digits = (of: object): unknown =>
    JSON.parse(JSON.stringify(of), (_, value: unknown) =>
      typeof value === 'number' ? Number(value.toPrecision(9)) : value,
    );
  expect(digits(found)).toEqual(digits(wanted));
}

describe('the times of a funnel', () => {
  const steps = ['a', 'b', 'X'];

  /** The places of the attempt that counts, by looking at every one: the deepest, complete first, begun last. */
  function attemptOf(events: readonly SmallEvent[], order: string, windowS: number): number[] {
    const found: number[][] = [[]];
    const extend = (places: number[]): void => {
      const [first = 0, at = 0] = [places[0], places.at(-1)];
      if (events[at]?.type !== steps[places.length - 1]) return;
      if ((events[at]?.at ?? 0) - (events[first]?.at ?? 0) > windowS) return;
      found.push(places);
      if (places.length === steps.length) return;
      for (let next = at + 1; next < (order === 'strict' ? at + 2 : events.length); next += 1)
        extend([...places, next]);
    };
    events.forEach((_, place) => extend([place]));
    // Of attempts that end with one event the one that began last counts, and of those each step as early as can be.
    return found.reduce((best, each) => {
      if (each.length !== best.length) return each.length > best.length ? each : best;
      const [end, bestEnd] = [each.at(-1) ?? 0, best.at(-1) ?? 0];
      if (end !== bestEnd) return end < bestEnd ? each : best;
      return (each[0] ?? 0) > (best[0] ?? 0) ? each : best;
    });
  }

  for (const order of ['ordered', 'strict'] as const)
    it(`from the first step to the last one and between steps are those of every attempt: ${order}`, () => {
      let timed = 0;
      fc.assert(
        fc.property(logs, fc.constantFrom(null, 3, 8), (users, windowS) => {
          const window = windowS === null ? {} : { window: `${windowS}s` };
          const question = asked({ analysis: 'funnel', steps, order, ...window });
          const { result } = funnel(smallPart(users), question, NO_PROFILES);
          const attempts = users.map((events) =>
            attemptOf(events, order, windowS ?? Infinity).map((place) => events[place]?.at ?? 0),
          );
          const complete = attempts.filter(({ length }) => length === steps.length);
          timed += complete.length;
          expectClose(
            result.overall ?? {},
            quartilesOf(complete.map((times) => (times[2] ?? 0) - (times[0] ?? 0))),
          );
          if (order === 'strict')
            result.steps.forEach(({ seconds }, step) => {
              const waits = attempts.flatMap((times) => {
                const [before, here] = [times[step - 1], times[step]];
                return before === undefined || here === undefined ? [] : [here - before];
              });
              expectClose(seconds, quartilesOf(waits));
            });
          // The time of a user is the sum of the times between the steps.
          const alone = users.map((events) => funnel(smallPart([events]), question, NO_PROFILES).result);
          for (const { steps: own, overall } of alone)
            if (overall?.median !== null && overall !== undefined)
              expect(own.reduce((sum, { seconds }) => sum + (seconds.median ?? 0), 0)).toBeCloseTo(
                overall.median,
                9,
              );
          const between = (step: number): number[] =>
            alone.flatMap((each) => each.steps[step]?.seconds.median ?? []);
          result.steps.forEach(({ seconds }, step) => expectClose(seconds, quartilesOf(between(step))));
        }),
        RUNS,
      );
      expect(timed).toBeGreaterThan(80);
    });

  it('in any order are from the first of the events to the last, and along a path to its end there are none', () => {
    const users: SmallEvent[][] = [
      ['X', 'c', 'b', 'a'].map((type, at) => ({ type, at: at * 10 })),
      ['a', 'b', 'X'].map((type, at) => ({ type, at: at * 20 })),
      [{ type: 'a', at: 0 }],
    ];
    const overall = (more: object): Quartiles | undefined =>
      funnel(smallPart(users), asked({ analysis: 'funnel', steps, ...more }), NO_PROFILES).result.overall;
    expect(overall({ order: 'any' })).toEqual({ q1: 32.5, median: 35, q3: 37.5 });
    expect(overall({ order: 'path', steps: ['a', 'b', 'X'] })).toEqual({ q1: 40, median: 40, q3: 40 });
    expect(overall({ order: 'path', direction: 'to', steps: ['a', 'b'] })).toEqual({
      q1: 10,
      median: 10,
      q3: 10,
    });
    expect(overall({ order: 'path', steps: ['a', 'b', 'X', 'END'] })).toEqual({
      q1: null,
      median: null,
      q3: null,
    });
    expect(overall({ steps: ['b', 'a', 'c'] })).toEqual({ q1: null, median: null, q3: null });
  });
});

const middle = (values: readonly number[]): number | null => quantileOf(values, 0.5);

/** Of all choices of so many of these places, the share with at least one that is in a stretch. */
function shareOfChoices(places: readonly number[], count: number, stretch: readonly number[]): number {
  const choose = (from: number, left: number, isIn: boolean): [all: number, hit: number] => {
    if (left === 0) return [1, isIn ? 1 : 0];
    let [all, hit] = [0, 0];
    for (let at = from; at <= places.length - left; at += 1) {
      const [more, hits] = choose(at + 1, left - 1, isIn || stretch.includes(places[at] ?? -1));
      [all, hit] = [all + more, hit + hits];
    }
    return [all, hit];
  };
  const [all, hit] = choose(0, count, false);
  return hit / all;
}

describe('what happens around an event', () => {
  const isAfter = (side: string): number => (side === 'after' ? 1 : -1);

  /** The places within reach of a place, nearest first, by looking at every event. */
  function reached(events: readonly SmallEvent[], anchor: number, side: string, reach: Reach): number[] {
    return events
      .map((_, place) => place)
      .filter((place) => (place - anchor) * isAfter(side) > 0)
      .filter((place) =>
        'events' in reach
          ? Math.abs(place - anchor) <= reach.events
          : Math.abs((events[place]?.at ?? 0) - (events[anchor]?.at ?? 0)) <= reach.seconds,
      )
      .sort((a, b) => Math.abs(a - anchor) - Math.abs(b - anchor));
  }
  type Reach = { events: number } | { seconds: number };

  /** What chance gives, by every choice of places for the events of a type: the event itself may be again anywhere after the first one. */
  function chanceOf(
    events: readonly SmallEvent[],
    anchor: number,
    type: string,
    stretch: readonly number[],
  ): number {
    const itself = events[anchor]?.type;
    const places = events.map((_, place) => place);
    const open = places.filter((place) =>
      type === itself ? place > anchor : events[place]?.type !== itself,
    );
    return shareOfChoices(open, open.filter((place) => events[place]?.type === type).length, stretch);
  }

  const reaches = fc.constantFrom<{ within: string; reach: Reach }>(
    { within: '2s', reach: { seconds: 2 } },
    { within: '6s', reach: { seconds: 6 } },
    { within: '1 event', reach: { events: 1 } },
    { within: '3 events', reach: { events: 3 } },
    { within: '100 events', reach: { events: 100 } },
  );

  it('has the share, the usual share, lift and median time of a look at every event, within a time or a number of events', () => {
    const seen = { events: 0, time: 0 };
    fc.assert(
      fc.property(
        logs,
        reaches,
        fc.constantFrom('before' as const, 'after' as const),
        (users, { within, reach }, side) => {
          const known = [...users, [{ type: 'b', at: 3 }]];
          const answer = around(smallPart(known), asked({ analysis: 'around', event: 'b', side, within }));
          const anchored = known.flatMap((events) => {
            const anchor = events.findIndex(({ type }) => type === 'b');
            return anchor < 0 ? [] : [{ events, anchor }];
          });
          expect(answer.result.anchored).toBe(anchored.length);
          const wanted = ['a', 'b', 'c', 'X'].flatMap((type) => {
            const waits = anchored.flatMap(({ events, anchor }) => {
              const nearest = reached(events, anchor, side, reach).find(
                (place) => events[place]?.type === type,
              );
              return nearest === undefined
                ? []
                : [Math.abs((events[nearest]?.at ?? 0) - (events[anchor]?.at ?? 0))];
            });
            const chances = anchored.map(({ events, anchor }) =>
              chanceOf(events, anchor, type, reached(events, anchor, side, reach)),
            );
            const base = chances.reduce((sum, chance) => sum + chance, 0) / anchored.length;
            if (waits.length === 0 && base === 0) return [];
            const share = waits.length / anchored.length;
            seen['events' in reach ? 'events' : 'time'] += waits.length;
            return [
              {
                type,
                users: waits.length,
                share,
                base,
                lift: base === 0 ? null : share / base,
                medianSeconds: middle(waits),
              },
            ];
          });
          const byType = (a: { type: string }, b: { type: string }): number => (a.type < b.type ? -1 : 1);
          const found = answer.result.rows.map(({ type, users: of, share, base, lift, medianSeconds }) => ({
            ...{ type, users: of, share, base, lift, medianSeconds },
          }));
          expectClose(found.sort(byType), wanted.sort(byType));
          expectListsToFit(answer);
        },
      ),
      RUNS,
    );
    expect(Math.min(seen.events, seen.time)).toBeGreaterThan(300);
  });

  it('counts as many events as are asked for, whatever the time between them, and takes any order of the others for usual', () => {
    // Before X within two events: c, b. Of the four places of a, b, c and a two are there: both a are elsewhere in one of six choices.
    const users = [['a', 'b', 'c', 'X', 'a'].map((type, at) => ({ type, at: at * 86_400 }))];
    const { rows } = around(
      smallPart(users),
      asked({ analysis: 'around', event: 'X', within: '2 events' }),
    ).result;
    expect(rows.map(({ type, users: of, base }) => [type, of, Number(base.toFixed(6))]).sort()).toEqual([
      ['a', 0, 0.833333],
      ['b', 1, 0.5],
      ['c', 1, 0.5],
    ]);
    expect(rows.find(({ type }) => type === 'b')).toMatchObject({
      share: 1,
      lift: 2,
      medianSeconds: 172_800,
    });
  });

  it('takes a number of events from a file, and nothing that is none', () => {
    const parse = (within: string): boolean =>
      questionSchema.safeParse({ analysis: 'around', event: 'a', within }).success;
    expect(['1 event', '5 events', '999 events', '7d'].map(parse)).toEqual([true, true, true, true]);
    expect(['0 events', '1000 events', '5', '5events', '-1 events', '1.5 events'].map(parse)).not.toContain(
      true,
    );
    expect(questionSchema.safeParse({ analysis: 'evolution', within: '5 events' }).success).toBe(false);
  });
});

describe('the evolution of events', () => {
  it('has probability, usual share, lift, certainty and median time of a look at every pair', () => {
    let [certain, uncertain] = [0, 0];
    // The same users several times over: with few of them nothing is certain.
    const many = fc
      .tuple(logs, fc.constantFrom(1, 12))
      .map(([users, times]) => Array.from({ length: times }, () => users).flat());
    fc.assert(
      fc.property(many, fc.constantFrom(1, 4), (users, withinS) => {
        const question = asked({ analysis: 'evolution', within: `${withinS}s`, support: 0 });
        const { edges } = evolution(smallPart(users), question).result;
        const types = ['a', 'b', 'c', 'X'];
        const pairs = types.flatMap((from) =>
          types.flatMap((to) => {
            const having = users.flatMap((events) => {
              const anchor = events.findIndex(({ type }) => type === from);
              return anchor < 0 ? [] : [{ events, anchor }];
            });
            const waits = having.flatMap(({ events, anchor }) => {
              const at = events[anchor]?.at ?? 0;
              const next = events
                .slice(anchor + 1)
                .find((event) => event.type === to && event.at - at <= withinS);
              return next ? [next.at - at] : [];
            });
            if (from === to || waits.length < 2) return [];
            const chances = having.map(({ events, anchor }) => {
              const open = events.flatMap(({ type }, place) => (type === from ? [] : [place]));
              const stretch = open.filter(
                (place) => place > anchor && (events[place]?.at ?? 0) - (events[anchor]?.at ?? 0) <= withinS,
              );
              return shareOfChoices(open, open.filter((place) => events[place]?.type === to).length, stretch);
            });
            const base = chances.reduce((sum, chance) => sum + chance, 0) / having.length;
            return [{ from, to, users: waits.length, of: having.length, base, medianSeconds: middle(waits) }];
          }),
        );
        const z = referenceZ(pairs.length);
        const byName = (a: { from: string; to: string }, b: typeof a): number =>
          a.from + a.to < b.from + b.to ? -1 : 1;
        const wanted = pairs.map(({ from, to, users: count, of, base, medianSeconds }) => {
          const probability = count / of;
          const isCertain = referenceWilson(count, of, z).low > base;
          if (isCertain) certain += 1;
          else uncertain += 1;
          return {
            ...{ from, to, users: count, probability, base, medianSeconds },
            ...{ lift: base === 0 ? null : probability / base, certain: isCertain },
          };
        });
        const found = edges.map(
          ({ from, to, users: of, probability, base, medianSeconds, lift, certain: is }) => ({
            ...{ from, to, users: of, probability, base, medianSeconds, lift, certain: is },
          }),
        );
        expectClose(found.sort(byName), wanted.sort(byName));
        expect(edges.map((edge) => Number(edge.certain))).toEqual(
          edges.map((edge) => Number(edge.certain)).sort((a, b) => b - a),
        );
      }),
      RUNS,
    );
    expect(Math.min(certain, uncertain)).toBeGreaterThan(50);
  });
});

describe('the times of a process and of its variants', () => {
  it('are mean and median of all pairs, and of all users of a variant; shares add up row by row', () => {
    fc.assert(
      fc.property(logs, fc.boolean(), (users, collapse) => {
        const part = smallPart(users);
        const pairs = new Map<string, number[]>();
        const ways = new Map<string, number[]>();
        for (const events of users) {
          const kept = events.filter((event, at) => !collapse || event.type !== events[at - 1]?.type);
          kept.slice(1).forEach((to, at) => {
            const name = `${kept[at]?.type} ${to.type}`;
            pairs.set(name, [...(pairs.get(name) ?? []), to.at - (kept[at]?.at ?? 0)]);
          });
          const way = kept.map(({ type }) => type).join(' ');
          const length = Math.max(...events.map(({ until = 0 }) => until)) - (events[0]?.at ?? 0);
          ways.set(way, [...(ways.get(way) ?? []), length]);
        }
        const { edges } = graph(part, asked({ analysis: 'graph', collapse })).result;
        const timed = edges.filter(({ from, to }) => from !== 'START' && to !== 'END');
        expectClose(
          Object.fromEntries(
            timed.map(({ from, to, meanSeconds, medianSeconds }) => [
              `${from} ${to}`,
              [meanSeconds, medianSeconds],
            ]),
          ),
          Object.fromEntries(
            [...pairs].map(([name, times]) => [
              name,
              [times.reduce((sum, time) => sum + time, 0) / times.length, middle(times)],
            ]),
          ),
        );
        for (const edge of edges)
          if (!timed.includes(edge)) expect([edge.meanSeconds, edge.medianSeconds]).toEqual([null, null]);
        const { rows } = variants(part, asked({ analysis: 'variants', collapse })).result;
        let before = 0;
        for (const { types, users: count, share, cumulative, medianSeconds } of rows) {
          const times = ways.get(types.join(' ')) ?? [];
          before += times.length / users.length;
          expectClose(
            [count, share, cumulative, medianSeconds],
            [times.length, times.length / users.length, before, middle(times)],
          );
        }
        expect(rows).toHaveLength(ways.size);
      }),
      RUNS,
    );
  });
});

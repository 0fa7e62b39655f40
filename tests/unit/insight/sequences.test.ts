import fc from 'fast-check';
import { expect, it } from 'vitest';
import { sequences } from '../../../src/core/insight/sequences.ts';
import { questionSchema } from '../../../src/shared/insight.ts';
import type { Interval, QuestionOf } from '../../../src/shared/insight.ts';
import { expectListsToFit, logs } from './random-logs.ts';
import { referenceRatio, referenceWilson, referenceZ } from './reference-statistics.ts';
import { smallPart } from './small-log.ts';
import type { SmallEvent } from './small-log.ts';

const LENGTH = 3;
const TYPES = ['a', 'b', 'c', 'X'];
/** Every pattern that may be found. */
const PATTERNS = [1, 2, LENGTH].flatMap(function all(length: number): string[][] {
  return length === 0 ? [[]] : all(length - 1).flatMap((head) => TYPES.map((type) => [...head, type]));
});

/** Whether events of these types come one after the other, no two neighbours further apart: by trying every event for the first one. */
function isIn(
  events: readonly SmallEvent[],
  types: readonly string[],
  gapS: number,
  after = Infinity,
): boolean {
  const [first, ...rest] = types;
  return (
    first === undefined ||
    events.some(
      (event, at) =>
        event.type === first && event.at - after <= gapS && isIn(events.slice(at + 1), rest, gapS, event.at),
    )
  );
}

interface Found {
  users: number;
  confidence: number;
  lift: number | null;
  interval: Interval | null;
}

/** Every closed pattern with its figures, by counting each pattern in each user. */
function lookedFor(
  users: readonly SmallEvent[][],
  { target, support, gapS }: { target: string | null; support: number; gapS: number },
): Map<string, Found> {
  const cut = users.map((events) => {
    const at = events.findIndex(({ type }) => type === target);
    return { events: at < 0 ? events : events.slice(0, at), reached: at >= 0 };
  });
  const least = Math.max(1, Math.ceil(support * users.length - 1e-9));
  const counts = PATTERNS.map((types) => {
    const having = cut.filter(({ events }) => isIn(events, types, gapS));
    return { types, users: having.length, reached: having.filter(({ reached }) => reached).length };
  }).filter((pattern) => pattern.users >= least);
  const countOf = (types: readonly string[]): number =>
    counts.find((each) => each.types.join() === types.join())?.users ?? 0;
  const closed = counts.filter(
    ({ types, users: of }) =>
      !counts.some(
        (longer) =>
          longer.users === of &&
          longer.types.length === types.length + 1 &&
          longer.types.some((_, left) => longer.types.toSpliced(left, 1).join() === types.join()),
      ),
  );
  const z = referenceZ(closed.length);
  const reached = cut.filter((user) => user.reached).length;
  const others = users.length - reached;
  return new Map(
    closed.map(({ types, users: of, reached: ofReached }): [string, Found] => {
      if (target !== null) {
        const [here, there] = [ofReached / reached, (of - ofReached) / others];
        return [
          types.join(' '),
          {
            ...{ users: of, confidence: ofReached / of },
            lift: of === ofReached ? null : (reached === 0 ? 0 : here) / there,
            interval: referenceRatio([ofReached, reached], [of - ofReached, others], z),
          },
        ];
      }
      const before = types.length === 1 ? users.length : countOf(types.slice(0, -1));
      const confidence = of / before;
      if (types.length === 1) return [types.join(' '), { users: of, confidence, lift: null, interval: null }];
      const base = countOf(types.slice(-1)) / users.length;
      const { low, high } = referenceWilson(of, before, z);
      const interval = { low: low / base, high: high / base };
      return [types.join(' '), { users: of, confidence, lift: confidence / base, interval }];
    }),
  );
}

const isClose = (found: number, wanted: number): boolean =>
  Math.abs(found - wanted) <= 1e-6 * Math.max(1, Math.abs(wanted));

const targets = fc.constantFrom(null, 'X', 'c');
const gaps = fc.constantFrom(null, 2);

it('are all closed ones before a target with confidence, lift and interval, as counting every pattern gives them', () => {
  let [withTarget, endless, single] = [0, 0, 0];
  fc.assert(
    fc.property(logs, targets, gaps, fc.constantFrom(0.15, 0.3), (users, target, gap, support) => {
      const question = questionSchema.parse({
        ...{ analysis: 'sequences', support, length: LENGTH, limit: 1000 },
        ...(target === null ? {} : { target }),
        ...(gap === null ? {} : { gap: `${gap}s` }),
      }) as QuestionOf<'sequences'>;
      // Whatever the log, its types are known.
      const known = [...users, TYPES.map((type, at) => ({ type, at: 100 + at }))];
      const answer = sequences(smallPart(known), question);
      const wanted = lookedFor(known, { target, support, gapS: gap ?? Infinity });
      expect(answer.result.compared).toBe(wanted.size);
      expect(answer.result.rows.map(({ types }) => types.join(' ')).sort()).toEqual(
        [...wanted.keys()].sort(),
      );
      for (const { types, users: of, support: share, confidence, lift, interval } of answer.result.rows) {
        const row = wanted.get(types.join(' '));
        if (!row) throw new Error('no such pattern');
        expect([of, share, confidence]).toEqual([row.users, row.users / known.length, row.confidence]);
        expect([lift === null, interval === null]).toEqual([row.lift === null, row.interval === null]);
        if (lift !== null && row.lift !== null) expect(lift).toBeCloseTo(row.lift, 9);
        if (interval && row.interval) {
          expect([types, interval.low, isClose(interval.low, row.interval.low)]).toEqual([
            types,
            interval.low,
            true,
          ]);
          expect([types, interval.high, isClose(interval.high, row.interval.high)]).toEqual([
            types,
            interval.high,
            true,
          ]);
        }
        if (target !== null && interval) withTarget += 1;
        if (target !== null && lift === null) endless += 1;
        if (target === null && types.length === 1) single += 1;
      }
      expectListsToFit(answer);
    }),
    { numRuns: 600, seed: 20261127 },
  );
  expect(Math.min(withTarget, endless, single)).toBeGreaterThan(200);
});

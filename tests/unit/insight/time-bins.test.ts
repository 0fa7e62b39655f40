import { describe, expect, it } from 'vitest';
import { EventLog } from '../../../src/core/insight/event-log.ts';
import { overview } from '../../../src/core/insight/overview.ts';
import { DAY_MS, floorTo, HOUR_MS, nextOf } from '../../../src/core/insight/time-bins.ts';
import { questionSchema, TIME_BINS } from '../../../src/shared/insight.ts';
import type { QuestionOf } from '../../../src/shared/insight.ts';
import { SMALL_CODEBOOK, smallPart } from './small-log.ts';

/** A Sunday. */
const SUNDAY = Date.UTC(2026, 2, 1);

describe('bins of time', () => {
  it('of days and weeks begin when the days of the log do; hours and months are those of the clock', () => {
    const night = SUNDAY + DAY_MS + 2 * HOUR_MS;
    expect(floorTo('day', night, 0)).toBe(SUNDAY + DAY_MS);
    expect(floorTo('day', night, 4 * HOUR_MS)).toBe(SUNDAY + 4 * HOUR_MS);
    // Monday at two belongs to the week before where days begin at four.
    expect(floorTo('week', night, 0)).toBe(SUNDAY + DAY_MS);
    expect(floorTo('week', night, 4 * HOUR_MS)).toBe(SUNDAY - 6 * DAY_MS + 4 * HOUR_MS);
    for (const dayStartMs of [0, HOUR_MS, 23 * HOUR_MS])
      for (const bin of TIME_BINS)
        for (let time = SUNDAY; time < SUNDAY + 40 * DAY_MS; time += 7 * HOUR_MS) {
          const start = floorTo(bin, time, dayStartMs);
          expect(start).toBeLessThanOrEqual(time);
          expect(nextOf(bin, start)).toBeGreaterThan(time);
          expect(floorTo(bin, start, dayStartMs)).toBe(start);
          if (bin === 'hour' || bin === 'month') expect(start).toBe(floorTo(bin, time));
        }
  });

  it('of an overview put a night into the day before it, and tell so; the heat map is by the clock', () => {
    const at = (day: number, hour: number) => ({ type: 'a', at: (day * DAY_MS + hour * HOUR_MS) / 1000 });
    const part = smallPart([[at(0, 22), at(1, 2), at(1, 5)]]);
    const question = questionSchema.parse({ analysis: 'overview', bin: 'day' }) as QuestionOf<'overview'>;
    const ask = (dayStartMs: number) => {
      const log = new EventLog(part.log.columns, SMALL_CODEBOOK, { dayStartMs });
      return overview({ ...part, log }, question, () => ({ fields: new Map(), users: 0 })).result;
    };
    const [midnight, four] = [ask(0), ask(4 * HOUR_MS)];
    expect([midnight.counts, four.counts]).toEqual([[[1, 2]], [[2, 1]]]);
    expect([midnight.dayStartMs, four.dayStartMs]).toEqual([undefined, 4 * HOUR_MS]);
    expect(four.hours).toEqual(midnight.hours);
  });
});

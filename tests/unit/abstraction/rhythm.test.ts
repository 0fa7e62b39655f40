import { describe, expect, it } from 'vitest';
import {
  countUser,
  emptyRhythm,
  proposeSessions,
  proposeThemeGap,
  silenceOf,
} from '../../../src/core/abstraction/rhythm.ts';
import type { Rhythm } from '../../../src/shared/rhythm.ts';
import { Random } from '../../../src/core/sample/random.ts';

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;
/** A Monday. */
const MONDAY = Date.UTC(2026, 0, 5);

interface LogShape {
  users?: number;
  /** Mean silence within a session, and the shortest between two. */
  withinMs: number;
  betweenMs: number;
  /** Mean number of behaviours in a session. */
  length: number;
}

/** A log of sessions: exponential silences within, and at least `betweenMs` between them. */
function sessionsLog({ users = 100, withinMs, betweenMs, length }: LogShape): Rhythm {
  const random = new Random(4, Math.round(withinMs));
  const rhythm = emptyRhythm();
  const wait = (mean: number): number => -mean * Math.log(1 - random.next());
  for (let user = 0; user < users; user += 1) {
    let time = MONDAY + random.int(0, DAY);
    const moments = Array.from({ length: 60 }, () => {
      time += random.chance(1 / length) ? betweenMs + wait(betweenMs * 3) : wait(withinMs);
      return { start: Math.round(time), end: Math.round(time) };
    });
    countUser(rhythm, moments);
  }
  return rhythm;
}

describe('the rhythm of a log', () => {
  it('counts silences from the latest end, hours, days of the week and active days', () => {
    const rhythm = emptyRhythm();
    countUser(rhythm, [
      { start: MONDAY + 8 * HOUR, end: MONDAY + 9 * HOUR },
      { start: MONDAY + 8.5 * HOUR, end: MONDAY + 8.5 * HOUR },
      { start: MONDAY + 9 * HOUR + 10_000, end: MONDAY + 9 * HOUR + 10_000 },
      { start: MONDAY + 3 * DAY, end: MONDAY + 3 * DAY },
    ]);
    countUser(rhythm, []);
    expect(rhythm).toMatchObject({ users: 1, behaviours: 4 });
    expect(
      rhythm.silences.flatMap((count, step) =>
        count > 0 ? [[Math.round(silenceOf(step) / 1000), count]] : [],
      ),
    ).toEqual([
      [10, 1],
      [199_526, 1],
    ]);
    expect(rhythm.hours.flatMap((count, hour) => (count > 0 ? [[hour, count]] : []))).toEqual([
      [0, 1],
      [8, 2],
      [9, 1],
    ]);
    expect(rhythm.weekdays).toEqual([3, 0, 0, 1, 0, 0, 0]);
    expect(rhythm.activeDays[2]).toBe(1);
    expect(rhythm.dayDistances[3]).toBe(1);
  });

  it('counts the same whether a log is measured at once or not, for times before 1970 too', () => {
    const rhythm = emptyRhythm();
    countUser(rhythm, [{ start: -1, end: -1 }]);
    expect(rhythm.hours[23]).toBe(1);
    // The last day of 1969 was a Wednesday.
    expect(rhythm.weekdays[2]).toBe(1);
  });
});

/** A log with the silences that are drawn. */
function silencesOf(draw: (random: Random) => number): Rhythm {
  const random = new Random(8, 2);
  const rhythm = emptyRhythm();
  for (let user = 0; user < 100; user += 1) {
    let time = MONDAY;
    const moments = Array.from({ length: 60 }, () => {
      time += Math.round(draw(random));
      return { start: time, end: time };
    });
    countUser(rhythm, moments);
  }
  return rhythm;
}

describe('the sessions it proposes', () => {
  it.each([
    { withinMs: 20_000, betweenMs: 20 * MINUTE, length: 8 },
    { withinMs: 2 * MINUTE, betweenMs: 60 * MINUTE, length: 10 },
    { withinMs: 4 * MINUTE, betweenMs: 3 * HOUR, length: 5 },
    { withinMs: 90_000, betweenMs: 30 * MINUTE, length: 20 },
  ])('end in the valley between short silences and long ones: %o', (shape) => {
    const { by, gapMs } = proposeSessions(sessionsLog(shape));
    expect(by).toBe('valley');
    // Beyond what is usual within a session, and not beyond the shortest silence between two by more than a factor of two.
    expect(gapMs).toBeGreaterThan(shape.withinMs * 2.5);
    expect(gapMs).toBeLessThanOrEqual(shape.betweenMs * 2);
  });

  it('end not far beyond the short silences where a night follows them', () => {
    const rhythm = silencesOf((random) =>
      random.chance(1 / 8) ? (10 + 14 * random.next()) * HOUR : (2 + 18 * random.next()) * MINUTE,
    );
    const { gapMs } = proposeSessions(rhythm);
    expect(gapMs).toBeGreaterThanOrEqual(20 * MINUTE);
    expect(gapMs).toBeLessThanOrEqual(60 * MINUTE);
  });

  it.each([30 * MINUTE, 12 * HOUR])('are found where the long silences are but a shoulder (%i ms)', (gap) => {
    const rhythm = silencesOf((random) => {
      const normal = Math.sqrt(-2 * Math.log(1 - random.next())) * Math.cos(2 * Math.PI * random.next());
      return Math.exp(Math.log(random.chance(1 / 10) ? gap * 5 : gap / 5) + normal);
    });
    const { by, gapMs } = proposeSessions(rhythm);
    expect(by).toBe('valley');
    expect(gapMs).toBeGreaterThanOrEqual(gap / 2);
    expect(gapMs).toBeLessThanOrEqual(gap * 2);
  });

  it('are days from the quietest hour where all silences are of one kind', () => {
    const random = new Random(9, 1);
    const rhythm = emptyRhythm();
    for (let user = 0; user < 200; user += 1) {
      const moments = Array.from({ length: 40 }, (_, index) => {
        const day = MONDAY + Math.floor(index / 3) * DAY;
        const start = day + ((7 + (index % 3) * 5) * 60 + random.int(0, 240)) * MINUTE;
        return { start, end: start };
      });
      countUser(
        rhythm,
        moments.sort((a, b) => a.start - b.start),
      );
    }
    const { by, gapMs, dayStartMs } = proposeSessions(rhythm);
    expect({ by, gapMs }).toEqual({ by: 'night', gapMs: null });
    expect(dayStartMs).toBeGreaterThanOrEqual(1 * HOUR);
    expect(dayStartMs).toBeLessThanOrEqual(6 * HOUR);
  });

  it('are the usual ones where there is next to nothing to see', () => {
    expect(proposeSessions(emptyRhythm())).toMatchObject({ by: 'usual', gapMs: 30 * MINUTE });
  });
});

describe('the gap of a theme', () => {
  const withDistances = (dayDistances: number[]): Rhythm => ({ ...emptyRhythm(), dayDistances });

  it('is twice the usual distance of active days, one day to three', () => {
    expect(proposeThemeGap(withDistances([0, 80, 20]))).toBe(2 * DAY);
    expect(proposeThemeGap(withDistances([0, 30, 10, 60]))).toBe(3 * DAY);
    expect(proposeThemeGap(emptyRhythm())).toBe(DAY);
  });
});

import { describe, expect, it, vi } from 'vitest';
import { Random } from '../../../src/core/sample/random.ts';
import type { ColumnRole } from '../../../src/shared/import.ts';

/**
 * What a value is read as must not depend on the values that were read before it: a cache filled too early, or keyed by
 * too little, gives a wrong value only in a certain order. Here each value is read by code that has read nothing yet, and
 * then all of them in many orders by code that remembers.
 */
async function freshCode() {
  vi.resetModules();
  const [time, zone, duration, row] = await Promise.all([
    import('../../../src/core/import/times/parse-time.ts'),
    import('../../../src/core/import/times/time-zone.ts'),
    import('../../../src/core/import/duration.ts'),
    import('../../../src/core/import/behaviour-row.ts'),
  ]);
  return { ...time, ...zone, ...duration, ...row };
}
type Code = Awaited<ReturnType<typeof freshCode>>;
type Read<T> = (value: T) => unknown;

const ORDERS = 20;

async function expectNoOrder<T>(values: readonly T[], reader: (code: Code) => Read<T>): Promise<void> {
  const alone = new Map<T, unknown>();
  for (const value of values) alone.set(value, reader(await freshCode())(value));
  const read = reader(await freshCode());
  for (let order = 0; order < ORDERS; order += 1) {
    const random = new Random(order, 0);
    const shuffled = values.map((value) => ({ value, at: random.next() })).sort((a, b) => a.at - b.at);
    for (const [index, { value }] of shuffled.entries()) {
      const before = shuffled[index - 1]?.value;
      expect(read(value), `${JSON.stringify(value)} after ${JSON.stringify(before)}`).toEqual(
        alone.get(value),
      );
    }
  }
}

/** Every month and day that two digits can write around the ends of the valid ones, in the forms of a log. */
const DATES = ['2025', '2024', '2026', '1900', '0099'].flatMap((year) =>
  ['00', '01', '02', '12', '13', '16', '17', '99'].flatMap((month) =>
    ['00', '01', '05', '28', '29', '31', '32', '37', '64'].map((day) => `${year}-${month}-${day}`),
  ),
);

describe('the order of the rows of a file does not change', () => {
  it('times', async () => {
    const { TimeZone, parseTime } = await freshCode();
    expect(parseTime('2026-01-05 10:00:00', new TimeZone('UTC'))).toBe(Date.UTC(2026, 0, 5, 10));
    expect(parseTime('2025-17-05 10:00:00', new TimeZone('UTC'))).toBeNull();
    const random = new Random(1, 0);
    const texts = Array.from({ length: 150 }, () => {
      const date = DATES[random.int(0, DATES.length - 1)] ?? '';
      const clock = random.pick(['10:00:00', '23:59', '24:00:00', '1a:00:00']);
      const zone = random.pick(['', '', 'Z', '+08:00', '-19:00', '+14:00']);
      return `${random.chance(0.5) ? date : date.replaceAll('-', '/')} ${clock}${zone}`;
    });
    const others = ['1763952167', '1763952167250', '20251324T140000Z', '2025年17月5日', 'yesterday', ''];
    await expectNoOrder([...new Set([...texts, ...others])], (code) => {
      const zone = new code.TimeZone('America/New_York');
      return (text) => code.parseTime(text, zone);
    });
  });

  it('the offsets of a time zone', async () => {
    const noon = Date.UTC(2025, 0, 1, 12);
    const instants = Array.from(
      { length: 100 },
      (_, index) => noon + index * 91 * 3_600_000 + (index % 4) * 899_999,
    );
    await expectNoOrder([...instants, -1, 0, Date.UTC(1901, 0, 1), Date.UTC(9999, 0, 1)], (code) => {
      const zone = new code.TimeZone('Australia/Lord_Howe');
      return (instant) => zone.wallClock(instant);
    });
  });

  it('durations', async () => {
    const texts = [
      '12',
      '1e3',
      '1,234.5',
      '1,23',
      '12s',
      '12 秒',
      '03:20',
      '00:03:20',
      '03:99',
      '1e999',
      's',
      '',
      '-5',
    ];
    await expectNoOrder(texts, (code) => code.parseDuration);
  });

  it('behaviours', async () => {
    const roles: ColumnRole[] = ['userId', 'time', 'action', 'text', 'duration', 'extra'];
    const rows: string[][] = [];
    for (const user of ['u1', ' ', '用户2']) {
      for (const time of ['2026-01-05 10:00:00', '2025-17-05 10:00:00', '']) {
        for (const action of ['browse', '']) {
          for (const duration of ['5', 'ten', '']) rows.push([user, time, action, '', duration, duration]);
        }
      }
    }
    await expectNoOrder(rows, (code) => {
      const row = new code.BehaviourRow(['u', 't', 'a', 'x', 'd', 'e'], roles, new code.TimeZone('UTC'));
      // After a row that was refused, its values belong to no user.
      return (fields) =>
        row.read(fields) ?? [row.userId, row.time, row.action, row.text, row.duration, row.unread, row.extra];
    });
  });
});

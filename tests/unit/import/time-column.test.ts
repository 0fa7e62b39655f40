import { describe, expect, it } from 'vitest';
import { recogniseTimes } from '../../../src/core/import/times/time-column.ts';
import type { TimeColumn } from '../../../src/core/import/times/time-column.ts';
import { TimeZone } from '../../../src/core/import/times/time-zone.ts';

const shanghai = new TimeZone('Asia/Shanghai');
const NOW = Date.UTC(2026, 1, 10);
const wall = (iso: string): number => Date.parse(`${iso}Z`);
const recognise = (...values: string[]): TimeColumn => recogniseTimes(values, shanghai, NOW);

describe('the order of day and month', () => {
  it('is told by one value of the column', () => {
    expect(recognise('3/2/2026', '13/2/2026').style.dateOrder).toBe('day_first');
    expect(recognise('2/3/2026 9:05 AM', '2/13/2026 9:05 PM')).toMatchObject({
      style: { dateOrder: 'month_first' },
      readable: 2,
      openOrders: [],
    });
  });

  it('is open where no value tells it, with both readings of the first one that differs', () => {
    const column = recognise('2/2/2026 09:05', '3/2/2026 09:05');
    expect(column.style.dateOrder).toBeNull();
    expect(column.openOrders).toEqual([
      { order: 'day_first', example: '3/2/2026 09:05', readAs: wall('2026-02-03T09:05:00') },
      { order: 'month_first', example: '3/2/2026 09:05', readAs: wall('2026-03-02T09:05:00') },
    ]);
    expect(column.readable).toBe(1);
  });

  it('does not matter where all orders read all values alike', () => {
    expect(recognise('2/2/2026', '3/3/2026')).toMatchObject({ readable: 2, openOrders: [] });
  });

  it('of years with two digits is open in three ways, until a value excludes some', () => {
    expect(recognise('5/2/3').values).toBe(1);
    expect(recognise('05/02/03').openOrders.map(({ order }) => order)).toEqual([
      'day_first',
      'month_first',
      'year_first',
    ]);
    expect(recognise('05/02/03', '05/02/31', '05/13/03').style.dateOrder).toBe('month_first');
  });

  it('of years with two digits is told by where the year can be', () => {
    const days = (make: (day: number) => string): string[] => [21, 22, 23, 24, 25].map(make);
    expect(recognise(...days((day) => `${day}/11/25`)).style.dateOrder).toBe('day_first');
    expect(recognise(...days((day) => `11/${day}/25`)).style.dateOrder).toBe('month_first');
    expect(recognise(...days((day) => `25/11/${day}`)).style.dateOrder).toBe('year_first');
    expect(recognise('3/9/25', '4/9/25', '5/9/25', '6/9/25', '7/9/25').openOrders).toHaveLength(2);
    // Years ahead.
    expect(recognise('27/01/26', '28/01/26').style.dateOrder).toBe('day_first');
    expect(recognise('21/11/25', '22/11/25').openOrders).toHaveLength(2);
  });

  it('of a mixed column is that of most values; the others are not read', () => {
    const column = recognise('13/2/2026', '14/2/2026', '2/13/2026');
    expect(column.style.dateOrder).toBe('day_first');
    expect(column.readable).toBe(2);
  });

  it('is told as doubtful where dates of both orders stand beside dates that have either', () => {
    expect(recognise('13/2/2026', '14/2/2026', '2/15/2026', '3/4/2025')).toMatchObject({
      otherOrder: 1,
      otherOrderExample: '2/15/2026',
    });
    expect(recognise('13/2/2026', '14/2/2026', '2/15/2026').otherOrder).toBe(0);
    expect(recognise('13/2/2026', '3/4/2025').otherOrder).toBe(0);
  });

  it('is what the user has said', () => {
    const column = recogniseTimes(['3/2/2026'], shanghai, NOW, { dateOrder: 'month_first' });
    expect(column).toMatchObject({ readable: 1, openOrders: [], earliest: wall('2026-03-02T00:00:00') });
  });
});

describe('ten digits', () => {
  it('are a date with an hour where as seconds they would lie in the future', () => {
    const column = recognise('2016010100', '2016010223');
    expect(column.style.tenDigitHours).toBe(true);
    expect(column).toMatchObject({
      earliest: wall('2016-01-01T00:00:00'),
      latest: wall('2016-01-02T23:00:00'),
    });
  });

  it('are seconds where one of them is no date', () => {
    expect(recognise('1770109500', '2016010100').style.tenDigitHours).toBe(false);
  });
});

describe('what the times of a column are like', () => {
  it('counts times of day, zones and values that are no times; empty values do not count', () => {
    expect(recognise('2026-02-03', '2026-02-03 09:05', '1770109500', 'x', '', ' ')).toMatchObject({
      values: 4,
      readable: 3,
      withClock: 2,
      withZone: 1,
    });
  });

  it('knows the half of a date column', () => {
    expect(recognise('09:05:00', '下午5:45', '17:45')).toMatchObject({ readable: 0, clocksOnly: 3 });
    expect(recognise('9', '17').clocksOnly).toBe(0);
  });

  it('tells times that no log has', () => {
    expect(recognise('2026-02-03', '9999-12-31', '1900-01-01', '2026-02-11')).toMatchObject({
      readable: 4,
      implausible: 2,
      implausibleExample: '9999-12-31',
    });
  });

  it('a day of a spreadsheet and eight digits have no time of day, an epoch has one', () => {
    expect(recognise('45321', '20260203').withClock).toBe(0);
    expect(recognise('45321.5', '1769990400').withClock).toBe(2);
  });

  it('nothing readable has no range', () => {
    expect(recognise('a', 'b')).toMatchObject({ readable: 0, earliest: null, latest: null });
    expect(recognise()).toMatchObject({ values: 0, readable: 0 });
  });
});

import { describe, expect, it } from 'vitest';
import { parseTime } from '../../../src/core/import/times/parse-time.ts';
import { TimeZone } from '../../../src/core/import/times/time-zone.ts';

const shanghai = new TimeZone('Asia/Shanghai');
const wall = (iso: string): number => Date.parse(`${iso}Z`);

describe('a time that is written is taken as written', () => {
  it.each([
    ['2025-11-24 10:42:47', '2025-11-24T10:42:47'],
    ['2025-11-24 10:42', '2025-11-24T10:42:00'],
    ['2025-11-24T10:42:47', '2025-11-24T10:42:47'],
    ['2025/11/24 10:42:47', '2025-11-24T10:42:47'],
    ['2025/1/5 9:03', '2025-01-05T09:03:00'],
    ['2025-1-5 9:03:07', '2025-01-05T09:03:07'],
    ['2025年1月5日 9:03', '2025-01-05T09:03:00'],
    ['2025年1月5日', '2025-01-05T00:00:00'],
    ['2025-11-24', '2025-11-24T00:00:00'],
    ['2025-11-24 10:42:47.5', '2025-11-24T10:42:47.500'],
    ['2025-11-24T10:42:47.123456', '2025-11-24T10:42:47.123'],
    ['2025-11-24 10:42:47,250', '2025-11-24T10:42:47.250'],
    ['  2025-11-24 10:42:47 ', '2025-11-24T10:42:47'],
    ['2024-02-29 00:00:00', '2024-02-29T00:00:00'],
    ['2000-02-29 23:59:59', '2000-02-29T23:59:59'],
    ['0099-01-01 00:00:00', '0099-01-01T00:00:00'],
    ['20251226T140000', '2025-12-26T14:00:00'],
    ['20251226T1405', '2025-12-26T14:05:00'],
    ['20251226 14:05:06', '2025-12-26T14:05:06'],
    ['2025.12.26 14:05', '2025-12-26T14:05:00'],
    // To the hour.
    ['2025-12-26 04', '2025-12-26T04:00:00'],
    ['2025-12-26T14', '2025-12-26T14:00:00'],
    // The end of a day, and a leap second (ISO 8601).
    ['2025-11-24 24:00:00', '2025-11-25T00:00:00'],
    ['2025-12-31 23:59:60', '2026-01-01T00:00:00'],
    // Chinese.
    ['2025年1月5日 9时3分', '2025-01-05T09:03:00'],
    ['2025年1月5日9时3分7秒', '2025-01-05T09:03:07'],
    ['2025年01月05号 9点', '2025-01-05T09:00:00'],
    ['2025年1月5日 上午9:03', '2025-01-05T09:03:00'],
    ['2025/1/5 下午9:03', '2025-01-05T21:03:00'],
    ['2025年1月5日 凌晨12:03', '2025-01-05T00:03:00'],
    ['2025年1月5日 中午12:03', '2025-01-05T12:03:00'],
    ['2025年1月5日 晚上8点30分', '2025-01-05T20:30:00'],
    ['2025年1月5日 星期日 09:03', '2025-01-05T09:03:00'],
    ['2025年1月5日 下午 3時05分06秒', '2025-01-05T15:05:06'],
    ['2025年1月5日 下午9：03', '2025-01-05T21:03:00'],
    ['２０２５－０１－０５　０９：０３', '2025-01-05T09:03:00'],
    // Japanese and Korean.
    ['2025年1月5日 午後9時03分', '2025-01-05T21:03:00'],
    ['2025-01-05 오전 9:03', '2025-01-05T09:03:00'],
    // Clocks of twelve hours.
    ['2025-01-05 9:03 PM', '2025-01-05T21:03:00'],
    ['2025-01-05 12:03:04 am', '2025-01-05T00:03:04'],
    ['2025-01-05 12:03 p.m.', '2025-01-05T12:03:00'],
    // Names of months and days.
    ['5 Jan 2025 09:03', '2025-01-05T09:03:00'],
    ['05-Jan-2025 09:03:07', '2025-01-05T09:03:07'],
    ['2025-01-05 9:03 p. m.', '2025-01-05T21:03:00'],
    ['05/Jan/25 9:03 PM', '2025-01-05T21:03:00'],
    ['05-JAN-25 09.03.07.250000 PM', '2025-01-05T21:03:07.250'],
    ['05-JAN-25', '2025-01-05T00:00:00'],
    ['January 5, 2025 9:03 AM', '2025-01-05T09:03:00'],
    ['Sunday, January 5, 2025', '2025-01-05T00:00:00'],
    ['Sun Jan  5 09:03:07 2025', '2025-01-05T09:03:07'],
    // With points the day is first.
    ['05.01.2025 09:03', '2025-01-05T09:03:00'],
    ['5.1.2025', '2025-01-05T00:00:00'],
    // A number above twelve is the day.
    ['13/02/2025 09:03', '2025-02-13T09:03:00'],
    ['2/13/2025 9:03 PM', '2025-02-13T21:03:00'],
    ['02/02/2025', '2025-02-02T00:00:00'],
    // Digits alone.
    ['20250105', '2025-01-05T00:00:00'],
    ['202501050903', '2025-01-05T09:03:00'],
    ['20250105090307', '2025-01-05T09:03:07'],
    ['20250105090307250', '2025-01-05T09:03:07.250'],
    // Days of a spreadsheet.
    ['45662', '2025-01-05T00:00:00'],
    ['45662.378', '2025-01-05T09:04:19'],
    ['45662.5', '2025-01-05T12:00:00'],
  ])('%s', (text, expected) => {
    expect(parseTime(text, shanghai)).toBe(wall(expected));
  });
});

describe('a time with a zone, and an epoch number, is shown in the zone asked for', () => {
  it.each([
    ['2025-11-24T02:42:47Z', '2025-11-24T10:42:47'],
    ['2025-11-24T02:42:47.250z', '2025-11-24T10:42:47.250'],
    ['2025-11-24T10:42:47+08:00', '2025-11-24T10:42:47'],
    ['2025-11-24 10:42:47 +0800', '2025-11-24T10:42:47'],
    ['2025-11-24 10:42+08', '2025-11-24T10:42:00'],
    ['2025-11-23T23:12:47-03:30', '2025-11-24T10:42:47'],
    ['2025-11-23T23:12:47−03:30', '2025-11-24T10:42:47'],
    ['2025-11-24 02:42:47 UTC', '2025-11-24T10:42:47'],
    ['2025-11-24 02:42:47.250 UTC', '2025-11-24T10:42:47.250'],
    ['20251124T024247Z', '2025-11-24T10:42:47'],
    ['20251124T024247.250Z', '2025-11-24T10:42:47.250'],
    ['20251124T104247+0800', '2025-11-24T10:42:47'],
    ['1763952167', '2025-11-24T10:42:47'],
    ['1763952167.5', '2025-11-24T10:42:47.500'],
    ['1763952167250', '2025-11-24T10:42:47.250'],
    ['1763952167250000', '2025-11-24T10:42:47.250'],
    ['1763952167250123456', '2025-11-24T10:42:47.250'],
    ['1763952167250.0', '2025-11-24T10:42:47.250'],
    ['1.763952167E9', '2025-11-24T10:42:47'],
    ['1,763,952,167', '2025-11-24T10:42:47'],
    ['1763952167s', '2025-11-24T10:42:47'],
    ['978278400', '2001-01-01T00:00:00'],
    ['2025-11-24T10:42:47.1234567+08:00', '2025-11-24T10:42:47.123'],
    ['2025-11-24 10:42:47 +0800 CST', '2025-11-24T10:42:47'],
    ['2025-11-24T10:42:47+08:00[Asia/Shanghai]', '2025-11-24T10:42:47'],
    ['2025-11-24 02:42:47 GMT', '2025-11-24T10:42:47'],
    ['2025-11-24 02:42:47 utc', '2025-11-24T10:42:47'],
    ['2025-11-24 11:42:47 JST', '2025-11-24T10:42:47'],
    ['2025-11-23 21:42:47 America/New_York', '2025-11-24T10:42:47'],
    // The CST of whoever reads it: China's here.
    ['2025-11-24 10:42:47 CST', '2025-11-24T10:42:47'],
    ['Mon, 24 Nov 2025 02:42:47 +0000', '2025-11-24T10:42:47'],
    ['Mon Nov 24 2025 10:42:47 GMT+0800 (中国标准时间)', '2025-11-24T10:42:47'],
    ['Mon Nov 24 02:42:47 +0000 2025', '2025-11-24T10:42:47'],
    ['24/Nov/2025:10:42:47 +0800', '2025-11-24T10:42:47'],
  ])('%s', (text, expected) => {
    expect(parseTime(text, shanghai)).toBe(wall(expected));
  });

  it.each([
    ['America/New_York', '2025-03-09T06:59:59Z', '2025-03-09T01:59:59'],
    ['America/New_York', '2025-03-09T07:00:00Z', '2025-03-09T03:00:00'],
    ['America/New_York', '2025-11-02T05:59:59Z', '2025-11-02T01:59:59'],
    ['America/New_York', '2025-11-02T06:00:00Z', '2025-11-02T01:59:59'],
    ['America/New_York', '2025-11-02T07:00:00Z', '2025-11-02T02:00:00'],
    // Changes by half an hour, at half past an hour of UTC.
    ['Australia/Lord_Howe', '2025-10-04T15:29:59Z', '2025-10-05T01:59:59'],
    ['Australia/Lord_Howe', '2025-10-04T15:30:00Z', '2025-10-05T02:30:00'],
    ['Asia/Kathmandu', '2025-01-01T00:00:00Z', '2025-01-01T05:45:00'],
    ['UTC', '2025-01-01T00:00:00Z', '2025-01-01T00:00:00'],
  ])('%s at %s', (zone, text, expected) => {
    expect(parseTime(text, new TimeZone(zone))).toBe(wall(expected));
  });
});

describe('what is no time is refused', () => {
  it.each([
    '',
    'yesterday',
    '2025-02-30 10:00:00',
    '2025-02-29 10:00',
    '1900-02-29',
    '2025-13-01 10:00:00',
    '2025-00-10 10:00:00',
    '2025-11-24 25:00',
    '2025-11-24 10:60:00',
    '2025-11-24 10:00:61',
    '2025-11-24 1a:00:00',
    '0000-01-01 00:00:00',
    '2025-11-24T10:42:47+19:00',
    '2025-11/24 10:42:47',
    '123456789',
    '12345678901',
    // Ticks of .NET, of which it is not known in which zone.
    '638869536000000000',
    '10:42:47',
    '20251324T140000Z',
    '20251124T250000Z',
    '2025-11-24 UTC',
    '2025-11-24 10:42:47 2025-11-24',
    '05:12.3',
    '########',
    // Which is the day, and which the year, is not told.
    '03/02/2026 09:05',
    '3-2-2026',
    '3/2/26 9:05',
    '13/02/26',
    '32/01/2026',
    '2025-11-24 10:42:47 XYZ',
    '2025-11-24 10:42:47 Nowhere/City',
    '2025年1月5日 上午14:05',
    '2025年1月5日 晚上25点',
    '1.76395E+12',
    '20251324',
    '12345',
    '99999999999999999999',
  ])('%j', (text) => {
    expect(parseTime(text, shanghai)).toBeNull();
  });
});

describe('what one value cannot tell is read as the column says', () => {
  it.each([
    ['03/02/2026 09:05', 'day_first', '2026-02-03T09:05:00'],
    ['03/02/2026 09:05', 'month_first', '2026-03-02T09:05:00'],
    ['3/2/26 9:05 PM', 'month_first', '2026-03-02T21:05:00'],
    ['3/2/26 9:05', 'day_first', '2026-02-03T09:05:00'],
    ['26/02/03', 'year_first', '2026-02-03T00:00:00'],
  ] as const)('%s, %s', (text, dateOrder, expected) => {
    expect(parseTime(text, shanghai, { dateOrder, tenDigitHours: false })).toBe(wall(expected));
  });

  it('and what contradicts it is refused', () => {
    expect(parseTime('13/02/2026', shanghai, { dateOrder: 'month_first', tenDigitHours: false })).toBeNull();
    expect(parseTime('13/02/2026', shanghai, { dateOrder: 'year_first', tenDigitHours: false })).toBeNull();
  });

  it('ten digits are seconds, or a date with an hour', () => {
    expect(parseTime('2016010123', new TimeZone('UTC'))).toBe(2_016_010_123_000);
    expect(parseTime('2016010123', shanghai, { dateOrder: null, tenDigitHours: true })).toBe(
      wall('2016-01-01T23:00:00'),
    );
  });

  it('CST is the Central Standard Time of America where its clocks are shown, and refused where neither is', () => {
    const chicago = new TimeZone('America/Chicago');
    expect(parseTime('2025-01-24 10:42:47 CST', chicago)).toBe(wall('2025-01-24T10:42:47'));
    // Six hours behind UTC, as written, in summer too.
    expect(parseTime('2025-07-24 10:42:47 CST', chicago)).toBe(wall('2025-07-24T11:42:47'));
    expect(parseTime('2025-01-24 10:42:47 CST', new TimeZone('Europe/Paris'))).toBeNull();
  });

  it('a zone by its name has the offset of that day', () => {
    expect(parseTime('2025-07-01 08:00:00 Europe/Paris', new TimeZone('UTC'))).toBe(
      wall('2025-07-01T06:00:00'),
    );
    expect(parseTime('2025-01-01 08:00:00 Europe/Paris', new TimeZone('UTC'))).toBe(
      wall('2025-01-01T07:00:00'),
    );
  });
});

it('a zone that does not exist is named', () => {
  expect(() => new TimeZone('Asia/Peking2')).toThrowError(
    expect.objectContaining({ code: 'import.bad_time_zone', params: { zone: 'Asia/Peking2' } }),
  );
});

describe('the hour that clocks show twice in autumn', () => {
  const order = (zoneName: string, from: number, hours: number): { wall: number[]; zone: TimeZone } => {
    const zone = new TimeZone(zoneName);
    const wall = Array.from({ length: hours * 240 }, (_, at) => zone.wallClock(from + at * 15_000));
    return { wall, zone };
  };

  it.each([
    ['America/New_York', '2025-11-02T04:00Z', 240],
    ['Europe/Paris', '2025-10-25T22:00Z', 240],
    ['Australia/Lord_Howe', '2025-04-05T12:00Z', 120],
  ])('keeps the order of instants: %s', (name, from, repeated) => {
    const { wall, zone } = order(name, Date.parse(from), 6);
    expect(wall).toEqual([...wall].sort((a, b) => a - b));
    expect(zone.repeated).toBe(repeated);
  });

  it('changes no other hour, spring included', () => {
    const { wall, zone } = order('America/New_York', Date.parse('2025-03-09T04:00Z'), 6);
    expect([zone.repeated, new Set(wall).size]).toEqual([0, wall.length]);
    expect(zone.wallClock(Date.parse('2025-11-02T05:59:59Z'))).toBe(Date.UTC(2025, 10, 2, 1, 59, 59));
    expect(zone.wallClock(Date.parse('2025-11-02T07:00:00Z'))).toBe(Date.UTC(2025, 10, 2, 2));
    expect(zone.repeated).toBe(0);
    expect(parseTime('2025-11-02 01:30:00 CST', new TimeZone('America/Chicago'))).toBe(
      Date.UTC(2025, 10, 2, 1, 59, 59, 500),
    );
  });
});

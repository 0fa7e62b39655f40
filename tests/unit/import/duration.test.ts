import { describe, expect, it } from 'vitest';
import { parseDuration } from '../../../src/core/import/duration.ts';

describe('a duration', () => {
  it('is none where a text is a million signs', () => {
    for (const text of ['1'.repeat(1_000_000) + 'x', `1${' '.repeat(1_000_000)}x`])
      expect(parseDuration(text)).toBeNull();
  });

  it.each([
    ['12', 12],
    ['12.5', 12.5],
    ['.5', 0.5],
    ['1e3', 1000],
    ['-3', -3],
    ['1,234', 1234],
    ['1,234,567.5', 1_234_567.5],
    ['12s', 12],
    ['12 sec', 12],
    ['1,200 Seconds', 1200],
    ['12秒', 12],
    ['12.5 秒', 12.5],
    ['03:20', 200],
    ['90:00', 5400],
    ['00:03:20', 200],
    ['1:00:00.5', 3600.5],
    ['100:00:00', 360_000],
    ['5 min', 300],
    ['2分5秒', 125],
    ['1小时2分', 3720],
    ['1h 2m 3s', 3723],
    ['2m05s', 125],
    ['1.5h', 5400],
    ['250 ms', 0.25],
    ['1200µs', 0.0012],
    ['PT2M5S', 125],
    ['P1DT1H', 90_000],
    ['1 day, 0:00:05', 86_405],
    ['0 days 00:02:05', 125],
  ])('%s is %d seconds', (text, seconds) => expect(parseDuration(text)).toBe(seconds));

  it.each([
    ['5', 'minutes', 300],
    ['1,200', 'milliseconds', 1.2],
    ['0.5', 'hours', 1800],
    ['2', 'days', 172_800],
    ['12500000', 'microseconds', 12.5],
    ['12500000000', 'nanoseconds', 12.5],
    // These say it themselves.
    ['00:01:30', 'minutes', 90],
    ['12s', 'milliseconds', 12],
  ] as const)('%s in a column of %s is %d seconds', (text, unit, seconds) =>
    expect(parseDuration(text, false, unit)).toBe(seconds),
  );

  it.each([
    'NaN',
    'null',
    '-',
    '很久',
    '5 parsecs',
    '5 min ago',
    'P1M',
    'PT',
    '1,23',
    '12,3456',
    '0x10',
    '1e999',
    '03:60',
    '1:60:00',
    '1:2:3:4',
    ':20',
    's',
    '12ss',
  ])('%j cannot be read', (text) => expect(parseDuration(text)).toBeNull());
});

it('has a decimal comma where the file has', () => {
  expect(['12,5', '1,234', '1.234,5', '1.234', '12'].map((text) => parseDuration(text, true))).toEqual([
    12.5, 1.234, 1234.5, 1234, 12,
  ]);
});

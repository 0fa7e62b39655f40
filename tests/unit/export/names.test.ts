import { describe, expect, test } from 'vitest';
import { columnNames } from '../../../src/core/export/column-names.ts';
import { xmlName } from '../../../src/core/export/formats/xml-text.ts';
import { WallClock } from '../../../src/core/export/wall-clock.ts';
import { EXPORT_EXTENSION, EXPORT_FORMATS, formatOfName } from '../../../src/shared/export-formats.ts';

describe('the columns of a log', () => {
  const FIXED = [{ name: 'user_id', type: 'text' }] as const;

  test('keep their names, but for what is taken, differs in case only, or has control characters', () => {
    const found = [
      ['brand', 'User_ID'],
      ['Brand', 'a\u0000b', '', 'brand'],
    ];
    const { columns, cells, notes } = columnNames(found, FIXED, 'extra');
    expect(columns.map(({ name }) => name)).toEqual([
      'brand',
      'extra_User_ID',
      'extra_Brand',
      'a_b',
      'extra_',
    ]);
    expect(notes).toEqual([]);
    const values = new Map([
      ['Brand', 'x'],
      ['a\u0000b', 'y'],
    ]);
    expect(cells(values)).toEqual([null, null, 'x', 'y', null]);
  });

  test('beyond the limit share one column, and it is said', () => {
    const { columns, cells, notes } = columnNames([['a', 'b', 'c', 'd']], FIXED, 'extra', 2);
    expect(columns).toEqual([
      { name: 'a', type: 'text' },
      { name: 'b', type: 'text' },
      { name: 'more_extra', type: 'json' },
    ]);
    expect(notes).toEqual([
      { code: 'export.note.more_columns', params: { limit: 2, count: 2, column: 'more_extra' } },
    ]);
    expect(cells(new Map([['b', '1']]))).toEqual([null, '1', null]);
    expect(cells(new Map([['d', '2']]))).toEqual([null, null, '{"d":"2"}']);
  });
});

test('a key of XES is an XML name', () => {
  expect(['备注 1', '1st', 'a:b', '', '-x', 'ª', '𠮷', 'é_'].map(xmlName)).toEqual([
    '备注_1',
    '_1st',
    'a:b',
    '_',
    '_-x',
    '_',
    '_',
    'é_',
  ]);
});

test('a wall clock says its instant and offset, across the change of an hour', () => {
  const berlin = new WallClock('Europe/Berlin');
  const winter = Date.UTC(2026, 0, 5, 12);
  const summer = Date.UTC(2026, 6, 5, 12, 0, 0, 250);
  expect([berlin.iso(winter), berlin.iso(summer)]).toEqual([
    '2026-01-05T12:00:00.000+01:00',
    '2026-07-05T12:00:00.250+02:00',
  ]);
  expect(berlin.instant(summer)).toBe(summer - 2 * 3_600_000);
  // Of the hour that comes twice the first.
  expect(berlin.named(Date.UTC(2026, 9, 25, 2, 30))).toBe('UTC+02:00');
  expect(berlin.named(Date.UTC(2026, 9, 25, 3, 0))).toBe('UTC+01:00');
  expect(new WallClock('America/St_Johns').named(winter)).toBe('UTC-03:30');
  expect(new WallClock('UTC').iso(winter)).toBe('2026-01-05T12:00:00.000+00:00');
});

test('the name of a file tells its format', () => {
  for (const format of EXPORT_FORMATS) {
    expect(formatOfName(`x${EXPORT_EXTENSION[format]}`)).toBe(format);
    expect(formatOfName(`x.Y${EXPORT_EXTENSION[format].toUpperCase()}.GZ`)).toBe(format);
  }
  expect(formatOfName('x.docx')).toBeNull();
});

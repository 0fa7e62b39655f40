import { describe, expect, test } from 'vitest';
import { foldStages } from '@shared/stages';
import { behaviourRows, eventKey, eventRows, stageKey, stageRows } from '@/reading-rows';
import type { ReadingOptions, ReadingRow } from '@/reading-rows';
import { behaviours, events } from './support/samples';

const HOUR = 3_600_000;
const DAY = 24 * HOUR;
const CLOSED: ReadingOptions = {
  matches: null,
  isOpen: () => false,
  evidenceOf: () => [],
  dayStartMs: 0,
};

/** A row in short: `day 2`, `1.e3` for an event with its level, `2.b7` for a behaviour, `2.+5` for five more. */
function short(row: ReadingRow): string {
  switch (row.kind) {
    case 'day':
      return `${row.level > 1 ? `${row.level}.` : ''}day ${Math.floor(row.time / DAY)}`;
    case 'stage':
      return `${row.level}.s${row.stage.number}(${row.matching})`;
    case 'event':
      return `${row.level}.e${row.event.ordinal}`;
    case 'behaviour':
      return `${row.level}.b${row.behaviour.id}`;
    case 'more':
      return `${row.level}.+${row.rest}`;
  }
}
const shorts = (rows: ReadingRow[]): string => rows.map(short).join(' ');

// Three behaviours each, on the days 0, 0, 1, 1, 3; the third is a conversion.
const list = events([{ day: 0 }, { day: 0 }, { day: 1, category: 'conversion' }, { day: 1 }, { day: 3 }]);

describe('the rows to read', () => {
  test('are events below the days on which they begin', () => {
    expect(shorts(eventRows(list, CLOSED))).toBe('day 0 1.e1 1.e2 day 1 1.e3 1.e4 day 3 1.e5');
    expect(eventRows([], CLOSED)).toEqual([]);
  });

  test('leave out what is not looked for, and days with nothing', () => {
    const matches = ({ ordinal }: { ordinal: number }): boolean => ordinal === 2 || ordinal === 5;
    expect(shorts(eventRows(list, { ...CLOSED, matches }))).toBe('day 0 1.e2 day 3 1.e5');
    const lines = foldStages(list);
    expect(shorts(stageRows(lines, { ...CLOSED, matches }))).toBe('1.s1(1) 1.s2(1)');
    expect(shorts(stageRows(lines, { ...CLOSED, matches: ({ ordinal }) => ordinal === 3 }))).toBe('1.e3');
  });

  test('are stages and conversions, unfolding to events and to behaviours', () => {
    const open = new Set([stageKey(2), eventKey(4), eventKey(3)]);
    const options: ReadingOptions = {
      ...CLOSED,
      isOpen: (key) => open.has(key),
      evidenceOf: (ordinal) => (ordinal === 4 ? behaviours(10, 2) : []),
    };
    const rows = stageRows(foldStages(list), options);
    expect(shorts(rows)).toBe('1.s1(2) 1.e3 2.+3 1.s2(2) 2.day 1 2.e4 3.b10 3.b11 3.+1 2.day 3 2.e5');
    expect(shorts(rows.filter((row) => 'isOpen' in row && row.isOpen))).toBe('1.e3 1.s2(2) 2.e4');
    // Below a stage the days of its events are told once, above them or, where there is one day, by the stage.
    expect(rows.flatMap((row) => (row.kind === 'event' ? [row.isDated] : []))).toEqual([false, true, true]);
    const first = stageRows(foldStages(list), { ...options, isOpen: (key) => key === stageKey(1) });
    expect(shorts(first)).toBe('1.s1(2) 2.e1 2.e2 1.e3 1.s2(2)');
  });

  test('have keys of their own', () => {
    const options: ReadingOptions = { ...CLOSED, isOpen: () => true, evidenceOf: () => behaviours(1, 2) };
    for (const rows of [eventRows(list, options), stageRows(foldStages(list), options)]) {
      expect(rows.length).toBeGreaterThan(15);
      expect(new Set(rows.map(({ key }) => key)).size).toBe(rows.length);
    }
  });

  test('of behaviours are below their days, too', () => {
    const two = behaviours(1, 3).map((row, index) => ({ ...row, time: index * 0.6 * DAY }));
    expect(shorts(behaviourRows(two, 0))).toBe('day 0 1.b1 1.b2 day 1 1.b3');
  });

  test('are below the day of the log where days begin at 4 o’clock, with their date where it is another one', () => {
    const at = (...hours: number[]): ReadingRow[] =>
      behaviourRows(
        behaviours(1, hours.length).map((row, index) => ({ ...row, time: (hours[index] ?? 0) * HOUR })),
        4 * HOUR,
      );
    // 23:00, 01:00, 04:00 and 02:00 two nights later.
    const rows = at(23, 25, 28, 50);
    expect(shorts(rows)).toBe('day 0 1.b1 1.b2 day 1 1.b3 1.b4');
    expect(rows.flatMap((row) => (row.kind === 'day' ? [row.time / HOUR] : []))).toEqual([4, 28]);
    const dated = (all: ReadingRow[]): boolean[] =>
      all.flatMap((row) => ('isDated' in row ? [row.isDated] : []));
    expect(dated(rows)).toEqual([true, false, true, false]);

    const late = list.map((event) => ({ ...event, startTime: event.startTime + HOUR }));
    const nightly = eventRows(late, { ...CLOSED, dayStartMs: 4 * HOUR });
    expect(shorts(nightly)).toBe('day -1 1.e1 1.e2 day 0 1.e3 1.e4 day 2 1.e5');
    expect(dated(nightly)).toEqual([false, false, false, false, false]);
  });
});

import { scanClock, scanTime } from './scan-time.ts';

/** How a time of day in a column of its own is written: with signs or as an hour; behind a day that is none; as digits; as a part of a day. */
export type ClockStyle = 'written' | 'dated' | 'hhmm' | 'hhmmss' | 'fraction';

/** How the other half of a date is read. */
export interface ClockReading {
  style: ClockStyle;
  /** Columns of the minute and the second beside that of the hour; -1 for none. */
  minutes: number;
  seconds: number;
}

export const PLAIN_CLOCK: ClockReading = { style: 'written', minutes: -1, seconds: -1 };

const DAY_SECONDS = 86_400;
/** A longer text is neither a day nor a time of day: no pattern has to look through it. */
const LONGEST = 100;
/** A column of times of day has hardly anything else. */
const NEARLY_ALL = 0.95;
/** Days that databases and spreadsheets put before a time of day, which has none. */
const NO_DAYS = new Set([
  '1899-12-30',
  '1899-12-31',
  '1900-1-0',
  '1900-1-1',
  '1970-1-1',
  '1-1-1',
  '1753-1-1',
  '2000-1-1',
]);
const HOUR = /^(?:[01]?\d|2[0-3])$/;
const SIXTIETHS = /^[0-5]?\d$/;
const DIGITS = /^\d{1,6}(?:\.0+)?$/;
/** Digits of a time of day with seconds, of which a program that took it for a number has lost zeros at the beginning; and without. */
const WIDTHS = { hhmm: 4, hhmmss: 6 } as const;
const IN_DAY = /^(?:[01]\d|2[0-3])(?::[0-5]\d){1,2}$/;
const FRACTION = /^0?\.\d+(?:e-\d+)?$|^0$/i;
/** Midnight behind a date, as databases write one that has no time of day. */
const MIDNIGHT = /(?<=\d)[T ]\s*0?0:00(?::00(?:[.,]0+)?)?(?:Z|\+00:?00)?$/;
const SPREADSHEET_DAY = /^[3-7]\d{4}(?:\.0+)?$/;
/** 1970-01-01 among the days of spreadsheets (ECMA-376 part 1, 18.17.4.1). */
const SPREADSHEET_EPOCH_DAY = 25_569;

/** How the values of a column are times of day; null where they are none. `isNamed`: its name says so, without which a number is none. */
export function clockStyleOf(values: readonly string[], isNamed: boolean): ClockStyle | null {
  if (values.length === 0) return null;
  const clocks = values.filter((value) => scanTime(value) === null && scanClock(value) !== null).length;
  if (clocks >= values.length * NEARLY_ALL) return 'written';
  if (isDatedClock(values)) return 'dated';
  if (!isNamed) return null;
  if (values.every((value) => HOUR.test(value))) return 'written';
  if (values.every((value) => FRACTION.test(value)) && values.some((value) => value !== '0'))
    return 'fraction';
  if (!values.every((value) => DIGITS.test(value))) return null;
  const style = values.some((value) => Number(value) >= 10 ** WIDTHS.hhmm) ? 'hhmmss' : 'hhmm';
  return values.every((value) => IN_DAY.test(ofDigits(value, style))) ? style : null;
}

/** Whether all values are a time of day behind one day that stands for none. */
export function isDatedClock(values: readonly string[]): boolean {
  const days = new Set<string>();
  for (const value of values) {
    const found = scanTime(value);
    if (found?.kind !== 'date' || found.clock === null || found.order !== 'known') return false;
    days.add(found.parts.join('-'));
    if (days.size > 1) return false;
  }
  return [...days].every((day) => NO_DAYS.has(day));
}

/** Whether values are hours, and whether they are minutes or seconds of one. */
export const areHours = (values: readonly string[]): boolean => values.every((value) => HOUR.test(value));
export const areSixtieths = (values: readonly string[]): boolean =>
  values.length > 0 && values.every((value) => SIXTIETHS.test(value));

/** A time of day as `9:05:00`, from a cell in which it is written in some style. */
export function clockText(cell: string, style: ClockStyle): string {
  if (cell.length > LONGEST) return cell;
  switch (style) {
    case 'written':
      return cell;
    case 'dated':
      return /\d(?:[T ]\s*)(\S.*)$/.exec(cell)?.[1] ?? cell;
    case 'hhmm':
    case 'hhmmss':
      return DIGITS.test(cell) ? ofDigits(cell, style) : cell;
    case 'fraction':
      return FRACTION.test(cell) ? ofDay(Number(cell)) : cell;
  }
}

/** 93000 as `09:30:00`. */
function ofDigits(cell: string, style: keyof typeof WIDTHS): string {
  const digits = String(Number(cell)).padStart(WIDTHS[style], '0');
  return digits.replace(/(?<=\d)(?=(?:\d{2})+$)/g, ':');
}

/** A part of a day, such as 0.5, as a time of day; spreadsheets keep whole seconds. */
function ofDay(part: number): string {
  const seconds = Math.min(Math.round(part * DAY_SECONDS), DAY_SECONDS - 1);
  const two = (value: number): string => String(Math.floor(value)).padStart(2, '0');
  return `${two(seconds / 3600)}:${two((seconds % 3600) / 60)}:${two(seconds % 60)}`;
}

/** A day without the midnight behind it, and one of a spreadsheet as a date. */
export function dayText(cell: string): string {
  if (cell.length > LONGEST) return cell;
  if (!SPREADSHEET_DAY.test(cell)) return cell.replace(MIDNIGHT, '');
  const ms = (Math.floor(Number(cell)) - SPREADSHEET_EPOCH_DAY) * DAY_SECONDS * 1000;
  return new Date(ms).toISOString().slice(0, 10);
}

import type { DateOrder, DateOrderReading } from '../../../shared/import.ts';
import { dateMs } from './civil.ts';
import { PLAIN_STYLE, numberMs, parseTime } from './parse-time.ts';
import type { TimeStyle } from './parse-time.ts';
import { scanClock, scanTime } from './scan-time.ts';
import type { ScannedDate, ScannedNumber } from './scan-time.ts';
import type { TimeZone } from './time-zone.ts';

/** Times of logs are neither before this nor after tomorrow: others are most likely placeholders, or read in a wrong way. */
export const EARLIEST_PLAUSIBLE = Date.UTC(1990, 0, 1);
const DAY_MS = 86_400_000;
/** Zones differ by whole quarters of an hour. */
const QUARTER_MS = 900_000;

/** The latest time that a log may have; `now`: milliseconds since 1970. The clock of a zone may show tomorrow. */
export const latestPlausible = (now: number): number => now + 2 * DAY_MS;

/** Smaller numbers are days of spreadsheets, not seconds. */
const LEAST_EPOCH = 100_000;
/** Smaller numbers are seconds, not milliseconds or less. */
const LEAST_MS = 100_000_000_000;
/** On so many days the same time of day is no chance. */
const DAYS_ENOUGH = 5;

/** Smaller numbers of seventeen digits are microseconds since 1601, not a date with its milliseconds. */
const LEAST_DATE = 19e15;

/** What the values of a column say about its times. */
export interface TimeColumn {
  /** Values that are not empty. */
  values: number;
  /** Of these, how many are read as a time with this style. */
  readable: number;
  /** How many have a time of day, at least an hour; of dates also while their order is open. None where all of them are written as midnight. */
  withClock: number;
  /** One of the times, where all are at the same time of day, although on different days, or begin a day of UTC; else null. */
  sameClockExample: string | null;
  /** Of the readable ones, how many say their zone, or are instants by themselves (epochs). */
  withZone: number;
  /** Values that are numbers: epochs, dates without separators, days of a spreadsheet. */
  numbers: number;
  /** Of the numbers, how many would be days of a spreadsheet: an amount of money looks like one. */
  spreadsheetDays: number;
  /** Values that are a time of day without a date: the other half of a date column. */
  clocksOnly: number;
  style: TimeStyle;
  /** The ways in which the dates of the column can be ordered, where more than one fits all of them: to be asked. */
  openOrders: DateOrderReading[];
  /** The orders that fit all of the dates, where more than one does, also where these dates are the same in all of them. */
  fittingOrders: DateOrder[];
  /** Dates that have another order than the column, where it also has dates that both orders fit: these may be read in a wrong way. */
  otherOrder: number;
  /** One of them, as written. */
  otherOrderExample: string | null;
  /** Wall-clock milliseconds; null when nothing is readable. */
  earliest: number | null;
  latest: number | null;
  /** Readable times before 1990 or after tomorrow. */
  implausible: number;
  /** One of them, as written. */
  implausibleExample: string | null;
}

const ORDERS: readonly DateOrder[] = ['day_first', 'month_first', 'year_first'];

/**
 * Finds out how the times of a column are written, from some of its values. `given` is what the user has said already. `now`:
 * milliseconds since 1970.
 */
export function recogniseTimes(
  values: readonly string[],
  zone: TimeZone,
  now: number,
  given: Partial<TimeStyle> = {},
): TimeColumn {
  const filled = values.filter((value) => value.trim() !== '');
  const scanned = filled.map(scanTime);
  const dates = scanned.filter((each): each is ScannedDate => each?.kind === 'date');
  const orders = given.dateOrder ? [] : likelyOrders(dates, fittingOrders(dates), now);
  const style: TimeStyle = {
    dateOrder: given.dateOrder ?? (orders.length === 1 ? (orders[0] ?? null) : null),
    tenDigitHours: given.tenDigitHours ?? areTenDigitHours(scanned, zone, now),
  };
  const column: TimeColumn = {
    values: filled.length,
    readable: 0,
    withClock: 0,
    sameClockExample: null,
    withZone: 0,
    numbers: scanned.filter((each) => each?.kind === 'number').length,
    spreadsheetDays: scanned.filter((each) => each?.kind === 'number' && each.value < LEAST_EPOCH).length,
    clocksOnly: filled.filter((value, index) => !scanned[index] && scanClock(value) !== null).length,
    style,
    fittingOrders: orders.length > 1 ? orders : [],
    openOrders: orders.length > 1 ? readings(orders, filled, scanned, zone) : [],
    ...ofOtherOrder(filled, scanned, style.dateOrder),
    earliest: null,
    latest: null,
    implausible: 0,
    implausibleExample: null,
  };
  const clocks = new Set<number>();
  const days = new Set<number>();
  let dayStarts = 0;
  filled.forEach((value, index) => {
    const found = scanned[index];
    const time = found ? parseTime(value, zone, style) : null;
    if (!found) return;
    if (found.kind === 'date' ? found.clock !== null : time !== null && hasClock(found, time))
      column.withClock += 1;
    if (time === null) return;
    column.readable += 1;
    if (clocks.size < 2) clocks.add(((time % DAY_MS) + DAY_MS) % DAY_MS);
    if (days.size < DAYS_ENOUGH) days.add(Math.floor(time / DAY_MS));
    if (isDayStart(found)) dayStarts += 1;
    if (found.kind === 'number' ? isInstant(found) : found.zone !== null) column.withZone += 1;
    column.earliest = Math.min(column.earliest ?? time, time);
    column.latest = Math.max(column.latest ?? time, time);
    if (time >= EARLIEST_PLAUSIBLE && time <= latestPlausible(now)) return;
    column.implausible += 1;
    column.implausibleExample ??= value.trim();
  });
  if (column.readable < 2 || column.withClock < column.readable) return column;
  const areDayStarts = dayStarts === column.readable;
  if (areDayStarts && column.withZone === 0) column.withClock = 0;
  else if (areDayStarts || (days.size >= DAYS_ENOUGH && clocks.size === 1 && [...clocks].every(isOfZone)))
    column.sameClockExample = filled[scanned.findIndex((found) => found !== null)]?.trim() ?? null;
  return column;
}

/** Whether midnight of some zone, or the last second of a day, is at a time of day in another zone. */
const isOfZone = (clock: number): boolean => clock % QUARTER_MS === 0 || clock >= DAY_MS - 1000;

/** Whether a time is the first moment of a day, as written or in UTC. */
function isDayStart(found: ScannedDate | ScannedNumber): boolean {
  if (found.kind === 'number') {
    const { value } = found;
    return (
      value >= LEAST_EPOCH && isInstant(found) && value % (value < LEAST_MS ? DAY_MS / 1000 : DAY_MS) === 0
    );
  }
  const { clock } = found;
  return clock !== null && clock.hour + clock.minute + clock.second + clock.milliseconds === 0;
}

/** The orders in which every date of an open order exists; empty when no date is open. */
function fittingOrders(dates: readonly ScannedDate[]): DateOrder[] {
  const open = dates.filter(({ order }) => order !== 'known');
  // Where a value alone tells, as 13/02/2026 does, it tells for all; where all tell nothing, each order that fits is open.
  const fits = ORDERS.filter((order) => open.length > 0 && open.every((date) => exists(date, order)));
  if (fits.length > 0 || open.length === 0) return fits;
  // Values of both orders in one column: the order of most of them, and the others are refused.
  const counts = ORDERS.map((order) => open.filter((date) => exists(date, order)).length);
  const most = Math.max(...counts);
  return ORDERS.filter((_, index) => counts[index] === most && most > 0);
}

/**
 * Of several orders that fit all dates, those in which these can be the dates of a log. Where years have two digits, the year is first or last:
 * in one of the two the dates may lie years ahead, or all be of one day of many years.
 */
function likelyOrders(dates: readonly ScannedDate[], orders: readonly DateOrder[], now: number): DateOrder[] {
  const open = dates.filter(({ order }) => order !== 'known');
  const byYear = { first: orders.filter(isYearFirst), last: orders.filter((order) => !isYearFirst(order)) };
  if (byYear.first.length === 0 || byYear.last.length === 0) return [...orders];
  const isPast = (order: DateOrder): boolean =>
    open.every((date) => (dateIn(date, order) ?? Infinity) <= latestPlausible(now));
  const values = (part: 0 | 2): number => new Set(open.map(({ parts }) => parts[part])).size;
  const canBe = {
    first: byYear.first.some(isPast) && !(values(2) === 1 && values(0) >= DAYS_ENOUGH),
    last: byYear.last.some(isPast) && !(values(0) === 1 && values(2) >= DAYS_ENOUGH),
  };
  if (canBe.first === canBe.last) return [...orders];
  return canBe.first ? byYear.first : byYear.last;
}

const isYearFirst = (order: DateOrder): boolean => order === 'year_first';

/** Those of some orders in which a date exists; none for what is no date of an open order. */
export function fittingIn(date: string, orders: readonly DateOrder[]): DateOrder[] {
  const scanned = scanTime(date);
  if (scanned?.kind !== 'date' || scanned.order === 'known') return [];
  return orders.filter((order) => exists(scanned, order));
}

/** The dates that do not exist in the order of the column, where others exist in both orders. */
function ofOtherOrder(
  values: readonly string[],
  scanned: readonly ReturnType<typeof scanTime>[],
  order: DateOrder | null,
): Pick<TimeColumn, 'otherOrder' | 'otherOrderExample'> {
  const none = { otherOrder: 0, otherOrderExample: null };
  if (order === null) return none;
  const others: string[] = [];
  let isAmbiguous = false;
  scanned.forEach((date, index) => {
    if (date?.kind !== 'date' || date.order !== 'open') return;
    const [first, second] = date.parts;
    if (exists(date, order)) isAmbiguous ||= first <= 12 && second <= 12 && first !== second;
    else if (ORDERS.some((each) => exists(date, each))) others.push(values[index]?.trim() ?? '');
  });
  return isAmbiguous && others[0] !== undefined
    ? { otherOrder: others.length, otherOrderExample: others[0] }
    : none;
}

const exists = (date: ScannedDate, order: DateOrder): boolean => dateIn(date, order) !== null;

/** The day that a date of an open order is in one of them, as milliseconds; null where it does not exist. */
function dateIn(
  { parts: [first, second, third], order: written }: ScannedDate,
  order: DateOrder,
): number | null {
  const year = written === 'short' ? 2000 + third : third;
  if (order === 'day_first') return dateMs(year, second, first);
  if (order === 'month_first') return dateMs(year, first, second);
  return written === 'short' ? dateMs(2000 + first, second, third) : null;
}

/** How the first date that tells the orders apart would be read in each of them; empty where all orders read all dates alike. */
function readings(
  orders: readonly DateOrder[],
  values: readonly string[],
  scanned: readonly ReturnType<typeof scanTime>[],
  zone: TimeZone,
): DateOrderReading[] {
  for (const [index, value] of values.entries()) {
    const found = scanned[index];
    if (found?.kind !== 'date' || found.order === 'known') continue;
    const read = readingsOf(value, orders, zone);
    if (read.length > 0) return read;
  }
  return [];
}

/** How a value would be read in each of some orders; empty where all of them read it alike. */
export function readingsOf(value: string, orders: readonly DateOrder[], zone: TimeZone): DateOrderReading[] {
  const read = orders.flatMap((order) => {
    const readAs = parseTime(value, zone, { ...PLAIN_STYLE, dateOrder: order });
    return readAs === null ? [] : [{ order, example: value.trim(), readAs }];
  });
  return new Set(read.map(({ readAs }) => readAs)).size > 1 ? read : [];
}

/**
 * Ten digits are seconds since 1970, unless all of them are a date with an hour, and as seconds would lie after tomorrow:
 * the digits of 1990 to 2029 are seconds of 2033 and later.
 */
function areTenDigitHours(
  scanned: readonly ReturnType<typeof scanTime>[],
  zone: TimeZone,
  now: number,
): boolean {
  const ten = scanned.filter(
    (each): each is ScannedNumber => each?.kind === 'number' && each.digits?.length === 10,
  );
  return (
    ten.length > 0 &&
    ten.every((number) => {
      const asHour = numberMs(number, zone, { ...PLAIN_STYLE, tenDigitHours: true });
      return (
        asHour !== null &&
        asHour !== numberMs(number, zone, PLAIN_STYLE) &&
        number.value * 1000 > now + DAY_MS
      );
    })
  );
}

function hasClock(found: ScannedNumber, time: number): boolean {
  // Eight digits are a date, a whole number of days too; epochs have a time of day even at midnight.
  const isDate = found.digits?.length === 8 || (found.value < LEAST_EPOCH && time % DAY_MS === 0);
  return !isDate;
}

function isInstant({ digits, value }: ScannedNumber): boolean {
  const length = digits?.length;
  return (
    value >= LEAST_EPOCH &&
    length !== 8 &&
    length !== 12 &&
    length !== 14 &&
    (length !== 17 || value < LEAST_DATE)
  );
}

import type { ErrorInfo } from '../../../shared/errors.ts';
import type { ColumnRole } from '../../../shared/import.ts';
import { valueAt } from '../cell.ts';
import { printable } from '../text.ts';
import { recogniseTimes } from '../times/time-column.ts';
import type { TimeColumn } from '../times/time-column.ts';
import { TimeZone } from '../times/time-zone.ts';
import type { RecogniseOptions } from './recognise.ts';
import { areHours, areSixtieths, clockStyleOf, PLAIN_CLOCK } from '../times/clock-cell.ts';
import type { ClockReading, ClockStyle } from '../times/clock-cell.ts';
import { parseTime } from '../times/parse-time.ts';
import { LESS_CERTAIN, rankOf, wrapperOf } from './role-names.ts';
import {
  isAccountTime,
  isBirthday,
  isClockName,
  isCreationTime,
  isElapsedName,
  isEndOrRecord,
  isLaterTime,
  isPartOfHour,
  isTimeName,
  latenessOf,
} from './time-names.ts';
import { NAME_CHARS } from './sample-table.ts';
import type { SampleTable } from './sample-table.ts';

/** A column of times has hardly anything else. */
const MOST_TIMES = 0.5;
/** A column without a name of times has nothing else. */
const ALL_TIMES = 0.95;
/** With fewer rows all may well have one time. */
const FEW_ROWS = 3;
/** Seconds that Apple counts from 2001 are those of before this, as seconds since 1970, for as long as they are of before 2030. */
const SINCE_2001_ENDS = Date.UTC(1999, 0, 1);
/** In so many rows the clock of a device may be ahead of that of the server. */
const CLOCKS_DIFFER = 0.1;
/** As many rows at the time of an earlier one of their user may be there by chance. */
const FEW_REPEATED = 3;

/** The objects in which queues and stores keep what was sent to them; their own time stands beside. Those of trackers hold what an event is about. */
const QUEUE = /^(?:value|payload|message|record|body|_source|fields|json|log|msg)\..*$/i;

interface TimeCandidate {
  column: number;
  times: TimeColumn;
  rank: number;
  /** Users with several rows have the same time in all of them: it is of the user, not of what they did. */
  isOfUser: boolean;
  /** All rows have the same time: that of the export, or of the night in which they were copied. */
  isOfFile: boolean;
  /** How many rows say again what an earlier one of their user says, and of how many users; 0 where a user has several times. */
  repeated: Repeated;
}

interface Repeated {
  rows: number;
  users: number;
  /** Whether a user has several values. */
  differs: boolean;
}

/** When it happened: a column of readable times with a time of day that differs between the rows of a user. */
export function chooseTime(
  table: SampleTable,
  roles: ColumnRole[],
  options: RecogniseOptions,
  doubts: ErrorInfo[],
): void {
  const user = roles.indexOf('userId');
  const wrapper = QUEUE.exec(wrapperOf(table.header[user] ?? ''))?.[0] ?? '';
  // Beside the object that says who did it, a queue or a store writes when it got the record.
  const isBeside = ({ column, rank }: TimeCandidate): boolean =>
    wrapper !== '' && !(rank < Infinity && wrapperOf(table.header[column] ?? '') === wrapper);
  const probe = new TimeZone(options.zone.name);
  const candidates = table
    .columns(
      (name, column) => rankOf(name, 'time') !== null || (roles[column] === 'extra' && !isBirthday(name)),
    )
    .flatMap((column): TimeCandidate[] => {
      const rank = rankOf(table.header[column] ?? '', 'time');
      const times = timesOf(table, column, options, probe);
      const readable = times.openOrders.length > 0 ? times.values : times.readable;
      const enough = rank === null ? ALL_TIMES : MOST_TIMES;
      // A number may be anything, such as an amount: only its name makes it a time.
      const isAnyNumber =
        times.numbers * 2 > times.values &&
        !(isTimeName(table.header[column] ?? '') && times.spreadsheetDays === 0);
      if (times.values === 0 || readable / times.values < enough || (rank === null && isAnyNumber)) return [];
      const repeated = timesRepeated(table, user, column);
      const isOfFile = isOneForMany(table.values(column));
      return [{ column, times, rank: rank ?? Infinity, isOfUser: repeated.rows > 0, isOfFile, repeated }];
    })
    .sort(
      (a, b) =>
        Number(a.isOfUser) - Number(b.isOfUser) ||
        Number(isAccountTime(table.header[a.column] ?? '')) -
          Number(isAccountTime(table.header[b.column] ?? '')) ||
        Number(a.isOfFile) - Number(b.isOfFile) ||
        Number(hasClock(b)) - Number(hasClock(a)) ||
        Number(isBeside(a)) - Number(isBeside(b)) ||
        a.rank - b.rank ||
        latenessOf(table.header[a.column] ?? '') - latenessOf(table.header[b.column] ?? ''),
    );
  // A column of times of day is the time only where nothing says the day.
  const best = candidates.find(({ column }) => !isHalfOfDate(table, column)) ?? candidates[0];
  if (!best) return;
  const byName = roles.indexOf('time');
  if (byName >= 0 && byName !== best.column) roles[byName] = 'extra';
  roles[best.column] = 'time';
  if (!hasClock(best)) chooseClock(table, roles);
  tellOtherTimes(table, best, candidates, probe, doubts);
}

/** Whether a time follows another one by its name, and is hardly ever before it: the end, or what becomes of an order. */
function follows(table: SampleTable, later: TimeCandidate, first: TimeCandidate, zone: TimeZone): boolean {
  const name = ({ column }: TimeCandidate): string => table.header[column] ?? '';
  if (!isLaterTime(name(later)) || isLaterTime(name(first))) return false;
  const timeOf = (row: readonly string[], { column, times }: TimeCandidate): number | null =>
    parseTime(valueAt(row, column) ?? '', zone, times.style);
  let both = 0;
  let before = 0;
  for (const row of table.rows) {
    const begun = timeOf(row, first);
    const ended = timeOf(row, later);
    if (begun === null || ended === null) continue;
    both += 1;
    if (ended < begun) before += 1;
  }
  return both > 0 && before <= both * CLOCKS_DIFFER;
}

/** Whether a column has times of day behind a day that stands for none, or as digits, which look like other times. */
function isHalfOfDate(table: SampleTable, column: number): boolean {
  const style = clockStyle(table, column);
  return style === 'dated' || style === 'hhmm' || style === 'hhmmss';
}

/** Of several columns that could be the time, the user may mean another one. */
function tellOtherTimes(
  table: SampleTable,
  best: TimeCandidate,
  candidates: readonly TimeCandidate[],
  zone: TimeZone,
  doubts: ErrorInfo[],
): void {
  const column = table.name(best.column);
  const other = candidates.find(
    ({ column, rank, isOfUser: constant }) => column !== best.column && rank < best.rank && constant,
  );
  if (other) {
    doubts.push({ code: 'import.doubt.time_of_user', params: { column, other: table.name(other.column) } });
  }
  if (best.repeated.users > 1 && best.repeated.rows >= FEW_REPEATED && hasClock(best))
    doubts.push({ code: 'import.doubt.one_time_a_user', params: { column } });
  // No name tells which of them it is.
  const alike = candidates.find(
    (each) =>
      !isAccountTime(table.header[each.column] ?? '') &&
      each !== best &&
      (best.rank === Infinity || each.rank + LESS_CERTAIN <= best.rank) &&
      !each.isOfUser &&
      hasClock(each) === hasClock(best) &&
      !follows(table, each, best, zone),
  );
  // The time at which something was created is that of the behaviour where a user has several of them.
  const created = candidates.find(
    (each) =>
      each !== best &&
      hasClock(each) &&
      !each.isOfUser &&
      !each.isOfFile &&
      !(isEndOrRecord(table.header[each.column] ?? '') && follows(table, each, best, zone)),
  );
  const mayBeAccounts = isCreationTime(table.header[best.column] ?? '') && !best.repeated.differs;
  if (created && mayBeAccounts && !alike)
    doubts.push({
      code: 'import.doubt.several_times',
      params: { column, other: table.name(created.column) },
    });
  if (alike && !best.isOfUser)
    doubts.push({ code: 'import.doubt.several_times', params: { column, other: table.name(alike.column) } });
}

const isOneForMany = (values: readonly string[]): boolean =>
  values.length >= FEW_ROWS && values.every((value) => value === values[0]);

const hasClock = ({ times }: TimeCandidate): boolean =>
  times.withClock > 0 && times.sameClockExample === null;

/** The time of day that belongs to a column of dates, in a column of its own. */
function chooseClock(table: SampleTable, roles: ColumnRole[]): void {
  const clocks = table.columns(
    (_, column) =>
      (roles[column] === 'extra' || roles[column] === 'profile') && clockStyle(table, column) !== null,
  );
  const named = clocks.find((column) => isClockName(table.header[column] ?? ''));
  const clock = named ?? clocks[0];
  if (clock !== undefined) roles[clock] = 'clock';
}

/** How the values of a column are times of day; null where they are none. */
function clockStyle(table: SampleTable, column: number): ClockStyle | null {
  const name = table.header[column] ?? '';
  return clockStyleOf(table.values(column), isClockName(name) || (isTimeName(name) && !isElapsedName(name)));
}

/** How the column that is the other half of the date is read. */
export function clockOf(table: SampleTable, roles: readonly ColumnRole[]): ClockReading {
  const column = roles.indexOf('clock');
  if (column < 0) return PLAIN_CLOCK;
  const style = clockStyle(table, column) ?? clockStyleOf(table.values(column), true) ?? 'written';
  if (style !== 'written' || !areHours(table.values(column))) return { ...PLAIN_CLOCK, style };
  const partOf = (part: 'minute' | 'second'): number =>
    table.columns((name, at) => isPartOfHour(name, part) && areSixtieths(table.values(at)))[0] ?? -1;
  return { style, minutes: partOf('minute'), seconds: partOf('second') };
}

/** How many rows repeat what an earlier row of their user says in a column; 0 where a user has different values. */
function timesRepeated(table: SampleTable, user: number, column: number): Repeated {
  const users = new Set<string>();
  const first = new Map<string, string>();
  let repeated = 0;
  for (const row of table.rows) {
    const id = valueAt(row, user);
    const value = valueAt(row, column);
    if (id === null || value === null) continue;
    const known = first.get(id);
    if (known === undefined) first.set(id, value);
    else if (known !== value) return { rows: 0, users: 0, differs: true };
    else {
      repeated += 1;
      users.add(id);
    }
  }
  return { rows: repeated, users: users.size, differs: false };
}

/** What the values of a column say about its times. `probe`: a zone of its own, as probing is no use of that of the file. */
export function timesOf(
  table: SampleTable,
  column: number,
  { zone, now, dateOrder }: RecogniseOptions,
  probe = new TimeZone(zone.name),
): TimeColumn {
  return recogniseTimes(table.values(column), probe, now, dateOrder === undefined ? {} : { dateOrder });
}

/** Tells what may be wrong with the times of the column that was taken for them. */
export function tellTimes(
  table: SampleTable,
  column: number,
  times: TimeColumn,
  hasClockColumn: boolean,
  zone: string,
  doubts: ErrorInfo[],
): void {
  const name = table.name(column);
  if (times.implausible > 0 && times.implausibleExample !== null) {
    const example = printable(times.implausibleExample, NAME_CHARS);
    doubts.push({
      code: 'import.doubt.implausible_time',
      params: { column: name, example, count: times.implausible },
    });
  }
  if (times.withZone > 0 && times.withZone < times.readable)
    doubts.push({
      code: 'import.doubt.mixed_zones',
      params: { column: name, count: times.readable - times.withZone, zone },
    });
  if (times.otherOrderExample !== null) {
    const example = printable(times.otherOrderExample, NAME_CHARS);
    doubts.push({
      code: 'import.doubt.mixed_date_orders',
      params: { column: name, example, count: times.otherOrder },
    });
  }
  if (times.sameClockExample !== null && !hasClockColumn) {
    const example = printable(times.sameClockExample, NAME_CHARS);
    doubts.push({ code: 'import.doubt.one_time_of_day', params: { column: name, example } });
  }
  if (times.readable > 1 && times.withClock === 0 && !hasClockColumn)
    doubts.push({ code: 'import.doubt.no_time_of_day', params: { column: name } });
}

/** Tells of numbers that are times of the last century as seconds since 1970. */
export function tellOldInstants(
  table: SampleTable,
  column: number,
  times: TimeColumn,
  doubts: ErrorInfo[],
): void {
  const areInstants = times.numbers === times.values && times.withZone === times.readable;
  if (!areInstants || times.earliest === null || (times.latest ?? Infinity) >= SINCE_2001_ENDS) return;
  const year = new Date(times.earliest).getUTCFullYear();
  doubts.push({ code: 'import.doubt.old_instants', params: { column: table.name(column), year } });
}

import type { ErrorInfo } from '../../../shared/errors.ts';
import type { ColumnRole } from '../../../shared/import.ts';
import { valueAt } from '../cell.ts';
import { printable } from '../text.ts';
import { recogniseTimes } from '../times/time-column.ts';
import type { TimeColumn } from '../times/time-column.ts';
import { TimeZone } from '../times/time-zone.ts';
import type { RecogniseOptions } from './recognise.ts';
import {
  isBirthday,
  isClockName,
  isTimeName,
  rankOf,
  LESS_CERTAIN,
  wrapperOf,
  zoneOfHeader,
} from './role-names.ts';
import { NAME_CHARS } from './sample-table.ts';
import type { SampleTable } from './sample-table.ts';

/** A column of times has hardly anything else. */
const MOST_TIMES = 0.5;
/** A column without a name of times has nothing else. */
const ALL_TIMES = 0.95;
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
  /** How many rows say again what an earlier one of their user says, and of how many users; 0 where a user has several times. */
  repeated: Repeated;
}

interface Repeated {
  rows: number;
  users: number;
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
      return [{ column, times, rank: rank ?? Infinity, isOfUser: repeated.rows > 0, repeated }];
    })
    .sort(
      (a, b) =>
        Number(a.isOfUser) - Number(b.isOfUser) ||
        Number(hasClock(b)) - Number(hasClock(a)) ||
        Number(isBeside(a)) - Number(isBeside(b)) ||
        a.rank - b.rank,
    );
  const [best] = candidates;
  if (!best) return;
  const byName = roles.indexOf('time');
  if (byName >= 0 && byName !== best.column) roles[byName] = 'extra';
  roles[best.column] = 'time';
  if (!hasClock(best)) chooseClock(table, roles, options);
  tellOtherTimes(table, best, candidates, doubts);
}

/** Of several columns that could be the time, the user may mean another one. */
function tellOtherTimes(
  table: SampleTable,
  best: TimeCandidate,
  candidates: readonly TimeCandidate[],
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
      each !== best &&
      (best.rank === Infinity || each.rank + LESS_CERTAIN <= best.rank) &&
      !each.isOfUser &&
      hasClock(each) === hasClock(best),
  );
  if (alike && !best.isOfUser)
    doubts.push({ code: 'import.doubt.several_times', params: { column, other: table.name(alike.column) } });
}

const hasClock = ({ times }: TimeCandidate): boolean => times.withClock > 0;

/** The time of day that belongs to a column of dates, in a column of its own. */
function chooseClock(table: SampleTable, roles: ColumnRole[], options: RecogniseOptions): void {
  const [clock] = table.columns((name, column) => {
    if (roles[column] !== 'extra' && roles[column] !== 'profile') return false;
    const values = table.values(column);
    if (values.length === 0) return false;
    const { clocksOnly } = recogniseTimes(values, options.zone, options.now);
    if (clocksOnly / values.length >= ALL_TIMES) return true;
    // A number is an hour only by its name.
    return isClockName(name) && values.every((value) => /^(?:[01]?\d|2[0-3])$/.test(value));
  });
  if (clock !== undefined) roles[clock] = 'clock';
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
    else if (known !== value) return { rows: 0, users: 0 };
    else {
      repeated += 1;
      users.add(id);
    }
  }
  return { rows: repeated, users: users.size };
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
  if (times.readable > 1 && times.withClock === 0 && !hasClockColumn)
    doubts.push({ code: 'import.doubt.no_time_of_day', params: { column: name } });
}

/** The zone that a header names, for times that name none. */
export function suffixOf(table: SampleTable, roles: readonly ColumnRole[], times: TimeColumn | null): string {
  if (!times || times.withZone > 0) return '';
  for (const role of ['clock', 'time'] as const) {
    const zone = zoneOfHeader(table.header[roles.indexOf(role)] ?? '');
    if (zone !== null) return ` ${zone}`;
  }
  return '';
}

import type { ErrorInfo } from '../../../shared/errors.ts';
import type {
  ColumnRole,
  DateOrder,
  DateOrderReading,
  DurationUnit,
  ImportOptions,
} from '../../../shared/import.ts';
import { valueAt } from '../cell.ts';
import { printable } from '../text.ts';
import { PLAIN_STYLE } from '../times/parse-time.ts';
import type { TimeStyle } from '../times/parse-time.ts';
import type { TimeZone } from '../times/time-zone.ts';
import {
  durationUnitOf,
  isAnonymous,
  isNumberOrVisit,
  isProcessCase,
  isVagueUser,
  rankOf,
  rolesByName,
} from './role-names.ts';
import { chooseContent } from './content-choice.ts';
import { knownShapeOf } from './known-shapes.ts';
import type { KnownShape } from './known-shapes.ts';
import { NAME_CHARS, SampleTable } from './sample-table.ts';
import { chooseTime, suffixOf, tellTimes, timesOf } from './time-choice.ts';
import { rolesByValues } from './role-values.ts';
import { damagedIds, idStyleOf, PLAIN_IDS, sameIdTwice } from './user-ids.ts';
import type { IdStyle } from './user-ids.ts';

/** How the columns of a file are to be read: as the user chose, else as their names and values say. */
export interface ColumnReading {
  /** One for each column. */
  roles: ColumnRole[];
  times: TimeStyle;
  /** What stands behind every time that names no zone, from the header: `UTC`, `+08:00`; empty for nothing. */
  timeSuffix: string;
  ids: IdStyle;
  durationUnit: DurationUnit;
  /** What every row is, where no column says it; null for unknown. */
  impliedAction: string | null;
  /** Whether 12,5 is twelve and a half. */
  hasDecimalCommas: boolean;
  /** The orders of dates that fit the values, where more than one does. */
  dateOrders: DateOrderReading[];
  /** The orders that fit the dates, where more than one does, also where these are the same in all of them. */
  fittingOrders: DateOrder[];
  /** What may be read in a wrong way, with what to do. */
  doubts: ErrorInfo[];
}

export interface RecogniseOptions extends Pick<
  ImportOptions,
  'kind' | 'roles' | 'action' | 'dateOrder' | 'durationUnit'
> {
  /** Whether the columns have names of the file. */
  isNamed: boolean;
  /** Whether commas are free to stand in numbers, as cells are separated by something else. */
  mayHaveDecimalCommas: boolean;
  zone: TimeZone;
  /** Milliseconds since 1970. */
  now: number;
}

/** With fewer rows every user may well have one row. */
const FEW_ROWS = 3;
/** Durations of a log have a median of seconds to minutes; above this they are milliseconds more likely than hours. */
const LONG_SECONDS = 10_000;

/** The columns of a file, by their names and the values of its first rows. */
export function recogniseColumns(
  header: readonly string[],
  rows: readonly (readonly string[])[],
  options: RecogniseOptions,
): ColumnReading {
  const table = new SampleTable(header, rows);
  const doubts: ErrorInfo[] = [];
  const roles =
    options.roles?.length === header.length ? [...options.roles] : rolesByName(header, options.kind);
  const given = options.roles?.length === header.length;
  const known = options.kind === 'behaviours' ? knownShapeOf(header, options.isNamed, rows) : null;
  if (!given && known) {
    roles.splice(0, roles.length, ...known.roles);
  } else if (!given && !options.isNamed) {
    roles.splice(0, roles.length, ...rolesByValues(rows, header.length, options));
  } else if (!given) {
    chooseUser(table, roles, options, doubts);
    if (options.kind === 'behaviours') {
      chooseContent(table, roles, options.mayHaveDecimalCommas, doubts);
      chooseTime(table, roles, options, doubts);
    }
  }
  const ids = idsOf(table, roles, doubts);
  if (options.kind === 'profiles') {
    return {
      roles,
      times: PLAIN_STYLE,
      timeSuffix: '',
      ids,
      durationUnit: 'seconds',
      impliedAction: null,
      hasDecimalCommas: false,
      dateOrders: [],
      fittingOrders: [],
      doubts,
    };
  }
  const timeColumn = roles.indexOf('time');
  const times = timeColumn < 0 ? null : timesOf(table, timeColumn, options);
  if (times) tellTimes(table, timeColumn, times, roles.includes('clock'), options.zone.name, doubts);
  return {
    roles,
    times: times?.style ?? PLAIN_STYLE,
    timeSuffix: suffixOf(table, roles, times),
    ids,
    impliedAction: impliedAction(roles, options, known, doubts),
    durationUnit: durationUnit(table, roles, options, doubts),
    hasDecimalCommas: hasDecimalCommas(table, roles, options, doubts),
    dateOrders: times?.openOrders ?? [],
    fittingOrders: times?.fittingOrders ?? [],
    doubts,
  };
}

/** What every row is, where neither actions nor texts say it: as the user says, or as files of this shape are known to be. */
function impliedAction(
  roles: readonly ColumnRole[],
  options: RecogniseOptions,
  known: KnownShape | null,
  doubts: ErrorInfo[],
): string | null {
  if (roles.includes('action') || roles.includes('text')) return null;
  const action = options.action ?? known?.action ?? null;
  if (action !== null) doubts.push({ code: 'import.doubt.implied_action', params: { action } });
  return action;
}

/** Who the user is: the most certain name whose column is filled, and is no running number while another column repeats. */
function chooseUser(
  table: SampleTable,
  roles: ColumnRole[],
  { kind }: RecogniseOptions,
  doubts: ErrorInfo[],
): void {
  const byName = roles.indexOf('userId');
  const rest: ColumnRole = kind === 'profiles' ? 'profile' : 'extra';
  const values = new Map(
    table.columns((name) => rankOf(name, 'userId') !== null).map((column) => [column, table.values(column)]),
  );
  const rankAt = (column: number): number => rankOf(table.header[column] ?? '', 'userId') ?? 0;
  // A number or a visit names people where nothing else does; one that all rows have is that of the file.
  const uncertainty = (column: number): number => {
    if (!isNumberOrVisit(table.header[column] ?? '')) return 0;
    const ids = values.get(column) ?? [];
    return ids.length >= FEW_ROWS && new Set(ids).size === 1 ? 2 : 1;
  };
  const candidates = [...values.keys()].sort(
    (a, b) => uncertainty(a) - uncertainty(b) || rankAt(a) - rankAt(b),
  );
  const filled = candidates.filter((column) => (values.get(column)?.length ?? 0) > 0);
  const isDistinct = (column: number): boolean => {
    const ids = values.get(column) ?? [];
    return ids.length > 1 && new Set(ids).size === ids.length;
  };
  const isRunning = (column: number): boolean =>
    isDistinct(column) && (values.get(column)?.length ?? 0) >= FEW_ROWS;
  const isVague = (column: number): boolean => isVagueUser(table.header[column] ?? '');
  const ofCase =
    kind === 'behaviours'
      ? filled.find((column) => isProcessCase(table.header[column] ?? '') && !isDistinct(column))
      : undefined;
  const byValues =
    filled.find((column) => !(kind === 'behaviours' && isVague(column) && isDistinct(column))) ?? filled[0];
  const chosen = ofCase ?? byValues;
  if (chosen === undefined) return;
  if (byValues !== undefined && byValues !== chosen)
    doubts.push({
      code: 'import.doubt.case_is_user',
      params: { column: table.name(chosen), other: table.name(byValues) },
    });
  if (byName >= 0 && byName !== chosen) roles[byName] = rest;
  roles[chosen] = 'userId';
  if (kind === 'profiles') return;
  if (isVague(chosen) && isRunning(chosen))
    doubts.push({ code: 'import.doubt.every_row_a_user', params: { column: table.name(chosen) } });
  chooseAnonymous(table, roles, chosen, filled, doubts);
}

/** Where rows have no user, the device or the visitor stands for one. */
function chooseAnonymous(
  table: SampleTable,
  roles: ColumnRole[],
  user: number,
  candidates: readonly number[],
  doubts: ErrorInfo[],
): void {
  const empty = table.rows.filter((row) => valueAt(row, user) === null);
  if (empty.length === 0) return;
  const helps = (column: number): number => empty.filter((row) => valueAt(row, column) !== null).length;
  const [best] = candidates
    .filter((column) => column !== user && isAnonymous(table.header[column] ?? '') && helps(column) > 0)
    .sort((a, b) => helps(b) - helps(a));
  if (best === undefined) return;
  roles[best] = 'anonymousId';
  const params = { column: table.name(user), other: table.name(best), count: helps(best) };
  doubts.push({ code: 'import.doubt.anonymous', params });
}

function idsOf(table: SampleTable, roles: readonly ColumnRole[], doubts: ErrorInfo[]): IdStyle {
  const column = roles.indexOf('userId');
  if (column < 0) return PLAIN_IDS;
  const ids = [...new Set(table.values(column))];
  const name = table.name(column);
  const style = idStyleOf(ids);
  if (style.wholeNumbers)
    doubts.push({
      code: 'import.doubt.ids_with_point',
      params: { column: name, example: printable(ids.find((id) => id.endsWith('.0')) ?? '', NAME_CHARS) },
    });
  const damaged = damagedIds(ids);
  if (damaged) {
    const params = { column: name, example: printable(damaged.example, NAME_CHARS), count: damaged.count };
    doubts.push({ code: `import.doubt.ids_${damaged.kind}`, params });
  }
  const twice = style.wholeNumbers ? null : sameIdTwice(ids);
  if (twice) {
    const params = {
      column: name,
      first: printable(twice.first, NAME_CHARS),
      second: printable(twice.second, NAME_CHARS),
    };
    doubts.push({ code: 'import.doubt.ids_spelled_twice', params });
  }
  return style;
}

function durationUnit(
  table: SampleTable,
  roles: readonly ColumnRole[],
  options: RecogniseOptions,
  doubts: ErrorInfo[],
): DurationUnit {
  const column = roles.indexOf('duration');
  const said = options.durationUnit ?? (column < 0 ? null : durationUnitOf(table.header[column] ?? ''));
  if (said !== null || column < 0) return said ?? 'seconds';
  const numbers = table
    .values(column)
    .map(Number)
    .filter((value) => value > 0)
    .sort((a, b) => a - b);
  const median = numbers[Math.floor(numbers.length / 2)] ?? 0;
  if (median >= LONG_SECONDS)
    doubts.push({
      code: 'import.doubt.long_durations',
      params: { column: table.name(column), example: median },
    });
  return 'seconds';
}

const DECIMAL_COMMA = /^-?(?:\d+|\d{1,3}(?:\.\d{3})+),\d+$/;

/** Whether durations are written with a decimal comma: in a file of semicolons, as programs write it where the comma is decimal. */
function hasDecimalCommas(
  table: SampleTable,
  roles: readonly ColumnRole[],
  { mayHaveDecimalCommas }: RecogniseOptions,
  doubts: ErrorInfo[],
): boolean {
  const column = roles.indexOf('duration');
  if (!mayHaveDecimalCommas || column < 0) return false;
  const example = table.values(column).find((value) => DECIMAL_COMMA.test(value));
  if (example === undefined) return false;
  const params = { column: table.name(column), example: printable(example, NAME_CHARS) };
  doubts.push({ code: 'import.doubt.decimal_commas', params });
  return true;
}

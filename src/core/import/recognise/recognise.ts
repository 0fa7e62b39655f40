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
import { PLAIN_CLOCK } from '../times/clock-cell.ts';
import type { ClockReading } from '../times/clock-cell.ts';
import { PLAIN_STYLE } from '../times/parse-time.ts';
import type { TimeStyle } from '../times/parse-time.ts';
import type { TimeZone } from '../times/time-zone.ts';
import {
  isAnonymous,
  isKeeper,
  isNumberOrVisit,
  isProcessCase,
  isVagueUser,
  rankOf,
  rolesByName,
} from './role-names.ts';
import { durationUnit, hasDecimalCommas } from './duration-reading.ts';
import { chooseContent } from './content-choice.ts';
import { tellGarbled } from './garbled.ts';
import { placeholderUser } from './placeholder-users.ts';
import { knownShapeOf } from './known-shapes.ts';
import type { KnownShape } from './known-shapes.ts';
import { NAME_CHARS, SampleTable } from './sample-table.ts';
import { chooseTime, clockOf, tellOldInstants, tellTimes, timesOf } from './time-choice.ts';
import { suffixOf, tellZoneColumn } from './time-zone-columns.ts';
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
  /** How the time of day is read where it is in a column of its own. */
  clock: ClockReading;
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
  /** Whether bytes of the file were met that are no text. */
  isDamaged?: boolean;
  zone: TimeZone;
  /** Milliseconds since 1970. */
  now: number;
}

/** With fewer rows every user may well have one row. */
const FEW_ROWS = 3;
/** Where people have several rows, there are hardly more of them than this share of the rows. */
const REPEATS = 2 / 3;

/** The columns of a file, by their names and the values of its first rows. */
export function recogniseColumns(
  header: readonly string[],
  rows: readonly (readonly string[])[],
  options: RecogniseOptions,
): ColumnReading {
  const table = new SampleTable(header, rows);
  const doubts: ErrorInfo[] = [];
  const roles =
    options.roles?.length === header.length ? [...options.roles] : rolesByName(table.header, options.kind);
  const given = options.roles?.length === header.length;
  const known = options.kind === 'behaviours' ? knownShapeOf(table.header, options.isNamed, rows) : null;
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
  const ids = idsOf(table, roles, options, doubts);
  if (options.kind === 'profiles') {
    return {
      roles,
      times: PLAIN_STYLE,
      timeSuffix: '',
      clock: PLAIN_CLOCK,
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
  if (times) {
    tellTimes(table, timeColumn, times, roles.includes('clock'), options.zone.name, doubts);
    // Public data sets are as old as that.
    if (!known) tellOldInstants(table, timeColumn, times, doubts);
  }
  tellGarbled(table, roles, options, doubts);
  tellZoneColumn(table, roles, times, options.zone.name, doubts);
  return {
    roles,
    times: times?.style ?? PLAIN_STYLE,
    timeSuffix: suffixOf(table, roles, times, options.zone.name),
    clock: clockOf(table, roles),
    ids,
    impliedAction: impliedAction(roles, options, known, doubts),
    durationUnit: durationUnit(table, roles, times?.style ?? PLAIN_STYLE, options, doubts),
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
  tellOtherUser(
    table,
    chosen,
    filled.filter((column) => !isVague(column)),
    doubts,
  );
  chooseAnonymous(table, roles, chosen, filled, doubts);
}

/** Tells of another column that may be the user, where the one that is taken has another value in each row, or the same one in all. */
function tellOtherUser(
  table: SampleTable,
  chosen: number,
  candidates: readonly number[],
  doubts: ErrorInfo[],
): void {
  const count = (column: number): { rows: number; different: number } => {
    const values = table.values(column);
    return { rows: values.length, different: new Set(values).size };
  };
  const { rows, different } = count(chosen);
  if (rows < FEW_ROWS || (different > 1 && different < rows)) return;
  const other = candidates.find((column) => {
    const name = table.header[column] ?? '';
    if (column === chosen || isAnonymous(name) || isKeeper(name)) return false;
    const found = count(column);
    return found.rows * 2 >= rows && found.different > 1 && found.different <= found.rows * REPEATS;
  });
  if (other === undefined) return;
  const params = { column: table.name(chosen), other: table.name(other), count: different };
  doubts.push({ code: 'import.doubt.several_users', params: { ...params, others: count(other).different } });
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

function idsOf(
  table: SampleTable,
  roles: readonly ColumnRole[],
  { kind }: RecogniseOptions,
  doubts: ErrorInfo[],
): IdStyle {
  const column = roles.indexOf('userId');
  if (column < 0) return PLAIN_IDS;
  const values = table.values(column);
  const ids = [...new Set(values)];
  const name = table.name(column);
  const placeholder = kind === 'behaviours' ? placeholderUser(values) : null;
  if (placeholder)
    doubts.push({
      code: 'import.doubt.placeholder_user',
      params: { column: name, example: printable(placeholder.id, NAME_CHARS), count: placeholder.count },
    });
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

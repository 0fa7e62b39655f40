import { AppError } from '../errors.ts';
import type { ErrorInfo } from '../../shared/errors.ts';
import type { ImportOptions } from '../../shared/import.ts';
import { checkColumnCount, sameNames, unnamedLeftOut } from './columns.ts';
import { firstRows } from './first-rows.ts';
import type { RowSource } from './ports.ts';
import { namedByValues } from './recognise/named-by-values.ts';
import { scanDateOrder } from './recognise/date-order-scan.ts';
import type { OrderFound } from './recognise/date-order-scan.ts';
import { recogniseColumns } from './recognise/recognise.ts';
import type { ColumnReading, RecogniseOptions } from './recognise/recognise.ts';
import { SampleTable } from './recognise/sample-table.ts';
import { recogniseLayout } from './recognise/table-layout.ts';
import type { SampleRow, TableLayout } from './recognise/table-layout.ts';
import { TableRows } from './table-rows.ts';
import { systemTimeZone, TimeZone } from './times/time-zone.ts';

/** How many rows of the beginning of a file are looked at. */
export const ROWS_TRIED = 10_000;

/** How far a file is looked through for what its first rows do not tell. */
const SCAN_BYTES = 64 << 20;
const NO_TIME_LIMIT = Number.POSITIVE_INFINITY;

/** Where the rows of a file begin, its columns, and how they are read. */
export interface ColumnPlan extends ColumnReading {
  layout: TableLayout;
  /** The rows from which this was told. */
  rows: string[][];
  /** How many rows were looked at for the order of dates, where that is open; null for all of the file. */
  dateOrderRows: number | null;
}

export interface Planning {
  /** How many rows of the beginning are looked at. */
  rowsTried?: number;
  /** How long a file is looked through for what its first rows do not tell; the same limit gives the same plan only where it is not reached. */
  scanMs?: number;
  /** Called between the steps of that; may throw to stop. */
  checkpoint?: () => void;
}

/**
 * Tells how a file is to be read. The same file and options give the same plan. `open`: its rows from the beginning, at every call;
 * `now`: milliseconds since 1970. Throws `import.empty`, `import.header_too_long` and `import.too_many_columns`.
 */
export async function planColumns(
  open: (columns?: number) => RowSource,
  options: ImportOptions,
  now: number,
  { rowsTried = ROWS_TRIED, scanMs = NO_TIME_LIMIT, checkpoint = () => undefined }: Planning = {},
): Promise<ColumnPlan> {
  const source = open();
  const { rows: sample, whole } = await firstRows(source, rowsTried);
  const known =
    source.names === null && options.header === undefined
      ? namedByValues(sample.map(({ cells }) => cells))
      : null;
  const layout = recogniseLayout(sample, { names: known?.names ?? source.names, choice: options.header });
  if (!layout) throw new AppError('import.empty', { path: options.path });
  // Before each column is looked at: a hostile file can have any number.
  const tooMany = checkColumnCount(layout.header);
  if (tooMany) throw new AppError(tooMany.code, tooMany.params);
  const rows = rowsOf(layout, sample);
  const { kind, roles, action, dateOrder, durationUnit } = options;
  const how: RecogniseOptions = {
    kind,
    isNamed: layout.isNamed,
    mayHaveDecimalCommas: source.delimiter === ';',
    isDamaged: source.damaged,
    ...(roles ? { roles } : {}),
    ...(action === undefined ? {} : { action }),
    ...(dateOrder ? { dateOrder } : {}),
    ...(durationUnit ? { durationUnit } : {}),
    zone: new TimeZone(options.timeZone ?? systemTimeZone()),
    now,
  };
  let reading = recogniseColumns(layout.header, rows, how);
  let dateOrderRows: number | null = null;
  if (reading.fittingOrders.length > 1 && !whole && scanMs > 0) {
    const found = await scanDateOrder(
      open(layout.header.length),
      layout,
      reading.roles.indexOf('time'),
      reading.fittingOrders,
      how.zone.name,
      { bytes: SCAN_BYTES, ms: scanMs },
      checkpoint,
    );
    dateOrderRows = found.rows === null ? null : Math.max(found.rows, rows.length);
    reading = withOrders(reading, found, layout, rows, how);
  }
  const commas: ErrorInfo[] = source.delimiter === '，' ? [{ code: 'import.doubt.fullwidth_commas' }] : [];
  const { header } = layout;
  const doubts = [
    ...commas,
    ...(known ? [known.doubt] : []),
    ...layout.doubts,
    ...source.told,
    ...sameNames(header, reading.roles),
    ...(roles ? [] : unnamedLeftOut(header, reading.roles, rows)),
    ...reading.doubts,
  ];
  return { ...reading, doubts, layout, rows, dateOrderRows };
}

/** A reading, after more of the file was looked at: with the order of dates that was found, or with those that are still open. */
function withOrders(
  reading: ColumnReading,
  { orders, others, readings }: OrderFound,
  { header }: TableLayout,
  rows: readonly (readonly string[])[],
  how: RecogniseOptions,
): ColumnReading {
  const [dateOrder] = orders;
  if (orders.length > 1 || dateOrder === undefined) {
    // The first rows may have shown it already.
    const open = reading.dateOrders.filter(({ order }) => orders.includes(order));
    return { ...reading, dateOrders: open.length > 1 ? open : readings };
  }
  const found = recogniseColumns(header, rows, { ...how, dateOrder });
  if (!others) return found;
  const column = new SampleTable(header, []).name(found.roles.indexOf('time'));
  const mixed: ErrorInfo = { code: 'import.doubt.mixed_date_orders', params: { column, ...others } };
  return { ...found, doubts: [...found.doubts, mixed] };
}

/** Those of the first rows that are rows of the table. */
function rowsOf(layout: TableLayout, sample: readonly SampleRow[]): string[][] {
  const rows: string[][] = [];
  const table = new TableRows(layout, {
    row: (fields) => {
      rows.push(fields);
      return null;
    },
    refuse: () => undefined,
  });
  for (const { cells, line, isBroken } of sample) if (!isBroken) table.row([...cells], line);
  return rows;
}

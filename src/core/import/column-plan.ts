import { AppError } from '../errors.ts';
import type { ErrorInfo } from '../../shared/errors.ts';
import type { ImportOptions } from '../../shared/import.ts';
import { checkColumnCount, sameNames, unnamedLeftOut } from './columns.ts';
import { firstRows } from './first-rows.ts';
import type { RowSource } from './ports.ts';
import { recogniseColumns } from './recognise/recognise.ts';
import type { ColumnReading } from './recognise/recognise.ts';
import { recogniseLayout } from './recognise/table-layout.ts';
import type { SampleRow, TableLayout } from './recognise/table-layout.ts';
import { TableRows } from './table-rows.ts';
import { systemTimeZone, TimeZone } from './times/time-zone.ts';

/** How many rows of the beginning of a file are looked at. */
export const ROWS_TRIED = 10_000;

/** Where the rows of a file begin, its columns, and how they are read. */
export interface ColumnPlan extends ColumnReading {
  layout: TableLayout;
  /** The rows from which this was told. */
  rows: string[][];
}

/**
 * Tells how a file is to be read. The same file and options give the same plan. `now`: milliseconds since 1970. Throws
 * `import.empty`, `import.header_too_long` and `import.too_many_columns`.
 */
export async function planColumns(
  source: RowSource,
  options: ImportOptions,
  now: number,
  rowsTried: number = ROWS_TRIED,
): Promise<ColumnPlan> {
  const sample = await firstRows(source, rowsTried);
  const layout = recogniseLayout(sample, { names: source.names, choice: options.header });
  if (!layout) throw new AppError('import.empty', { path: options.path });
  // Before each column is looked at: a hostile file can have any number.
  const tooMany = checkColumnCount(layout.header);
  if (tooMany) throw new AppError(tooMany.code, tooMany.params);
  const rows = rowsOf(layout, sample);
  const { kind, roles, action, dateOrder, durationUnit } = options;
  const reading = recogniseColumns(layout.header, rows, {
    kind,
    isNamed: layout.isNamed,
    mayHaveDecimalCommas: source.delimiter === ';',
    ...(roles ? { roles } : {}),
    ...(action === undefined ? {} : { action }),
    ...(dateOrder ? { dateOrder } : {}),
    ...(durationUnit ? { durationUnit } : {}),
    zone: new TimeZone(options.timeZone ?? systemTimeZone()),
    now,
  });
  const commas: ErrorInfo[] = source.delimiter === '，' ? [{ code: 'import.doubt.fullwidth_commas' }] : [];
  const { header } = layout;
  const doubts = [
    ...commas,
    ...layout.doubts,
    ...source.told,
    ...sameNames(header, reading.roles),
    ...(roles ? [] : unnamedLeftOut(header, reading.roles, rows)),
    ...reading.doubts,
  ];
  return { ...reading, doubts, layout, rows };
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

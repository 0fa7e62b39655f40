import { AppError } from '../errors.ts';
import type { ErrorInfo } from '../../shared/errors.ts';
import type { ImportOptions } from '../../shared/import.ts';
import { CsvRows } from './csv-rows.ts';
import type { FileFormat } from './file-format.ts';
import type { FileSource } from './file-source.ts';
import { firstRows } from './first-rows.ts';
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
 * `import.empty` and `import.header_too_long`.
 */
export function planColumns(
  file: FileSource,
  format: FileFormat,
  options: ImportOptions,
  now: number,
): ColumnPlan {
  const source = new CsvRows(file, format);
  const sample = firstRows(source, ROWS_TRIED);
  const layout = recogniseLayout(sample, { names: source.names, choice: options.header });
  if (!layout) throw new AppError('import.empty', { path: file.path });
  const rows = rowsOf(layout, sample);
  const { kind, roles, dateOrder, durationUnit } = options;
  const reading = recogniseColumns(layout.header, rows, {
    kind,
    isNamed: layout.isNamed,
    mayHaveDecimalCommas: format.delimiter === ';',
    ...(roles ? { roles } : {}),
    ...(dateOrder ? { dateOrder } : {}),
    ...(durationUnit ? { durationUnit } : {}),
    zone: new TimeZone(options.timeZone ?? systemTimeZone()),
    now,
  });
  const commas: ErrorInfo[] = format.delimiter === '，' ? [{ code: 'import.doubt.fullwidth_commas' }] : [];
  return { ...reading, doubts: [...commas, ...layout.doubts, ...reading.doubts], layout, rows };
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

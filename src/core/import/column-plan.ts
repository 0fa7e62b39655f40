import type { ErrorInfo } from '../../shared/errors.ts';
import type { ImportOptions } from '../../shared/import.ts';
import type { FileFormat } from './file-format.ts';
import { firstRows } from './first-rows.ts';
import { recogniseColumns } from './recognise/recognise.ts';
import type { ColumnReading } from './recognise/recognise.ts';
import { systemTimeZone, TimeZone } from './times/time-zone.ts';

/** How many rows of the beginning of a file are looked at: those of the text that was read to tell its format. */
export const ROWS_TRIED = 10_000;

/** The columns of a file, and how they are read. */
export interface ColumnPlan extends ColumnReading {
  /** Null for a file without one. */
  header: string[] | null;
  /** The rows from which this was told. */
  rows: string[][];
  /** Why other rows among them are no rows of this file. */
  broken: ErrorInfo[];
}

/** Tells how the columns of a file are to be read. The same file and options give the same plan. `now`: milliseconds since 1970. */
export function planColumns(format: FileFormat, options: ImportOptions, now: number): ColumnPlan {
  const { header, rows, broken } = firstRows(format, ROWS_TRIED);
  const { kind, roles, dateOrder, durationUnit } = options;
  const reading = recogniseColumns(header ?? [], rows, {
    kind,
    ...(roles ? { roles } : {}),
    ...(dateOrder ? { dateOrder } : {}),
    ...(durationUnit ? { durationUnit } : {}),
    zone: new TimeZone(options.timeZone ?? systemTimeZone()),
    now,
  });
  return { ...reading, header, rows, broken };
}

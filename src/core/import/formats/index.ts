import type { FileFormatName } from '../../../shared/import.ts';
import { json } from './json.ts';
import { parquet } from './parquet.ts';
import { sqlite } from './sqlite.ts';
import type { TableFormat } from './table.ts';
import { xes } from './xes.ts';
import { xlsx } from './xlsx.ts';

/** The formats beside delimited text, which has a reader of its own (csv-rows.ts). */
export type TableFormatName = Exclude<FileFormatName, 'csv'>;

/** How each is read. */
export const TABLE_FORMATS: Record<TableFormatName, TableFormat> = { json, xes, xlsx, parquet, sqlite };

import type { FileFormatName } from '../../../shared/import.ts';
import { json } from './json.ts';
import { ocelJson } from './ocel-json.ts';
import { ocelSqlite } from './ocel-sqlite.ts';
import { parquet } from './parquet.ts';
import { sqlite } from './sqlite.ts';
import type { TableFile, TableFormat } from './table.ts';
import { xes } from './xes.ts';
import { xlsx } from './xlsx.ts';

/** The formats beside delimited text, which has a reader of its own (csv-rows.ts). */
export type TableFormatName = Exclude<FileFormatName, 'csv'>;

/** How each is read. */
export const TABLE_FORMATS: Record<TableFormatName, TableFormat> = {
  json,
  xes,
  xlsx,
  parquet,
  sqlite,
  'ocel-json': ocelJson,
  'ocel-sqlite': ocelSqlite,
};

/** The format of a file that is recognised as another one: the more special of those that it is. */
export async function formatOf(file: TableFile, format: TableFormatName): Promise<TableFormatName> {
  for (const [name, special] of Object.entries(TABLE_FORMATS) as [TableFormatName, TableFormat][])
    if (special.within === format && (await special.isMeant?.(file)) === true) return name;
  return format;
}

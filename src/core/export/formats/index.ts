import type { ExportFormat } from '../../../shared/export-formats.ts';
import { amplitude } from './amplitude.ts';
import { csv } from './csv.ts';
import type { Format } from './format.ts';
import { jsonl } from './jsonl.ts';
import { mixpanel } from './mixpanel.ts';
import { ocelJson } from './ocel-json.ts';
import { ocelSqlite } from './ocel-sqlite.ts';
import { parquet } from './parquet.ts';
import { pm4pyCsv } from './pm4py-csv.ts';
import { xes } from './xes.ts';
import { xlsx } from './xlsx.ts';

/** Every format of an export. */
export const FORMATS: Record<ExportFormat, Format> = {
  csv,
  xlsx,
  jsonl,
  parquet,
  xes,
  'ocel-json': ocelJson,
  'ocel-sqlite': ocelSqlite,
  'pm4py-csv': pm4pyCsv,
  mixpanel,
  amplitude,
};

/** The formats of an export (导出), in the order in which they are offered. */
export const EXPORT_FORMATS = [
  'csv',
  'xlsx',
  'jsonl',
  'parquet',
  'xes',
  'ocel-json',
  'ocel-sqlite',
  'pm4py-csv',
  'mixpanel',
  'amplitude',
] as const;
export type ExportFormat = (typeof EXPORT_FORMATS)[number];

/** What can be exported: events, stages (阶段) with the conversions between them, behaviours with their event, the table of users. */
export const EXPORT_WHATS = ['events', 'stages', 'behaviours', 'users'] as const;
export type ExportWhat = (typeof EXPORT_WHATS)[number];

/** What each format can carry. Logs of processes have no place for a table of users; the others take events only. */
export const EXPORT_CARRIES: Record<ExportFormat, readonly ExportWhat[]> = {
  csv: EXPORT_WHATS,
  xlsx: EXPORT_WHATS,
  jsonl: EXPORT_WHATS,
  parquet: EXPORT_WHATS,
  xes: ['events', 'stages', 'behaviours'],
  'ocel-json': ['events'],
  'ocel-sqlite': ['events'],
  'pm4py-csv': ['events', 'stages', 'behaviours'],
  mixpanel: ['events'],
  amplitude: ['events'],
};

/** How the name of a file of each format ends; `.gz` may follow where the file is text. */
export const EXPORT_EXTENSION: Record<ExportFormat, string> = {
  csv: '.csv',
  xlsx: '.xlsx',
  jsonl: '.jsonl',
  parquet: '.parquet',
  xes: '.xes',
  'ocel-json': '.jsonocel',
  'ocel-sqlite': '.sqlite',
  'pm4py-csv': '.pm4py.csv',
  mixpanel: '.mixpanel.ndjson',
  amplitude: '.amplitude.json',
};

/** The format that a name stands for by its end, the longest one that fits; null when it stands for none. */
export function formatOfName(name: string): ExportFormat | null {
  const plain = name.toLowerCase().replace(/\.gz$/, '');
  const fitting = EXPORT_FORMATS.filter((format) => plain.endsWith(EXPORT_EXTENSION[format]));
  const [longest] = fitting.sort((a, b) => EXPORT_EXTENSION[b].length - EXPORT_EXTENSION[a].length);
  return longest ?? null;
}

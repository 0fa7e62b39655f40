import { z } from 'zod';
import type { ErrorInfo } from './errors.ts';

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

export const exportRequestSchema = z.object({
  format: z.enum(EXPORT_FORMATS),
  what: z.enum(EXPORT_WHATS),
  path: z.string().min(1).max(32_767),
  /** IANA zone of the times of the log; when left out, the one with which it was imported, else that of this machine. */
  timeZone: z.string().max(100).optional(),
});
export type ExportRequest = z.infer<typeof exportRequestSchema>;

/** The choice of an export that is offered again. */
export const exportChoiceSchema = exportRequestSchema.pick({ format: true, what: true });
export type ExportChoice = z.infer<typeof exportChoiceSchema>;

/** Where the zone of an export comes from: it was chosen, the import recorded it, or it is that of this machine. */
export type ZoneOrigin = 'chosen' | 'log' | 'machine';

/** What came of an export. */
export interface ExportReport {
  format: ExportFormat;
  what: ExportWhat;
  path: string;
  /** The file beside it that says where the data comes from. */
  manifestPath: string;
  /** Events, stages and conversions, behaviours, or users. */
  rows: number;
  bytes: number;
  timeZone: string;
  zoneOrigin: ZoneOrigin;
  /** What did not fit as it was: split, renamed or left to be known. */
  notes: ErrorInfo[];
}

export type ExportStatus = 'idle' | 'running' | 'completed' | 'failed' | 'cancelled';

/** Everything a window needs to draw an export; pushed and attached to as an import's snapshot is. */
export interface ExportSnapshot {
  revision: number;
  status: ExportStatus;
  format: ExportFormat | null;
  what: ExportWhat | null;
  fileName: string;
  progressPercent: number;
  /** Rows written so far. */
  rows: number;
  report: ExportReport | null;
  error: ErrorInfo | null;
}

/** What a snapshot says when there is no export. */
export const NO_EXPORT: ExportSnapshot = {
  revision: 0,
  status: 'idle',
  format: null,
  what: null,
  fileName: '',
  progressPercent: 0,
  rows: 0,
  report: null,
  error: null,
};

import { z } from 'zod';
import { DETAILS } from './abstraction.ts';
import type { Detail } from './abstraction.ts';
import type { ErrorInfo } from './errors.ts';
import { EXPORT_FORMATS, EXPORT_WHATS } from './export-formats.ts';
import type { ExportFormat, ExportWhat } from './export-formats.ts';

export const exportRequestSchema = z.object({
  format: z.enum(EXPORT_FORMATS),
  what: z.enum(EXPORT_WHATS),
  path: z.string().min(1).max(32_767),
  /** IANA zone of the times of the log; when left out, the one with which it was imported, else that of this machine. */
  timeZone: z.string().max(100).optional(),
  /** The detail of the events: what is stored at another one is computed for the export. When left out, they are as they are stored. */
  detail: z.enum(DETAILS).optional(),
});
export type ExportRequest = z.infer<typeof exportRequestSchema>;

/** What a window asks for: the path comes from a dialog. */
export const exportStartSchema = exportRequestSchema.omit({ path: true });
export type ExportStart = z.infer<typeof exportStartSchema>;
/** What of that is offered again the next time: zone and detail are those of a workspace. */
export const exportChoiceSchema = exportRequestSchema.pick({ format: true, what: true });
export type ExportChoice = z.infer<typeof exportChoiceSchema>;

/** How many users have events of a detail. */
export interface StoredDetail {
  detail: Detail;
  users: number;
}

/** The same, with how many of them have events of a model, of which finer ones cannot be had without it. */
export interface MadeDetail extends StoredDetail {
  byModel: number;
}

/** What a workspace has to export. */
export interface ExportBasis {
  /** Of the stored events, the detail of the most users first; empty where there are none. */
  details: MadeDetail[];
  /** The zone of the times, where none is chosen. */
  timeZone: string;
  zoneOrigin: ZoneOrigin;
}

/** What the dialog of an export begins with; `last`: what was exported last. */
export interface ExportOffer extends ExportBasis {
  last: ExportChoice | null;
}

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
  /** Of the events in the file; empty for users. */
  details: StoredDetail[];
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
  /** Rows read, and bytes of the file written, a second; null while that cannot be told. */
  pace: { rows: number; bytes: number } | null;
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
  pace: null,
  report: null,
  error: null,
};

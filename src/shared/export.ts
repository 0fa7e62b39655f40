import { z } from 'zod';
import type { ErrorInfo } from './errors.ts';
import { EXPORT_FORMATS, EXPORT_WHATS } from './export-formats.ts';
import type { ExportFormat, ExportWhat } from './export-formats.ts';

export const exportRequestSchema = z.object({
  format: z.enum(EXPORT_FORMATS),
  what: z.enum(EXPORT_WHATS),
  path: z.string().min(1).max(32_767),
  /** IANA zone of the times of the log; when left out, the one with which it was imported, else that of this machine. */
  timeZone: z.string().max(100).optional(),
});
export type ExportRequest = z.infer<typeof exportRequestSchema>;

/** What a window asks for: the path comes from a dialog. Offered again the next time. */
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

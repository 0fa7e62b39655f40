import { z } from 'zod';
import type { ErrorInfo } from './errors.ts';

export const importKindSchema = z.enum(['behaviours', 'profiles']);
export type ImportKind = z.infer<typeof importKindSchema>;

/** What a column of the file is. `clock`: the time of day where `time` is a date alone. `anonymousId`: who the user is where `userId` is empty. `theme`: what the thing of a row belongs to, such as brand or category; kept as `extra` is.
 * `extra`: kept under its header. `ignore`: left out. `profile`: a field of a profile. */
export const columnRoleSchema = z.enum([
  'userId',
  'anonymousId',
  'time',
  'clock',
  'text',
  'action',
  'item',
  'app',
  'media',
  'poi',
  'duration',
  'theme',
  'profile',
  'extra',
  'ignore',
]);
export type ColumnRole = z.infer<typeof columnRoleSchema>;

/** Names as the WHATWG encoding standard has them. */
export const encodingSchema = z.enum([
  'utf-8',
  'gb18030',
  'utf-16le',
  'utf-16be',
  'big5',
  'shift_jis',
  'euc-jp',
  'iso-2022-jp',
  'euc-kr',
  'windows-1252',
  'windows-1251',
  'windows-1250',
  'iso-8859-2',
  'windows-1254',
  'windows-1257',
  'windows-1253',
  'koi8-r',
  'windows-1255',
  'windows-1256',
  'windows-874',
  'macintosh',
]);
export type FileEncoding = z.infer<typeof encodingSchema>;

/** What a file is; `csv` stands for all delimited text. */
export const fileFormatSchema = z.enum([
  'csv',
  'json',
  'xes',
  'xlsx',
  'parquet',
  'sqlite',
  'ocel-json',
  'ocel-sqlite',
]);
export type FileFormatName = z.infer<typeof fileFormatSchema>;

/** Formats whose bytes are text in some encoding. */
export const HAS_ENCODING: Record<FileFormatName, boolean> = {
  csv: true,
  json: true,
  'ocel-json': true,
  xes: true,
  xlsx: false,
  parquet: false,
  sqlite: false,
  'ocel-sqlite': false,
};

/** How the places of rows are counted: by lines of the file, or by rows of the table from 1. */
export const placeUnitSchema = z.enum(['line', 'row']);
export type PlaceUnit = z.infer<typeof placeUnitSchema>;

/** A sheet of a workbook, or a table of a database. */
export interface TablePart {
  name: string;
  /** Null where counting would take long. */
  rows: number | null;
}

/** What stands between cells; runs of blanks do not. */
export const delimiterSchema = z.enum([',', '\t', ';', '|', '\x01', '::', '，']);
export type Delimiter = z.infer<typeof delimiterSchema>;

/** Whether the first row of a table names its columns. */
export const headerChoiceSchema = z.enum(['present', 'absent']);
export type HeaderChoice = z.infer<typeof headerChoiceSchema>;

/** What stands first in a date such as 03/02/2026 or 03/02/26. */
export const dateOrderSchema = z.enum(['day_first', 'month_first', 'year_first']);
export type DateOrder = z.infer<typeof dateOrderSchema>;

export const durationUnitSchema = z.enum([
  'seconds',
  'milliseconds',
  'microseconds',
  'nanoseconds',
  'minutes',
  'hours',
  'days',
]);
export type DurationUnit = z.infer<typeof durationUnitSchema>;

/** The path of a file, as long as any system lets it be. */
export const filePathSchema = z.string().min(1).max(32_767);

/** How to read a file; what is left out is recognised. */
export const importOptionsSchema = z.object({
  path: filePathSchema,
  kind: importKindSchema,
  /** The sheet or table of a file that has several. */
  part: z.string().max(1000).optional(),
  encoding: encodingSchema.optional(),
  delimiter: delimiterSchema.optional(),
  header: headerChoiceSchema.optional(),
  /** One role for each column of the header, in its order. */
  roles: z.array(columnRoleSchema).max(5000).optional(),
  /** IANA zone in which epoch and zoned times are shown; the system's when left out. */
  timeZone: z.string().max(100).optional(),
  /** What every row is, in a file that has neither actions nor texts. */
  action: z.string().trim().min(1).max(100).optional(),
  dateOrder: dateOrderSchema.optional(),
  /** Of durations that are numbers. */
  durationUnit: durationUnitSchema.optional(),
  /** Above this share of refused rows nothing is imported; 1 when left out. */
  mostRefused: z.number().min(0).max(1).optional(),
});
export type ImportOptions = z.infer<typeof importOptionsSchema>;

/** What the user has said of how a file is read, which the next file of its shape is read with, too. */
export const rememberedReadingSchema = importOptionsSchema.omit({
  path: true,
  kind: true,
  mostRefused: true,
});
export type RememberedReading = z.infer<typeof rememberedReadingSchema>;

export interface ImportColumn {
  /** As in the header; with its number where others are called so before it, `#` and the number without a header, empty where it has none. */
  name: string;
  role: ColumnRole;
  /** The first few values, control characters as spaces. */
  samples: string[];
}

/** What the file looks like, before anything is imported. */
export interface ImportPreview {
  path: string;
  fileName: string;
  sizeBytes: number;
  kind: ImportKind;
  format: FileFormatName;
  /** The sheets or tables of the file; empty where its format has none. */
  parts: TablePart[];
  /** The one that is shown; null where there are none. */
  part: string | null;
  /** Whether others could be meant as well, and the first of them was taken. */
  partIsOpen: boolean;
  /** The encoding is that of delimited text, JSON or XES, the delimiter that of delimited text; for other formats they say nothing. */
  encoding: FileEncoding;
  /** Whether the bytes do not tell the encoding: to be chosen before the file is imported. */
  encodingAsked: boolean;
  /** What a line of the file looks like in each encoding, the most likely first; empty where all encodings agree. */
  encodingSamples: { encoding: FileEncoding; sample: string }[];
  delimiter: Delimiter;
  timeZone: string;
  header: HeaderChoice;
  /** The line of the header; null without one, and where the format itself names the columns. */
  headerLine: number | null;
  columns: ImportColumn[];
  /** The first data rows, at most 20; control characters as spaces. */
  sampleRows: string[][];
  /** How the file would be stored, for each of the first rows: the values, or why the row would be refused. */
  stored: StoredRow[];
  /** Whether times of the rows that were tried were converted to the zone; false where all are kept as they are written. */
  zoneUsed: boolean;
  /** How many rows from the beginning of the file were tried, whether these are all, and how many of them would be refused. */
  tried: { rows: number; whole: boolean; refused: number; reasons: { reason: ErrorInfo; rows: number }[] };
  /** The ways in which its dates can be read, where the file does not say which is meant: to be chosen before it is imported. */
  dateOrders: DateOrderReading[];
  /** How many rows were looked at for that; null for all of the file. */
  dateOrderRows: number | null;
  dateOrder: DateOrder | null;
  durationUnit: DurationUnit;
  /** What every row is, where no column says it: as the user says, or as the file is known; null for neither. */
  impliedAction: string | null;
  /** What may be read in a wrong way. */
  doubts: ErrorInfo[];
  /** The same for files of the same kind with the same columns: by their names, or by their number and values where they have none. */
  shape: string;
  /** Why the file cannot be imported with these roles, e.g. a required column is missing; null when it can. */
  problem: ErrorInfo | null;
}

/** A preview, with how the user had a file of this shape read before; null where that is not known. */
export interface RememberedPreview extends ImportPreview {
  remembered: RememberedReading | null;
}

/** One way to order the parts of a date, and how a value that needs it is then read, as wall-clock milliseconds. */
export interface DateOrderReading {
  order: DateOrder;
  example: string;
  readAs: number;
}

/** What becomes of a row: of behaviours, of profiles (`fields`: names and values), or why it would be refused. */
export type StoredRow =
  | { userId: string; time: number; action: string | null; text: string | null; refused: null }
  | { userId: string; fields: [name: string, value: string][]; refused: null }
  | { refused: ErrorInfo };

/** A rejected row. */
export interface BadRow {
  /** 1-based line of the file, or row of the table, as the report's `unit` says. */
  line: number;
  reason: ErrorInfo;
  /** The row as read, cut to 500 characters. */
  raw: string;
}

export interface ImportReport {
  /** Null when the import failed, so that the workspace has no record of it. */
  importId: number | null;
  kind: ImportKind;
  fileName: string;
  /** The sheet or table that was read; null where the file has none. */
  part: string | null;
  /** How the places of the rejected rows are counted. */
  unit: PlaceUnit;
  rowsRead: number;
  rowsAdded: number;
  /** Rows that the workspace already had. */
  rowsKnown: number;
  badRowCount: number;
  /** The first rejected rows, at most 100. */
  badRows: BadRow[];
  usersAdded: number;
  /** What is to be known of the rows that were taken in, e.g. durations that could not be read. */
  warnings: ErrorInfo[];
  /** True when this very file was imported before, so that nothing was read again. */
  sameFile: boolean;
}

/** What is under way: an import, or the undoing of one. */
export type ImportWork = 'import' | 'undo';

export type ImportStatus = 'idle' | 'running' | 'completed' | 'failed' | 'cancelled';

/** Everything a window needs to draw an import, or the undoing of one; pushed and attached to as a run's snapshot is. */
export interface ImportSnapshot {
  revision: number;
  work: ImportWork;
  status: ImportStatus;
  kind: ImportKind | null;
  fileName: string;
  /** What becomes of each file, where several are imported one after the other; empty for one. */
  files: ImportedFile[];
  /** unpacking: to a temporary file, where that is needed. reading: rows stream in. removing: rows are taken out again. finishing: duplicates, index and commit; it cannot be told how long. */
  phase: 'unpacking' | 'reading' | 'removing' | 'finishing';
  progressPercent: number;
  rowsRead: number;
  badRowCount: number;
  estimatedRemainingSeconds: number | null;
  /** Rows and bytes of the file a second since the phase began; null while that cannot be told. */
  pace: { rows: number; bytes: number } | null;
  /** Of a failed import only when its rows are the reason. */
  report: ImportReport | null;
  error: ErrorInfo | null;
}

/** How much of a packed file is unpacked to a temporary one, in percent of its size. */
export interface UnpackProgress {
  path: string;
  percent: number;
}

/** One of several files that are imported one after the other. */
export interface ImportedFile {
  fileName: string;
  kind: ImportKind;
  status: 'waiting' | 'running' | 'completed' | 'failed';
  report: ImportReport | null;
  error: ErrorInfo | null;
}

/** What a snapshot says when there is no import. */
export const NO_IMPORT: ImportSnapshot = {
  revision: 0,
  work: 'import',
  status: 'idle',
  kind: null,
  fileName: '',
  files: [],
  phase: 'reading',
  progressPercent: 0,
  rowsRead: 0,
  badRowCount: 0,
  estimatedRemainingSeconds: null,
  pace: null,
  report: null,
  error: null,
};

/** Whose rejected rows are meant. */
export const rejectedOfSchema = z.union([
  z.object({ importId: z.number().int() }),
  /** A file of the import that is shown which was not imported because of its rows: its place, from 0. */
  z.object({ place: z.number().int().min(0).max(999) }),
]);
export type RejectedOf = z.infer<typeof rejectedOfSchema>;

/** What an import told of its file. */
export interface ImportDetails extends Pick<
  ImportReport,
  'unit' | 'part' | 'warnings' | 'badRowCount' | 'badRows'
> {
  importId: number;
}

/** One finished import, as the data page lists it. */
export interface ImportRecord {
  importId: number;
  kind: ImportKind;
  fileName: string;
  /** The sheet or table of the file; null where it has none. */
  part: string | null;
  rowsRead: number;
  rowsAdded: number;
  rowsKnown: number;
  badRowCount: number;
  /** How many things there are to know of the rows that were taken in. */
  warningCount: number;
  importedAt: number;
  /** False for imports of profiles that replaced each other before the earlier values were kept. */
  canUndo: boolean;
}

/** What undoing an import takes away. */
export interface ImportUndo {
  importId: number;
  kind: ImportKind;
  fileName: string;
  /** Behaviours, or profiles. */
  rows: number;
  /** Users of whom nothing is left. */
  users: number;
  /** Events of users who lose behaviours. */
  events: number;
  badRows: number;
  /** Rows that later imports left out because the workspace had them: they are not there any more either. */
  leftOutLater: number;
  /** Users whose profile becomes what an earlier import says. */
  restored: number;
}

import type { ErrorInfo } from '../../shared/errors.ts';
import type { ColumnRole, Delimiter, FileEncoding, PlaceUnit } from '../../shared/import.ts';

/** Receives all rows of a source as they are, titles and header included. Lines are physical lines of the file from 1, or its rows where it has no lines. */
export interface RowHandler {
  row(cells: string[], line: number): void;
  /** A line that is no row. `cells`: what it may have meant, where it stands at the beginning of the file. */
  reject(line: number, reason: ErrorInfo, raw: string, cells?: readonly string[]): void;
}

/** Receives the rows of a table, each with one cell for each column. Rows are numbered from 1, refused ones included. */
export interface TableHandler {
  /** Takes a row, or returns why it cannot be used. */
  row(fields: string[], line: number, rowNumber: number): ErrorInfo | null;
  /** A row that cannot be used. `raw`: its text, where it is not the row that the source passed on last. */
  refuse(line: number, reason: ErrorInfo, raw?: string): void;
}

/** How far a source was read. */
export interface SourceProgress {
  bytesRead: number;
  bytesTotal: number;
}

/** What is known of a source once it was read to its end. */
export interface SourceFacts {
  /** Of the bytes that were read, as hex. */
  sha256: string;
  /** The encoding that the text turned out to have. */
  encoding: FileEncoding;
}

/** Where an import reads its rows: a file of some format. */
export interface RowSource {
  /** What stands between the cells of a text; null for other formats. */
  readonly delimiter: Delimiter | null;
  /** How the places of rows are counted. */
  readonly unit: PlaceUnit;
  /** The names of the columns, where the format itself gives them; null where they are in the first rows, if anywhere. */
  readonly names: readonly string[] | null;
  /** What of the file is read in another way than may be meant, or not at all, as far as its rows were passed on. */
  readonly told: readonly ErrorInfo[];
  /** Whether bytes were met that are no text in the encoding, and were replaced by U+FFFD. */
  readonly damaged: boolean;
  /** Whether a zero byte was met. */
  readonly hasNul: boolean;
  /**
   * Passes all rows to the handler, in order. `checkpoint` is called between short steps, and may throw to stop. Throws
   * import.… when the source cannot be read, or has changed meanwhile.
   */
  read(handler: RowHandler, checkpoint: (progress: SourceProgress) => void): Promise<SourceFacts>;
  /** The text of the row that was passed on last, for a list of rejected rows. */
  rawRow(line: number): string;
}

/** Receives the rows of one kind of import, and puts them into the workspace. */
export interface RowSink {
  /** The roles of the columns; empty before the header. */
  readonly roles: readonly ColumnRole[];
  /** The name under which the column that says the theme is kept; null for none. */
  readonly themeColumn: string | null;
  /** The zone that times were converted to; null when no time needed one. */
  readonly timeZone: string | null;
  /** Receives the header, before any row. Throws AppError when these columns cannot be imported. */
  header(fields: string[]): void;
  /** What the user should know about the imported rows; null when nothing. */
  readonly warning: ErrorInfo | null;
  /** What was changed in rows to keep them, with how often. */
  readonly notes: readonly ErrorInfo[];
  /** Imports a row, or returns why it cannot be used. */
  row(fields: string[], rowNumber: number, line: number): ErrorInfo | null;
  /** After the last row; calls `checkpoint` (which may throw) between long steps. */
  finish(checkpoint: () => void): { added: number; known: number; usersAdded: number };
}

import type { ErrorInfo } from '../../shared/errors.ts';
import type { ColumnRole, FileEncoding } from '../../shared/import.ts';

/** Receives the rows of a source. Lines are physical lines of the file from 1; rows are data rows from 1, rejected ones included. */
export interface RowHandler {
  header(fields: string[], line: number): void;
  row(fields: string[], line: number, rowNumber: number): void;
  reject(line: number, reason: ErrorInfo, raw: string): void;
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
  /** Data rows up to now, rejected ones included. */
  readonly rowsRead: number;
  /** Whether bytes were met that are no text in the encoding, and were replaced by U+FFFD. */
  readonly damaged: boolean;
  /** Whether a zero byte was met. */
  readonly hasNul: boolean;
  /**
   * Passes all rows to the handler, in order. `checkpoint` is called between short steps, and may throw to stop. Throws
   * import.… when the source cannot be read, or has changed meanwhile.
   */
  read(handler: RowHandler, checkpoint: (progress: SourceProgress) => void): SourceFacts;
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
  /** Imports a row, or returns why it cannot be used. */
  row(fields: string[], rowNumber: number, line: number): ErrorInfo | null;
  /** After the last row; calls `checkpoint` (which may throw) between long steps. */
  finish(checkpoint: () => void): { added: number; known: number; usersAdded: number };
}

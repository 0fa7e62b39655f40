import { basename } from 'node:path';
import { AppError } from '../errors.ts';
import type { ImportStore } from '../store/import-store.ts';
import type { ErrorInfo } from '../../shared/errors.ts';
import type { BadRow, ColumnRole, ImportOptions } from '../../shared/import.ts';
import type { CsvReader, RowHandler } from './csv-reader.ts';
import { REPLACEMENT } from './encoding.ts';
import type { StreamDecoder } from './encoding.ts';
import { NoUsableRows } from './no-usable-rows.ts';

/** How many rejected rows a report carries. */
export const BAD_ROWS_REPORTED = 100;

/** Receives the rows of one kind of import. */
export interface RowSink {
  /** The roles of the columns; empty before the header. */
  readonly roles: readonly ColumnRole[];
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

/** Passes good rows on, and records the rejected ones. */
export class RowIntake implements RowHandler {
  /** The first rejected rows. */
  readonly firstBadRows: BadRow[] = [];
  readonly #store: ImportStore;
  readonly #importId: number;
  readonly #sink: RowSink;
  #reader: CsvReader | null = null;
  #decoder: StreamDecoder | null = null;
  #hasHeader = false;
  #badRowCount = 0;

  constructor(store: ImportStore, importId: number, sink: RowSink) {
    this.#store = store;
    this.#importId = importId;
    this.#sink = sink;
  }

  /** Sets where the rows come from. Must be called before the first row. */
  connect(reader: CsvReader, decoder: StreamDecoder): void {
    this.#reader = reader;
    this.#decoder = decoder;
  }

  get badRowCount(): number {
    return this.#badRowCount;
  }

  /** Data rows, rejected ones included. */
  get rowsRead(): number {
    return this.#reader?.rowsRead ?? 0;
  }

  header(fields: string[]): void {
    this.#hasHeader = true;
    this.#sink.header(fields);
  }

  row(fields: string[], line: number, rowNumber: number): void {
    const reason = this.#notText(fields) ?? this.#sink.row(fields, rowNumber, line);
    if (reason) this.reject(line, reason, this.#reader?.rawRow(line) ?? '');
  }

  /** Records a rejected row. Throws `import.header_too_long`: a file without a header cannot be imported. */
  reject(line: number, reason: ErrorInfo, raw: string): void {
    if (reason.code === 'import.header_too_long') throw new AppError(reason.code, reason.params);
    this.#badRowCount++;
    // Many programs that open the saved rows take a zero byte for the end of the text.
    const badRow: BadRow = { line, reason, raw: raw.replaceAll('\0', '\u2400') };
    if (this.firstBadRows.length < BAD_ROWS_REPORTED) this.firstBadRows.push(badRow);
    this.#store.addBadRow(this.#importId, badRow);
  }

  /** Why a row is not valid text; checked only where the decoder met such bytes. */
  #notText(fields: string[]): ErrorInfo | null {
    const { damaged = false, hasNul = false } = this.#decoder ?? {};
    if (hasNul && fields.some((field) => field.includes('\0'))) return { code: 'import.row.nul' };
    if (damaged && fields.some((field) => field.includes(REPLACEMENT))) {
      return { code: 'import.row.bad_encoding' };
    }
    return null;
  }

  /** Throws when nothing of the file can be used: `import.empty`, `import.no_rows`, NoUsableRows. */
  checkUsable({ path, kind }: ImportOptions): void {
    if (!this.#hasHeader) throw new AppError('import.empty', { path });
    if (this.rowsRead === 0) throw new AppError('import.no_rows', { path });
    if (this.#badRowCount < this.rowsRead) return;
    throw new NoUsableRows({
      importId: null,
      kind,
      fileName: basename(path),
      rowsRead: this.rowsRead,
      rowsAdded: 0,
      rowsKnown: 0,
      badRowCount: this.#badRowCount,
      badRows: this.firstBadRows,
      usersAdded: 0,
      warning: null,
      sameFile: false,
    });
  }
}

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

/** Where the rows of one kind of import go. */
export interface RowSink {
  /** What the columns are taken for, once the header came. */
  readonly roles: readonly ColumnRole[];
  /** The zone that times were shown in; null when none needed one. */
  readonly timeZone: string | null;
  /** Gets the header first. Throws AppError when the columns do not do. */
  header(fields: string[]): void;
  /** What the user should know of the rows that were taken in; null when nothing. */
  readonly warning: ErrorInfo | null;
  /** Takes a row in, or returns why it cannot be used. */
  row(fields: string[], rowNumber: number, line: number): ErrorInfo | null;
  /** After the last row; calls `checkpoint` (which may throw) between long steps. */
  finish(checkpoint: () => void): { added: number; known: number; usersAdded: number };
}

/** Passes good rows on, and keeps account of the bad ones. */
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

  /** Must be called before the first row: where the rows come from. */
  connect(reader: CsvReader, decoder: StreamDecoder): void {
    this.#reader = reader;
    this.#decoder = decoder;
  }

  get badRowCount(): number {
    return this.#badRowCount;
  }

  /** Data rows, bad ones included. */
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

  reject(line: number, reason: ErrorInfo, raw: string): void {
    this.#badRowCount++;
    // A zero byte ends the text for many a program that opens the saved rows.
    const badRow: BadRow = { line, reason, raw: raw.replaceAll('\0', '\u2400') };
    if (this.firstBadRows.length < BAD_ROWS_REPORTED) this.firstBadRows.push(badRow);
    this.#store.addBadRow(this.#importId, badRow);
  }

  /** Why a row is no text; looked for only where the decoder came upon such a thing. */
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

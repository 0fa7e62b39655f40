import { basename } from 'node:path';
import { AppError } from '../errors.ts';
import type { ImportStore } from '../store/import-store.ts';
import type { ErrorInfo } from '../../shared/errors.ts';
import type { BadRow, ImportOptions } from '../../shared/import.ts';
import { REPLACEMENT } from './encoding.ts';
import { NoUsableRows } from './no-usable-rows.ts';
import type { RowHandler, RowSink, RowSource } from './ports.ts';

/** How many rejected rows a report carries. */
export const BAD_ROWS_REPORTED = 100;

/** Passes good rows on, and records the rejected ones. */
export class RowIntake implements RowHandler {
  /** The first rejected rows. */
  readonly firstBadRows: BadRow[] = [];
  readonly #store: ImportStore;
  readonly #importId: number;
  readonly #sink: RowSink;
  readonly #source: RowSource;
  #hasHeader = false;
  #badRowCount = 0;

  constructor(store: ImportStore, importId: number, source: RowSource, sink: RowSink) {
    this.#store = store;
    this.#importId = importId;
    this.#source = source;
    this.#sink = sink;
  }

  get badRowCount(): number {
    return this.#badRowCount;
  }

  /** Data rows, rejected ones included. */
  get rowsRead(): number {
    return this.#source.rowsRead;
  }

  header(fields: string[]): void {
    this.#hasHeader = true;
    this.#sink.header(fields);
  }

  row(fields: string[], line: number, rowNumber: number): void {
    const reason = this.#notText(fields) ?? this.#sink.row(fields, rowNumber, line);
    if (reason) this.reject(line, reason, this.#source.rawRow(line));
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
    const { damaged, hasNul } = this.#source;
    if (hasNul && fields.some((field) => field.includes('\0'))) return { code: 'import.row.nul' };
    if (damaged && fields.some((field) => field.includes(REPLACEMENT))) {
      return { code: 'import.row.bad_encoding' };
    }
    return null;
  }

  /** Throws when too little of the file can be used: `import.empty`, `import.no_rows`, NoUsableRows. */
  checkUsable({ path, kind, mostRefused = 1 }: ImportOptions): void {
    if (!this.#hasHeader) throw new AppError('import.empty', { path });
    if (this.rowsRead === 0) throw new AppError('import.no_rows', { path });
    if (this.#badRowCount < this.rowsRead && this.#badRowCount <= mostRefused * this.rowsRead) return;
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

import { basename } from 'node:path';
import { AppError } from '../errors.ts';
import type { ImportTables } from '../store/import-store.ts';
import type { ErrorInfo } from '../../shared/errors.ts';
import type { BadRow, ImportOptions, ImportReport } from '../../shared/import.ts';
import { NoUsableRows } from './no-usable-rows.ts';
import type { RowSink, RowSource, TableHandler } from './ports.ts';
import { RowText } from './row-text.ts';

/** How many rejected rows a report carries. */
export const BAD_ROWS_REPORTED = 100;

/** Passes good rows on to the sink, and records the refused ones. */
export class RowIntake implements TableHandler {
  /** The first rejected rows. */
  readonly firstBadRows: BadRow[] = [];
  readonly #store: ImportTables;
  readonly #importId: number;
  readonly #sink: RowSink;
  readonly #source: RowSource;
  readonly #text: RowText;
  #badRowCount = 0;

  /** `sink`: one that has the header already. */
  constructor(
    store: ImportTables,
    importId: number,
    source: RowSource,
    sink: RowSink,
    header: readonly string[],
  ) {
    this.#store = store;
    this.#importId = importId;
    this.#source = source;
    this.#sink = sink;
    this.#text = new RowText(source, sink.roles, header);
  }

  get badRowCount(): number {
    return this.#badRowCount;
  }

  /** What was forgiven or changed, with how often. */
  get notes(): ErrorInfo[] {
    return [...this.#text.notes, ...this.#sink.notes];
  }

  row(fields: string[], line: number, rowNumber: number): ErrorInfo | null {
    const reason = this.#text.problem(fields) ?? this.#sink.row(fields, rowNumber, line);
    if (reason === null) this.#text.keep(fields, line);
    return reason;
  }

  refuse(line: number, reason: ErrorInfo, raw: string = this.#source.rawRow(line)): void {
    this.#badRowCount++;
    // Many programs that open the saved rows take a zero byte for the end of the text.
    const badRow: BadRow = { line, reason, raw: raw.replaceAll('\0', '\u2400') };
    if (this.firstBadRows.length < BAD_ROWS_REPORTED) this.firstBadRows.push(badRow);
    this.#store.addBadRow(this.#importId, badRow);
  }

  /** Throws when too few of the rows read can be used: `import.no_rows`, NoUsableRows. */
  checkUsable(
    { path, kind, mostRefused = 1 }: ImportOptions,
    { rowsRead, part, unit }: Pick<ImportReport, 'rowsRead' | 'part' | 'unit'>,
  ): void {
    if (rowsRead === 0) throw new AppError('import.no_rows', { path });
    if (this.#badRowCount < rowsRead && this.#badRowCount <= mostRefused * rowsRead) return;
    throw new NoUsableRows({
      importId: null,
      kind,
      fileName: basename(path),
      part,
      unit,
      rowsRead,
      rowsAdded: 0,
      rowsKnown: 0,
      badRowCount: this.#badRowCount,
      badRows: this.firstBadRows,
      usersAdded: 0,
      warnings: [],
      sameFile: false,
    });
  }
}

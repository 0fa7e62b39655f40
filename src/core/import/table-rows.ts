import type { ErrorInfo } from '../../shared/errors.ts';
import type { RowHandler, TableHandler } from './ports.ts';
import { trimmed } from './cell.ts';
import { haveSameMeaning, isHeaderAlike } from './recognise/other-header.ts';
import { isSameHeader } from './recognise/table-layout.ts';
import type { TableLayout } from './recognise/table-layout.ts';

const TOTALS_NAME = /^(?:(?:sub|grand )?total|totals|sum|count|(?:合|总|小|共)计|汇总|总数)(?:\s*[:：].*)?$/i;
/** What no user is called in capitals, so that a row with a time and an action is a sum all the same. */
const TOTALS_USER = /^(?:Totals?|TOTALS?|(?:Sub|Grand )[Tt]otals?|(?:合|总|小|共)计|汇总)$/;
const TOTALS_LINE = /^[(（]?\s*(?:共\s*)?\d[\d,]*\s*(?:rows?|records?|条|行)[^,]*[)）]?[.。]?$/i;

/** Makes the rows of a source into rows of a table: leaves out what stands above it, and gives every row as many cells as the header has. */
export class TableRows implements RowHandler {
  readonly #layout: TableLayout;
  readonly #handler: TableHandler;
  readonly #columns: number;
  readonly #isWhole: boolean;
  #rowsRead = 0;
  #blank = 0;
  #cut = 0;
  #padded = 0;
  /** A header with other columns came: what is below it cannot be read by the first one. */
  #isBelowOther = false;

  /** `isWhole`: every row is written up to the last column; those of a sheet end at their last value. */
  constructor(layout: TableLayout, handler: TableHandler, isWhole = true) {
    this.#layout = layout;
    this.#handler = handler;
    this.#isWhole = isWhole;
    this.#columns = layout.header.length;
  }

  /** Data rows up to now, rejected ones included. */
  get rowsRead(): number {
    return this.#rowsRead;
  }

  /** What was forgiven, with how often. */
  get notes(): ErrorInfo[] {
    const notes: [ErrorInfo['code'], number][] = [
      ['import.note.blank_rows', this.#blank],
      ['import.note.trailing_cells', this.#cut],
      ['import.note.short_rows', this.#isWhole ? this.#padded : 0],
    ];
    return notes.flatMap(([code, count]) => (count === 0 ? [] : [{ code, params: { count } }]));
  }

  row(cells: string[], line: number): void {
    if (line < this.#layout.firstLine) return;
    if (cells[0] !== undefined && trimmed(cells[0]) === '' && cells.every((cell) => cell.trim() === '')) {
      this.#blank += 1;
      return;
    }
    this.#rowsRead += 1;
    if (this.#isHeader(cells)) {
      this.#isBelowOther = false;
      return this.#handler.refuse(line, { code: 'import.row.repeated_header' });
    }
    if (this.#isBelowOther) return this.#handler.refuse(line, { code: 'import.row.other_header' });
    if (isSum(cells)) return this.#handler.refuse(line, { code: 'import.row.totals' });
    const found = cells.length;
    if (found === this.#columns) {
      const reason = this.#handler.row(cells, line, this.#rowsRead);
      if (reason) this.#refuse(cells, line, reason);
      return;
    }
    const miscounted: ErrorInfo = {
      code: 'import.row.column_count',
      params: { expected: this.#columns, found },
    };
    // One cell alone is most likely no row at all.
    if (found === 1) return this.#refuse(cells, line, miscounted);
    if (found < this.#columns) {
      const fields = [...cells, ...Array.from({ length: this.#columns - found }, () => '')];
      if (this.#handler.row(fields, line, this.#rowsRead)) this.#refuse(cells, line, miscounted);
      else this.#padded += 1;
      return;
    }
    if (cells.some((cell, column) => column >= this.#columns && cell.trim() !== ''))
      return this.#refuse(cells, line, miscounted);
    const reason = this.#handler.row(cells.slice(0, this.#columns), line, this.#rowsRead);
    if (reason) this.#refuse(cells, line, reason);
    else this.#cut += 1;
  }

  reject(line: number, reason: ErrorInfo, raw: string): void {
    if (line < this.#layout.firstLine) return;
    this.#rowsRead += 1;
    this.#handler.refuse(line, reason, raw);
  }

  #isHeader(cells: readonly string[]): boolean {
    const { isNamed, header, headerLine } = this.#layout;
    if (!isNamed || headerLine === null) return false;
    // Nearly every row is told from the header by its last cell alone, and mostly by its length.
    const last = cells[cells.length - 1] ?? '';
    const name = header[header.length - 1] ?? '';
    return last.length >= name.length && last.includes(name) && isSameHeader(header, cells);
  }

  #refuse(cells: readonly string[], line: number, reason: ErrorInfo): void {
    this.#handler.refuse(
      line,
      this.#ofOtherHeader(cells) ?? (isTotals(cells) ? { code: 'import.row.totals' } : reason),
    );
  }

  /** The reason of a row that cannot be used because it is a header again, with the same columns or with others; null where it is none. */
  #ofOtherHeader(cells: readonly string[]): ErrorInfo | null {
    const { isNamed, header } = this.#layout;
    if (!isNamed || !isHeaderAlike(header, cells)) return null;
    this.#isBelowOther = !haveSameMeaning(header, cells);
    return { code: this.#isBelowOther ? 'import.row.other_header' : 'import.row.repeated_header' };
  }
}

/** Nearly every row is told from a sum by the first character of its first cell. */
const SUM_STARTS = new Set([...'TSG合总小共汇'].map((character) => character.charCodeAt(0)));

/** Whether a row is a sum by its first cell, although it may have a time and an action. */
function isSum(cells: readonly string[]): boolean {
  const first = trimmed(cells[0] ?? '');
  return SUM_STARTS.has(first.charCodeAt(0)) && TOTALS_USER.test(first);
}

/** Whether a row that cannot be used is a sum below the table, or the line of a database tool that counts its rows. */
function isTotals(cells: readonly string[]): boolean {
  const filled = cells.filter((cell) => cell.trim() !== '');
  const [first = ''] = filled.map((cell) => cell.trim());
  return TOTALS_NAME.test(first) || (filled.length === 1 && TOTALS_LINE.test(first));
}

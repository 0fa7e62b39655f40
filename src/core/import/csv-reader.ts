import Papa from 'papaparse';
import type { ErrorInfo } from '../../shared/errors.ts';
import { normaliseQuotes, parserOf, restoreCell, separatorOf } from './csv-dialect.ts';
import type { CsvDialect } from './csv-dialect.ts';
import { IMPORT_LIMITS } from './limits.ts';
import type { ImportLimits } from './limits.ts';
import type { RowHandler } from './ports.ts';
import { widthOf } from './recognise/row-width.ts';
import { cut } from './text.ts';
import { scanTime } from './times/scan-time.ts';

/** How much of a rejected row is kept. */
const RAW_CHARS = 500;
/** How much text is parsed at once: the parser makes an object for each field and for each misplaced quote. */
const PARSE_CHARS = 128 * 1024;
/** After a broken row little text is parsed at first, then more, so that a file full of broken rows takes linear time. */
const RECOVERY_CHARS = 512;
/** The factor by which more text is parsed at once when a row did not fit, or after a broken row. */
const GROWTH = 4;

interface Parsed {
  data: string[][];
  errors: { row: number }[];
  meta: { cursor: number };
}

/**
 * Splits text that arrives in chunks into the rows of a CSV file. Blank lines and a first line `sep=…` are skipped. A row
 * with unbalanced quotes costs its first line only: reading continues with the next line, so that a stray quote never
 * swallows good rows. Memory is bounded by the longest row that is allowed, whatever the text is.
 */
export class CsvReader {
  readonly #parser: Papa.Parser;
  readonly #dialect: CsvDialect;
  readonly #handler: RowHandler;
  readonly #maxRowChars: number;
  readonly #maxHeaderChars: number;
  readonly #columns: number | null;
  /** Whether the text is cut as it is; otherwise it is changed line by line before. */
  readonly #isPlain: boolean;
  /** A line that is not whole yet, of a text that is changed before it is cut. */
  #partial = '';
  /** The first row may be the header, which has a limit of its own. */
  #isFirst = true;
  #line = 1;
  #buffer = '';
  /** The buffer is parsed again once it has this many characters: a long row is not parsed anew with every chunk. */
  #parseFrom = 0;
  #heldReturn = false;
  #skippingLine = false;
  /** How much of the buffer is parsed next. */
  #window = PARSE_CHARS;
  /** The text that is being parsed, and the offset of one of its lines: rejected rows are looked up from there. */
  #text = '';
  #knownLine = 1;
  #knownOffset = 0;

  /** `dialect.columns` tells stray quotation marks from those around a line break. */
  constructor(dialect: CsvDialect, handler: RowHandler, limits: Partial<ImportLimits> = {}) {
    this.#parser = new Papa.Parser(parserOf(dialect));
    this.#dialect = dialect;
    this.#columns = dialect.columns;
    this.#isPlain = !dialect.hasBlanks && !dialect.hasEscapes;
    this.#handler = handler;
    this.#maxRowChars = limits.rowChars ?? IMPORT_LIMITS.rowChars;
    this.#maxHeaderChars = Math.min(limits.headerChars ?? IMPORT_LIMITS.headerChars, this.#maxRowChars);
  }

  /** Reads every row that is complete with this text. */
  push(chunk: string): void {
    let text = this.#heldReturn ? `\r${chunk}` : chunk;
    // A trailing \r may be the first half of \r\n.
    this.#heldReturn = text.endsWith('\r');
    if (this.#heldReturn) text = text.slice(0, -1);
    this.#append(this.#isPlain ? text : this.#changed(text));
    this.#consume(false);
  }

  /** Reads the remaining text at the end of the file. */
  end(): void {
    this.#append(normaliseQuotes(this.#partial, this.#dialect));
    this.#partial = '';
    if (this.#heldReturn) this.#append('\n');
    this.#heldReturn = false;
    this.#consume(true);
  }

  /** The physical text of the row that the handler is being told of; at most 500 characters. */
  rawRow(line: number): string {
    while (this.#knownLine < line) {
      this.#knownOffset = this.#endOfLine(this.#knownOffset) + 1;
      this.#knownLine++;
    }
    const raw = this.#text.slice(this.#knownOffset, this.#endOfLine(this.#knownOffset));
    return restoreCell(cut(raw, RAW_CHARS), this.#dialect);
  }

  /** The whole lines up to here as they are to be cut; what is longer than a row may be is not looked at. */
  #changed(text: string): string {
    const all = this.#partial + text;
    const end = Math.max(all.lastIndexOf('\n'), all.lastIndexOf('\r')) + 1;
    const done = all.length - end > this.#maxRowChars ? all.length : end;
    this.#partial = all.slice(done);
    return normaliseQuotes(all.slice(0, done), this.#dialect);
  }

  #append(chunk: string): void {
    let text = chunk;
    if (text.includes('\r')) text = text.replaceAll('\r\n', '\n').replaceAll('\r', '\n');
    if (this.#skippingLine) {
      const end = text.indexOf('\n');
      if (end < 0) return;
      text = text.slice(end + 1);
      this.#skippingLine = false;
      this.#line++;
    }
    this.#buffer += text;
  }

  #consume(atEnd: boolean): void {
    while (this.#buffer.length > 0 && (atEnd || this.#buffer.length >= this.#parseFrom)) {
      const whole = this.#window >= this.#buffer.length;
      this.#startText(whole ? this.#buffer : this.#buffer.slice(0, this.#window));
      // Without a newline no row is complete, so there is nothing to parse.
      const consumed = atEnd || this.#text.includes('\n') ? this.#parse(!(whole && atEnd)) : 0;
      if (consumed > 0) {
        this.#buffer = this.#buffer.slice(consumed);
        this.#parseFrom = 0;
      } else if (!whole) {
        this.#window *= GROWTH;
      } else if (this.#buffer.length > this.#maxRowChars) {
        this.#rejectEndlessRow();
      } else {
        this.#parseFrom = Math.min(2 * this.#buffer.length, this.#maxRowChars + 1);
        break;
      }
    }
    this.#text = '';
  }

  #startText(text: string): void {
    this.#text = text;
    this.#knownLine = this.#line;
    this.#knownOffset = 0;
  }

  /** Hands out the complete rows of the text; returns how many characters are done with. `more`: more text may follow. */
  #parse(more: boolean): number {
    const { data, errors, meta } = this.#parser.parse(this.#text, 0, more) as Parsed;
    const { quote } = this.#dialect;
    const quoted = this.#text.includes(quote);
    const mayBeTooLong = this.#text.length > this.#maxHeaderChars;
    const broken = new Set<number>();
    for (const error of errors) broken.add(error.row);
    for (let index = 0; index < data.length; index++) {
      const fields = data[index] as string[];
      const lines = quoted ? lineCount(fields) : 1;
      const limit = this.#isFirst ? this.#maxHeaderChars : this.#maxRowChars;
      const tooLong = mayBeTooLong && charCount(fields) > limit ? this.#tooLong(limit) : null;
      if (
        broken.has(index) ||
        (lines > 1 && (tooLong || this.#isMiscounted(fields) || this.#swallowsRows(fields)))
      ) {
        return this.#rejectLine(tooLong ?? { code: 'import.row.bad_quotes' });
      }
      this.#handOut(fields, tooLong);
      this.#line += lines;
    }
    if (more && broken.has(data.length) && !this.#text.trimEnd().endsWith(quote)) {
      // The row is not complete yet, and broken already. (Space after the last quote of the text may still be followed
      // by a delimiter, so then it is too early to tell.)
      if (this.#text.indexOf('\n', meta.cursor) >= 0)
        return this.#rejectLine({ code: 'import.row.bad_quotes' });
    }
    if (meta.cursor > 0) this.#window = Math.min(this.#window * GROWTH, PARSE_CHARS);
    return meta.cursor;
  }

  /** A row over several lines with the wrong number of columns: a stray quote that another one closed lines below. */
  #isMiscounted(fields: string[]): boolean {
    return this.#columns !== null && (fields.length < this.#columns || widthOf(fields) > this.#columns);
  }

  /**
   * Whether a quoted cell of a row over several lines holds other rows: lines that have as many cells, and a time where this
   * row has one. Then two stray quotation marks belong to different rows.
   */
  #swallowsRows(fields: readonly string[]): boolean {
    const { delimiter } = this.#dialect;
    const time = fields.findIndex((cell) => !cell.includes('\n') && isTime(cell));
    if (time < 0) return false;
    return fields.some((cell) =>
      cell
        .split('\n')
        .slice(1)
        .some((line) => {
          const cells = line.split(delimiter);
          return cells.length === fields.length && isTime(cells[time] ?? '');
        }),
    );
  }

  #handOut(fields: string[], tooLong: ErrorInfo | null): void {
    if (fields.length === 1 && fields[0]?.trim() === '') return;
    if (this.#line === 1 && separatorOf(fields.join(this.#dialect.delimiter)) !== null) return;
    if (tooLong) return this.#reject(tooLong);
    this.#isFirst = false;
    this.#handler.row(
      this.#isPlain ? fields : fields.map((cell) => restoreCell(cell, this.#dialect)),
      this.#line,
    );
  }

  #reject(reason: ErrorInfo): void {
    const raw = this.rawRow(this.#line);
    // The header may have the mark: its names are of use all the same.
    if (this.#isFirst) this.#handler.reject(this.#line, reason, raw, this.#cellsWithoutQuotes());
    else this.#handler.reject(this.#line, reason, raw);
    this.#isFirst = false;
  }

  #cellsWithoutQuotes(): string[] {
    const line = this.#text.slice(this.#knownOffset, this.#endOfLine(this.#knownOffset));
    return line.length > this.#maxHeaderChars
      ? []
      : line.replaceAll(this.#dialect.quote, '').split(this.#dialect.delimiter);
  }

  /** Rejects the current line and returns where the next begins. */
  #rejectLine(reason: ErrorInfo): number {
    this.#reject(reason);
    this.#line++;
    this.#window = RECOVERY_CHARS;
    return Math.min(this.#endOfLine(this.#knownOffset) + 1, this.#text.length);
  }

  #rejectEndlessRow(): void {
    const isCut = !this.#buffer.includes('\n');
    const limit = this.#isFirst ? this.#maxHeaderChars : this.#maxRowChars;
    const done = this.#rejectLine(this.#tooLong(limit));
    this.#buffer = this.#buffer.slice(done);
    this.#parseFrom = 0;
    if (!isCut) return;
    // The line has not ended yet: the rest of it is dropped as it arrives, and the line is counted at its end.
    this.#skippingLine = true;
    this.#line--;
  }

  /** A header that is too long means that the file has none, which is another message than that of a row. */
  #tooLong(limit: number): ErrorInfo {
    const code = this.#isFirst ? 'import.header_too_long' : 'import.row.too_long';
    return { code, params: { limit } };
  }

  #endOfLine(from: number): number {
    const end = this.#text.indexOf('\n', from);
    return end < 0 ? this.#text.length : end;
  }
}

/** Whether a cell is a date, or a number as long as the seconds since 1970. */
function isTime(cell: string): boolean {
  const found = scanTime(cell);
  return found !== null && (found.kind === 'date' || found.value >= 100_000_000);
}

function charCount(fields: string[]): number {
  return fields.reduce((sum, field) => sum + field.length, fields.length - 1);
}

/** How many physical lines a row covers. */
function lineCount(fields: string[]): number {
  let lines = 1;
  for (const field of fields) {
    for (let at = field.indexOf('\n'); at >= 0; at = field.indexOf('\n', at + 1)) lines++;
  }
  return lines;
}

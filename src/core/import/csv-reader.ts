import Papa from 'papaparse';
import type { ErrorInfo } from '../../shared/errors.ts';
import type { Delimiter } from '../../shared/import.ts';
import { separatorOf } from './delimiter.ts';
import { cut } from './text.ts';

/** A row longer than this is a quotation mark that was never closed, in all likelihood; it bounds the memory too. */
export const MAX_ROW_CHARS = 1_000_000;
/** How much of a rejected row is kept. */
const RAW_CHARS = 500;
/** After a broken row the next piece is small and grows again, so that a file full of them is still read in linear time. */
const RECOVERY_WINDOW = 512;

/** Who gets the rows. Lines are physical lines of the file from 1; rows are data rows from 1, bad ones included. */
export interface RowHandler {
  header(fields: string[], line: number): void;
  row(fields: string[], line: number, rowNumber: number): void;
  reject(line: number, reason: ErrorInfo, raw: string): void;
}

interface Parsed {
  data: string[][];
  errors: { row: number }[];
  meta: { cursor: number };
}

/**
 * Cuts text that comes in chunks into the rows of a CSV file. Blank lines and a first line `sep=…` are skipped. A row
 * whose quotes do not fit costs its first line only: reading goes on with the next, so that one stray quote never
 * swallows good rows.
 */
export class CsvReader {
  readonly #parser: Papa.Parser;
  readonly #delimiter: Delimiter;
  readonly #handler: RowHandler;
  #columns = 0;
  #rowNumber = 0;
  #line = 1;
  #buffer = '';
  #heldReturn = false;
  #skippingLine = false;
  #window = Infinity;
  /** The text parsed now, and a line of it whose place is known: rejected rows are looked up from there. */
  #text = '';
  #knownLine = 1;
  #knownOffset = 0;

  constructor(delimiter: Delimiter, handler: RowHandler) {
    this.#parser = new Papa.Parser({ delimiter, newline: '\n' });
    this.#delimiter = delimiter;
    this.#handler = handler;
  }

  /** Data rows so far, rejected ones included. */
  get rowsRead(): number {
    return this.#rowNumber;
  }

  /** Reads every row that is complete with this text. */
  push(chunk: string): void {
    let text = this.#heldReturn ? `\r${chunk}` : chunk;
    // A trailing \r may be the first half of \r\n.
    this.#heldReturn = text.endsWith('\r');
    if (this.#heldReturn) text = text.slice(0, -1);
    this.#append(text);
    this.#consume(false);
  }

  /** Reads what is left when the file has ended. */
  end(): void {
    if (this.#heldReturn) this.#append('\n');
    this.#heldReturn = false;
    this.#consume(true);
  }

  /** The physical text of a row, while the handler is being told of it; cut to 500 characters. */
  rawRow(line: number): string {
    while (this.#knownLine < line) {
      this.#knownOffset = this.#endOfLine(this.#knownOffset) + 1;
      this.#knownLine++;
    }
    return cut(this.#text.slice(this.#knownOffset, this.#endOfLine(this.#knownOffset)), RAW_CHARS);
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
    while (this.#buffer.length > 0) {
      const whole = this.#window >= this.#buffer.length;
      this.#text = whole ? this.#buffer : this.#buffer.slice(0, this.#window);
      this.#knownLine = this.#line;
      this.#knownOffset = 0;
      const parsed = this.#parser.parse(this.#text, 0, !(whole && atEnd)) as Parsed;
      const consumed = this.#emit(parsed, !(whole && atEnd));
      if (consumed > 0) {
        this.#buffer = this.#buffer.slice(consumed);
      } else if (!whole) {
        this.#window *= 4;
      } else if (this.#buffer.length > MAX_ROW_CHARS) {
        this.#rejectEndlessRow();
      } else {
        break;
      }
    }
    this.#text = '';
  }

  /** Hands out the parsed rows; returns how many characters are done with. */
  #emit({ data, errors, meta }: Parsed, more: boolean): number {
    const quoted = this.#text.includes('"');
    const mayBeTooLong = this.#text.length > MAX_ROW_CHARS;
    const broken = new Set(errors.map((error) => error.row));
    for (let index = 0; index < data.length; index++) {
      const fields = data[index] as string[];
      const lines = quoted ? lineCount(fields) : 1;
      const tooLong = mayBeTooLong && charCount(fields) > MAX_ROW_CHARS;
      if (broken.has(index) || (lines > 1 && (tooLong || this.#isMiscounted(fields)))) {
        return this.#rejectLine(tooLong ? tooLongReason : { code: 'import.row.bad_quotes' });
      }
      this.#handOut(fields, tooLong);
      this.#line += lines;
    }
    if (more && broken.has(data.length) && !this.#text.trimEnd().endsWith('"')) {
      // The row that is not complete yet is broken already. (Space after the last quote of the text may still be
      // followed by a delimiter, so that is no verdict.)
      if (this.#text.indexOf('\n', meta.cursor) >= 0)
        return this.#rejectLine({ code: 'import.row.bad_quotes' });
    }
    if (meta.cursor > 0 && this.#window < Infinity) this.#window *= 4;
    return meta.cursor;
  }

  /** A row over several lines with the wrong number of columns: a stray quote that another one closed lines below. */
  #isMiscounted(fields: string[]): boolean {
    return this.#columns > 0 && fields.length !== this.#columns;
  }

  #handOut(fields: string[], tooLong: boolean): void {
    if (fields.length === 1 && fields[0]?.trim() === '') return;
    if (this.#columns === 0) {
      if (this.#line === 1 && separatorOf(fields.join(this.#delimiter)) !== null) return;
      if (tooLong) return this.#reject(tooLongReason);
      this.#columns = fields.length;
      this.#handler.header(fields, this.#line);
      return;
    }
    if (tooLong) return this.#reject(tooLongReason);
    if (fields.length !== this.#columns) {
      const params = { expected: this.#columns, found: fields.length };
      return this.#reject({ code: 'import.row.column_count', params });
    }
    this.#rowNumber++;
    this.#handler.row(fields, this.#line, this.#rowNumber);
  }

  #reject(reason: ErrorInfo): void {
    if (this.#columns > 0) this.#rowNumber++;
    this.#handler.reject(this.#line, reason, this.rawRow(this.#line));
  }

  /** Rejects the line at hand and returns where the next begins. */
  #rejectLine(reason: ErrorInfo): number {
    this.#reject(reason);
    this.#line++;
    this.#window = RECOVERY_WINDOW;
    return Math.min(this.#endOfLine(this.#knownOffset) + 1, this.#text.length);
  }

  #rejectEndlessRow(): void {
    const more = this.#buffer.indexOf('\n') < 0;
    const done = this.#rejectLine(tooLongReason);
    this.#buffer = this.#buffer.slice(done);
    if (!more) return;
    // The line has not ended yet: the rest of it is dropped as it comes, and counted then.
    this.#skippingLine = true;
    this.#line--;
  }

  #endOfLine(from: number): number {
    const end = this.#text.indexOf('\n', from);
    return end < 0 ? this.#text.length : end;
  }
}

const tooLongReason: ErrorInfo = { code: 'import.row.too_long', params: { limit: MAX_ROW_CHARS } };

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

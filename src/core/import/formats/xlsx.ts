import type { ErrorInfo } from '../../../shared/errors.ts';
import type { TablePart } from '../../../shared/import.ts';
import { AppError } from '../../errors.ts';
import { cut } from '../text.ts';
import { readHead } from './byte-input.ts';
import type { ByteInput } from './byte-input.ts';
import type { Table, TableEntry, TableFile, TableFormat } from './table.ts';
import {
  decodeEscapes,
  readPart,
  RelationsListener,
  StylesListener,
  TextsListener,
  WorkbookListener,
} from './xlsx-parts.ts';
import { columnOf, MergedCells, mergesOf } from './xlsx-merges.ts';
import { SheetNotes } from './xlsx-notes.ts';
import { utf8Of } from './decode-text.ts';
import { parseXml } from './xml-stream.ts';
import type { XmlListener } from './xml-stream.ts';
import { zipEntries, zipEntryBytes } from './zip-directory.ts';
import type { ZipEntry } from './zip-directory.ts';

/** The extent of a sheet stands before its rows. */
const SHEET_HEAD_BYTES = 1 << 14;
const EXTENT = /<(?:\w+:)?dimension[^>]*\bref="[A-Z]+\d+:[A-Z]+(\d+)"/;
/** Excel has no more columns; a cell further out would make a row of any length. */
const MOST_COLUMNS = 16_384;
const RAW_CHARS = 500;
const DAY_MS = 86_400_000;
/** Days of spreadsheets are counted so that 25569 is 1970-01-01; from 1904, four years and a day less. */
const EPOCH_DAY = { from1900: 25_569, from1904: 24_107 };
/** Excel takes 1900 for a leap year: its days before March are one too many. */
const LEAP_DAY = 60;

/** Workbooks of Excel 2007 and later; a part is a sheet. */
export const xlsx: TableFormat = {
  // An archive is told from others by what is in it (recognise-file.ts).
  needsFile: true,
  async parts(file: TableFile): Promise<TablePart[]> {
    const { sheets } = await openWorkbook(file);
    return Promise.all(sheets.map(async ({ name, entry }) => ({ name, rows: await lastRowOf(file, entry) })));
  },
  async open(file: TableFile, part: string | null): Promise<Table> {
    const workbook = await openWorkbook(file);
    const sheet = workbook.sheets.find(({ name }) => name === part);
    if (!sheet) throw new AppError('import.no_tables', { path: file.path });
    const texts = new TextsListener(file);
    const styles = new StylesListener();
    if (workbook.texts) await readPart(file, zipEntryBytes(file.content, workbook.texts), texts);
    if (workbook.styles) await readPart(file, zipEntryBytes(file.content, workbook.styles), styles);
    const cells = { texts: texts.texts, styles, from1904: workbook.from1904 };
    const merges = await mergesOf(file, sheet.entry);
    return new Sheet(file, zipEntryBytes(file.content, sheet.entry, file.limits), { ...cells, merges });
  },
};

interface Workbook {
  /** Those that are shown first. */
  sheets: { name: string; entry: ZipEntry }[];
  texts: ZipEntry | null;
  styles: ZipEntry | null;
  from1904: boolean;
}

async function openWorkbook(file: TableFile): Promise<Workbook> {
  const entries = new Map(zipEntries(file.content).map((entry) => [entry.name, entry]));
  const read = async <T extends XmlListener>(name: string, listener: T): Promise<T> => {
    const entry = entries.get(name);
    const detail = `${name} is missing`;
    if (!entry) throw new AppError('import.broken_file', { path: file.path, format: 'XLSX', detail });
    await readPart(file, zipEntryBytes(file.content, entry, file.limits), listener);
    return listener;
  };
  const {
    targets,
    kinds,
    sheets: withCells,
  } = await read('xl/_rels/workbook.xml.rels', new RelationsListener());
  const { sheets, from1904 } = await read('xl/workbook.xml', new WorkbookListener());
  const entryOf = (target: string | undefined): ZipEntry | null =>
    entries.get(target?.startsWith('/') ? target.slice(1) : `xl/${target ?? ''}`) ?? null;
  return {
    sheets: [...sheets]
      .sort((a, b) => Number(a.hidden) - Number(b.hidden))
      .flatMap(({ name, relation }) => {
        const entry = withCells.has(relation) ? entryOf(targets.get(relation)) : null;
        return entry ? [{ name, entry }] : [];
      }),
    texts: entryOf(kinds.get('sharedStrings')),
    styles: entryOf(kinds.get('styles')),
    from1904,
  };
}

/** The number of the last row of a sheet, as it tells itself; null where it does not. */
async function lastRowOf({ content }: TableFile, entry: ZipEntry): Promise<number | null> {
  const { head } = await readHead(zipEntryBytes(content, entry), SHEET_HEAD_BYTES);
  const found = EXTENT.exec(head.toString('latin1'))?.[1];
  return found === undefined ? null : Number(found);
}

/** What the values of cells depend on. */
interface CellReading {
  texts: readonly string[];
  styles: StylesListener;
  from1904: boolean;
  merges: Awaited<ReturnType<typeof mergesOf>>;
}

class Sheet implements Table {
  readonly names = null;
  #told: () => ErrorInfo[] = () => [];
  readonly unit = 'row';
  readonly #file: TableFile;
  readonly #input: ByteInput;
  readonly #cells: CellReading;

  constructor(file: TableFile, input: ByteInput, cells: CellReading) {
    this.#file = file;
    this.#input = input;
    this.#cells = cells;
  }

  get told(): ErrorInfo[] {
    return this.#told();
  }

  get bytesRead(): number {
    return this.#input.bytesRead;
  }

  get bytesTotal(): number {
    return this.#input.bytesTotal;
  }

  async *rows(): AsyncGenerator<TableEntry[]> {
    const rows = new SheetListener(this.#cells, this.#file.limits.cellChars);
    this.#told = () => rows.told.notes();
    const pieces = parseXml(this.#file, 'XLSX', utf8Of(this.#input), rows);
    while ((await pieces.next()).done !== true) {
      const found = rows.take();
      if (found.length > 0) yield found;
    }
    yield rows.take();
  }
}

/** Collects the rows of a sheet; empty ones are none. */
class SheetListener implements XmlListener {
  readonly told = new SheetNotes();
  readonly #merged: MergedCells;
  readonly #reading: CellReading;
  readonly #maxChars: number;
  #rows: TableEntry[] = [];
  #row: string[] | null = null;
  #line = 0;
  #column = 0;
  #type = '';
  #style = -1;
  #value = '';
  #isHidden = false;
  /** Whether the cell has a formula, and whether its value is in the file. */
  #hasFormula = false;
  #hasValue = false;
  #collects = false;
  #phonetic = 0;

  constructor(reading: CellReading, maxChars: number) {
    this.#reading = reading;
    this.#merged = new MergedCells(reading.merges);
    this.#maxChars = maxChars;
  }

  /** The rows since the last call. */
  take(): TableEntry[] {
    const rows = this.#rows;
    this.#rows = [];
    return rows;
  }

  open(name: string, attributes: Readonly<Record<string, string>>): void {
    switch (name) {
      case 'row':
        this.#row = [];
        this.#line = attributes['r'] === undefined ? this.#line + 1 : Number(attributes['r']);
        this.#column = -1;
        this.#isHidden = attributes['hidden'] !== undefined && /^(1|true)$/.test(attributes['hidden']);
        break;
      case 'c': {
        const place = attributes['r'];
        this.#column = place === undefined ? this.#column + 1 : columnOf(place);
        this.#type = attributes['t'] ?? 'n';
        this.#style = Number(attributes['s'] ?? -1);
        this.#value = '';
        this.#hasFormula = false;
        this.#hasValue = false;
        break;
      }
      case 'f':
        this.#hasFormula = true;
        break;
      case 'rPh':
        this.#phonetic += 1;
        break;
      case 'v':
      case 't':
        this.#hasValue = true;
        this.#collects = this.#row !== null && this.#phonetic === 0;
        break;
      default:
        break;
    }
  }

  text(text: string): void {
    if (this.#collects) this.#value += text;
  }

  close(name: string): void {
    switch (name) {
      case 'v':
      case 't':
        this.#collects = false;
        break;
      case 'rPh':
        this.#phonetic -= 1;
        break;
      case 'c':
        this.#endCell();
        break;
      case 'row':
        this.#endRow();
        break;
      default:
        break;
    }
  }

  #endCell(): void {
    const row = this.#row;
    if (!row) return;
    if (this.#hasFormula && !this.#hasValue) this.told.formula(this.#line, this.#column);
    if (this.#value === '') return;
    if (this.#type === 'e') {
      // No value of the log: several users with an error would be one.
      this.told.error(this.#line, this.#column, this.#value);
      return;
    }
    if (this.#column >= MOST_COLUMNS) throw new Error(`a cell in column ${this.#column + 1}`);
    while (row.length < this.#column) row.push('');
    row[this.#column] = cellText(this.#value, this.#type, this.#style, this.#reading);
  }

  #endRow(): void {
    const cells = this.#row;
    this.#row = null;
    if (!cells || cells.every((cell) => cell.trim() === '')) return;
    const line = this.#line;
    const filled = this.#merged.fill(cells, line);
    if (filled !== null) this.told.merged(line, filled);
    if (this.#isHidden) this.told.hidden(line);
    if (cells.some((cell) => cell.length > this.#maxChars)) {
      const reason = { code: 'import.row.too_long' as const, params: { limit: this.#maxChars } };
      this.#rows.push({
        line,
        reason,
        raw: cut(cells.map((cell) => cut(cell, RAW_CHARS)).join(','), RAW_CHARS),
      });
      return;
    }
    this.#rows.push({ line, cells });
  }
}

function cellText(
  value: string,
  type: string,
  style: number,
  { texts, styles, from1904 }: CellReading,
): string {
  switch (type) {
    case 's':
      return texts[Number(value)] ?? '';
    case 'str':
    case 'inlineStr':
      return decodeEscapes(value);
    case 'b':
      return value === '1' ? 'true' : 'false';
    case 'd':
      return value.replace('T', ' ');
    case 'n': {
      const number = Number(value);
      if (Number.isNaN(number)) return value;
      // As a number is shown: 1770109500 for 1.7701095E9.
      const shown = styles.styleOf(style);
      if (shown === 'elapsed' && number >= 0) return elapsedText(number);
      if (shown !== 'number') return dateText(number, from1904);
      const isWhole = Number.isSafeInteger(number) && number >= 0;
      return isWhole ? String(number).padStart(styles.digitsOf(style), '0') : String(number);
    }
    default:
      return value;
  }
}

/** Days of a spreadsheet as hours, minutes and seconds. */
function elapsedText(days: number): string {
  const ms = Math.round(days * DAY_MS);
  const near = Math.abs(ms - Math.round(ms / 1000) * 1000) <= 1 ? Math.round(ms / 1000) * 1000 : ms;
  const two = (value: number): string => String(Math.floor(value)).padStart(2, '0');
  const rest = near % 1000 === 0 ? '' : `.${String(near % 1000).padStart(3, '0')}`;
  return `${two(near / 3_600_000)}:${two((near / 60_000) % 60)}:${two((near / 1000) % 60)}${rest}`;
}

/** A day of a spreadsheet as it is shown: without a time of day at midnight, without a date where it is less than a day. */
function dateText(days: number, from1904: boolean): string {
  const shift = !from1904 && days >= 1 && days < LEAP_DAY ? 1 : 0;
  const time = (days + shift - (from1904 ? EPOCH_DAY.from1904 : EPOCH_DAY.from1900)) * DAY_MS;
  // Fractions of a day are not exact: what is within a millisecond of a second is that second.
  const seconds = Math.round(time / 1000) * 1000;
  const near = Math.abs(time - seconds) <= 1 ? seconds : Math.round(time);
  const date = new Date(near);
  if (Number.isNaN(date.getTime())) return String(days);
  const text = date
    .toISOString()
    .replace('T', ' ')
    .replace(/(\.000)?Z$/, '');
  if (days >= 0 && days < 1) return text.slice(11);
  return near % DAY_MS === 0 ? text.slice(0, 10) : text;
}

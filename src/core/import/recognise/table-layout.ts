import type { ErrorInfo } from '../../../shared/errors.ts';
import type { HeaderChoice } from '../../../shared/import.ts';
import { cellValue } from '../cell.ts';
import { printable } from '../text.ts';
import { scanClock, scanTime } from '../times/scan-time.ts';
import { isColumnName, namedRoles } from './role-names.ts';
import { mostFrequent, usualWidth, widthOf } from './row-width.ts';

/** A row from the beginning of a file, before it is known what it is. */
export interface SampleRow {
  line: number;
  cells: readonly string[];
  /** A line with quotation marks that do not match: its cells are a guess. */
  isBroken: boolean;
}

/** Where the rows of a table begin, and what its columns are called. */
export interface TableLayout {
  /** A name for each column: of a file without a header `#1`, `#2` … */
  header: string[];
  /** The line of the header; null where the file has none, and where the format knows the names. */
  headerLine: number | null;
  /** Whether the names of the columns come from the file. */
  isNamed: boolean;
  /** The line of the first row of data: what is above are titles, comments and the header. */
  firstLine: number;
  /** What was decided that might be wrong. */
  doubts: ErrorInfo[];
}

/** Rows at the beginning among which the header is looked for. */
const HEADER_ROWS = 30;
/** Rows by which it is judged what the values of a column look like. */
const BODY_ROWS = 200;
/** The header has at least this share of the columns; titles have fewer. */
const FULL_ROW = 0.6;
const NAME_CHARS = 100;
/** A longer text is neither a number nor a time. */
const LONGEST_VALUE = 100;
/** The line below a header in Markdown, and in the output of database tools. */
const RULE = /^:?[-=+]{2,}:?$/;
/** What may stand between the names of a header whose rows have another delimiter. */
const OTHER_DELIMITERS = [',', ';', '\t', '|', '，'];
const COMMENT = /^\s*(?:#|\/\/|--(?!-))/;
/** What the second line of a header says of a column: its type, or its unit. */
const TYPE_OR_UNIT =
  /^[[(（]?(?:string|text|char|varchar|nvarchar|int|integer|bigint|long|short|tinyint|smallint|number|numeric|decimal|float|double|real|bool|boolean|date|time|datetime|timestamp|object|json|array|uuid|id|key|s|sec|secs|seconds?|ms|millis|milliseconds?|min|minutes?|h|hours?|utc|cst|unix|epoch|秒|毫秒|分|分钟|小时|元|次|个|字符串|文本|整数|整型|数字|数值|日期|时间|浮点)(?:\(\d+(?:,\d+)?\))?[\])）]?$/i;

const LONG_NUMBER = /^\s*\d{9,}(?:\.\d+)?\s*$/;

type Kind = 'empty' | 'number' | 'time' | 'word';

/**
 * Tells from the values of the first rows where the header is, if there is one. `names`: those that the format itself gives.
 * Null for a file without rows and names.
 */
export function recogniseLayout(
  sample: readonly SampleRow[],
  { names, choice }: { names: readonly string[] | null; choice: HeaderChoice | undefined },
): TableLayout | null {
  if (names) return { header: [...names], headerLine: null, isNamed: true, firstLine: 0, doubts: [] };
  const rows = sample.slice(0, HEADER_ROWS + BODY_ROWS);
  const width = usualWidth(rows.map(({ cells }) => cells));
  if (width === 0) return null;
  return new LayoutFinder(rows, width).find(choice);
}

class LayoutFinder {
  readonly #rows: readonly SampleRow[];
  readonly #width: number;

  readonly #original: readonly SampleRow[];

  constructor(rows: readonly SampleRow[], width: number) {
    this.#original = rows;
    this.#width = width;
    this.#rows = rows.map((row, at) => (at < HEADER_ROWS ? this.#cutAnew(row) : row));
  }

  /** A header in one cell, cut by another delimiter than that of the rows; any other row as it is. */
  #cutAnew(row: SampleRow): SampleRow {
    const [text = '', ...rest] = row.cells;
    if (rest.length > 0 || this.#width < 3) return row;
    for (const delimiter of OTHER_DELIMITERS) {
      const cells = text.split(delimiter);
      if (cells.length === this.#width && namesIn(cells) >= 2) return { ...row, cells };
    }
    return row;
  }

  find(choice: HeaderChoice | undefined): TableLayout {
    const first = this.#firstFull();
    const found = choice === 'absent' ? null : this.#header(first, choice === 'present');
    return found === null ? this.#withoutHeader(first) : this.#withHeader(found);
  }

  #isCutAnew(at: number): boolean {
    return this.#rows[at] !== this.#original[at];
  }

  /** The first row with enough cells to be no title. */
  #firstFull(): number {
    const full = this.#rows.findIndex((row) => !row.isBroken && !isComment(row) && this.#isFull(row));
    if (full >= 0) return full;
    return Math.max(
      0,
      this.#rows.findIndex((row) => !row.isBroken),
    );
  }

  /** The row that is the header; null where the first rows are data. */
  #header(first: number, isSaid: boolean): number | null {
    const repaired = this.#rows.findIndex((row, at) => at < first && row.isBroken && this.#names(at) > 0);
    if (!this.#isData(first)) return this.#bestOf(first);
    if (repaired >= 0 && this.#isFull(this.#rows[repaired] as SampleRow)) return repaired;
    const [comment] = this.#rows
      .flatMap((row, at) => (at < first && isComment(row) && this.#isFull(row) ? [at] : []))
      .filter((at) => this.#names(at) > 0)
      .sort((a, b) => this.#names(b) - this.#names(a));
    if (comment !== undefined) return comment;
    return this.#headerBelow(first) ?? (isSaid ? first : null);
  }

  /** Of several rows of words in a row, the one with the most names of columns: above it may be titles of groups. */
  #bestOf(first: number): number {
    let best = first;
    for (let at = first + 1; at < Math.min(first + HEADER_ROWS, this.#rows.length); at++) {
      const row = this.#rows[at] as SampleRow;
      // Titles may be pairs of a word and a value.
      if (!row.isBroken && widthOf(row.cells) < this.#width) continue;
      if (row.isBroken || hasValues(row)) break;
      if (this.#names(at) >= 2 && this.#names(at) > this.#names(best)) best = at;
    }
    return best;
  }

  /** A header below rows that have as many cells but are no data: a title with a date in it. */
  #headerBelow(first: number): number | null {
    for (let at = first + 1; at < Math.min(first + HEADER_ROWS, this.#rows.length); at++) {
      const row = this.#rows[at] as SampleRow;
      if (row.isBroken || hasValues(row) || !this.#isFull(row) || this.#names(at) < 2) continue;
      const body = this.#kindsBelow(at);
      const isTitle = (above: SampleRow): boolean =>
        !above.cells.every((cell, column) => {
          const kind = kindOf(cell);
          return kind === 'empty' || body[column] === undefined || body[column] === kind;
        });
      return this.#rows.slice(first, at).every(isTitle) ? at : null;
    }
    return null;
  }

  /** Whether a row looks like the rows below it, and not like the names of columns. */
  #isData(at: number): boolean {
    const row = this.#rows[at] as SampleRow;
    const kinds = row.cells.map(kindOf);
    const values = kinds.flatMap((kind, column) => (kind === 'number' || kind === 'time' ? [column] : []));
    if (values.length === 0) return false;
    const below = this.#kindsBelow(at);
    const alike = values.filter((column) => below[column] === undefined || below[column] === kinds[column]);
    // A number as long as seconds since 1970 is no name.
    if (alike.some((column) => kinds[column] === 'time' || LONG_NUMBER.test(row.cells[column] ?? '')))
      return true;
    if (this.#names(at) > 0 || alike.length < values.length) return false;
    // Without rows below, numbers alone may as well be names.
    return below.length > 0 || values.length > 1;
  }

  /** The most frequent kind of value in each column of the rows below; undefined where all are empty. */
  #kindsBelow(at: number): (Kind | undefined)[] {
    const counts: Map<Kind, number>[] = [];
    for (const row of this.#rows.slice(at + 1)) {
      if (row.isBroken || !this.#isFull(row)) continue;
      row.cells.forEach((cell, column) => {
        const kind = kindOf(cell);
        const ofColumn = (counts[column] ??= new Map<Kind, number>());
        if (kind !== 'empty') ofColumn.set(kind, (ofColumn.get(kind) ?? 0) + 1);
      });
    }
    return counts.map((ofColumn) => [...ofColumn].sort(([, a], [, b]) => b - a)[0]?.[0]);
  }

  #withoutHeader(first: number): TableLayout {
    const { line } = this.#rows[first] as SampleRow;
    const rows = this.#rows.slice(first).filter((row) => !row.isBroken);
    // The last cells may be empty in most rows.
    const written = mostFrequent(rows.map(({ cells }) => cells.length));
    const isFilled = rows.some(({ cells }) => widthOf(cells) > this.#width && widthOf(cells) <= written);
    const columns = isFilled ? written : this.#width;
    return {
      header: Array.from({ length: columns }, (_, column) => `#${column + 1}`),
      headerLine: null,
      isNamed: false,
      firstLine: line,
      doubts: [...this.#titles(first), { code: 'import.doubt.no_header', params: { line } }],
    };
  }

  #withHeader(at: number): TableLayout {
    const row = this.#rows[at] as SampleRow;
    const doubts = this.#titles(at);
    if (this.#isCutAnew(at))
      doubts.push({ code: 'import.doubt.header_delimiter', params: { line: row.line } });
    if (row.isBroken) doubts.push({ code: 'import.doubt.broken_header', params: { line: row.line } });
    let header = row.cells.map((name) => plainName(name));
    if (isComment(row)) header[0] = (header[0] ?? '').replace(COMMENT, '').trim();
    let last = at;
    while (this.#isRule(last + 1) || this.#isSecondLine(last + 1, at)) last += 1;
    const { line, cells: second } = this.#rows[last] as SampleRow;
    if (last > at && !this.#isRule(last)) {
      const merged = isTypesOrUnits(second) ? header : withNamesBelow(header, second);
      const code = merged === header ? 'import.doubt.second_header_line' : 'import.doubt.merged_header';
      doubts.push({ code, params: { line, header: row.line } });
      header = merged;
    }
    if (this.#isShifted(header, last)) {
      header = ['', ...header];
      doubts.push({ code: 'import.doubt.shifted_header', params: { line: row.line } });
    }
    const firstLine = (this.#rows[last] as SampleRow).line + 1;
    return { header, headerLine: row.line, isNamed: true, firstLine, doubts };
  }

  /** What is told of the lines above the header or the first row. */
  #titles(at: number): ErrorInfo[] {
    const above = this.#rows.slice(0, at);
    const [first] = above;
    if (!first) return [];
    const example = printable(first.cells.join(' ').trim(), NAME_CHARS);
    return [{ code: 'import.doubt.titles', params: { count: above.length, example } }];
  }

  #isRule(at: number): boolean {
    const filled = (this.#rows[at]?.cells ?? []).map((cell) => cell.trim()).filter((cell) => cell !== '');
    return filled.length > 0 && filled.every((cell) => RULE.test(cell));
  }

  /** Whether a row below the header has its names in another language, or the types or units of the columns. */
  #isSecondLine(at: number, header: number): boolean {
    const row = this.#rows[at];
    if (!row || row.isBroken || hasValues(row)) return false;
    const filled = row.cells.map((cell) => cell.replace(COMMENT, '')).filter((cell) => cell.trim() !== '');
    if (isTypesOrUnits(row.cells)) return true;
    return this.#isFull(row) && this.#names(at) >= 2 && this.#names(at) * 2 > filled.length && at > header;
  }

  /**
   * Whether the header has no name for the first column, as R writes tables with names of rows: every row has a cell more,
   * and the names fit the values only when they are moved.
   */
  #isShifted(header: readonly string[], last: number): boolean {
    const rows = this.#rows.slice(last + 1).filter((row) => !row.isBroken && this.#isFull(row));
    if (rows.length === 0) return false;
    if (rows.some(({ cells }) => cells.length !== header.length + 1)) return false;
    if (!rows.some(({ cells }) => (cells.at(-1) ?? '').trim() !== '')) return false;
    const ids = rows.map(({ cells }) => cells[0] ?? '');
    if (new Set(ids).size < ids.length) return false;
    const fit = (shift: number): number =>
      header.filter((name, column) => {
        if (!namedRoles(name).some(({ role }) => role === 'time')) return false;
        return rows.every(({ cells }) => ['time', 'number'].includes(kindOf(cells[column + shift] ?? '')));
      }).length;
    const moved = fit(1);
    const still = fit(0);
    if (moved !== still) return moved > still;
    return ids.every((id, index) => Number(id) === index || Number(id) === index + 1);
  }

  #isFull({ cells }: SampleRow): boolean {
    return widthOf(cells) >= Math.max(Math.min(2, this.#width), Math.ceil(this.#width * FULL_ROW));
  }

  /** How many cells of a row are known names of columns. */
  #names(at: number): number {
    const row = this.#rows[at];
    return row ? namesIn(row.cells) : 0;
  }
}

const namesIn = (cells: readonly string[]): number =>
  cells.filter((name) => isColumnName(plainName(name).replace(COMMENT, '').trim())).length;

/** Whether all that stands in the second line of a header are the types or the units of the columns. */
function isTypesOrUnits(cells: readonly string[]): boolean {
  const filled = cells.map((cell) => cell.replace(COMMENT, '').trim()).filter((cell) => cell !== '');
  return filled.length > 0 && filled.every((cell) => TYPE_OR_UNIT.test(cell));
}

/**
 * The names of a header whose cells were merged: those of the second line where the first has none, or one for several columns. The same
 * header where the first line names each column.
 */
function withNamesBelow(header: string[], second: readonly string[]): string[] {
  const below = (column: number): string => plainName(second[column] ?? '');
  const isGroup = (column: number): boolean =>
    below(column) !== '' && ((header[column] ?? '') === '' || header[column] === header[column - 1]);
  if (!second.some((_, column) => isGroup(column))) return header;
  return Array.from({ length: Math.max(header.length, widthOf(second)) }, (_, column) =>
    below(column) !== '' && (isGroup(column) || isGroup(column + 1)) ? below(column) : (header[column] ?? ''),
  );
}

/** Whether cells stand where others in the rows of a header would: a copy of it further down. */
export function isSameHeader(header: readonly string[], cells: readonly string[]): boolean {
  return (
    cells.length === header.length && header.every((name, column) => plainName(cells[column] ?? '') === name)
  );
}

/** The byte-order mark that files joined to one leave in the middle, also read as Latin-1, and the mark that bills begin every cell with. */
const NO_NAME = /\uFEFF|^\s*(?:ï»¿|`)|`\s*$/g;

/** A name without space, and without what programs write before it. */
export function plainName(cell: string): string {
  return cell.replace(NO_NAME, '').trim();
}

const isComment = ({ cells }: SampleRow): boolean => COMMENT.test(cells[0] ?? '');

const hasValues = ({ cells }: SampleRow): boolean =>
  cells.some((cell) => ['number', 'time'].includes(kindOf(cell)));

function kindOf(cell: string): Kind {
  const value = cellValue(cell);
  if (value === null) return 'empty';
  if (value.length > LONGEST_VALUE) return 'word';
  if (/^[+-]?(?:\d[\d,]*\.?\d*|\.\d+)(?:[eE][+-]?\d+)?$/.test(value)) return 'number';
  if (!/\d/.test(value)) return 'word';
  return scanTime(value) !== null || scanClock(value) !== null ? 'time' : 'word';
}

import Papa from 'papaparse';
import { delimiterSchema } from '../../shared/import.ts';
import type { Delimiter } from '../../shared/import.ts';
import { mostFrequent, usualWidth, widthOf } from './recognise/row-width.ts';

const SAMPLE_ROWS = 100;
const SEPARATOR_LINE = /^"?sep=([,;|\t])"?$/i;
/** The quotation mark of nearly all cells, where it is the apostrophe: one before a number alone is Excel's. */
const APOSTROPHES = 0.5;
/** Rows of a sound table have one width, but for damaged ones. */
const NEARLY_ALL = 0.9;

/** How a text is cut into cells. */
export interface CsvDialect {
  delimiter: Delimiter;
  /** How many cells most rows have, empty ones at their end included; null where that is not known. */
  columns: number | null;
  quote: '"' | "'";
  /** Whether a backslash stands before a quotation mark, or a delimiter, that is part of the text. */
  hasEscapes: boolean;
  /** Whether blanks stand between a delimiter and a quotation mark. */
  hasBlanks: boolean;
}

/** The delimiter that a line `sep=…` tells; null for any other. It stands before the header, for Excel, and is no row. */
export function separatorOf(line: string): Delimiter | null {
  return (SEPARATOR_LINE.exec(line)?.[1] ?? null) as Delimiter | null;
}

/**
 * Tells from the beginning of a file how it is cut into cells. The delimiter is the one that its first line tells, else the one
 * that cuts most rows into the most cells: a comma when nothing speaks for any. `given`: the one that the user says.
 */
export function sniffDialect(text: string, given?: Delimiter): CsvDialect {
  const lines = text.replace(/\r\n?/g, '\n');
  const told = given ?? separatorOf(lines.slice(0, lines.search(/\n|$/)));
  const delimiters = told === null ? delimiterSchema.options : [told];
  const judged = delimiters.flatMap((delimiter) =>
    variants(lines, delimiter).map((dialect) => ({ dialect, ...judge(lines, dialect) })),
  );
  // What cuts the rows but not their header separates the items of a list in one of their cells.
  const whole = judged.filter(({ cutsHeader }) => cutsHeader);
  let best: CsvDialect = plain(told ?? ',');
  let bestScore = 0;
  for (const { dialect, score, columns } of whole.length > 0 ? whole : judged) {
    // The plain way comes first: another has to read more rows.
    if (score <= bestScore) continue;
    bestScore = score;
    best = { ...dialect, columns };
  }
  return best;
}

const plain = (delimiter: Delimiter): CsvDialect => ({
  delimiter,
  columns: null,
  quote: '"',
  hasEscapes: false,
  hasBlanks: false,
});

/** The ways in which a text may be quoted, as far as it has their signs. */
function variants(text: string, delimiter: Delimiter): CsvDialect[] {
  const all = [plain(delimiter)];
  if (hasApostrophes(text, delimiter)) all.unshift({ ...plain(delimiter), quote: "'" });
  if (/\\["',;|\t]/.test(text)) all.push(...all.map((dialect) => ({ ...dialect, hasEscapes: true })));
  if (new RegExp(`${escaped(delimiter)} +["']`).test(text))
    all.push(...all.map((dialect) => ({ ...dialect, hasBlanks: true })));
  return all;
}

/** Whether most cells of the first rows stand between apostrophes. */
function hasApostrophes(text: string, delimiter: Delimiter): boolean {
  if (!text.includes("'")) return false;
  const cells = sampleRows(text, { ...plain(delimiter), quote: "'" }, false).flat();
  const quoted = cells.filter((cell) => /^\s*'.*'\s*$/s.test(cell)).length;
  return quoted > cells.length * APOSTROPHES;
}

/** How well a dialect fits a text. `cutsHeader`: nearly all rows have as many cells as the first one, and these are several. */
function judge(
  text: string,
  dialect: CsvDialect,
): { score: number; columns: number | null; cutsHeader: boolean } {
  const rows = sampleRows(text, dialect, true);
  // Empty cells at the end speak for no delimiter: some programs end every cell with a tab.
  const width = usualWidth(rows);
  const alike = rows.filter((cells) => widthOf(cells) === width).length;
  const lengths = rows.filter((cells) => width <= 1 || cells.length > 1).map(({ length }) => length);
  const columns = mostFrequent(lengths) || null;
  const [first] = rows;
  if (!first) return { score: 0, columns, cutsHeader: false };
  const isSound = !first.includes(BROKEN);
  const cutsHeader = isSound && width > 1 && widthOf(first) === width && alike >= rows.length * NEARLY_ALL;
  // One column is a table, too, if there is no other way to see one.
  return { score: (alike / rows.length) * (width - 1 + 1e-6), columns, cutsHeader };
}

/** Stands for the cells of a row whose quotation marks do not match. */
const BROKEN = '\0broken';

/** The first rows of a text. */
function sampleRows(text: string, dialect: CsvDialect, isQuoted: boolean): string[][] {
  const parser = new Papa.Parser({
    ...parserOf(dialect),
    ...(isQuoted ? {} : { quoteChar: '\0' }),
    preview: SAMPLE_ROWS,
  });
  const { data, errors } = parser.parse(normaliseQuotes(text, dialect), 0, false) as {
    data: string[][];
    errors: { row: number }[];
  };
  const broken = new Set(errors.map(({ row }) => row));
  return data
    .map((cells, row) => (broken.has(row) ? ['', BROKEN] : cells))
    .filter((cells) => cells.length > 1 || cells[0]?.trim() !== '');
}

/** What the parser is told of a dialect. */
export function parserOf({ delimiter, quote, hasEscapes }: CsvDialect): Papa.ParseConfig {
  return { delimiter, newline: '\n', quoteChar: quote, escapeChar: hasEscapes ? '\\' : quote };
}

/** Stands for an escaped delimiter while a text is cut: a character of no text. */
const ESCAPED = '\uF8FF';

/** A text of whole lines without the blanks before quotation marks, and with escaped delimiters that are none. */
export function normaliseQuotes(
  text: string,
  { delimiter, quote, hasEscapes, hasBlanks }: CsvDialect,
): string {
  let plainText = text;
  if (hasBlanks) {
    // Two marks are one that is part of a text, unless a cell ends behind them.
    const ends = `(?:${escaped(delimiter)}|$)`;
    const blanks = new RegExp(
      `(^|${escaped(delimiter)}) +(?=${quote}(?:[^${quote}]|${quote} *${ends}))`,
      'gm',
    );
    plainText = plainText.replace(blanks, '$1');
  }
  return hasEscapes ? plainText.replaceAll(`\\${delimiter}`, ESCAPED) : plainText;
}

/** A cell as it was meant, of a text that normaliseQuotes changed. */
export function restoreCell(cell: string, { delimiter }: CsvDialect): string {
  return cell.includes(ESCAPED) ? cell.replaceAll(ESCAPED, delimiter) : cell;
}

const escaped = (text: string): string => text.replace(/[|\\{}()[\]^$+*?.]/g, '\\$&');

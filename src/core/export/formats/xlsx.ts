import { createWriteStream } from 'node:fs';
import { Readable } from 'node:stream';
import type { ReadableStream as NodeStream } from 'node:stream/web';
import { pipeline } from 'node:stream/promises';
import { writeXlsxStream } from 'hucre/xlsx';
import type { CellValue } from 'hucre/xlsx';
import type { ErrorInfo } from '../../../shared/errors.ts';
import type { ExportCell, ExportColumn, ExportTable } from '../export-table.ts';
import { formatWallTime } from '../../wall-time.ts';
import type { Format } from './format.ts';

/** The limits of a sheet of Excel (support.microsoft.com, "Excel specifications and limits"). */
export const MOST_ROWS = 1_048_576;
export const MOST_CELL_CHARS = 32_767;
/** Dates that Excel shows: from 1900-03-01, before which it counts a day that never was, to the end of 9999. */
const FIRST_DATE = Date.UTC(1900, 2, 1);
const LAST_DATE = Date.UTC(10_000, 0, 1);

/** What an archive of ZIP holds without the fields of ZIP64. */
export const MOST_ZIP_BYTES = 0xfffffffe;
/** What stands around the value of a cell, the row included. */
const CELL_BYTES = 120;

const TIME_FORMAT = 'yyyy-mm-dd hh:mm:ss';
const MOST_COLUMN_CHARS = 40;
const WIDTHS: Record<ExportColumn['type'], number> = {
  text: 16,
  integer: 12,
  number: 12,
  boolean: 10,
  time: 20,
  json: MOST_COLUMN_CHARS,
  ids: 20,
};

/** A column of the sheet: a whole column of the table, or the so-many-th part of its texts. */
interface SheetColumn {
  column: ExportColumn;
  index: number;
  part: number;
}

export interface XlsxLimits {
  /** Of a sheet. */
  rows: number;
  /** Of a cell. */
  chars: number;
  /** Of an archive without the fields of ZIP64. */
  zipBytes: number;
}

/**
 * A workbook of one sheet, or of several where the rows do not fit into one. The lines are read twice: the first time to see how
 * many columns their longest texts need.
 */
export function xlsxFormat({ rows: mostRows, chars, zipBytes }: XlsxLimits): Format {
  return {
    passes: 2,
    isText: false,
    async write(table, target) {
      const { parts, longCells, bytes } = measure(table, chars);
      const columns = table.columns.flatMap((column, index): SheetColumn[] =>
        Array.from({ length: parts[index] ?? 1 }, (_each, part) => ({ column, index, part })),
      );
      let rows = 0;
      const lines = function* (): Generator<CellValue[]> {
        for (const { cells } of table.lines()) {
          rows += 1;
          yield columns.map(({ column, index, part }) =>
            sheetCell(column, cells[index] ?? null, part, chars),
          );
        }
      };
      const stream = writeXlsxStream(lines(), {
        name: table.what,
        columns: columns.map(({ column, part }) => ({
          header: headerOf(column, part),
          width: WIDTHS[column.type],
          ...(column.type === 'time' ? { numFmt: TIME_FORMAT } : {}),
        })),
        freezePane: { rows: 1 },
        maxRowsPerSheet: mostRows,
        // Not every program reads it: LibreOffice 7.4 does not, nor older ones.
        zip64: bytes > zipBytes,
      });
      await pipeline(Readable.fromWeb(stream as NodeStream<Uint8Array>), createWriteStream(target.path));
      return { rows, notes: notesOf({ rows, mostRows, longCells, chars, columns }) };
    },
  };
}

export const xlsx: Format = xlsxFormat({
  rows: MOST_ROWS,
  chars: MOST_CELL_CHARS,
  zipBytes: MOST_ZIP_BYTES,
});

interface Measured {
  /** How many columns each column needs for its longest text. */
  parts: number[];
  /** How many cells are longer than one of a sheet may be. */
  longCells: number;
  /** What the sheets are together as XML, at the most. */
  bytes: number;
}

function measure(table: ExportTable, chars: number): Measured {
  const parts = table.columns.map(() => 1);
  let longCells = 0;
  let bytes = 0;
  for (const { cells } of table.lines())
    for (const [index, cell] of cells.entries()) {
      bytes += CELL_BYTES + (typeof cell === 'string' ? xmlBytes(cell) : 0);
      if (typeof cell !== 'string' || cell.length <= chars) continue;
      longCells += 1;
      const needed = partsOf(cell, chars).length;
      if (needed > (parts[index] ?? 1)) parts[index] = needed;
    }
  return { parts, longCells, bytes };
}

/** Letters, digits, blanks, brackets, commas, points: written as they are, in a byte. */
const PLAIN_BYTE = /[\w ()*+,\-./:;[\]{}|~@]/;
const WIDTH_OF_ASCII = Array.from({ length: 0x80 }, (_, code) => {
  const character = String.fromCharCode(code);
  // Others become entities, or `_x0000_`; so does an underscore that begins such a text.
  return PLAIN_BYTE.test(character) && character !== '_' ? 1 : 7;
});

/** The bytes of a text in XML, at the most. */
function xmlBytes(text: string): number {
  let bytes = 0;
  for (let at = 0; at < text.length; at++) {
    const code = text.charCodeAt(at);
    bytes += WIDTH_OF_ASCII[code] ?? (code < 0xfffe ? 3 : 7);
  }
  return bytes;
}

/** A text in parts that fit into a cell; no character is divided. */
function partsOf(text: string, chars: number): string[] {
  const parts: string[] = [];
  for (let from = 0; from < text.length;) {
    let to = Math.min(from + chars, text.length);
    const last = text.charCodeAt(to - 1);
    if (to < text.length && last >= 0xd800 && last <= 0xdbff) to -= 1;
    parts.push(text.slice(from, to));
    from = to;
  }
  return parts;
}

function headerOf({ name }: ExportColumn, part: number): string {
  return part === 0 ? name : `${name} (${part + 1})`;
}

function sheetCell({ type }: ExportColumn, cell: ExportCell, part: number, chars: number): CellValue {
  if (cell === null) return null;
  if (type === 'time') {
    const time = Number(cell);
    return time >= FIRST_DATE && time < LAST_DATE ? new Date(time) : formatWallTime(time);
  }
  if (typeof cell !== 'string') return cell;
  if (cell.length <= chars) return part === 0 ? plain(cell) : null;
  const text = partsOf(cell, chars)[part];
  return text === undefined ? null : plain(text);
}

/** What a sheet writes for characters that XML lacks (ECMA-376, ST_Xstring), so that a text that looks like it is marked, too. */
function plain(text: string): string {
  return text
    .replace(/_(?=x[0-9A-Fa-f]{4}_)/g, '_x005F_')
    .replace(/[\uFFFE\uFFFF]/g, (character) => `_x${character.charCodeAt(0).toString(16).toUpperCase()}_`);
}

function notesOf({
  rows,
  mostRows,
  longCells,
  chars,
  columns,
}: {
  rows: number;
  mostRows: number;
  longCells: number;
  chars: number;
  columns: readonly SheetColumn[];
}): ErrorInfo[] {
  // Each sheet has the header.
  const sheets = Math.max(1, Math.ceil(rows / (mostRows - 1)));
  const continued = columns.filter(({ part }) => part > 0).map(({ column, part }) => headerOf(column, part));
  return [
    ...(sheets > 1 ? [{ code: 'export.note.sheets', params: { rows, sheets } } as const] : []),
    ...(longCells > 0
      ? [
          {
            code: 'export.note.long_cells',
            params: { cells: longCells, limit: chars, columns: continued.join(', ') },
          } as const,
        ]
      : []),
  ];
}

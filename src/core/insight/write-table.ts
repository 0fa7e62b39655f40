import { createWriteStream } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import type { ReadableStream as NodeStream } from 'node:stream/web';
import Papa from 'papaparse';
import type { InsightTable } from '../../shared/insight-table.ts';
import { tableKey } from '../../shared/insight-tables.ts';
import type { NamedTable } from '../../shared/insight-tables.ts';
import { AppError } from '../errors.ts';
import { writeFileWhole, writeWhole } from '../export/write-whole.ts';

/** Excel recognises a CSV as UTF-8 only by this mark. */
const BOM = '\uFEFF';
const CELLS_THAT_RUN = /^[=+\-@\t\r]/;
/** A cell of a workbook has no more characters; the sequence of a user can be longer. */
const MOST_CELL_CHARS = 32_767;
const CUT = ' > …';
const MAIN_SHEET = 'insight';

/** A table as CSV, after a byte-order mark unless another beginning is given; texts that a spreadsheet would run as a formula get an apostrophe in front. */
export function csvOf({ columns, rows }: InsightTable, beginning = BOM): string {
  const cells = rows.map((row) =>
    row.map((cell) => (typeof cell === 'string' && CELLS_THAT_RUN.test(cell) ? `'${cell}` : (cell ?? ''))),
  );
  return `${beginning}${Papa.unparse([columns, ...cells], { newline: '\r\n' })}\r\n`;
}

/**
 * Writes a table as a workbook or as CSV; the file appears whole or not at all. In a workbook a sequence that
 * is longer than a cell can be ends in `…`. Throws export.unwritable, export.over_database.
 */
export async function writeTable(table: InsightTable, path: string, format: 'csv' | 'xlsx'): Promise<void> {
  if (format === 'csv') {
    await writeWhole(path, [csvOf(table)], 'export.unwritable');
    return;
  }
  // No program that only asks loads what writes workbooks.
  const { writeXlsxStream } = await import('hucre/xlsx');
  const rows = table.rows.map((row) => row.map(cellOf));
  const stream = writeXlsxStream(rows, {
    name: MAIN_SHEET,
    columns: table.columns.map((header, index) => ({ header, width: index < table.named ? 32 : 14 })),
    freezePane: { rows: 1 },
  });
  await writeFileWhole(path, 'export.unwritable', (partial) =>
    pipeline(Readable.fromWeb(stream as NodeStream<Uint8Array>), createWriteStream(partial)),
  );
}

/** The table of an answer by its name, as `tableKey` gives it; the first one without a name. Throws insight.unknown_table. */
export function tableNamed(tables: readonly [NamedTable, ...NamedTable[]], name?: string): NamedTable {
  const found = name === undefined ? tables[0] : tables.find((each) => tableKey(each) === name);
  if (found) return found;
  throw new AppError('insight.unknown_table', {
    name: name ?? '',
    known: tables.map(tableKey).join(', '),
  });
}

/** Writes the tables of an answer as a workbook: the first one as the sheet `insight`, each further one under its name. Throws as `writeTable` does. */
export async function writeAnswerTables(
  tables: readonly [NamedTable, ...NamedTable[]],
  path: string,
): Promise<void> {
  const [first, ...further] = tables;
  if (further.length === 0) return writeTable(first.table, path, 'xlsx');
  const names = new SheetNames();
  await writeSheets(
    tables.map((each) => ({
      name: names.of(each === first ? MAIN_SHEET : tableKey(each)),
      table: each.table,
    })),
    path,
  );
}

/**
 * Writes the answers of a report as a workbook: the first table of each as a sheet under its title, each further one under that and its name
 * (`漏斗 · dropped`). Throws as `writeTable` does.
 */
export async function writeReportTables(
  items: readonly { title: string; tables: readonly NamedTable[] }[],
  path: string,
): Promise<void> {
  const names = new SheetNames();
  const sheets = items.flatMap(({ title, tables }) => {
    const [first, ...further] = tables;
    if (!first) return [];
    const name = names.of(title);
    return [
      { name, table: first.table },
      ...further.map((each) => ({ name: names.of(name, ` · ${tableKey(each)}`), table: each.table })),
    ];
  });
  await writeSheets(sheets, path);
}

/** Writes tables as the sheets of a workbook; the file appears whole or not at all. */
async function writeSheets(
  tables: readonly { name: string; table: InsightTable }[],
  path: string,
): Promise<void> {
  const { writeXlsx } = await import('hucre/xlsx');
  const sheets = tables.map(({ name, table }) => ({
    name,
    columns: table.columns.map((_, index) => ({ width: index < table.named ? 32 : 14 })),
    rows: [[...table.columns], ...table.rows.map((row) => row.map(cellOf))],
    freezePane: { rows: 1 },
  }));
  const bytes = await writeXlsx({ sheets });
  await writeFileWhole(path, 'export.unwritable', (partial) => writeFile(partial, bytes));
}

/** No name of a sheet is longer, or has one of these. */
const [MOST_SHEET_CHARS, NOT_IN_SHEET_NAMES] = [31, /[\\/?*[\]:\p{Cc}']/gu];

/** Gives the sheets of a workbook names that Excel takes, no two alike. */
class SheetNames {
  readonly #taken = new Set<string>();

  /** `end`: what the name ends with, whatever has to be cut of the title. */
  of(title: string, end = ''): string {
    const cut = (more: string): string => {
      const plain = title.replace(NOT_IN_SHEET_NAMES, ' ').trim();
      const most = MOST_SHEET_CHARS - more.length;
      return `${plain.slice(0, most).trim() || MAIN_SHEET.slice(0, most)}${more}`;
    };
    let name = cut(end);
    for (let number = 2; this.#taken.has(name.toLowerCase()); number += 1) name = cut(` ${number}${end}`);
    this.#taken.add(name.toLowerCase());
    return name;
  }
}

function cellOf(cell: string | number | null): string | number | null {
  return typeof cell === 'string' && cell.length > MOST_CELL_CHARS
    ? `${cell.slice(0, MOST_CELL_CHARS - CUT.length)}${CUT}`
    : cell;
}

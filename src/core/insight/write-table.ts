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
  await writeTables(
    [
      { title: MAIN_SHEET, table: first.table },
      ...further.map((each) => ({ title: tableKey(each), table: each.table })),
    ],
    path,
  );
}

/** No name of a sheet is longer, or has one of these. */
const [MOST_SHEET_CHARS, NOT_IN_SHEET_NAMES] = [31, /[\\/?*[\]:\p{Cc}']/gu];

/** Writes tables as the sheets of a workbook, each under its title; the file appears whole or not at all. Throws as `writeTable` does. */
export async function writeTables(
  tables: readonly { title: string; table: InsightTable }[],
  path: string,
): Promise<void> {
  const { writeXlsx } = await import('hucre/xlsx');
  const taken = new Set<string>();
  const sheets = tables.map(({ title, table }) => ({
    name: sheetName(title, taken),
    columns: table.columns.map((_, index) => ({ width: index < table.named ? 32 : 14 })),
    rows: [[...table.columns], ...table.rows.map((row) => row.map(cellOf))],
    freezePane: { rows: 1 },
  }));
  const bytes = await writeXlsx({ sheets });
  await writeFileWhole(path, 'export.unwritable', (partial) => writeFile(partial, bytes));
}

function sheetName(title: string, taken: Set<string>): string {
  const base = title.replace(NOT_IN_SHEET_NAMES, ' ').trim().slice(0, MOST_SHEET_CHARS).trim() || 'insight';
  let name = base;
  for (let number = 2; taken.has(name.toLowerCase()); number += 1)
    name = `${base.slice(0, MOST_SHEET_CHARS - 4)} ${number}`;
  taken.add(name.toLowerCase());
  return name;
}

function cellOf(cell: string | number | null): string | number | null {
  return typeof cell === 'string' && cell.length > MOST_CELL_CHARS
    ? `${cell.slice(0, MOST_CELL_CHARS - CUT.length)}${CUT}`
    : cell;
}

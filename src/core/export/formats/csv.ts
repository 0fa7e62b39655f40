import { formatWallTime } from '../../wall-time.ts';
import type { ExportCell, ExportColumn, ExportTable } from '../export-table.ts';
import { writeText } from './format.ts';
import type { Format } from './format.ts';

/** Excel recognises a CSV as UTF-8 only by this mark. */
const BOM = '\uFEFF';
const LINE_END = '\r\n';

/**
 * A cell that a spreadsheet would run as a formula gets an apostrophe (owasp.org/www-community/attacks/CSV_Injection); so does one
 * that begins with an apostrophe and would lose it at an import, which takes one away.
 */
const FORMULA = /^'*[=+\-@\t\r]/;
const QUOTED = /[",\r\n]|^\s|\s$/;

/** A text as a cell of a CSV that a spreadsheet opens. */
export function spreadsheetText(text: string): string {
  return csvText(FORMULA.test(text) ? `'${text}` : text);
}

/** A text as a cell of a CSV, as it is. */
export function csvText(text: string): string {
  return QUOTED.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}

/** CSV for spreadsheets and programs: UTF-8 with BOM, wall-clock times, and the offset in a column. */
export const csv: Format = {
  passes: 1,
  isText: true,
  async write(table, target) {
    let rows = 0;
    const lines = function* (): Generator<string> {
      yield BOM + table.columns.map(({ name }) => spreadsheetText(name)).join(',') + LINE_END;
      for (const { cells } of table.lines()) {
        rows += 1;
        yield csvLine(table, cells);
      }
    };
    await writeText(target, lines());
    return { rows, notes: [] };
  },
};

function csvLine({ columns }: Pick<ExportTable, 'columns'>, cells: readonly ExportCell[]): string {
  let line = '';
  for (const [index, column] of columns.entries()) {
    if (index > 0) line += ',';
    line += csvCell(column, cells[index] ?? null);
  }
  return line + LINE_END;
}

function csvCell({ type }: ExportColumn, cell: ExportCell): string {
  if (cell === null) return '';
  switch (type) {
    case 'time':
      return formatWallTime(Number(cell));
    case 'integer':
    case 'number':
    case 'boolean':
    case 'ids':
      return String(cell);
    case 'text':
    case 'json':
      return spreadsheetText(String(cell));
  }
}

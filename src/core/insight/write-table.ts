import Papa from 'papaparse';
import type { InsightTable } from '../../shared/insight-table.ts';

/** Excel recognises a CSV as UTF-8 only by this mark. */
const BOM = '\uFEFF';
const CELLS_THAT_RUN = /^[=+\-@\t\r]/;

/** A table as CSV, after a byte-order mark unless another beginning is given; texts that a spreadsheet would run as a formula get an apostrophe in front. */
export function csvOf({ columns, rows }: InsightTable, beginning = BOM): string {
  const cells = rows.map((row) =>
    row.map((cell) => (typeof cell === 'string' && CELLS_THAT_RUN.test(cell) ? `'${cell}` : (cell ?? ''))),
  );
  return `${beginning}${Papa.unparse([columns, ...cells], { newline: '\r\n' })}\r\n`;
}

import { CsvReader } from './csv-reader.ts';
import type { FileFormat } from './file-format.ts';

/** Enough text for the first rows, and little enough that they come at once. */
const HEAD_CHARS = 256 * 1024;

/** The header of a file (null when it has none), and its first rows that have the right number of columns. */
export function firstRows(
  { headText, delimiter }: FileFormat,
  limit: number,
): { header: string[] | null; rows: string[][] } {
  let header: string[] | null = null;
  const rows: string[][] = [];
  const reader = new CsvReader(delimiter, {
    header: (fields) => (header = fields),
    row: (fields) => {
      if (rows.length < limit) rows.push(fields);
    },
    reject: () => undefined,
  });
  reader.push(headText.slice(0, HEAD_CHARS));
  // Only a file that is shorter than that has an end here; a row that is merely cut off is no row.
  if (headText.length <= HEAD_CHARS) reader.end();
  return { header, rows };
}

import type { ErrorInfo } from '../../shared/errors.ts';
import { AppError } from '../errors.ts';
import { CsvReader } from './csv-reader.ts';
import type { FileFormat } from './file-format.ts';
import { IMPORT_LIMITS } from './limits.ts';

/** Enough text for any header and the first rows, and little enough to be read at once. */
const HEAD_CHARS = IMPORT_LIMITS.headerChars;

/**
 * The header of a file (null when it has none), its first rows that have the right number of columns, and why other rows
 * among them have not. Throws
 * `import.header_too_long`.
 */
export function firstRows(
  { headText, delimiter }: FileFormat,
  limit: number,
): { header: string[] | null; rows: string[][]; broken: ErrorInfo[] } {
  let header: string[] | null = null;
  const rows: string[][] = [];
  const broken: ErrorInfo[] = [];
  const reader = new CsvReader(delimiter, {
    header: (fields) => (header = fields),
    row: (fields) => {
      if (rows.length < limit) rows.push(fields);
    },
    reject: (_line, reason) => {
      if (rows.length < limit) broken.push(reason);
    },
  });
  reader.push(headText.slice(0, HEAD_CHARS));
  const isWhole = headText.length <= HEAD_CHARS;
  // Only a file that is shorter than that ends here; a row that is merely cut off is no row.
  if (isWhole) reader.end();
  else if (header === null) throw new AppError('import.header_too_long', { limit: HEAD_CHARS });
  return { header, rows, broken };
}

import type { ImportDetails } from '../../shared/import.ts';
import { AppError } from '../errors.ts';
import type { Connected } from './database.ts';
import { badRowsOf } from './import-store.ts';
import { parseReading, parseWarnings } from './stored-reading.ts';

/** How many rejected rows are told; all can be saved. */
const BAD_ROWS_TOLD = 100;

/** What there is to know of an import: its warnings, and the first rows that it rejected. Throws `import.unknown`. */
export function importDetails(workspace: Connected, importId: number): ImportDetails {
  const row = workspace.db
    .prepare('SELECT bad_rows, reading, warning FROM imports WHERE id = ?')
    .get(importId);
  if (row === undefined) throw new AppError('import.unknown');
  const reading = parseReading(row['reading']);
  return {
    importId,
    part: reading?.part ?? null,
    unit: reading?.unit ?? (reading?.format === undefined ? 'line' : 'row'),
    warnings: parseWarnings(row['warning']),
    badRowCount: Number(row['bad_rows']),
    badRows: [...badRowsOf(workspace, importId, BAD_ROWS_TOLD)],
  };
}

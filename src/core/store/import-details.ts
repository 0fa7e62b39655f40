import type { ErrorInfo } from '../../shared/errors.ts';
import type { ImportDetails } from '../../shared/import.ts';
import { AppError } from '../errors.ts';
import type { Connected } from './database.ts';
import { badRowsOf } from './import-store.ts';
import type { ImportReading } from './import-store.ts';

/** How many rejected rows are told; all can be saved. */
const BAD_ROWS_TOLD = 100;

/** What there is to know of an import: its warnings, and the first rows that it rejected. Throws `import.unknown`. */
export function importDetails(workspace: Connected, importId: number): ImportDetails {
  const row = workspace.db
    .prepare('SELECT bad_rows, reading, warning FROM imports WHERE id = ?')
    .get(importId);
  if (row === undefined) throw new AppError('import.unknown');
  const reading = jsonOf<Pick<ImportReading, 'format' | 'part' | 'unit'>>(row['reading']);
  return {
    importId,
    part: reading?.part ?? null,
    unit: reading?.unit ?? (reading?.format === undefined ? 'line' : 'row'),
    // One alone in imports of earlier versions.
    warnings: [jsonOf<ErrorInfo | ErrorInfo[]>(row['warning']) ?? []].flat(),
    badRowCount: Number(row['bad_rows']),
    badRows: [...badRowsOf(workspace, importId, BAD_ROWS_TOLD)],
  };
}

const jsonOf = <T>(column: unknown): T | null => (column === null ? null : (JSON.parse(String(column)) as T));

import { basename } from 'node:path';
import { AppError } from '../errors.ts';
import type { ImportColumn, ImportOptions, ImportPreview } from '../../shared/import.ts';
import { checkColumnCount, checkRoles, recogniseRoles } from './columns.ts';
import { recogniseFormat } from './file-format.ts';
import { FileSource } from './file-source.ts';
import { firstRows } from './first-rows.ts';
import { printable } from './text.ts';
import { systemTimeZone, TimeZone } from './times/time-zone.ts';

const PREVIEW_ROWS = 20;
const COLUMN_SAMPLES = 3;
/** Cells are shown, not read: a long text is cut. */
const CELL_CHARS = 200;

/**
 * Describes a file before anything is imported: its format, its columns with their roles, and its first rows. If it
 * cannot be imported with these roles, `problem` says why. Rejects with `import.not_found`, `import.unreadable`,
 * `import.empty`, `import.spreadsheet`, `import.not_text`, `import.bad_time_zone`, `import.header_too_long` and
 * `import.too_many_columns`.
 */
export async function previewImport(options: ImportOptions): Promise<ImportPreview> {
  const timeZone = options.timeZone ?? systemTimeZone();
  new TimeZone(timeZone);
  const source = new FileSource(options.path);
  try {
    const format = recogniseFormat(source, options);
    const { header, rows } = firstRows(format, PREVIEW_ROWS);
    if (header === null) throw new AppError('import.empty', { path: options.path });
    const tooMany = checkColumnCount(header);
    if (tooMany) throw new AppError(tooMany.code, tooMany.params);
    const recognised = recogniseRoles(header, options.kind);
    const roles = options.roles?.length === header.length ? options.roles : recognised;
    return {
      path: options.path,
      fileName: basename(options.path),
      sizeBytes: source.sizeBytes,
      kind: options.kind,
      encoding: format.encoding,
      delimiter: format.delimiter,
      timeZone,
      columns: header.map((name, column): ImportColumn => {
        const values = rows.map((row) => row[column]?.trim() ?? '').filter((value) => value !== '');
        return {
          name: printable(name.trim(), CELL_CHARS),
          role: roles[column] ?? 'ignore',
          samples: [...new Set(values)].slice(0, COLUMN_SAMPLES).map((value) => printable(value, CELL_CHARS)),
        };
      }),
      sampleRows: rows.map((row) => row.map((cell) => printable(cell, CELL_CHARS))),
      problem: checkRoles(header, options.roles ?? roles, options.kind),
    };
  } finally {
    source.close();
  }
}

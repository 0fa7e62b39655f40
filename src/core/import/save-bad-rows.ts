import { closeSync, openSync, writeSync } from 'node:fs';
import type { DatabaseSync } from 'node:sqlite';
import Papa from 'papaparse';
import { AppError } from '../errors.ts';
import { formatMessage } from '../i18n.ts';
import { badRowsOf } from '../store/import-store.ts';
import type { Locale } from '../../shared/settings.ts';

const ROWS_PER_WRITE = 1000;

const HEADERS: Record<Locale, string[]> = {
  'zh-CN': ['行号', '原因', '代码', '原始行'],
  en: ['line', 'reason', 'code', 'row'],
};

/**
 * Writes all rejected rows of an import as CSV (UTF-8 with BOM, so that Excel reads it): line, reason in the given
 * language, code, and the row as read (its first 500 characters). Returns how many. Throws `import.bad_rows_unwritable`.
 */
export function saveBadRows(
  db: DatabaseSync,
  importId: number,
  path: string,
  locale: Locale = 'zh-CN',
): number {
  try {
    const file = openSync(path, 'w');
    try {
      return writeRows(db, importId, locale, (text) => writeSync(file, text));
    } finally {
      closeSync(file);
    }
  } catch (error) {
    const detail = error instanceof Error ? error.message : String(error);
    throw new AppError('import.bad_rows_unwritable', { path, detail }, { cause: error });
  }
}

function writeRows(
  db: DatabaseSync,
  importId: number,
  locale: Locale,
  write: (text: string) => void,
): number {
  let count = 0;
  let pending: (string | number)[][] = [HEADERS[locale]];
  const flush = (): void => {
    // escapeFormulae: a row of a log must not become a formula when the file is opened in a spreadsheet.
    if (pending.length > 0) write(`${Papa.unparse(pending, { newline: '\r\n', escapeFormulae: true })}\r\n`);
    pending = [];
  };
  write('\uFEFF');
  for (const { line, reason, raw } of badRowsOf(db, importId)) {
    pending.push([line, formatMessage(locale, reason), reason.code, raw]);
    count++;
    if (pending.length >= ROWS_PER_WRITE) flush();
  }
  flush();
  return count;
}

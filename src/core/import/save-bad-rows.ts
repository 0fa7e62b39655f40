import type { DatabaseSync } from 'node:sqlite';
import Papa from 'papaparse';
import { writeWhole } from '../export/write-whole.ts';
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
 * language, code, and the row as read (its first 500 characters). The file appears whole or not at all. Returns how many.
 * Throws import.bad_rows_unwritable, export.over_database.
 */
export async function saveBadRows(
  db: DatabaseSync,
  importId: number,
  path: string,
  locale: Locale = 'zh-CN',
): Promise<number> {
  const counter = { rows: 0 };
  await writeWhole(path, chunks(db, importId, locale, counter), 'import.bad_rows_unwritable');
  return counter.rows;
}

function* chunks(
  db: DatabaseSync,
  importId: number,
  locale: Locale,
  counter: { rows: number },
): Generator<string> {
  let pending: (string | number)[][] = [HEADERS[locale]];
  // escapeFormulae: a row of a log must not become a formula when the file is opened in a spreadsheet.
  const lines = (): string =>
    pending.length === 0 ? '' : `${Papa.unparse(pending, { newline: '\r\n', escapeFormulae: true })}\r\n`;
  yield '\uFEFF';
  for (const { line, reason, raw } of badRowsOf(db, importId)) {
    pending.push([line, formatMessage(locale, reason), reason.code, raw]);
    counter.rows++;
    if (pending.length < ROWS_PER_WRITE) continue;
    yield lines();
    pending = [];
  }
  yield lines();
}

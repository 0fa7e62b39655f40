import Papa from 'papaparse';
import { writeWhole } from '../export/write-whole.ts';
import { formatMessage } from '../i18n.ts';
import type { Locale } from '../../shared/settings.ts';
import type { RejectedRows } from './rejected-rows.ts';

const ROWS_PER_WRITE = 1000;

const HEADERS: Record<Locale, string[]> = {
  'zh-CN': ['行号', '原因', '代码', '原始行'],
  en: ['line', 'reason', 'code', 'row'],
};
const FILE_HEADER: Record<Locale, string> = { 'zh-CN': '文件', en: 'file' };

/**
 * Writes rejected rows as CSV (UTF-8 with BOM, so that Excel reads it): line, reason in the given language, code, and the
 * row as read (its first 500 characters); of several files the name comes first. The file appears whole or not at all.
 * Returns how many rows. Throws import.bad_rows_unwritable, export.over_database.
 */
export async function saveBadRows(
  files: readonly RejectedRows[],
  path: string,
  locale: Locale = 'zh-CN',
): Promise<number> {
  const counter = { rows: 0 };
  await writeWhole(path, chunks(files, locale, counter), 'import.bad_rows_unwritable');
  return counter.rows;
}

async function* chunks(
  files: readonly RejectedRows[],
  locale: Locale,
  counter: { rows: number },
): AsyncGenerator<string> {
  const nameOf = (name: string): string[] => (files.length > 1 ? [name] : []);
  let pending: (string | number)[][] = [[...nameOf(FILE_HEADER[locale]), ...HEADERS[locale]]];
  // escapeFormulae: a row of a log must not become a formula when the file is opened in a spreadsheet.
  const lines = (): string =>
    pending.length === 0 ? '' : `${Papa.unparse(pending, { newline: '\r\n', escapeFormulae: true })}\r\n`;
  yield '\uFEFF';
  for (const { fileName, rows } of files) {
    for await (const { line, reason, raw } of rows) {
      pending.push([...nameOf(fileName), line, formatMessage(locale, reason), reason.code, raw]);
      counter.rows++;
      if (pending.length < ROWS_PER_WRITE) continue;
      yield lines();
      pending = [];
    }
  }
  yield lines();
}

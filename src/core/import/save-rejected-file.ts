import { connect, migrate, sqliteError, transaction } from '../store/database.ts';
import type { ImportOptions } from '../../shared/import.ts';
import type { Locale } from '../../shared/settings.ts';
import { recogniseFormat } from './file-format.ts';
import { FileSource } from './file-source.ts';
import { readInto } from './run-import.ts';
import { saveBadRows } from './save-bad-rows.ts';

/**
 * Writes the rejected rows of a file of which no row could be used, as `saveBadRows` does; returns how many. No workspace
 * has them, so the file is read once more, into a scratch database. Throws as an import of it, and as `saveBadRows`.
 */
export async function saveRejectedFile(
  options: ImportOptions,
  path: string,
  locale: Locale,
): Promise<number> {
  const source = new FileSource(options.path);
  // Without a name SQLite keeps the database in a temporary file that nobody else sees and that goes with it.
  const db = connect('');
  try {
    migrate(db);
    const context = { db, options, onProgress: () => undefined, isCancelled: () => false };
    const format = recogniseFormat(source, options);
    const { importId } = transaction(db, () => readInto(context, source, format));
    return await saveBadRows(db, importId, path, locale);
  } catch (error) {
    throw sqliteError(error, path);
  } finally {
    db.close();
    source.close();
  }
}

import { basename } from 'node:path';
import { systemClock } from '../clock.ts';
import { connect, migrate } from '../store/database.ts';
import type { Connected } from '../store/database.ts';
import { badRowsOf, importedFileName, ImportStore } from '../store/import-store.ts';
import type { BadRow, ImportOptions } from '../../shared/import.ts';
import { planColumns } from './column-plan.ts';
import { FileSource } from './file-source.ts';
import { inTransaction } from './import-context.ts';
import { openFile } from './open-file.ts';
import { readInto } from './run-import.ts';

/** The rejected rows of one file, in its order. */
export interface RejectedRows {
  fileName: string;
  rows: Iterable<BadRow> | AsyncIterable<BadRow>;
}

/** Those of an import, which the workspace has. */
export function rejectedByImport(workspace: Connected, importId: number): RejectedRows {
  return { fileName: importedFileName(workspace.db, importId), rows: badRowsOf(workspace, importId) };
}

/**
 * Those of a file of which no row could be used. No workspace has them, so the file is read once more, into a scratch
 * database, when they are asked for. Throws then as an import of it.
 */
export function rejectedOfFile(options: ImportOptions, now: number = systemClock.now()): RejectedRows {
  return { fileName: basename(options.path), rows: readAgain(options, now) };
}

async function* readAgain(options: ImportOptions, now: number): AsyncGenerator<BadRow> {
  const source = new FileSource(options.path);
  // Without a name SQLite keeps the database in a temporary file that nobody else sees and that goes with it.
  const db = connect('');
  try {
    migrate(db);
    const store = new ImportStore(db);
    const context = { store, options, onProgress: () => undefined, isCancelled: () => false, now: () => now };
    const file = await openFile(source, options, now);
    const plan = await planColumns(file.rows, options, now);
    const { importId } = await inTransaction(store, () => readInto(context, source, file, plan));
    yield* badRowsOf({ db }, importId);
  } finally {
    db.close();
    source.close();
  }
}

import { existsSync, statSync } from 'node:fs';
import { DatabaseSync } from 'node:sqlite';
import { pathToFileURL } from 'node:url';
import { AppError } from '../../errors.ts';
import { APPLICATION_ID, scalar } from '../../store/database.ts';
import { brokenFile } from './broken-file.ts';
import { textOfBytes } from './bytes-text.ts';
import type { TableFile } from './table.ts';

/** Reading databases of others: they are never written to, and nothing that their schema says is run. */

/** Rows that are read at a time. */
export const ROWS_AT_ONCE = 500;
const MOST_TABLES = 200;
/** How long a change of another program is waited for. */
const WAIT_MS = 2000;
/** SQLITE_BUSY, SQLITE_LOCKED, and what is said of a change that its program did not end: SQLITE_READONLY, SQLITE_CANTOPEN. */
const BUSY = new Set([5, 6, 8, 14]);
/** Where the header says how the database is written, and what it is for a log of changes (sqlite.org/fileformat.html, 1.3). */
const HEADER_BYTES = 20;
const READ_VERSION = 19;
const WITH_LOG = 2;

/** Refuses a workspace of our own: its tables are not those of a log. */
function checkForeign(db: DatabaseSync, path: string): void {
  if (scalar(db, 'PRAGMA application_id') === APPLICATION_ID) {
    throw new AppError('import.own_workspace', { path });
  }
}

export function tableNames(db: DatabaseSync): string[] {
  return db
    .prepare(
      `SELECT name FROM sqlite_schema WHERE type = 'table' AND name NOT LIKE 'sqlite\\_%' ESCAPE '\\'
         AND sql NOT LIKE 'CREATE VIRTUAL%' ORDER BY rowid LIMIT ?`,
    )
    .all(MOST_TABLES)
    .map((row) => String(row['name']));
}

/** The names of what is no table, but is used as one: a view is made by a statement of the schema, which is not run. */
export function viewNames(db: DatabaseSync): string[] {
  return db
    .prepare(`SELECT name FROM sqlite_schema WHERE type = 'view' ORDER BY rowid LIMIT ?`)
    .all(MOST_TABLES)
    .map((row) => String(row['name']));
}

/** The columns of a table; `computed`: those whose values are not stored but made by an expression of the schema, which is not run. */
export interface Columns {
  names: string[];
  computed: string[];
}

/** What `hidden` says of a column that is computed when it is read (sqlite.org/pragma.html#pragma_table_xinfo). */
const COMPUTED = 2;

export function columnsOf(db: DatabaseSync, table: string): Columns {
  const columns = db
    .prepare('SELECT name, hidden FROM pragma_table_xinfo(?) WHERE hidden <> 1')
    .all(table)
    .map((row) => ({ name: String(row['name']), isComputed: row['hidden'] === COMPUTED }));
  return {
    names: columns.filter(({ isComputed }) => !isComputed).map(({ name }) => name),
    computed: columns.filter(({ isComputed }) => isComputed).map(({ name }) => name),
  };
}

export function reading<T>(file: TableFile, work: (db: DatabaseSync) => T): Promise<T> {
  return Promise.resolve().then(() => {
    const db = guarded(file, () => openDatabase(file));
    try {
      return guarded(file, () => {
        checkForeign(db, file.path);
        return work(db);
      });
    } finally {
      db.close();
    }
  });
}

export function openDatabase(file: TableFile): DatabaseSync {
  const path = file.content.realPath;
  const url = pathToFileURL(path);
  // A database with a log of changes has rows there; one without is read so that nothing is made beside it. Any other way of writing is
  // seen by its locks, so that no half of a change is read.
  const log = `${path}-wal`;
  const hasLog = existsSync(log) && statSync(log).size > 0;
  if (!hasLog && file.content.head(HEADER_BYTES)[READ_VERSION] === WITH_LOG)
    url.searchParams.set('immutable', '1');
  const db = new DatabaseSync(url, { readOnly: true, timeout: WAIT_MS });
  db.exec('PRAGMA trusted_schema = OFF; PRAGMA query_only = ON; PRAGMA cell_size_check = ON;');
  return db;
}

export function guarded<T>({ path }: TableFile, work: () => T): T {
  try {
    return work();
  } catch (error) {
    const code = error instanceof Error && 'errcode' in error ? Number(error.errcode) & 0xff : 0;
    if (BUSY.has(code)) throw new AppError('import.database_busy', { path }, { cause: error });
    throw brokenFile(error, path, 'SQLite');
  }
}

export function quoted(name: string): string {
  return `"${name.replaceAll('"', '""')}"`;
}

export function textOf(value: unknown): string {
  if (value === null || value === undefined) return '';
  return value instanceof Uint8Array ? textOfBytes(value) : String(value);
}

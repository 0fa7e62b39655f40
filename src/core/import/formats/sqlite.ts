import { existsSync, statSync } from 'node:fs';
import { DatabaseSync } from 'node:sqlite';
import { pathToFileURL } from 'node:url';
import type { ErrorInfo } from '../../../shared/errors.ts';
import type { TablePart } from '../../../shared/import.ts';
import { AppError } from '../../errors.ts';
import { APPLICATION_ID, scalar } from '../../store/database.ts';
import { printable } from '../text.ts';
import { brokenFile } from './broken-file.ts';
import { textOfBytes } from './bytes-text.ts';
import type { Table, TableEntry, TableFile, TableFormat } from './table.ts';

const ROWS_AT_ONCE = 500;
/** Up to this size of a file its rows are counted beforehand. */
const COUNTED_BYTES = 64 * 1024 ** 2;
const MOST_TABLES = 200;
const NAMES_CHARS = 500;
/** How long a change of another program is waited for. */
const WAIT_MS = 2000;
/** SQLITE_BUSY, SQLITE_LOCKED, and what is said of a change that its program did not end: SQLITE_READONLY, SQLITE_CANTOPEN. */
const BUSY = new Set([5, 6, 8, 14]);
/** Where the header says how the database is written, and what it is for a log of changes (sqlite.org/fileformat.html, 1.3). */
const HEADER_BYTES = 20;
const READ_VERSION = 19;
const WITH_LOG = 2;

/** Tables of a SQLite database. It is never written to, and nothing that its schema says is run. */
export const sqlite: TableFormat = {
  parts(file: TableFile): Promise<TablePart[]> {
    return reading(file, (db) => {
      const names = tableNames(db);
      const counts = file.content.sizeBytes <= COUNTED_BYTES;
      return names.map((name) => ({
        name,
        rows: counts ? scalar(db, `SELECT count(*) FROM ${quoted(name)}`) : null,
      }));
    });
  },
  open(file: TableFile, part: string | null): Promise<Table> {
    if (part === null) throw new AppError('import.no_tables', { path: file.path });
    return reading(file, (db) => {
      return new SqliteTable(file, part, columnsOf(db, part), aboutHowMany(db, part));
    });
  },
};

class SqliteTable implements Table {
  readonly unit = 'row';
  readonly told: readonly ErrorInfo[];
  readonly names: readonly string[];
  readonly bytesTotal: number;
  bytesRead = 0;
  readonly #file: TableFile;
  readonly #part: string;
  /** About how many rows there are. */
  readonly #rows: number;

  constructor(file: TableFile, part: string, { names, computed }: Columns, rows: number) {
    this.#file = file;
    this.#part = part;
    this.names = names;
    const columns = printable(computed.join(', '), NAMES_CHARS);
    this.told = computed.length === 0 ? [] : [{ code: 'import.note.computed_columns', params: { columns } }];
    this.#rows = Math.max(1, rows);
    this.bytesTotal = file.content.sizeBytes;
  }

  async *rows(): AsyncGenerator<TableEntry[]> {
    const db = guarded(this.#file, () => open(this.#file));
    const limit = this.#file.limits.cellChars + 1;
    try {
      const statement = guarded(this.#file, () =>
        // A cell that is too long is cut here, and refused with its row by the reader.
        db.prepare(
          `SELECT ${this.names.map((name) => `substr(${quoted(name)}, 1, ${limit})`).join(', ')} FROM ${quoted(this.#part)}`,
        ),
      );
      statement.setReturnArrays(true);
      const found = statement.iterate() as unknown as Iterator<unknown[]>;
      let line = 0;
      for (;;) {
        const entries: TableEntry[] = [];
        guarded(this.#file, () => {
          while (entries.length < ROWS_AT_ONCE) {
            const next = found.next();
            if (next.done === true) break;
            line += 1;
            entries.push({ line, cells: next.value.map(textOf) });
          }
        });
        this.bytesRead = Math.floor(Math.min(1, line / this.#rows) * this.bytesTotal);
        yield await Promise.resolve(entries);
        if (entries.length < ROWS_AT_ONCE) return;
      }
    } finally {
      db.close();
    }
  }
}

/** Refuses a workspace of our own: its tables are not those of a log. */
function checkForeign(db: DatabaseSync, path: string): void {
  if (scalar(db, 'PRAGMA application_id') === APPLICATION_ID) {
    throw new AppError('import.own_workspace', { path });
  }
}

function tableNames(db: DatabaseSync): string[] {
  return db
    .prepare(
      `SELECT name FROM sqlite_schema WHERE type = 'table' AND name NOT LIKE 'sqlite\\_%' ESCAPE '\\'
         AND sql NOT LIKE 'CREATE VIRTUAL%' ORDER BY rowid LIMIT ?`,
    )
    .all(MOST_TABLES)
    .map((row) => String(row['name']));
}

/** The highest number of a row, which is found at once; 0 for a table whose rows have none. */
function aboutHowMany(db: DatabaseSync, table: string): number {
  try {
    return scalar(db, `SELECT max(_rowid_) FROM ${quoted(table)}`);
  } catch {
    return 0;
  }
}

/** The columns of a table; `computed`: those whose values are not stored but made by an expression of the schema, which is not run. */
interface Columns {
  names: string[];
  computed: string[];
}

/** What `hidden` says of a column that is computed when it is read (sqlite.org/pragma.html#pragma_table_xinfo). */
const COMPUTED = 2;

function columnsOf(db: DatabaseSync, table: string): Columns {
  const columns = db
    .prepare('SELECT name, hidden FROM pragma_table_xinfo(?) WHERE hidden <> 1')
    .all(table)
    .map((row) => ({ name: String(row['name']), isComputed: row['hidden'] === COMPUTED }));
  return {
    names: columns.filter(({ isComputed }) => !isComputed).map(({ name }) => name),
    computed: columns.filter(({ isComputed }) => isComputed).map(({ name }) => name),
  };
}

function reading<T>(file: TableFile, work: (db: DatabaseSync) => T): Promise<T> {
  return Promise.resolve().then(() => {
    const db = guarded(file, () => open(file));
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

function open(file: TableFile): DatabaseSync {
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

function guarded<T>({ path }: TableFile, work: () => T): T {
  try {
    return work();
  } catch (error) {
    const code = error instanceof Error && 'errcode' in error ? Number(error.errcode) & 0xff : 0;
    if (BUSY.has(code)) throw new AppError('import.database_busy', { path }, { cause: error });
    throw brokenFile(error, path, 'SQLite');
  }
}

function quoted(name: string): string {
  return `"${name.replaceAll('"', '""')}"`;
}

function textOf(value: unknown): string {
  if (value === null || value === undefined) return '';
  return value instanceof Uint8Array ? textOfBytes(value) : String(value);
}

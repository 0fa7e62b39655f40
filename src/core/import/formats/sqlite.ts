import { existsSync, statSync } from 'node:fs';
import { DatabaseSync } from 'node:sqlite';
import { pathToFileURL } from 'node:url';
import type { TablePart } from '../../../shared/import.ts';
import { AppError } from '../../errors.ts';
import { APPLICATION_ID, scalar } from '../../store/database.ts';
import { brokenFile } from './broken-file.ts';
import type { Table, TableEntry, TableFile, TableFormat } from './table.ts';

const ROWS_AT_ONCE = 500;
/** Up to this size of a file its rows are counted beforehand. */
const COUNTED_BYTES = 64 * 1024 ** 2;
const MOST_TABLES = 200;

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
      const names = columnNames(db, part);
      return new SqliteTable(file, part, names, aboutHowMany(db, part));
    });
  },
};

class SqliteTable implements Table {
  readonly unit = 'row';
  readonly names: readonly string[];
  readonly bytesTotal: number;
  bytesRead = 0;
  readonly #file: TableFile;
  readonly #part: string;
  /** About how many rows there are. */
  readonly #rows: number;

  constructor(file: TableFile, part: string, names: readonly string[], rows: number) {
    this.#file = file;
    this.#part = part;
    this.names = names;
    this.#rows = Math.max(1, rows);
    this.bytesTotal = file.content.sizeBytes;
  }

  async *rows(): AsyncGenerator<TableEntry[]> {
    const db = open(this.#file.content.realPath);
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

function columnNames(db: DatabaseSync, table: string): string[] {
  return db
    .prepare('SELECT name FROM pragma_table_info(?)')
    .all(table)
    .map((row) => String(row['name']));
}

function reading<T>(file: TableFile, work: (db: DatabaseSync) => T): Promise<T> {
  return Promise.resolve().then(() => {
    const db = open(file.content.realPath);
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

function open(path: string): DatabaseSync {
  const url = pathToFileURL(path);
  // A database with a log of changes has rows there; one without is read so that nothing is made beside it.
  const log = `${path}-wal`;
  if (!existsSync(log) || statSync(log).size === 0) url.searchParams.set('immutable', '1');
  const db = new DatabaseSync(url, { readOnly: true });
  db.exec('PRAGMA trusted_schema = OFF; PRAGMA query_only = ON; PRAGMA cell_size_check = ON;');
  return db;
}

function guarded<T>({ path }: TableFile, work: () => T): T {
  try {
    return work();
  } catch (error) {
    throw brokenFile(error, path, 'SQLite');
  }
}

function quoted(name: string): string {
  return `"${name.replaceAll('"', '""')}"`;
}

function textOf(value: unknown): string {
  if (value === null || value === undefined) return '';
  return value instanceof Uint8Array ? Buffer.from(value).toString('utf8') : String(value);
}

import type { DatabaseSync } from 'node:sqlite';
import type { ErrorInfo } from '../../../shared/errors.ts';
import type { TablePart } from '../../../shared/import.ts';
import { AppError } from '../../errors.ts';
import { scalar } from '../../store/database.ts';
import { printable } from '../text.ts';
import {
  columnsOf,
  guarded,
  openDatabase,
  quoted,
  reading,
  ROWS_AT_ONCE,
  tableNames,
  textOf,
  viewNames,
} from './sqlite-database.ts';
import type { Columns } from './sqlite-database.ts';
import type { Table, TableEntry, TableFile, TableFormat } from './table.ts';

/** Up to this size of a file its rows are counted beforehand. */
const COUNTED_BYTES = 64 * 1024 ** 2;
const NAMES_CHARS = 500;
/** Tables of a SQLite database. It is never written to, and nothing that its schema says is run. */
export const sqlite: TableFormat = {
  magic: 'SQLite format 3\0',
  needsFile: true,
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
      return new SqliteTable(file, part, columnsOf(db, part), aboutHowMany(db, part), viewNames(db));
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

  constructor(
    file: TableFile,
    part: string,
    { names, computed }: Columns,
    rows: number,
    views: readonly string[],
  ) {
    this.#file = file;
    this.#part = part;
    this.names = names;
    const listed = (all: readonly string[]): string => printable(all.join(', '), NAMES_CHARS);
    this.told = [
      ...(computed.length === 0
        ? []
        : [{ code: 'import.note.computed_columns', params: { columns: listed(computed) } } as const]),
      ...(views.length === 0
        ? []
        : [{ code: 'import.note.views', params: { views: listed(views), table: listed([part]) } } as const]),
    ];
    this.#rows = Math.max(1, rows);
    this.bytesTotal = file.content.sizeBytes;
  }

  async *rows(): AsyncGenerator<TableEntry[]> {
    const db = guarded(this.#file, () => openDatabase(this.#file));
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

/** The highest number of a row, which is found at once; 0 for a table whose rows have none. */
function aboutHowMany(db: DatabaseSync, table: string): number {
  try {
    return scalar(db, `SELECT max(_rowid_) FROM ${quoted(table)}`);
  } catch {
    return 0;
  }
}

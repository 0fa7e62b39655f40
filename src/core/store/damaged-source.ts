import { closeSync, openSync, readSync, writeSync } from 'node:fs';
import { DatabaseSync } from 'node:sqlite';
import { APPLICATION_ID, FORMAT_VERSION, formatVersion, isDamage, migrate } from './database.ts';
import { sizeOf } from './file-system.ts';
import type { FileSystem } from './file-system.ts';
import { countLostLeaves, mendBranches } from './lost-branches.ts';
import type { OnPages, RowidTable } from './lost-branches.ts';
import { SUFFIX } from './workspace-files.ts';
import { PAGE_BYTES } from './workspace-header.ts';

/** type, name, tbl_name, rootpage, sql */
const SCHEMA_COLUMNS = 5;

/** A damaged workspace, open for reading. */
export interface DamagedSource {
  db: DatabaseSync;
  /** The tables that a workspace of its format has, whether or not they can be found in it. */
  tables: ReadonlySet<string>;
  close(): void;
}

/**
 * Opens a damaged workspace without changing it; null when nothing of it can be found. Where the first page is lost, and
 * with it which pages the tables begin at, a copy of the file is read that has a new first page, with the tables that are
 * `needed`: the definitions of all do not fit on it. `beforeCopy` is called with the size of such a copy. Throws what the
 * disk, or a lock of another program, throws.
 */
export function openDamaged(
  file: string,
  files: FileSystem,
  needed: readonly string[],
  beforeCopy: (bytes: number) => void,
): DamagedSource | null {
  const db = openForReading(file);
  const version = db ? (tryRead(() => formatVersion(db)) ?? FORMAT_VERSION) : FORMAT_VERSION;
  const tables = new Set(layoutOf(version, false).map(({ name }) => name));
  if (db && [...tables].every((name) => hasTable(db, name))) return { db, tables, close: () => db.close() };

  const copy = file + SUFFIX.mendedPart;
  const removeCopy = (): void => removeDatabase(copy, files);
  removeCopy();
  let mended: DatabaseSync | null = null;
  try {
    mended = openMended(file, copy, version, files, needed, beforeCopy);
    if (!mended) removeCopy();
  } catch (error) {
    db?.close();
    removeCopy();
    throw error;
  }
  const found = mended ?? db;
  if (!found) return null;
  const close = (): void => {
    mended?.close();
    db?.close();
    removeCopy();
  };
  return { db: found, tables, close };
}

/**
 * Opens a copy of a damaged workspace in which rows that a damaged branch of their table hides can be read again (lost-branches.ts); null
 * where there are none. `beforeCopy` is called with the size of such a copy, `onPages` while the pages are looked at. Throws as `openDamaged` does.
 */
export function openWithLostLeaves(
  file: string,
  files: FileSystem,
  beforeCopy: (bytes: number) => void,
  onPages: OnPages,
): { db: DatabaseSync; close: () => void } | null {
  const tables = rowidTables(file);
  const hasLog = sizeOf(file + SUFFIX.log) > 0;
  if (tables.length === 0 || (!hasLog && countLostLeaves(file, tables, onPages) === 0)) return null;
  const copy = file + SUFFIX.leavesPart;
  const removeCopy = (): void => removeDatabase(copy, files);
  removeCopy();
  try {
    beforeCopy(sizeOf(file) + sizeOf(file + SUFFIX.log));
    files.copy(file, copy);
    if (hasLog) {
      files.copy(file + SUFFIX.log, copy + SUFFIX.log);
      writeLogBack(copy);
    }
    mendBranches(copy, tables, onPages);
    const db = openForReading(copy);
    if (!db) removeCopy();
    return (
      db && {
        db,
        close: () => {
          db.close();
          removeCopy();
        },
      }
    );
  } catch (error) {
    removeCopy();
    throw error;
  }
}

/** All tables with row ids, that of the schema too; empty where the schema does not read. */
function rowidTables(file: string): RowidTable[] {
  const db = openForReading(file);
  if (!db) return [];
  try {
    const tables = tryRead(() =>
      db
        .prepare(
          "SELECT name, rootpage FROM sqlite_schema WHERE type = 'table' AND rootpage > 0 AND sql NOT LIKE '%WITHOUT ROWID%'",
        )
        .all()
        .map(({ name, rootpage }) => ({
          root: Number(rootpage),
          columns: db.prepare('SELECT count(*) AS columns FROM pragma_table_info(?)').get(String(name))?.[
            'columns'
          ] as number,
        })),
    );
    return tables === null ? [] : [{ root: 1, columns: SCHEMA_COLUMNS }, ...tables];
  } finally {
    db.close();
  }
}

function removeDatabase(path: string, files: FileSystem): void {
  for (const suffix of ['', SUFFIX.log, SUFFIX.logIndex, '-journal']) files.remove(path + suffix);
}

function openForReading(path: string): DatabaseSync | null {
  let db: DatabaseSync | null = null;
  try {
    // A damaged schema refuses every query, even of tables that are whole, unless the schema is writable.
    db = new DatabaseSync(path, { readOnly: true, defensive: false });
    db.exec('PRAGMA writable_schema = ON');
    db.prepare('SELECT 1 FROM sqlite_schema LIMIT 1').get();
    return db;
  } catch (error) {
    db?.close();
    if (!isDamage(error)) throw error;
    return null;
  }
}

function hasTable(db: DatabaseSync, name: string): boolean {
  return (tryRead(() => db.prepare(`PRAGMA table_info(${name})`).all().length) ?? 0) > 0;
}

/** A table as it is laid out in a file. */
interface TableLayout {
  name: string;
  /** The page that its tree begins at. */
  root: number;
  /** A definition that is short, and reads the same rows. */
  sql: string;
  columns: { name: string; type: string; required: boolean }[];
}

/**
 * The tables of a format, at the pages at which they are in every workspace that was made with this format: tables are
 * made first of all, and never again. `vacuumed`: the pages at which VACUUM puts them.
 */
function layoutOf(version: number, vacuumed: boolean): TableLayout[] {
  const db = new DatabaseSync(':memory:');
  try {
    migrate(db, version);
    if (vacuumed) db.exec('VACUUM');
    return db
      .prepare("SELECT name, rootpage, sql FROM sqlite_schema WHERE type = 'table'")
      .all()
      .map(({ name, rootpage, sql }) => {
        const columns = db.prepare(`PRAGMA table_info(${String(name)})`).all();
        const keys = columns
          .filter(({ pk }) => Number(pk) > 0)
          .sort((a, b) => Number(a['pk']) - Number(b['pk']));
        const withoutRowid = String(sql).includes('WITHOUT ROWID');
        const definitions = columns.map((column) => {
          const key = !withoutRowid && Number(column['pk']) > 0 ? ' INTEGER PRIMARY KEY' : '';
          const fallback = column['dflt_value'] === null ? '' : ` DEFAULT ${String(column['dflt_value'])}`;
          return String(column['name']) + key + fallback;
        });
        if (withoutRowid)
          definitions.push(`PRIMARY KEY (${keys.map((column) => String(column['name'])).join()})`);
        return {
          name: String(name),
          root: Number(rootpage),
          sql: `CREATE TABLE ${String(name)} (${definitions.join()})${withoutRowid ? ' WITHOUT ROWID' : ''}`,
          columns: columns.map((column) => ({
            name: String(column['name']),
            type: String(column['type']),
            required: Number(column['notnull']) > 0,
          })),
        };
      });
  } finally {
    db.close();
  }
}

/** Opens a copy of the file with a new first page by which the tables are found; null when they are not where they should be. */
function openMended(
  file: string,
  copy: string,
  version: number,
  files: FileSystem,
  needed: readonly string[],
  beforeCopy: (bytes: number) => void,
): DatabaseSync | null {
  const layouts = [layoutOf(version, false), layoutOf(version, true)].map((layout) =>
    layout.filter(({ name }) => needed.includes(name)),
  );
  const firstPages = layouts.map((layout) => firstPageFor(layout, copy, files));
  beforeCopy(sizeOf(file) + sizeOf(file + SUFFIX.log));
  files.copy(file, copy);
  if (sizeOf(file + SUFFIX.log) > 0) {
    files.copy(file + SUFFIX.log, copy + SUFFIX.log);
    writeFirstPage(copy, firstPages[0], 'with log');
    writeLogBack(copy);
  }
  let best: { tables: TableLayout[]; rows: number } = { tables: [], rows: 0 };
  for (const [index, layout] of layouts.entries()) {
    writeFirstPage(copy, firstPages[index], 'without log');
    const db = openForReading(copy);
    if (!db) continue;
    const checked = layout.map((table) => ({ table, rows: rowsThatFit(db, table) }));
    db.close();
    const tables = checked.filter(({ rows }) => rows !== null).map(({ table }) => table);
    const rows = checked.reduce((sum, each) => sum + (each.rows ?? 0), 0);
    if (rows > best.rows) best = { tables, rows };
  }
  if (best.rows === 0) return null;
  writeFirstPage(copy, firstPageFor(best.tables, `${copy}-journal`, files), 'without log');
  return openForReading(copy);
}

/** How many of the first and the last row of a table are what they should be; null when one is not, or neither reads. */
function rowsThatFit(db: DatabaseSync, { name, columns }: TableLayout): number | null {
  const fits = ({ name: column, type, required }: TableLayout['columns'][number]): string => {
    const types = type === 'REAL' ? "'real', 'integer'" : `'${type.toLowerCase()}'`;
    return `typeof(${column}) IN (${types}${required ? '' : ", 'null'"})`;
  };
  const [key = ''] = columns.map((column) => column.name);
  const ends = ['', 'DESC'].map((direction) =>
    tryRead(() =>
      db
        .prepare(
          `SELECT ${columns.map(fits).join(' AND ')} AS fits FROM ${name} ORDER BY ${key} ${direction} LIMIT 1`,
        )
        .all()
        .map((row) => row['fits'] === 1),
    ),
  );
  if (ends.every((rows) => rows === null) || ends.some((rows) => rows?.includes(false))) return null;
  return ends.reduce((sum, rows) => sum + (rows?.length ?? 0), 0);
}

/** A first page that says where tables are. It is made by SQLite, in a file at `path` that is removed again. */
function firstPageFor(tables: TableLayout[], path: string, files: FileSystem): Buffer {
  files.remove(path);
  try {
    const db = new DatabaseSync(path, { defensive: false });
    try {
      db.exec(`PRAGMA page_size = ${PAGE_BYTES}; PRAGMA journal_mode = MEMORY;`);
      for (const { sql } of tables) db.exec(sql);
      db.exec(`PRAGMA application_id = ${APPLICATION_ID}; PRAGMA writable_schema = ON`);
      const move = db.prepare('UPDATE sqlite_schema SET rootpage = ? WHERE name = ?');
      for (const { name, root } of tables) move.run(root, name);
    } finally {
      db.close();
    }
    const page = Buffer.alloc(PAGE_BYTES);
    const handle = openSync(path, 'r');
    try {
      readSync(handle, page, 0, PAGE_BYTES, 0);
    } finally {
      closeSync(handle);
    }
    return page;
  } finally {
    files.remove(path);
  }
}

/** Positions in the header of a database (sqlite.org/fileformat.html#the_database_header). */
const WRITE_VERSION = 18;
const READ_VERSION = 19;
const PAGE_COUNT = 28;
const ROLLBACK_JOURNAL = 1;
const WRITE_AHEAD_LOG = 2;

function writeFirstPage(path: string, page: Buffer | undefined, mode: 'with log' | 'without log'): void {
  if (!page) return;
  const version = mode === 'with log' ? WRITE_AHEAD_LOG : ROLLBACK_JOURNAL;
  page.writeUInt8(version, WRITE_VERSION);
  page.writeUInt8(version, READ_VERSION);
  page.writeUInt32BE(Math.floor(sizeOf(path) / PAGE_BYTES), PAGE_COUNT);
  const handle = openSync(path, 'r+');
  try {
    writeSync(handle, page, 0, page.length, 0);
  } finally {
    closeSync(handle);
  }
}

/** Writes the log of a copy back into it, as far as it reads. */
function writeLogBack(path: string): void {
  tryRead(() => {
    const db = new DatabaseSync(path);
    try {
      db.exec('PRAGMA wal_checkpoint(TRUNCATE)');
    } finally {
      db.close();
    }
  });
}

/** Null for what does not read because it is damaged. */
function tryRead<T>(read: () => T): T | null {
  try {
    return read();
  } catch (error) {
    if (!isDamage(error)) throw error;
    return null;
  }
}

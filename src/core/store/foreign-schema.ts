import { DatabaseSync } from 'node:sqlite';
import { AppError } from '../errors.ts';
import { formatVersion, migrate } from './database.ts';

/** Tables that SQLite makes by itself. */
const OF_SQLITE = /^sqlite_(?:sequence|stat[134]|autoindex_)/;

interface SchemaObject {
  type: string;
  name: string;
  table: string;
  sql: string;
}

/**
 * Throws `workspace.damaged` when a workspace has anything in its schema that its format does not have: a trigger, a view or an
 * index could change or hide rows whenever the workspace is used, and another column would be computed from what we write.
 * Nothing but the schema has been read by then.
 */
export function checkSchema(db: DatabaseSync, path: string): void {
  const own = ownSchema(formatVersion(db));
  const found = readSchema(db);
  for (const [key, object] of found) {
    if (!isSame(object, own.get(key))) throw foreign(path, `${object.type} ${object.name}`);
  }
  for (const [key, { type, name }] of own) if (!found.has(key)) throw foreign(path, `${type} ${name}`);
}

function foreign(path: string, object: string): AppError {
  const params = { path, detail: 'workspace.foreign_object', object: object.slice(0, 100) };
  return new AppError('workspace.damaged', params);
}

function isSame(found: SchemaObject, own: SchemaObject | undefined): boolean {
  return own !== undefined && own.type === found.type && own.table === found.table && own.sql === found.sql;
}

/** The schema of an empty workspace of a format. */
function ownSchema(version: number): Map<string, SchemaObject> {
  const db = new DatabaseSync(':memory:');
  try {
    migrate(db, version);
    return readSchema(db);
  } finally {
    db.close();
  }
}

function readSchema(db: DatabaseSync): Map<string, SchemaObject> {
  const rows = db.prepare('SELECT type, name, tbl_name, sql FROM sqlite_schema').all();
  const objects = rows.map(({ type, name, tbl_name: table, sql }): SchemaObject => {
    const object = { type: String(type), name: String(name), table: String(table) };
    // A column that was added stands in the text of its table as SQLite writes it: the columns themselves are compared.
    const isTable = type === 'table' && typeof sql === 'string' && !OF_SQLITE.test(object.name);
    return { ...object, sql: isTable ? columnsOf(db, object.name, sql) : plain(sql) };
  });
  return new Map(
    objects.filter(({ name }) => !OF_SQLITE.test(name)).map((object) => [object.name.toLowerCase(), object]),
  );
}

/** What a table is made of: its columns with the expressions of those that are computed, its keys and its checks. */
function columnsOf(db: DatabaseSync, table: string, sql: string): string {
  const columns = db
    .prepare('SELECT name, type, "notnull", dflt_value, pk, hidden FROM pragma_table_xinfo(?)')
    .all(table)
    .map((column) => Object.values(column).join(' '));
  const keys = db
    .prepare(
      'SELECT "table", "from", "to", on_delete FROM pragma_foreign_key_list(?) ORDER BY "table", "from"',
    )
    .all(table)
    .map((key) => Object.values(key).join(' '));
  const kind = db
    .prepare("SELECT type, wr, strict FROM pragma_table_list WHERE schema = 'main' AND name = ?")
    .all(table)
    .map((row) => Object.values(row).join(' '));
  return [...kind, ...columns, ...keys, ...expressions(plain(sql))].join('\n');
}

/** The expressions in the text of a table: those of computed columns and of checks, and whether it is virtual. */
function expressions(sql: string): string[] {
  return [
    ...sql.matchAll(/\b(?:check|as|using|collate|default)\b[^,]*/g),
    ...sql.matchAll(/^create virtual.*/g),
  ]
    .map(([text]) => text.replace(/\s*\)*\s*(?:strict|without rowid)?$/, ''))
    .sort();
}

const plain = (sql: unknown): string =>
  typeof sql === 'string'
    ? sql
        .replace(/--[^\n]*/g, ' ')
        .replace(/\s+/g, ' ')
        .trim()
        .toLowerCase()
    : '';

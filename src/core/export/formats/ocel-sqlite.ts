import { DatabaseSync } from 'node:sqlite';
import type { StatementSync } from 'node:sqlite';
import type { ExportTable } from '../export-table.ts';
import { EXPORT_APPLICATION_ID } from '../write-whole.ts';
import { otherColumns } from './format.ts';
import type { Format } from './format.ts';
import {
  OBJECT_QUALIFIER,
  OBJECT_TYPE,
  objectIds,
  OCEL_TYPES,
  ocelTime,
  profileValues,
  SINCE_EVER,
  USER_QUALIFIER,
  USER_TYPE,
  userAttributes,
} from './ocel.ts';

/** The columns of SQLite for the attribute types of OCEL. */
const SQL_TYPES: Record<(typeof OCEL_TYPES)[keyof typeof OCEL_TYPES], string> = {
  string: 'TEXT',
  integer: 'INTEGER',
  float: 'REAL',
  boolean: 'INTEGER',
  time: 'TIMESTAMP',
};
/** Rows that are committed at a time. */
const ROWS_PER_COMMIT = 50_000;

/** OCEL 2.0 as a SQLite database (ocel-standard.org): the common tables, and one table for each type of event and object. */
export const ocelSqlite: Format = {
  passes: 1,
  isText: false,
  async write(table, { path }) {
    const db = new DatabaseSync(path);
    try {
      return { rows: fill(db, table), notes: [] };
    } catch (error) {
      throw asFileError(error);
    } finally {
      db.close();
    }
  },
};

function fill(db: DatabaseSync, table: ExportTable): number {
  // The file is thrown away unless it is complete: no journal has to be kept for it.
  db.exec(`
    PRAGMA journal_mode = OFF; PRAGMA synchronous = OFF; PRAGMA cache_size = -32768;
    PRAGMA application_id = ${EXPORT_APPLICATION_ID};
    CREATE TABLE event_map_type (ocel_type TEXT PRIMARY KEY, ocel_type_map TEXT);
    CREATE TABLE object_map_type (ocel_type TEXT PRIMARY KEY, ocel_type_map TEXT);
    CREATE TABLE event (ocel_id TEXT PRIMARY KEY, ocel_type TEXT REFERENCES event_map_type (ocel_type));
    CREATE TABLE object (ocel_id TEXT PRIMARY KEY, ocel_type TEXT REFERENCES object_map_type (ocel_type));
    CREATE TABLE event_object (ocel_event_id TEXT REFERENCES event (ocel_id), ocel_object_id TEXT REFERENCES object (ocel_id),
      ocel_qualifier TEXT, PRIMARY KEY (ocel_event_id, ocel_object_id, ocel_qualifier));
    CREATE TABLE object_object (ocel_source_id TEXT REFERENCES object (ocel_id), ocel_target_id TEXT REFERENCES object (ocel_id),
      ocel_qualifier TEXT, PRIMARY KEY (ocel_source_id, ocel_target_id, ocel_qualifier));
    BEGIN`);
  const fields = userAttributes(table);
  const userColumns = fields.columns.map(({ name }) => `${quoted(name)} TEXT`);
  objectTable(db, USER_TYPE, 'User', userColumns);
  objectTable(db, OBJECT_TYPE, 'Thing', ['name TEXT']);
  const object = db.prepare('INSERT OR IGNORE INTO object (ocel_id, ocel_type) VALUES (?, ?)');
  const places = ', ?'.repeat(userColumns.length);
  const user = db.prepare(`INSERT INTO object_User VALUES (?, '${SINCE_EVER}', NULL${places})`);
  for (const { userId, profile } of table.users()) {
    object.run(userId, USER_TYPE);
    user.run(
      userId,
      ...fields.cells(profileValues(profile)).map((cell) => (cell === null ? null : String(cell))),
    );
  }
  return fillEvents(db, table, object);
}

function fillEvents(db: DatabaseSync, table: ExportTable, object: StatementSync): number {
  const attributes = otherColumns(table);
  const idOf = objectIds(table);
  const about = db.prepare(`INSERT INTO object_Thing VALUES (?, '${SINCE_EVER}', NULL, ?)`);
  const event = db.prepare('INSERT INTO event VALUES (?, ?)');
  const relation = db.prepare('INSERT INTO event_object VALUES (?, ?, ?)');
  const types = new Map<string, StatementSync>();
  // `event_object` is a table already.
  const taken = new Set(['object']);
  let rows = 0;
  for (const { key, userId, activity, start, objects, cells } of table.lines()) {
    rows += 1;
    if (rows % ROWS_PER_COMMIT === 0) db.exec('COMMIT; BEGIN');
    let insert = types.get(activity);
    if (!insert)
      types.set(activity, (insert = eventTable(db, activity, tableName(activity, taken), attributes)));
    const id = key.replace(' ', ':');
    event.run(id, activity);
    insert.run(
      id,
      ocelTime(table, start),
      ...attributes.map(({ column, index }) => {
        const cell = cells[index] ?? null;
        if (column.type === 'time' && cell !== null) return ocelTime(table, Number(cell));
        return typeof cell === 'boolean' ? Number(cell) : cell;
      }),
    );
    relation.run(id, userId, USER_QUALIFIER);
    for (const name of new Set(objects)) {
      const other = idOf(name);
      if (object.run(other, OBJECT_TYPE).changes > 0) about.run(other, name);
      relation.run(id, other, OBJECT_QUALIFIER);
    }
  }
  db.exec('COMMIT');
  return rows;
}

function objectTable(db: DatabaseSync, type: string, map: string, columns: readonly string[]): void {
  db.prepare('INSERT INTO object_map_type VALUES (?, ?)').run(type, map);
  const fixed = [
    'ocel_id TEXT REFERENCES object (ocel_id)',
    'ocel_time TIMESTAMP',
    'ocel_changed_field TEXT',
  ];
  db.exec(`CREATE TABLE object_${map} (${[...fixed, ...columns].join(', ')})`);
}

/** Makes the table of a type of event; returns the statement that fills it. */
function eventTable(
  db: DatabaseSync,
  type: string,
  map: string,
  attributes: ReturnType<typeof otherColumns>,
): StatementSync {
  db.prepare('INSERT INTO event_map_type VALUES (?, ?)').run(type, map);
  const columns = attributes.map(
    ({ column }) => `${quoted(column.name)} ${SQL_TYPES[OCEL_TYPES[column.type]]}`,
  );
  const fixed = ['ocel_id TEXT PRIMARY KEY REFERENCES event (ocel_id)', 'ocel_time TIMESTAMP'];
  db.exec(`CREATE TABLE event_${map} (${[...fixed, ...columns].join(', ')})`);
  return db.prepare(`INSERT INTO event_${map} VALUES (?, ?${', ?'.repeat(columns.length)})`);
}

/**
 * A name for the table of a type: readers put it into statements as it is, so it has letters and digits of ASCII only, and SQLite
 * does not tell cases apart.
 */
function tableName(type: string, taken: Set<string>): string {
  const plain = type.replace(/[^A-Za-z0-9]/g, '');
  let name = plain;
  for (let number = taken.size + 1; name === '' || taken.has(name.toLowerCase()); number += 1)
    name = `${plain || 'Type'}${number}`;
  taken.add(name.toLowerCase());
  return name;
}

const quoted = (name: string): string => `"${name.replaceAll('"', '""')}"`;

/** SQLite says that a disk is full in its own way. */
function asFileError(error: unknown): unknown {
  const code = error instanceof Error && 'errcode' in error ? Number(error.errcode) & 0xff : 0;
  return code === 13
    ? Object.assign(new Error('no space left on device', { cause: error }), { code: 'ENOSPC' })
    : error;
}

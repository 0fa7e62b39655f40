import type { DatabaseSync } from 'node:sqlite';
import { AppError } from '../../errors.ts';
import { scalar } from '../../store/database.ts';
import { EVENTS_TRIED, IDS_JOINED, OCEL_COLUMNS, relatedColumn, singleTypes, userTypeOf } from './ocel.ts';
import type { ObjectType } from './ocel.ts';
import {
  columnsOf,
  guarded,
  openDatabase,
  quoted,
  reading,
  ROWS_AT_ONCE,
  tableNames,
  textOf,
} from './sqlite-database.ts';
import type { Table, TableEntry, TableFile, TableFormat } from './table.ts';

/** The tables that every such database has (ocel-standard.org). */
const COMMON = ['event', 'object', 'event_object', 'event_map_type', 'object_map_type'];
/** The columns of the tables of a type that are no attributes. */
const FIXED = new Set(['ocel_id', 'ocel_time', 'ocel_changed_field']);

/** OCEL 2.0 as a SQLite database. A part is a type of object: its objects are the users, and an event is a row for each that takes part in it. */
export const ocelSqlite: TableFormat = {
  within: 'sqlite',
  needsFile: true,
  isMeant: (file) =>
    reading(file, (db) => {
      const names = new Set(tableNames(db));
      return COMMON.every((name) => names.has(name));
    }),
  parts: (file) => reading(file, (db) => typesOf(db).map(({ name, objects }) => ({ name, rows: objects }))),
  async likelyPart(file) {
    const types = await reading(file, typesOf);
    return userTypeOf(types, () => reading(file, (db) => singleTypes(firstEvents(db))));
  },
  open(file, part, kind) {
    if (part === null) throw new AppError('import.no_tables', { path: file.path });
    return reading(file, (db) =>
      kind === 'profiles' ? objectTable(file, db, part) : eventTable(file, db, part),
    );
  },
};

function typesOf(db: DatabaseSync): ObjectType[] {
  return db
    .prepare('SELECT ocel_type AS name, count(*) AS objects FROM object GROUP BY 1 ORDER BY min(rowid)')
    .all()
    .map(({ name, objects }) => ({ name: textOf(name), objects: Number(objects) }));
}

/** The types of the objects of each of the first events. */
function firstEvents(db: DatabaseSync): string[][] {
  const rows = db
    .prepare(
      `SELECT e.ocel_id AS event, o.ocel_type AS type FROM (SELECT ocel_id FROM event LIMIT ?) e
       JOIN event_object r ON r.ocel_event_id = e.ocel_id JOIN object o ON o.ocel_id = r.ocel_object_id
       GROUP BY e.ocel_id, o.ocel_id`,
    )
    .all(EVENTS_TRIED);
  const events = new Map<string, string[]>();
  for (const { event, type } of rows)
    events.set(textOf(event), [...(events.get(textOf(event)) ?? []), textOf(type)]);
  return [...events.values()];
}

/** The table of a type, and its attributes. */
interface TypeTable {
  type: string;
  table: string;
  attributes: string[];
}

/** The tables of types, as far as the database has them: a view is none. */
function typeTables(db: DatabaseSync, of: 'event' | 'object'): TypeTable[] {
  const tables = new Set(tableNames(db));
  return db
    .prepare(`SELECT ocel_type AS type, ocel_type_map AS map FROM ${of}_map_type`)
    .all()
    .map(({ type, map }) => ({ type: textOf(type), table: `${of}_${textOf(map)}` }))
    .filter(({ table }) => tables.has(table))
    .map((each) => ({
      ...each,
      attributes: columnsOf(db, each.table).names.filter((name) => !FIXED.has(name)),
    }));
}

/** What a statement selects of a cell: one that is too long is refused with its row. */
const cut = (name: string, file: TableFile): string => `substr(${name}, 1, ${file.limits.cellChars + 1})`;

/** The rows of one statement; `take`: what becomes of them, in batches. */
abstract class Rows implements Table {
  readonly unit = 'row';
  readonly told = [];
  readonly bytesTotal: number;
  bytesRead = 0;
  readonly names: readonly string[];
  protected readonly file: TableFile;
  readonly #expected: number;

  constructor(file: TableFile, names: readonly string[], expected: number) {
    this.file = file;
    this.names = names;
    this.bytesTotal = file.content.sizeBytes;
    this.#expected = Math.max(1, expected);
  }

  protected abstract found(db: DatabaseSync): Generator<string[]>;

  async *rows(): AsyncGenerator<TableEntry[]> {
    const db = guarded(this.file, () => openDatabase(this.file));
    try {
      const found = this.found(db);
      for (let line = 0, isEnded = false; !isEnded;) {
        const entries: TableEntry[] = [];
        guarded(this.file, () => {
          while (entries.length < ROWS_AT_ONCE && !isEnded) {
            const next = found.next();
            if (next.done === true) isEnded = true;
            else entries.push({ line: (line += 1), cells: next.value });
          }
        });
        this.bytesRead = Math.floor(Math.min(1, line / this.#expected) * this.bytesTotal);
        yield await Promise.resolve(entries);
      }
    } finally {
      db.close();
    }
  }
}

function eventTable(file: TableFile, db: DatabaseSync, userType: string): Table {
  const types = typeTables(db, 'event');
  const attributes = [...new Set(types.flatMap(({ attributes: names }) => names))];
  const others = typesOf(db)
    .map(({ name }) => name)
    .filter((name) => name !== userType);
  return new EventRows(file, types, attributes, others, userType, scalar(db, 'SELECT count(*) FROM event'));
}

class EventRows extends Rows {
  readonly #types: readonly TypeTable[];
  readonly #attributes: readonly string[];
  readonly #others: readonly string[];
  readonly #userType: string;

  constructor(
    file: TableFile,
    types: readonly TypeTable[],
    attributes: readonly string[],
    others: readonly string[],
    userType: string,
    events: number,
  ) {
    const taken = new Set(attributes);
    super(
      file,
      [...OCEL_COLUMNS, ...attributes, ...others.map((type) => relatedColumn(type, taken))],
      events,
    );
    [this.#types, this.#attributes, this.#others, this.#userType] = [types, attributes, others, userType];
  }

  protected *found(db: DatabaseSync): Generator<string[]> {
    for (const type of this.#types) yield* this.#ofType(db, type);
  }

  /** The events of one type: a row of the statement for each object of an event, those of one event after another. */
  *#ofType(db: DatabaseSync, { type, table, attributes }: TypeTable): Generator<string[]> {
    const { file } = this;
    const values = attributes.map((name) => `, ${cut(`e.${quoted(name)}`, file)}`).join('');
    const statement = db.prepare(
      `SELECT e.ocel_id, e.ocel_time, o.ocel_type, ${cut('o.ocel_id', file)}${values} FROM ${quoted(table)} e
       LEFT JOIN event_object r ON r.ocel_event_id = e.ocel_id LEFT JOIN object o ON o.ocel_id = r.ocel_object_id`,
    );
    statement.setReturnArrays(true);
    let event = null as { id: string; related: Map<string, Set<string>>; row: unknown[] } | null;
    for (const row of statement.iterate() as unknown as Iterable<unknown[]>) {
      const id = textOf(row[0]);
      if (event?.id !== id) {
        if (event) yield* this.#rowsOf(type, attributes, event);
        event = { id, related: new Map(), row };
      }
      const [of, object] = [textOf(row[2]), textOf(row[3])];
      if (object !== '') event.related.set(of, (event.related.get(of) ?? new Set()).add(object));
    }
    if (event) yield* this.#rowsOf(type, attributes, event);
  }

  *#rowsOf(
    type: string,
    attributes: readonly string[],
    { related, row }: { related: ReadonlyMap<string, ReadonlySet<string>>; row: readonly unknown[] },
  ): Generator<string[]> {
    const users = [...(related.get(this.#userType) ?? [''])];
    const values = new Map(attributes.map((name, at) => [name, textOf(row[at + 4])]));
    for (const user of users) {
      yield [
        ...[user, textOf(row[1]), type],
        ...this.#attributes.map((name) => values.get(name) ?? ''),
        ...this.#others.map((other) => [...(related.get(other) ?? [])].join(IDS_JOINED)),
      ];
    }
  }
}

function objectTable(file: TableFile, db: DatabaseSync, userType: string): Table {
  const found = typeTables(db, 'object').find(({ type }) => type === userType);
  if (!found) throw new AppError('import.no_tables', { path: file.path });
  return new ObjectRows(file, found, scalar(db, `SELECT count(*) FROM ${quoted(found.table)}`));
}

/** The objects of a type, with the latest values of their attributes: each change of one is a row of its own. */
class ObjectRows extends Rows {
  readonly #type: TypeTable;

  constructor(file: TableFile, type: TypeTable, objects: number) {
    super(file, [OCEL_COLUMNS[0], ...type.attributes], objects);
    this.#type = type;
  }

  protected *found(db: DatabaseSync): Generator<string[]> {
    const { table, attributes } = this.#type;
    const values = attributes.map((name) => `, ${cut(quoted(name), this.file)}`).join('');
    const statement = db.prepare(
      `SELECT ${cut('ocel_id', this.file)}${values} FROM ${quoted(table)} ORDER BY ocel_id, ocel_time`,
    );
    statement.setReturnArrays(true);
    let object: string[] | null = null;
    for (const row of statement.iterate() as unknown as Iterable<unknown[]>) {
      const cells = row.map(textOf);
      if (object && object[0] === cells[0]) {
        object = object.map((cell, at) => (cells[at] === '' ? cell : (cells[at] ?? cell)));
        continue;
      }
      if (object) yield object;
      object = cells;
    }
    if (object) yield object;
  }
}

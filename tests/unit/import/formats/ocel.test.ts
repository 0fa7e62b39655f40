import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { describe, expect, it } from 'vitest';
import { previewImport } from '../../../../src/core/import/preview.ts';
import { tempFolder } from '../../../support/temp.ts';
import { fileOf as fileWith, readTable } from './support.ts';

interface Log {
  users: string;
  events: { id: string; type: string; time: string; note?: string; objects: string[] }[];
  objects: { id: string; type: string; city?: [time: string, value: string][] }[];
}

/** A shop: an order has several items, and one customer. */
const SHOP: Log = {
  users: 'customers',
  events: [
    {
      id: 'e1',
      type: 'place order',
      time: '2026-02-03T09:05:00Z',
      note: 'x',
      objects: ['o1', 'i1', 'i2', 'c1'],
    },
    { id: 'e2', type: 'pay order', time: '2026-02-03T09:06:00Z', objects: ['o1', 'c1'] },
    { id: 'e3', type: 'place order', time: '2026-02-03T09:07:00Z', objects: ['o2', 'i3', 'c2', 'c1'] },
    { id: 'e4', type: 'restock', time: '2026-02-03T09:08:00Z', objects: ['i3'] },
  ],
  objects: [
    { id: 'o1', type: 'orders' },
    { id: 'o2', type: 'orders' },
    ...['i1', 'i2', 'i3'].map((id) => ({ id, type: 'items' })),
    {
      id: 'c1',
      type: 'customers',
      city: [
        ['2026-01-02T00:00:00Z', 'Xian'],
        ['1970-01-01T00:00:00Z', 'Wuhan'],
      ],
    },
    { id: 'c2', type: 'customers' },
  ],
};
/** The same with names that say nothing of a person. */
const PLAIN: Log = {
  ...SHOP,
  objects: SHOP.objects.map((each) => (each.type === 'customers' ? { ...each, type: 'parties' } : each)),
};

function asJson({ events, objects }: Log): string {
  const types = (list: { type: string }[]): { name: string; attributes: unknown[] }[] =>
    [...new Set(list.map(({ type }) => type))].map((name) => ({ name, attributes: [] }));
  // Types and objects before events, as other programs write them.
  return JSON.stringify(
    {
      objectTypes: types(objects),
      eventTypes: types(events),
      objects: objects.map(({ id, type, city = [] }) => ({
        id,
        type,
        attributes: city.map(([time, value]) => ({ name: 'city', time, value })),
      })),
      events: events.map(({ id, type, time, note, objects: related }) => ({
        ...{ id, type, time },
        attributes: note === undefined ? [] : [{ name: 'note', value: note }],
        relationships: related.map((objectId) => ({ objectId, qualifier: '' })),
      })),
    },
    null,
    1,
  );
}

/** Without keys and indices, as tables are written from data frames. */
function asDatabase({ events, objects }: Log): string {
  const path = join(tempFolder(), 'log.sqlite');
  const db = new DatabaseSync(path);
  db.exec(`
    CREATE TABLE event (ocel_id TEXT, ocel_type TEXT); CREATE TABLE object (ocel_id TEXT, ocel_type TEXT);
    CREATE TABLE event_object (ocel_event_id TEXT, ocel_object_id TEXT, ocel_qualifier TEXT);
    CREATE TABLE event_map_type (ocel_type TEXT, ocel_type_map TEXT);
    CREATE TABLE object_map_type (ocel_type TEXT, ocel_type_map TEXT);`);
  const plain = (name: string): string => name.replaceAll(' ', '');
  for (const type of new Set(events.map((event) => event.type))) {
    db.prepare('INSERT INTO event_map_type VALUES (?, ?)').run(type, plain(type));
    const note = type === 'place order' ? ', note TEXT' : '';
    db.exec(`CREATE TABLE event_${plain(type)} (ocel_id TEXT, ocel_time TIMESTAMP${note})`);
  }
  for (const type of new Set(objects.map((object) => object.type))) {
    db.prepare('INSERT INTO object_map_type VALUES (?, ?)').run(type, type);
    db.exec(
      `CREATE TABLE object_${type} (ocel_id TEXT, ocel_time TIMESTAMP, ocel_changed_field TEXT, city TEXT)`,
    );
  }
  for (const { id, type, time, note, objects: related } of events) {
    db.prepare('INSERT INTO event VALUES (?, ?)').run(id, type);
    const values = type === 'place order' ? [id, time, note ?? null] : [id, time];
    db.prepare(`INSERT INTO event_${plain(type)} VALUES (${values.map(() => '?').join()})`).run(...values);
    for (const object of related)
      db.prepare(`INSERT INTO event_object VALUES (?, ?, 'about'), (?, ?, 'again')`).run(
        id,
        object,
        id,
        object,
      );
  }
  const never: [string, string | null][] = [['1970-01-01T00:00:00Z', null]];
  for (const { id, type, city = never } of objects) {
    db.prepare('INSERT INTO object VALUES (?, ?)').run(id, type);
    for (const [time, value] of city)
      db.prepare(`INSERT INTO object_${type} VALUES (?, ?, NULL, ?)`).run(id, time, value);
  }
  db.close();
  return path;
}

const FILES: [string, (log: Log) => string][] = [
  ['JSON', (log) => fileWith('log.jsonocel', asJson(log))],
  ['SQLite', asDatabase],
];

describe.each(FILES)('OCEL 2.0 as %s, of another program', (_name, fileOf) => {
  it('is a row for each user of an event: time, type as the action, attributes and related objects as fields', async () => {
    const { names, rows } = await readTable(fileOf(SHOP), 'customers');
    const records = rows.map((cells) =>
      Object.fromEntries((names ?? []).flatMap((name, at) => (cells[at] ? [[name, cells[at]]] : []))),
    );
    const at = (minute: number): string => `2026-02-03T09:0${minute}:00Z`;
    const wanted = [
      { user_id: 'c1', timestamp: at(5), action: 'place order', note: 'x', orders: 'o1', items: 'i1; i2' },
      { user_id: 'c1', timestamp: at(6), action: 'pay order', orders: 'o1' },
      { user_id: 'c2', timestamp: at(7), action: 'place order', orders: 'o2', items: 'i3' },
      { user_id: 'c1', timestamp: at(7), action: 'place order', orders: 'o2', items: 'i3' },
      { timestamp: at(8), action: 'restock', items: 'i3' },
    ];
    // A database has the events of one type after another.
    const sorted = (list: object[]): string[] =>
      list.map((each) => JSON.stringify(Object.entries(each).sort())).sort();
    expect(sorted(records)).toEqual(sorted(wanted));
  });

  it('is imported by the type of object whose name is that of a person; events without one are refused', async () => {
    const preview = await previewImport({ path: fileOf(SHOP), kind: 'behaviours' });
    expect(preview).toMatchObject({ part: 'customers', partIsOpen: false, problem: null });
    expect(preview.parts).toEqual([
      { name: 'orders', rows: 2 },
      { name: 'items', rows: 3 },
      { name: 'customers', rows: 2 },
    ]);
    expect(preview.tried).toMatchObject({
      rows: 5,
      refused: 1,
      reasons: [{ reason: { code: 'import.row.missing_user' } }],
    });
  });

  it('is asked about where several types could be the user, and read by the one that is named', async () => {
    const path = fileOf(PLAIN);
    expect((await previewImport({ path, kind: 'behaviours' })).partIsOpen).toBe(true);
    const named = await previewImport({ path, kind: 'behaviours', part: 'orders' });
    expect(named).toMatchObject({ partIsOpen: false, problem: null, tried: { rows: 4, refused: 1 } });
  });

  it('of two types of people is read by the one of which most events have exactly one', async () => {
    const staff = { id: 's1', type: 'employees' };
    const log: Log = {
      ...SHOP,
      // Two customers take part in one of them.
      events: SHOP.events.map((event) => ({ ...event, objects: [...event.objects, 's1'] })),
      objects: [...SHOP.objects, staff],
    };
    expect(await previewImport({ path: fileOf(log), kind: 'behaviours' })).toMatchObject({
      ...{ part: 'employees', partIsOpen: false },
      tried: { rows: 4, refused: 0 },
    });
  });

  it('has the latest values of its users as profiles', async () => {
    const { names, rows } = await readTable(fileOf(SHOP), 'customers', {}, 'profiles');
    expect([names, rows]).toEqual([
      ['user_id', 'city'],
      [
        ['c1', 'Xian'],
        ['c2', ''],
      ],
    ]);
  });
});

it('a damaged document of OCEL is refused where it ends, and its events are read', async () => {
  const text = asJson(SHOP);
  const { entries } = await readTable(fileWith('cut.json', text.slice(0, text.indexOf('"e4"'))), 'customers');
  expect(entries).toHaveLength(5);
  expect(entries.at(-1)).toMatchObject({ line: 4, reason: { code: 'import.row.json_unclosed' } });
});

it('version 1 is refused by its name', async () => {
  const events = {
    e1: { 'ocel:activity': 'pay', 'ocel:timestamp': '2026-02-03 09:05:00', 'ocel:omap': ['c1'] },
  };
  const log = { 'ocel:global-log': { 'ocel:version': '1.0' }, 'ocel:events': events, 'ocel:objects': {} };
  await expect(readTable(fileWith('old.json', JSON.stringify(log)))).rejects.toMatchObject({
    code: 'import.ocel_other',
  });
});

it('the pass over all objects can be stopped', async () => {
  const objects = Array.from({ length: 20_000 }, (_, at) => ({ id: `c${at}`, type: 'customers' }));
  const path = fileWith('large.json', asJson({ ...SHOP, objects }));
  let steps = 0;
  const stop = (): void => {
    steps += 1;
    if (steps > 2) throw new Error('stopped');
  };
  await expect(previewImport({ path, kind: 'behaviours' }, 0, undefined, stop)).rejects.toThrow('stopped');
  expect(steps).toBe(3);
});

it('what only looks like OCEL is not taken for it', async () => {
  const events = [{ user_id: 'u1', time: '2026-02-03 09:05:00', type: 'view', id: 1 }];
  const other = fileWith('other.json', JSON.stringify({ events, objects: [] }));
  expect((await readTable(other)).format).toBe('json');
  const path = join(tempFolder(), 'other.sqlite');
  const db = new DatabaseSync(path);
  db.exec(
    'CREATE TABLE event (user_id TEXT); CREATE TABLE object (id TEXT); CREATE VIEW event_object AS SELECT 1',
  );
  db.close();
  expect((await readTable(path)).format).toBe('sqlite');
});

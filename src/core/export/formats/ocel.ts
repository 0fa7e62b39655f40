import type { ExportColumn, ExportTable } from '../export-table.ts';
import { columnNames } from '../column-names.ts';
import type { ExtraColumns } from '../column-names.ts';

/** The types of object in an OCEL of ours: the user, and what events are about. */
export const USER_TYPE = 'user';
export const OBJECT_TYPE = 'object';
/** How the objects of an event take part in it. */
export const USER_QUALIFIER = 'actor';
export const OBJECT_QUALIFIER = 'about';
/** Attributes of objects that hold from the beginning. */
export const SINCE_EVER = '1970-01-01T00:00:00Z';
/** Ids of objects that are remembered: events repeat few. */
const IDS_KEPT = 50_000;

/** The attribute types of OCEL 2.0, by what a column has. */
export const OCEL_TYPES: Record<ExportColumn['type'], 'string' | 'integer' | 'float' | 'boolean' | 'time'> = {
  text: 'string',
  json: 'string',
  ids: 'string',
  integer: 'integer',
  number: 'float',
  boolean: 'boolean',
  time: 'time',
};

/** The fields of all profiles as attributes of users. */
export function userAttributes(table: ExportTable): ExtraColumns {
  const names = function* (): Generator<string[]> {
    for (const { profile } of table.users()) yield (profile ?? []).map(({ name }) => name);
  };
  return columnNames(
    names(),
    [
      { name: 'ocel_id', type: 'text' },
      { name: 'ocel_time', type: 'time' },
      { name: 'ocel_changed_field', type: 'text' },
    ],
    'profile',
  );
}

/** The values of a profile by the names of its fields; of two fields of one name the first counts. */
export function profileValues(
  profile: readonly { name: string; value: string }[] | null,
): Map<string, string> {
  const values = new Map<string, string>();
  for (const { name, value } of profile ?? []) if (!values.has(name)) values.set(name, value);
  return values;
}

/** The ids of what events are about, by their names; none that a user has. */
export function objectIds(table: ExportTable): (name: string) => string {
  const known = new Map<string, string>();
  return (name) => {
    let id = known.get(name);
    if (id !== undefined) return id;
    id = `object:${name}`;
    while (table.hasUser(id)) id += '~';
    if (known.size >= IDS_KEPT) known.clear();
    known.set(name, id);
    return id;
  };
}

/** `2026-02-03T01:05:00.000Z`: OCEL has instants only. */
export function ocelTime(table: ExportTable, wall: number): string {
  return new Date(table.clock.instant(wall)).toISOString();
}

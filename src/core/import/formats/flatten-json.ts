import { rankOf } from '../recognise/role-names.ts';
import type { TableRecord } from './records.ts';

/** Deeper objects are kept as JSON. */
const DEEPEST = 8;
/** Numbers of so many digits have more than a number of JavaScript keeps: their text is taken. */
const LONG_NUMBER = /\d{16}/;
/** Stands for the place of an array in the name of a value that was in one of its objects. */
const IN_ARRAY = '[].';

export type JsonObject = Record<string, unknown>;

/** An object without its nesting: dotted names, and the arrays of objects in it. */
interface Flat {
  record: TableRecord;
  arrays: Map<string, readonly JsonObject[]>;
}

/** Reads a JSON object; null when the text is none. Numbers that are too long for a number stay as they are written. */
export function parseObject(text: string): JsonObject | null {
  let value: unknown;
  try {
    value = LONG_NUMBER.test(text) ? JSON.parse(text, exactNumber) : JSON.parse(text);
  } catch {
    return null;
  }
  return isObject(value) ? value : null;
}

function exactNumber(_key: string, value: unknown, context?: { source?: string }): unknown {
  if (typeof value !== 'number' || Number.isSafeInteger(value)) return value;
  const source = context?.source ?? '';
  return /^-?\d+$/.test(source) ? source : value;
}

/**
 * The array whose objects are rows of their own, as the events of a session are: told from some records. Objects that carry a
 * time are; those of an object that has a time itself (the items of a purchase) are not. Null for none.
 */
export function rowsWithin(objects: readonly JsonObject[]): string | null {
  const found = new Map<string, { timed: number; parentTimed: number; seen: number }>();
  for (const object of objects) {
    const { record, arrays } = flatten(object);
    const parentTimed = hasTime(record);
    for (const [name, items] of arrays) {
      const count = found.get(name) ?? { timed: 0, parentTimed: 0, seen: 0 };
      const [first] = items;
      count.seen += 1;
      if (first && hasTime(flatten(first).record)) count.timed += 1;
      if (parentTimed) count.parentTimed += 1;
      found.set(name, count);
    }
  }
  const timed = [...found].find(([, { timed: count, seen }]) => 2 * count > seen);
  if (timed) return timed[0];
  const [only] = [...found].filter(([, { parentTimed }]) => parentTimed === 0);
  return only && found.size === 1 ? only[0] : null;
}

/** The rows of a record: one, or one for each object of the array `within` with what is around it. */
export function rowsOf(object: JsonObject, within: string | null): TableRecord[] {
  const { record, arrays } = flatten(object);
  const items = within === null ? undefined : arrays.get(within);
  if (within === null || !items) return [record];
  record.delete(within);
  return items.map((item) => {
    const row = new Map(record);
    for (const [name, value] of flatten(item).record) row.set(within + IN_ARRAY + name, value);
    return row;
  });
}

/** The names of columns: those of objects in an array without its name, unless another column is called so. */
export function columnNamesOf(names: readonly string[]): string[] {
  const short = names.map((name) => {
    const at = name.lastIndexOf(IN_ARRAY);
    return at < 0 ? name : name.slice(at + IN_ARRAY.length);
  });
  const count = new Map<string, number>();
  for (const name of short) count.set(name, (count.get(name) ?? 0) + 1);
  return short.map((name, at) =>
    (count.get(name) ?? 0) > 1 ? (names[at] ?? name).replaceAll(IN_ARRAY, '.') : name,
  );
}

function flatten(object: JsonObject): Flat {
  const flat: Flat = { record: new Map(), arrays: new Map() };
  addObject(flat, object, '', 0);
  return flat;
}

function addObject(flat: Flat, object: JsonObject, prefix: string, depth: number): void {
  for (const [key, value] of Object.entries(object)) addValue(flat, value, prefix + key, depth);
}

function addValue(flat: Flat, value: unknown, name: string, depth: number): void {
  if (value === null || value === undefined) return;
  if (typeof value !== 'object') {
    flat.record.set(name, String(value));
  } else if (depth >= DEEPEST) {
    flat.record.set(name, JSON.stringify(value));
  } else if (isObject(value)) {
    const typed = typedValue(value);
    if (typed !== undefined) addValue(flat, typed, name, depth + 1);
    else addObject(flat, value, `${name}.`, depth + 1);
  } else if (Array.isArray(value)) {
    addArray(flat, value, name, depth);
  }
}

function addArray(flat: Flat, items: readonly unknown[], name: string, depth: number): void {
  if (items.length > 0 && items.every(isNamedValue)) {
    // Parameters as Google Analytics writes them: {"key": "page", "value": {"string_value": "/"}}.
    for (const { key, value } of items) addValue(flat, valueWithin(value), `${name}.${key}`, depth + 1);
    return;
  }
  if (items.length > 0) flat.record.set(name, JSON.stringify(items));
  if (items.every(isObject)) flat.arrays.set(name, items);
}

const isNamedValue = (item: unknown): item is { key: string; value: unknown } =>
  isObject(item) && typeof item['key'] === 'string' && 'value' in item;

/** How MongoDB writes values that JSON has no type for: `{"$date": …}` (its Extended JSON, versions 1 and 2). */
const TYPED = new Set([
  '$oid',
  '$date',
  '$numberLong',
  '$numberInt',
  '$numberDouble',
  '$numberDecimal',
  '$uuid',
]);

function typedValue(object: JsonObject): unknown {
  const entries = Object.entries(object);
  const [only] = entries;
  return only && entries.length === 1 && TYPED.has(only[0]) ? only[1] : undefined;
}

/** The one value of an object that names it by its type. */
function valueWithin(value: unknown): unknown {
  if (!isObject(value)) return value;
  const filled = Object.entries(value).filter(([, each]) => each !== null && each !== undefined);
  const [only] = filled;
  return only && filled.length === 1 && only[0].endsWith('_value') ? only[1] : value;
}

function hasTime(record: TableRecord): boolean {
  for (const name of record.keys()) {
    if (rankOf(name.slice(name.lastIndexOf('.') + 1), 'time') !== null) return true;
  }
  return false;
}

function isObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

import { rankOf } from '../recognise/role-names.ts';
import { isTimeName } from '../recognise/time-names.ts';
import { parsed } from './json-values.ts';
import { put } from './records.ts';
import type { TableRecord } from './records.ts';

/** Deeper objects are kept as JSON. */
const DEEPEST = 8;
/** Numbers of so many digits have more than a number of JavaScript keeps: their text is taken. */
const LONG_NUMBER = /\d{16}/;
/** Objects of one level that are looked at to tell whether they hold rows. */
const OBJECTS_TRIED = 200;
/** Stands for the place of an array in the name of a value that was in one of its objects. */
const IN_ARRAY = '[].';

export type JsonObject = Record<string, unknown>;

/** An object without its nesting: dotted names, and the arrays of objects in it. */
interface Flat {
  record: TableRecord;
  arrays: Map<string, readonly JsonObject[]>;
  /** Which values are arrays of objects or of arrays, not of plain values; null where that is not asked. */
  lists: Set<string> | null;
}

/** Reads a JSON object; null when the text is none. Numbers that are too long for a number stay as they are written. */
export function parseObject(text: string): JsonObject | null {
  const value = parse(text);
  return isObject(value) ? value : null;
}

/** Reads an array of values as the cells of a row, what is nested in it as JSON; null when the text is none. */
export function parseRow(text: string): string[] | null {
  const value = parse(text);
  if (!Array.isArray(value)) return null;
  return value.map((cell: unknown) =>
    cell === null ? '' : typeof cell === 'object' ? JSON.stringify(cell) : String(cell),
  );
}

const parse = (text: string): unknown => parsed(text, LONG_NUMBER.test(text) ? exactNumber : undefined);

function exactNumber(_key: string, value: unknown, context?: { source?: string }): unknown {
  if (typeof value !== 'number' || Number.isSafeInteger(value)) return value;
  const source = context?.source ?? '';
  return /^-?\d+$/.test(source) ? source : value;
}

/**
 * The arrays whose objects are rows of their own, as the events of a session are, from the outermost on (the sessions of a user, then
 * their events): told from some records. Objects that carry a time are; those of an object that has a time itself (the items of a
 * purchase) are not. Empty for none.
 */
export function rowsWithin(objects: readonly JsonObject[]): string[] {
  const path: string[] = [];
  let level = objects;
  while (path.length < DEEPEST) {
    const name = listOfRows(level, path.length > 0);
    if (name === null) break;
    path.push(name);
    level = level.flatMap((object) => flatten(object).arrays.get(name) ?? []).slice(0, OBJECTS_TRIED);
  }
  return path;
}

/** The array of these objects whose objects are rows. `isWithin`: whether these are in an array themselves. */
function listOfRows(objects: readonly JsonObject[], isWithin: boolean): string | null {
  const found = new Map<string, { timed: number; datedParents: number; whole: number; seen: number }>();
  for (const object of objects) {
    const { record, arrays } = flatten(object);
    const parentTimed = hasNamed(record, 'time');
    // A column that only ends as those of times do may be a sign-up: it makes the record no event, but no mere frame of its lists either.
    const isDated = parentTimed || [...record.keys()].some(isTimeName);
    const isEvent = parentTimed && hasNamed(record, 'action');
    for (const [name, [first]] of arrays) {
      const count = found.get(name) ?? { timed: 0, datedParents: 0, whole: 0, seen: 0 };
      count.seen += 1;
      if (
        first &&
        (parentTimed ? hasNamed(flatten(first).record, 'time') : holdsTime(first) || isDatedAction(first))
      )
        count.timed += 1;
      if (isDated) count.datedParents += 1;
      if (isEvent && first && !hasNamed(flatten(first).record, 'action')) count.whole += 1;
      found.set(name, count);
    }
  }
  // What has a time and an action is an event: what it holds belongs to it, with a time or without.
  const fits = ({ timed, whole, seen }: { timed: number; whole: number; seen: number }): boolean =>
    2 * timed > seen && !(isWithin && 2 * whole > seen);
  const timed = [...found].find(([, count]) => fits(count));
  if (timed) return timed[0];
  const [only] = [...found].filter(([, { datedParents }]) => datedParents === 0);
  return only && found.size === 1 ? only[0] : null;
}

/** The rows of a record: one, or one for each object of the arrays `within` with what is around it. `onEmpty`: called for an array without objects. */
export function rowsOf(object: JsonObject, within: readonly string[], onEmpty: () => void): TableRecord[] {
  // Most records are rows: they take no detour.
  if (within.length === 0) return [flatten(object).record];
  const [name, ...deeper] = within;
  const { record, arrays } = flatten(object);
  const items = name === undefined ? undefined : arrays.get(name);
  if (name === undefined || !items) return [record];
  if (items.length === 0) onEmpty();
  record.delete(name);
  return items.flatMap((item) =>
    rowsOf(item, deeper, onEmpty).map((inner) => {
      const row = new Map(record);
      for (const [key, value] of inner) row.set(name + IN_ARRAY + key, value);
      return row;
    }),
  );
}

/** The values of records that are kept as one text although they are lists of objects or of rows. */
export function keptLists(objects: readonly JsonObject[], [name, ...deeper]: readonly string[]): string[] {
  const kept = new Set<string>();
  const inner: JsonObject[] = [];
  for (const object of objects) {
    const lists = new Set<string>();
    const { arrays } = flatten(object, lists);
    for (const list of lists) if (list !== name) kept.add(list);
    if (name !== undefined) inner.push(...(arrays.get(name) ?? []).slice(0, OBJECTS_TRIED));
  }
  if (name !== undefined)
    for (const list of keptLists(inner.slice(0, OBJECTS_TRIED), deeper)) kept.add(name + IN_ARRAY + list);
  return [...kept];
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

function flatten(object: JsonObject, lists: Set<string> | null = null): Flat {
  const flat: Flat = { record: new Map(), arrays: new Map(), lists };
  addObject(flat, object, '', 0);
  return flat;
}

function addObject(flat: Flat, object: JsonObject, prefix: string, depth: number): void {
  for (const [key, value] of Object.entries(object)) addValue(flat, value, prefix + key, depth);
}

function addValue(flat: Flat, value: unknown, name: string, depth: number): void {
  if (value === null || value === undefined) return;
  if (typeof value !== 'object') {
    put(flat.record, name, String(value));
  } else if (depth >= DEEPEST) {
    put(flat.record, name, JSON.stringify(value));
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
  if (items.length > 0) put(flat.record, name, JSON.stringify(items));
  if (flat.lists && items.some((item) => typeof item === 'object' && item !== null)) flat.lists.add(name);
  if (items.every((item) => item === null || isObject(item))) flat.arrays.set(name, items.filter(isObject));
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

function hasNamed(record: TableRecord, role: 'time' | 'action'): boolean {
  for (const name of record.keys()) {
    if (rankOf(name.slice(name.lastIndexOf('.') + 1), role) !== null) return true;
  }
  return false;
}

/** Whether an object says what was done, and has a value that is a time by the end of its name: `{"type": …, "at": …}`. */
function isDatedAction(object: JsonObject): boolean {
  const { record } = flatten(object);
  return hasNamed(record, 'action') && [...record.keys()].some(isTimeName);
}

/** Whether an object, or one in an array of it, carries a time. */
function holdsTime(object: JsonObject, depth = 0): boolean {
  const { record, arrays } = flatten(object);
  if (hasNamed(record, 'time')) return true;
  return depth < DEEPEST && [...arrays.values()].some(([first]) => first && holdsTime(first, depth + 1));
}

function isObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

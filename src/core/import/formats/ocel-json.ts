import type { ErrorInfo } from '../../../shared/errors.ts';
import { AppError } from '../../errors.ts';
import { readHead } from './byte-input.ts';
import { TextDecoding } from './decode-text.ts';
import { parseObject } from './flatten-json.ts';
import type { JsonObject } from './flatten-json.ts';
import { brokenOf, recordsOf } from './json.ts';
import type { JsonFile } from './json.ts';
import { EVENTS_TRIED, IDS_JOINED, OCEL_COLUMNS, relatedColumn, singleTypes, userTypeOf } from './ocel.ts';
import { ObjectIndex } from './object-index.ts';
import { put, RecordTable } from './records.ts';
import type { RecordEntry, RecordReader, TableRecord } from './records.ts';
import type { TableFile, TableFormat } from './table.ts';

const HEAD_BYTES = 1 << 16;
/** The members of the one object that such a file is, in any order (ocel-standard.org, ocel20-schema-json.json). */
const BEGINNING = /^\s*\{\s*"(?:eventTypes|objectTypes|events|objects)"\s*:\s*\[/;
const OF_OCEL =
  /"(?:eventTypes|objectTypes)"\s*:\s*\[|"relationships"\s*:\s*\[\s*\{\s*"(?:objectId|qualifier)"/;

/** A log of OCEL 1.0: its events are members of an object, named by their ids. */
const OF_VERSION_1 = /"ocel:(?:events|objects|global-log|global-event)"\s*:\s*\{/;

/** OCEL 2.0 as JSON. A part is a type of object: its objects are the users, and an event is a row for each that takes part in it. */
export const ocelJson: TableFormat = {
  within: 'json',
  needsFile: false,
  async isMeant(file) {
    const { head, whole } = await readHead(file.bytes, HEAD_BYTES);
    const text = new TextDecoding(head, whole, { chosen: file.encoding }).decodeHead(head);
    if (/^\s*\{\s*"ocel:/.test(text) && OF_VERSION_1.test(text))
      throw new AppError('import.ocel_other', { path: file.path });
    return BEGINNING.test(text) && OF_OCEL.test(text);
  },
  async parts(file) {
    const objects = await objectsOf(file);
    return objects.types().map(({ name, objects: rows }) => ({ name, rows }));
  },
  async likelyPart(file) {
    const objects = await objectsOf(file);
    return userTypeOf(objects.types(), async () =>
      singleTypes(await firstEvents(await jsonOf(file), objects)),
    );
  },
  async open(file, part, kind) {
    const [json, objects] = [await jsonOf(file), await objectsOf(file)];
    const reader =
      kind === 'profiles' ? new Objects(json, part ?? '') : new Events(json, objects, part ?? '');
    return RecordTable.of(reader, file.limits);
  },
};

/** Its events and objects stand in arrays of one object. */
async function jsonOf(file: TableFile): Promise<JsonFile> {
  const { head, whole } = await readHead(file.bytes, HEAD_BYTES);
  return {
    file,
    decoding: new TextDecoding(head, whole, { chosen: file.encoding }),
    layout: { kind: 'nested', of: 'objects', depth: 2 },
  };
}

const indices = new WeakMap<TableFile, Promise<ObjectIndex>>();

/** The objects of a file, which may stand behind the events: read once. */
function objectsOf(file: TableFile): Promise<ObjectIndex> {
  let index = indices.get(file);
  if (!index) indices.set(file, (index = readObjects(file)));
  return index;
}

async function readObjects(file: TableFile): Promise<ObjectIndex> {
  const index = new ObjectIndex();
  for await (const texts of recordsOf(await jsonOf(file))) {
    for (const { text, broken } of texts) {
      const object = broken === null && !EVENT_START.test(text) ? parseObject(text) : null;
      if (object && isObject(object)) index.add(String(object['id']), String(object['type']));
    }
  }
  return index;
}

/** How nearly all programs begin an event: it need not be parsed to see that it is no object. */
const EVENT_START = /^\{\s*"id"\s*:\s*"[^"\\]*"\s*,\s*"type"\s*:\s*"[^"\\]*"\s*,\s*"time"\s*:/;

/** An object has no time of its own, and a declaration of a type no id. */
const isObject = (value: JsonObject): boolean => 'id' in value && 'type' in value && !('time' in value);
const isEvent = (value: JsonObject): boolean => 'id' in value && 'type' in value && 'time' in value;

/** The types of the objects of each of the first events. */
async function firstEvents(json: JsonFile, objects: ObjectIndex): Promise<string[][]> {
  const found: string[][] = [];
  for await (const texts of recordsOf(json)) {
    for (const { text, broken } of texts) {
      const event = broken === null ? parseObject(text) : null;
      if (event && isEvent(event)) found.push(relatedOf(event).map((id) => objects.typeOf(id) ?? ''));
    }
    if (found.length >= EVENTS_TRIED) break;
  }
  return found;
}

const listOf = (value: unknown): JsonObject[] =>
  Array.isArray(value)
    ? value.filter((each): each is JsonObject => typeof each === 'object' && each !== null)
    : [];
const relatedOf = ({ relationships }: JsonObject): string[] => [
  ...new Set(listOf(relationships).map(({ objectId }) => String(objectId))),
];
const textOf = (value: unknown): string =>
  value === null || value === undefined
    ? ''
    : typeof value === 'object'
      ? JSON.stringify(value)
      : String(value as string | number | boolean);

abstract class OcelReader implements RecordReader {
  readonly unit = 'row';
  readonly #json: JsonFile;
  #row = 0;

  constructor(json: JsonFile) {
    this.#json = json;
  }

  get decoding(): TextDecoding {
    return this.#json.decoding;
  }

  get bytesRead(): number {
    return this.#json.file.bytes.bytesRead;
  }

  get bytesTotal(): number {
    return this.#json.file.bytes.bytesTotal;
  }

  told(): ErrorInfo[] {
    return [];
  }

  async *records(): AsyncGenerator<RecordEntry[]> {
    this.#row = 0;
    for await (const texts of recordsOf(this.#json)) {
      yield texts.flatMap((value): RecordEntry[] => {
        const object = value.broken === null ? parseObject(value.text) : null;
        if (object === null) return [{ line: (this.#row += 1), ...brokenOf(value, this.#json) }];
        const records = this.recordsOf(object);
        if (records.length > 0) this.#row += 1;
        return records.map((record) => ({ line: this.#row, record }));
      });
    }
  }

  /** The rows that a value is; none for one of another kind. */
  protected abstract recordsOf(value: JsonObject): TableRecord[];
}

/** A row for each user of each event; an event without one is a row without a user. */
class Events extends OcelReader {
  readonly #objects: ObjectIndex;
  readonly #userType: string;

  constructor(json: JsonFile, objects: ObjectIndex, userType: string) {
    super(json);
    this.#objects = objects;
    this.#userType = userType;
  }

  protected recordsOf(event: JsonObject): TableRecord[] {
    if (!isEvent(event)) return [];
    const attributes = listOf(event['attributes']);
    const names = new Set(attributes.map(({ name }) => String(name)));
    const users: string[] = [];
    const others = new Map<string, string[]>();
    for (const id of relatedOf(event)) {
      const type = this.#objects.typeOf(id);
      if (type === this.#userType) users.push(id);
      else if (type !== null) others.set(type, [...(others.get(type) ?? []), id]);
    }
    const [user, time, action] = OCEL_COLUMNS;
    return (users.length === 0 ? [''] : users).map((id) => {
      const record: TableRecord = new Map([
        [user, id],
        [time, textOf(event['time'])],
        [action, textOf(event['type'])],
      ]);
      for (const { name, value } of attributes) put(record, String(name), textOf(value));
      for (const [type, ids] of others) put(record, relatedColumn(type, names), ids.join(IDS_JOINED));
      return record;
    });
  }
}

/** A row for each object of a type, with the latest values of its attributes. */
class Objects extends OcelReader {
  readonly #type: string;

  constructor(json: JsonFile, type: string) {
    super(json);
    this.#type = type;
  }

  protected recordsOf(object: JsonObject): TableRecord[] {
    if (!isObject(object) || object['type'] !== this.#type) return [];
    const record: TableRecord = new Map([[OCEL_COLUMNS[0], textOf(object['id'])]]);
    const values = listOf(object['attributes']).map(({ name, value, time }) => ({
      ...{ name: String(name), value: textOf(value) },
      at: Date.parse(textOf(time)) || 0,
    }));
    // As they are sorted, the latest of a name is put last.
    for (const { name, value } of values.sort((a, b) => a.at - b.at)) record.set(name, value);
    return [record];
  }
}

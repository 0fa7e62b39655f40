import type { DatabaseSync } from 'node:sqlite';
import { themesOf } from '../../shared/stages.ts';
import type { EventCategory, ProfileField } from '../../shared/users.ts';
import { ORDINAL_SPAN } from './event-id.ts';

/** A portion is read in about twenty milliseconds. */
const ROWS_PER_PORTION = 20_000;

/** What an event says it is, before the codebook: events share few such words. */
export interface EventWordKey {
  word: string;
  category: EventCategory;
  byModel: boolean;
}

/**
 * All events of a workspace as columns, user by user in the order of the users' numbers, and in time order within each. Users without
 * an event are not among them. The columns are on shared memory, so that threads can look at the same ones.
 */
export interface EventColumns {
  /** The number of each user in the workspace. */
  userNo: Int32Array;
  /** Where the events of each user begin; one more than there are users. */
  first: Int32Array;
  /** Index into `words`. */
  word: Int32Array;
  /** Index into `subjects`. */
  subject: Int32Array;
  /** Wall-clock milliseconds. */
  start: Float64Array;
  end: Float64Array;
  /** How many behaviours the event stands for. */
  behaviours: Int32Array;
  words: EventWordKey[];
  /** What events are about: the names of their objects. The first one is that of events about nothing. */
  subjects: string[][];
}

type EventTuple = [
  id: number,
  type: string,
  category: EventCategory,
  byModel: number,
  start: number,
  end: number,
  context: string,
  behaviours: number,
];

/**
 * Reads the events in portions; after each, yields the share that is read, 0 to 1, so that the caller can stop or do other work.
 * Returns the columns: about a second for a million events.
 */
export function* readEventColumns(db: DatabaseSync): Generator<number, EventColumns> {
  const { events: total, users: most } = db
    .prepare(
      `SELECT (SELECT coalesce(sum(event_count), 0) FROM sequences) AS events,
         (SELECT count(*) FROM sequences WHERE event_count > 0) AS users`,
    )
    .get() as { events: number; users: number };
  const columns = new ColumnBuilder(total, most);
  // The number of behaviours is that of the commas in a JSON array of numbers and one; json_array_length takes twice as long.
  const portion = db.prepare(
    `SELECT id, type, category, origin = 'llm', start_time, end_time, context,
       iif(evidence = '[]', 0, length(evidence) - length(replace(evidence, ',', '')) + 1)
     FROM events WHERE id > ? ORDER BY id LIMIT ${ROWS_PER_PORTION}`,
  );
  portion.setReturnArrays(true);
  for (let last = -1; ;) {
    const rows = portion.all(last) as unknown as EventTuple[];
    for (const row of rows) columns.add(row);
    const end = rows.at(-1);
    if (!end) return columns.finished();
    last = end[0];
    yield total === 0 ? 1 : Math.min(columns.events / total, 1);
  }
}

/** The profiles of users, by their number: one after another. */
export function* readProfiles(db: DatabaseSync): Generator<{ userNo: number; fields: ProfileField[] }> {
  const portion = db.prepare(
    `SELECT user_no, fields FROM profiles WHERE user_no > ? ORDER BY user_no LIMIT ${ROWS_PER_PORTION}`,
  );
  portion.setReturnArrays(true);
  for (let last = -1; ;) {
    const rows = portion.all(last) as unknown as [userNo: number, fields: string][];
    for (const [userNo, fields] of rows) yield { userNo, fields: JSON.parse(fields) as ProfileField[] };
    const end = rows.at(-1);
    if (!end) return;
    last = end[0];
  }
}

/** The ids of users by their numbers, in the order of the numbers given. */
export function userIdsOf(db: DatabaseSync, userNos: readonly number[]): string[] {
  const statement = db.prepare('SELECT id FROM users WHERE no = ?');
  return userNos.map((no) => String(statement.get(no)?.['id']));
}

/** Typed arrays that grow, because a workspace can get events between the count of them and the end of reading. */
class ColumnBuilder {
  events = 0;
  #users = 0;
  #userNo: Int32Array;
  #first: Int32Array;
  #word: Int32Array;
  #subject: Int32Array;
  #start: Float64Array;
  #end: Float64Array;
  #behaviours: Int32Array;
  readonly #words: EventWordKey[] = [];
  readonly #wordIndex = new Map<string, number>();
  readonly #subjects: string[][] = [[]];
  readonly #subjectIndex = new Map<string, number>([['', 0]]);

  constructor(events: number, users: number) {
    this.#userNo = sharedInts(users);
    this.#first = sharedInts(users + 1);
    this.#word = sharedInts(events);
    this.#subject = sharedInts(events);
    this.#start = sharedFloats(events);
    this.#end = sharedFloats(events);
    this.#behaviours = sharedInts(events);
  }

  add([id, type, category, byModel, start, end, context, behaviours]: EventTuple): void {
    if (this.events === this.#word.length) this.#growEvents();
    const userNo = Math.floor(id / ORDINAL_SPAN);
    if (this.#users === 0 || this.#userNo[this.#users - 1] !== userNo) this.#addUser(userNo);
    const at = this.events;
    this.#word[at] = this.#wordOf(type, category, byModel);
    this.#subject[at] = this.#subjectOf(context, behaviours);
    this.#start[at] = start;
    this.#end[at] = end;
    this.#behaviours[at] = behaviours;
    this.events += 1;
  }

  finished(): EventColumns {
    const [users, events] = [this.#users, this.events];
    this.#first[users] = events;
    return {
      userNo: this.#userNo.subarray(0, users),
      first: this.#first.subarray(0, users + 1),
      word: this.#word.subarray(0, events),
      subject: this.#subject.subarray(0, events),
      start: this.#start.subarray(0, events),
      end: this.#end.subarray(0, events),
      behaviours: this.#behaviours.subarray(0, events),
      words: this.#words,
      subjects: this.#subjects,
    };
  }

  #addUser(userNo: number): void {
    if (this.#users === this.#userNo.length) {
      this.#userNo = grown(this.#userNo, sharedInts);
      this.#first = grown(this.#first, sharedInts, 1);
    }
    this.#userNo[this.#users] = userNo;
    this.#first[this.#users] = this.events;
    this.#users += 1;
  }

  #wordOf(word: string, category: EventCategory, byModel: number): number {
    const key = `${category === 'conversion' ? 1 : 0}${byModel}${word}`;
    const known = this.#wordIndex.get(key);
    if (known !== undefined) return known;
    const index = this.#words.push({ word, category, byModel: byModel === 1 }) - 1;
    this.#wordIndex.set(key, index);
    return index;
  }

  #subjectOf(context: string, behaviours: number): number {
    const only = onlyObjectOf(context);
    if (only !== null) return this.#subjectIndexOf(only, [only]);
    const names = themesOf(JSON.parse(context) as Record<string, unknown>, behaviours).map(([name]) => name);
    return this.#subjectIndexOf(names.join('\n'), names);
  }

  #subjectIndexOf(key: string, names: string[]): number {
    const known = this.#subjectIndex.get(key);
    if (known !== undefined) return known;
    const index = this.#subjects.push(names) - 1;
    this.#subjectIndex.set(key, index);
    return index;
  }

  #growEvents(): void {
    this.#word = grown(this.#word, sharedInts);
    this.#subject = grown(this.#subject, sharedInts);
    this.#start = grown(this.#start, sharedFloats);
    this.#end = grown(this.#end, sharedFloats);
    this.#behaviours = grown(this.#behaviours, sharedInts);
  }
}

const OBJECT = '"object":"';

/**
 * The one object of a context by its text, which is found many times faster than by parsing it: where nothing is nested, the key is at the
 * top, and quotes inside of a text are escaped. Null where it has to be parsed to tell.
 */
function onlyObjectOf(context: string): string | null {
  const at = context.indexOf(OBJECT);
  if (at < 0 || context.indexOf('{', 1) >= 0) return null;
  const begin = at + OBJECT.length;
  const object = context.slice(begin, context.indexOf('"', begin));
  return object === '' || object.includes('\\') ? null : object;
}

function sharedInts(length: number): Int32Array {
  return new Int32Array(new SharedArrayBuffer(length * Int32Array.BYTES_PER_ELEMENT));
}

function sharedFloats(length: number): Float64Array {
  return new Float64Array(new SharedArrayBuffer(length * Float64Array.BYTES_PER_ELEMENT));
}

function grown<A extends Int32Array | Float64Array>(array: A, make: (length: number) => A, beyond = 0): A {
  const bigger = make(Math.max(1024, Math.ceil(array.length * 1.5)) + beyond);
  bigger.set(array);
  return bigger;
}
